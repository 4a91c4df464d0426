import { describe, expect, it } from 'vitest';
import { ApiFailure, apiStatusByCode } from '../../../src/engine/api-failure.ts';
import { readChatQuestion, readFeatureQuestion } from '../../../src/engine/read-question.ts';

const promptObject = { prompt: 'What is it?', imageList: ['images/a.png'] };
const body = { type: 'CHAT_WITH_IMAGE', model: 'gpt-4o', conversationId: 'talk', promptObject };
const chatPrompt = { prompt: 'What is it?', attachments: { images: ['images/a.png'] } };
const chat = { type: 'UNIFY_CHAT_WITH_AI', model: 'gpt-4o', promptObject: chatPrompt };

const without = (object: Record<string, unknown>, key: string) =>
  Object.fromEntries(Object.entries(object).filter(([name]) => name !== key));
const inPrompt = (change: object) => ({ ...body, promptObject: { ...promptObject, ...change } });
const inChat = (change: object) => ({ ...chat, promptObject: { ...chatPrompt, ...change } });
const inSearch = (webSearchSettings: unknown) => inChat({ settings: { webSearchSettings } });
const inHistory = (historySettings: unknown) => inChat({ settings: { historySettings } });

function refusal(read: (given: unknown) => unknown, given: unknown) {
  try {
    read(given);
  } catch (error) {
    if (!(error instanceof ApiFailure)) throw error;
    return { status: apiStatusByCode[error.code], code: error.code, field: error.details[0]?.field, error };
  }
  throw new Error('the body was accepted');
}

type Row = readonly [what: string, given: unknown, status: number, code: string, field: string | undefined];

