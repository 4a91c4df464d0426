import { describe, expect, it } from 'vitest';
import { aiRecordSchema } from '../../../../src/api/ai-record.ts';
import { conversationEntrySchema, conversationMessageSchema } from '../../../../src/api/conversation-entry.ts';
import { modelListSchema } from '../../../../src/api/model-entry.ts';
import { catalogueModels } from '../../../../src/engine/catalogue-data.ts';
import { createApiRig, readEvents } from './api-rig.ts';

const chat = (images: string[], change: object = {}) => ({
  type: 'UNIFY_CHAT_WITH_AI',
  model: 'gpt-4o',
  promptObject: { prompt: 'What is it?', attachments: { images }, ...change },
});

describe('POST /api/chat-with-ai', () => {
  it('gives the finished record', async () => {
    const rig = createApiRig();
    const key = await rig.assets.put('ann');
    const response = await rig.clock.runUntil(rig.post('/api/chat-with-ai', chat([key])));
    const { aiRecord } = Object(await response.json());
    expect(aiRecordSchema.parse(aiRecord)).toMatchObject({
      type: 'UNIFY_CHAT_WITH_AI',
      status: 'SUCCESS',
      conversationId: null,
      aiRecordDetail: {
        promptObject: {
          prompt: 'What is it?',
          settings: { webSearchSettings: { webSearch: false, numOfSite: 3, maxWord: 1_000 } },
          attachments: { images: [key] },
        },
        resultObject: ['A cat.'],
      },
    });
  });

  it('streams events with isStreaming=true', async () => {
    const rig = createApiRig();
    const response = await rig.post('/api/chat-with-ai?isStreaming=true', chat([await rig.assets.put('ann')]));
    expect(response.headers.get('Content-Type')).toBe('text/event-stream; charset=utf-8');
    const events = readEvents(await rig.clock.runUntil(response.text()));
    expect(events.map(([name]) => name)).toEqual(['content', 'content', 'result', 'done']);
  });

  it('answers a follow-up without pictures, and refuses one in a conversation that has none', async () => {
    const rig = createApiRig();
    const conversationId = 'talk';
    const first = await rig.post('/api/chat-with-ai', chat([], { conversationId }));
    expect([first.status, await first.json()]).toMatchObject([400, { errorCode: 'MISSING_IMAGES' }]);
    await rig.clock.runUntil(rig.post('/api/chat-with-ai', chat([await rig.assets.put('ann')], { conversationId })));
    const followUp = await rig.clock.runUntil(rig.post('/api/chat-with-ai', chat([], { conversationId })));
    expect(followUp.status).toBe(200);
  });

  it('refuses a key it does not know instead of answering without the picture', async () => {
    const rig = createApiRig();
    const response = await rig.post('/api/chat-with-ai', chat(['images/none.png']));
    expect([response.status, await response.json()]).toMatchObject([
      400,
      { errorCode: 'INVALID_IMAGE', error: { details: [{ field: 'promptObject.attachments.images' }] } },
    ]);
    expect(rig.model.requests).toEqual([]);
  });
});