const featureRows: readonly Row[] = [
  ['a body that is a list', [], 400, 'INVALID_REQUEST', undefined],
  ['a body that is null', null, 400, 'INVALID_REQUEST', undefined],
  ['a body that is a text', 'hello', 400, 'INVALID_REQUEST', undefined],
  ['no type', without(body, 'type'), 400, 'MISSING_REQUIRED_FIELDS', 'type'],
  ['an unknown type', { ...body, type: 'CHAT_WITH_PDF' }, 400, 'UNKNOWN_ERROR', 'type'],
  ['a type of the other endpoint', { ...body, type: 'UNIFY_CHAT_WITH_AI' }, 400, 'UNKNOWN_ERROR', 'type'],
  ['an empty type', { ...body, type: '' }, 400, 'REQUEST_BODY_VALIDATION_FAILED', 'type'],
  ['half a character in the model', { ...body, model: 'gpt\ud83d' }, 400, 'REQUEST_BODY_VALIDATION_FAILED', 'model'],
  ['a conversationId of .', { ...body, conversationId: '.' }, 400, 'REQUEST_BODY_VALIDATION_FAILED', 'conversationId'],
  [
    'a conversationId of ..',
    { ...body, conversationId: '..' },
    400,
    'REQUEST_BODY_VALIDATION_FAILED',
    'conversationId',
  ],
  [
    'a prompt with half a character',
    inPrompt({ prompt: 'a cat \ud83d' }),
    422,
    'PROMPT_OBJECT_VALIDATION_FAILED',
    'promptObject.prompt',
  ],
  ['a type that is a number', { ...body, type: 5 }, 400, 'REQUEST_BODY_VALIDATION_FAILED', 'type'],
  ['no model', without(body, 'model'), 400, 'MISSING_REQUIRED_FIELDS', 'model'],
  ['a model that is null', { ...body, model: null }, 400, 'MISSING_REQUIRED_FIELDS', 'model'],
  ['a blank model', { ...body, model: ' ' }, 400, 'REQUEST_BODY_VALIDATION_FAILED', 'model'],
  ['a model that is a list', { ...body, model: ['gpt-4o'] }, 400, 'REQUEST_BODY_VALIDATION_FAILED', 'model'],
  ['no conversationId', without(body, 'conversationId'), 400, 'MISSING_REQUIRED_FIELDS', 'conversationId'],
  ['an empty conversationId', { ...body, conversationId: '' }, 400, 'REQUEST_BODY_VALIDATION_FAILED', 'conversationId'],
  [
    'a conversationId that is too long',
    { ...body, conversationId: 'x'.repeat(257) },
    400,
    'REQUEST_BODY_VALIDATION_FAILED',
    'conversationId',
  ],
  [
    'a conversationId that is a number',
    { ...body, conversationId: 7 },
    400,
    'REQUEST_BODY_VALIDATION_FAILED',
    'conversationId',
  ],
  [
    'a broken conversationId',
    { ...body, conversationId: '\ud800' },
    400,
    'REQUEST_BODY_VALIDATION_FAILED',
    'conversationId',
  ],
  ['no promptObject', without(body, 'promptObject'), 400, 'MISSING_REQUIRED_FIELDS', 'promptObject'],
  [
    'a promptObject that is a list',
    { ...body, promptObject: [] },
    422,
    'PROMPT_OBJECT_VALIDATION_FAILED',
    'promptObject',
  ],
  ['no prompt', inPrompt({ prompt: undefined }), 422, 'PROMPT_OBJECT_VALIDATION_FAILED', 'promptObject.prompt'],
  ['a prompt that is a number', inPrompt({ prompt: 5 }), 422, 'PROMPT_OBJECT_VALIDATION_FAILED', 'promptObject.prompt'],
  ['a blank prompt', inPrompt({ prompt: ' \n\t' }), 422, 'PROMPT_OBJECT_VALIDATION_FAILED', 'promptObject.prompt'],
  [
    'a prompt that is too long',
    inPrompt({ prompt: 'x'.repeat(100_001) }),
    422,
    'PROMPT_TOO_LONG',
    'promptObject.prompt',
  ],
  ['no imageList', inPrompt({ imageList: undefined }), 400, 'MISSING_IMAGES', 'promptObject.imageList'],
  ['an imageList that is null', inPrompt({ imageList: null }), 400, 'MISSING_IMAGES', 'promptObject.imageList'],
  ['an empty imageList', inPrompt({ imageList: [] }), 400, 'MISSING_IMAGES', 'promptObject.imageList'],
  [
    'an imageList that is a text',
    inPrompt({ imageList: 'a.png' }),
    422,
    'PROMPT_OBJECT_VALIDATION_FAILED',
    'promptObject.imageList',
  ],
  [
    'an imageList of numbers',
    inPrompt({ imageList: [1] }),
    422,
    'PROMPT_OBJECT_VALIDATION_FAILED',
    'promptObject.imageList',
  ],
  [
    'an imageList with an empty key',
    inPrompt({ imageList: [''] }),
    422,
    'PROMPT_OBJECT_VALIDATION_FAILED',
    'promptObject.imageList',
  ],
  ['isMixed as a text', inPrompt({ isMixed: 'true' }), 422, 'PROMPT_OBJECT_VALIDATION_FAILED', 'promptObject.isMixed'],
  [
    'webSearch as a number',
    inPrompt({ webSearch: 1 }),
    422,
    'PROMPT_OBJECT_VALIDATION_FAILED',
    'promptObject.webSearch',
  ],
  ['numOfSite of 0', inPrompt({ numOfSite: 0 }), 422, 'PROMPT_OBJECT_VALIDATION_FAILED', 'promptObject.numOfSite'],
  ['numOfSite of 11', inPrompt({ numOfSite: 11 }), 422, 'PROMPT_OBJECT_VALIDATION_FAILED', 'promptObject.numOfSite'],
  ['numOfSite of 2.5', inPrompt({ numOfSite: 2.5 }), 422, 'PROMPT_OBJECT_VALIDATION_FAILED', 'promptObject.numOfSite'],
  [
    'numOfSite as a text',
    inPrompt({ numOfSite: '3' }),
    422,
    'PROMPT_OBJECT_VALIDATION_FAILED',
    'promptObject.numOfSite',
  ],
  ['maxWord of 49', inPrompt({ maxWord: 49 }), 422, 'PROMPT_OBJECT_VALIDATION_FAILED', 'promptObject.maxWord'],
  ['maxWord of 5,001', inPrompt({ maxWord: 5_001 }), 422, 'PROMPT_OBJECT_VALIDATION_FAILED', 'promptObject.maxWord'],
];