describe('/api/conversations', () => {
  const body = { type: 'UNIFY_CHAT_WITH_AI', title: 'My cat', model: 'gpt-4o' };

  it('creates, lists, shows and forgets', async () => {
    const rig = createApiRig();
    const { conversation } = Object(await (await rig.post('/api/conversations', body)).json());
    expect(conversationEntrySchema.parse(conversation)).toEqual({
      ...body,
      uuid: conversation.uuid,
      status: 'ACTIVE',
      createdAt: '2026-01-01T00:00:00.000Z',
    });
    const question = await rig.example({ conversationId: conversation.uuid });
    await rig.clock.runUntil(rig.post('/api/features?isStreaming=false', question));
    const listed = Object(await (await rig.request('/api/conversations')).json());
    expect(listed).toEqual({ conversations: [conversation] });
    const path = `/api/conversations/${conversation.uuid}`;
    const shown = Object(await (await rig.request(path)).json()).conversation;
    expect(
      conversationMessageSchema
        .array()
        .parse(shown.messages)
        .map((message) => message.role),
    ).toEqual(['user', 'assistant']);
    expect((await rig.request(path, { method: 'DELETE' })).status).toBe(204);
    expect((await rig.request(path, { method: 'DELETE' })).status).toBe(404);
    expect((await rig.request(path)).status).toBe(404);
  });

  it('finds a conversation by any id its owner chose', async () => {
    const rig = createApiRig();
    const conversationId = 'Ä/..%2F 🐈?#';
    await rig.clock.runUntil(rig.post('/api/features?isStreaming=false', await rig.example({ conversationId })));
    const path = `/api/conversations/${encodeURIComponent(conversationId)}`;
    expect(await (await rig.request(path)).json()).toMatchObject({ conversation: { uuid: conversationId } });
    expect((await rig.request(path, { key: 'ben' })).status).toBe(404);
  });

  const refusals = [
    ['no type', { type: undefined }, 'REQUEST_BODY_VALIDATION_FAILED', 'type'],
    ['an unknown type', { type: 'CHAT_WITH_PDF' }, 'REQUEST_BODY_VALIDATION_FAILED', 'type'],
    ['no title', { title: undefined }, 'REQUEST_BODY_VALIDATION_FAILED', 'title'],
    ['an empty title', { title: '' }, 'REQUEST_BODY_VALIDATION_FAILED', 'title'],
    ['a title of 92 characters', { title: 'x'.repeat(92) }, 'REQUEST_BODY_VALIDATION_FAILED', 'title'],
    ['no model', { model: undefined }, 'REQUEST_BODY_VALIDATION_FAILED', 'model'],
    ['an unknown model', { model: 'gpt-9' }, 'UNSUPPORTED_MODEL', 'model'],
  ] as const;
  it.each(refusals)('refuses %s', async (_what, change, code, field) => {
    const rig = createApiRig();
    const response = await rig.post('/api/conversations', { ...body, ...change });
    expect([response.status, await response.json()]).toMatchObject([
      400,
      { errorCode: code, error: { details: [{ field }] } },
    ]);
    expect(await rig.engine.conversations.list('ann')).toEqual([]);
  });

  it('takes a title of 91 characters, an emoji counting as one', async () => {
    const response = await createApiRig().post('/api/conversations', { ...body, title: '🐈'.repeat(91) });
    expect(response.status).toBe(200);
  });
});

describe('GET /models', () => {
  it('lists every model, by feature where one is named', async () => {
    const rig = createApiRig();
    const list = modelListSchema.parse(await (await rig.request('/models?feature=CHAT_WITH_IMAGE')).json());
    expect([list.models.length, list.total]).toEqual([catalogueModels.length, catalogueModels.length]);
    expect(list.models.find((model) => model.modelId === 'gpt-4o')).toMatchObject({
      available: true,
      status: 'ACTIVE',
    });
    expect(await (await rig.request('/models?feature=OTHER')).json()).toEqual({ models: [], total: 0 });
    expect(await (await rig.request('/models?feature=')).json()).toMatchObject({ total: catalogueModels.length });
  });
});

describe('GET /api/results/{id}', () => {
  it('gives the record as it stands, and null for what is unknown or somebody else’s', async () => {
    const rig = createApiRig();
    const { data } = Object(await (await rig.post('/api/features', await rig.example())).json());
    const path = `/api/results/${data.aiRecordId}`;
    const read = async (key: string) => Object(await (await rig.request(path, { key })).json());
    expect(await read('ann')).toMatchObject({
      aiRecord: { status: 'PROCESSING', aiRecordDetail: { resultObject: [] } },
    });
    await rig.clock.advance(1_000);
    expect(await read('ann')).toMatchObject({ aiRecord: { status: 'SUCCESS' } });
    expect(await read('ben')).toEqual({ aiRecord: null });
    expect(await (await rig.request('/api/results/none')).json()).toEqual({ aiRecord: null });
  });
});