const chatRows: readonly Row[] = [
  ['an unknown type', { ...chat, type: 'CHAT_WITH_PDF' }, 400, 'UNKNOWN_ERROR', 'type'],
  ['no promptObject', without(chat, 'promptObject'), 400, 'MISSING_REQUIRED_FIELDS', 'promptObject'],
  [
    'messages instead of a prompt',
    { ...chat, promptObject: { messages: [] } },
    422,
    'PROMPT_OBJECT_VALIDATION_FAILED',
    'promptObject.prompt',
  ],
  ['a stray imageList', inChat({ imageList: ['a'] }), 422, 'PROMPT_OBJECT_VALIDATION_FAILED', 'promptObject.imageList'],
  [
    'an empty stray imageList',
    inChat({ imageList: [] }),
    422,
    'PROMPT_OBJECT_VALIDATION_FAILED',
    'promptObject.imageList',
  ],
  ['an imageList at the top', { ...chat, imageList: ['a'] }, 400, 'REQUEST_BODY_VALIDATION_FAILED', 'imageList'],
  [
    'files',
    inChat({ attachments: { images: ['a'], files: ['uuid'] } }),
    422,
    'PROMPT_OBJECT_VALIDATION_FAILED',
    'promptObject.attachments.files',
  ],
  [
    'images as a text',
    inChat({ attachments: { images: 'a' } }),
    422,
    'PROMPT_OBJECT_VALIDATION_FAILED',
    'promptObject.attachments.images',
  ],
  [
    'attachments as a list',
    inChat({ attachments: ['a'] }),
    422,
    'PROMPT_OBJECT_VALIDATION_FAILED',
    'promptObject.attachments',
  ],
  [
    'a conversationId that is a number',
    inChat({ conversationId: 7 }),
    422,
    'PROMPT_OBJECT_VALIDATION_FAILED',
    'promptObject.conversationId',
  ],
  [
    'webSearch as a text',
    inSearch({ webSearch: 'yes' }),
    422,
    'PROMPT_OBJECT_VALIDATION_FAILED',
    'promptObject.settings.webSearchSettings.webSearch',
  ],
  [
    'numOfSite of 0',
    inSearch({ numOfSite: 0 }),
    422,
    'PROMPT_OBJECT_VALIDATION_FAILED',
    'promptObject.settings.webSearchSettings.numOfSite',
  ],
  [
    'maxWord of 1',
    inSearch({ maxWord: 1 }),
    422,
    'PROMPT_OBJECT_VALIDATION_FAILED',
    'promptObject.settings.webSearchSettings.maxWord',
  ],
  [
    'isMixed as a number',
    inHistory({ isMixed: 0 }),
    422,
    'PROMPT_OBJECT_VALIDATION_FAILED',
    'promptObject.settings.historySettings.isMixed',
  ],
  [
    'a history of -1',
    inHistory({ historyMessageLimit: -1 }),
    422,
    'PROMPT_OBJECT_VALIDATION_FAILED',
    'promptObject.settings.historySettings.historyMessageLimit',
  ],
];

describe('a question in the page’s form', () => {
  it.each(featureRows)('refuses %s', (_what, given, status, code, field) => {
    expect(refusal(readFeatureQuestion, given)).toMatchObject({ status, code, field });
  });

  it('says what is wrong with half a character, and with an id that no address can hold', () => {
    const messages = ['a\ud83d', '..'].map(
      (conversationId) => refusal(readFeatureQuestion, { ...body, conversationId }).error.message,
    );
    expect(messages).toEqual([
      'conversationId holds half a character (a lone surrogate): cut texts between whole characters.',
      'conversationId must not be "." or "..": no address could name it. Send another text of your choice.',
    ]);
  });

  it('says where the other type is answered', () => {
    const { error } = refusal(readFeatureQuestion, { ...body, type: 'UNIFY_CHAT_WITH_AI' });
    expect(error.message).toBe(
      'Unsupported feature type: UNIFY_CHAT_WITH_AI. Send CHAT_WITH_IMAGE, or ask POST /api/chat-with-ai.',
    );
  });

  it('says what to send instead of an unknown type', () => {
    const { error } = refusal(readFeatureQuestion, { ...body, type: 'CHAT_WITH_PDF' });
    expect(error.message).toBe('Unsupported feature type: CHAT_WITH_PDF. Send CHAT_WITH_IMAGE.');
  });

  it('names every wrong field at once', () => {
    const { error } = refusal(readFeatureQuestion, { type: 'CHAT_WITH_IMAGE', promptObject: { imageList: [1, 2] } });
    expect(error.details.map((detail) => detail.field)).toEqual([
      'model',
      'conversationId',
      'promptObject.prompt',
      'promptObject.imageList',
    ]);
  });

  it('quotes a hostile value only in part', () => {
    const { error } = refusal(readFeatureQuestion, inPrompt({ isMixed: 'x'.repeat(10_000) }));
    expect(error.message.length).toBeLessThan(300);
  });

  it('reads the page’s example', () => {
    expect(readFeatureQuestion(inPrompt({ isMixed: false, webSearch: true, numOfSite: 5, maxWord: 1_000 }))).toEqual({
      type: 'CHAT_WITH_IMAGE',
      model: 'gpt-4o',
      conversationId: 'talk',
      keepsHistory: true,
      prompt: 'What is it?',
      imageKeys: ['images/a.png'],
      imagesField: 'promptObject.imageList',
      imagesOptional: false,
      isMixed: false,
      webSearch: { numOfSite: 5, maxWord: 1_000 },
      historyLimit: 10,
    });
  });

  it('searches 3 sites for 500 words each unless told otherwise', () => {
    expect(readFeatureQuestion(inPrompt({ webSearch: true })).webSearch).toEqual({ numOfSite: 3, maxWord: 500 });
    expect(readFeatureQuestion(body).webSearch).toBeNull();
  });

  it.each([[null], ['CHAT_WITH_IMAGE'], ['UNIFY_CHAT_WITH_AI']])('keeps no history under %s', (conversationId) => {
    expect(readFeatureQuestion({ ...body, conversationId })).toMatchObject({ conversationId, keepsHistory: false });
  });

  it('takes a conversationId of 256 characters, an emoji counting as one', () => {
    const conversationId = '🐈'.repeat(256);
    expect(readFeatureQuestion({ ...body, conversationId }).conversationId).toBe(conversationId);
  });

  it('takes a prompt of 100,000 characters', () => {
    expect(readFeatureQuestion(inPrompt({ prompt: '🐈'.repeat(100_000) })).prompt).toHaveLength(200_000);
  });

  it('tolerates keys it does not know', () => {
    expect(readFeatureQuestion({ ...inPrompt({ style: 'x' }), metadata: {}, brandVoiceId: 'b' }).model).toBe('gpt-4o');
  });
});

describe('a question in the unified form', () => {
  it('takes a stray imageList that is null for one left out', () => {
    const given = { ...inChat({ imageList: null }), imageList: null };
    expect(readChatQuestion(given).imageKeys).toEqual(['images/a.png']);
  });

  it.each(chatRows)('refuses %s', (_what, given, status, code, field) => {
    expect(refusal(readChatQuestion, given)).toMatchObject({ status, code, field });
  });

  it('says where the pictures go', () => {
    const { error } = refusal(readChatQuestion, inChat({ imageList: ['a'] }));
    expect(error.message).toContain('promptObject.attachments.images');
  });

  it('reads every setting', () => {
    const settings = {
      webSearchSettings: { webSearch: true, numOfSite: 2 },
      historySettings: { isMixed: true, historyMessageLimit: 4 },
      withMemories: false,
    };
    expect(readChatQuestion(inChat({ settings, conversationId: 'talk' }))).toEqual({
      type: 'UNIFY_CHAT_WITH_AI',
      model: 'gpt-4o',
      conversationId: 'talk',
      keepsHistory: true,
      prompt: 'What is it?',
      imageKeys: ['images/a.png'],
      imagesField: 'promptObject.attachments.images',
      imagesOptional: true,
      isMixed: true,
      webSearch: { numOfSite: 2, maxWord: 1_000 },
      historyLimit: 2,
    });
  });

  it.each([
    [0, 0],
    [1, 0],
    [2, 1],
    [3, 1],
    [50, 25],
  ])(
    'with historyMessageLimit %i brings along %i exchanges: a question and its answer are two messages',
    (historyMessageLimit, exchanges) => {
      const settings = { historySettings: { historyMessageLimit } };
      expect(readChatQuestion(inChat({ settings, conversationId: 'talk' })).historyLimit).toBe(exchanges);
    },
  );

  it('needs nothing but model and prompt', () => {
    expect(readChatQuestion({ model: 'gpt-4o', promptObject: { prompt: 'And now?' } })).toMatchObject({
      type: 'UNIFY_CHAT_WITH_AI',
      conversationId: null,
      keepsHistory: false,
      imageKeys: [],
      isMixed: false,
      webSearch: null,
      historyLimit: 5,
    });
  });

  it('takes the other type, null settings and a conversationId at the top', () => {
    const given = { ...chat, type: 'CHAT_WITH_IMAGE', conversationId: 'top' };
    const read = readChatQuestion({
      ...given,
      promptObject: { ...chatPrompt, settings: null, attachments: { images: ['a'], files: [] } },
    });
    expect(read).toMatchObject({ type: 'CHAT_WITH_IMAGE', conversationId: 'top', imageKeys: ['a'] });
  });
});
