import { describe, expect, it } from 'vitest';
import type { ImageQuestion } from '../../../src/answer/image-chat.ts';
import { StopRequest } from '../../../src/answer/stop-request.ts';
import type { Refusal } from '../../fakes/scripted-chat-api/scripted-chat-api.ts';
import { hostedService, pageServer } from '../../fakes/scripted-chat-api/scripted-rules.ts';
import { askAbout, collect, never, runInSteps, smallPicture, startHostedBench } from './chat-api-bench.ts';

const chat = 'POST /api/chat-with-ai';
const conversation = 'POST /api/conversations';
const key = 'images/2026_11_22_00_00_00_000_1_bicycle.png';

describe('a question in the unified dialect', () => {
  it('is posted in its form, under a conversation that was created for it', async () => {
    const bench = await startHostedBench();
    const webSearch = { numOfSite: 3, maxWord: 500 };
    const { text } = await collect(askAbout(bench.chat, { conversationId: 'thread-1', isMixed: true, webSearch }));
    expect(text).toBe('A red bicycle.');
    expect(bench.asked()).toEqual(['POST /api/assets', conversation, `${chat}?isStreaming=true`]);
    expect(bench.bodies(conversation)).toEqual([
      { type: 'UNIFY_CHAT_WITH_AI', title: 'What is this?', model: 'gpt-4o' },
    ]);
    expect(bench.bodies(chat)).toEqual([
      {
        type: 'UNIFY_CHAT_WITH_AI',
        model: 'gpt-4o',
        promptObject: {
          prompt: 'What is this?',
          conversationId: [...bench.api.conversations.keys()][0],
          settings: {
            webSearchSettings: { webSearch: true, numOfSite: 3, maxWord: 500 },
            historySettings: { isMixed: true, historyMessageLimit: 10 },
          },
          attachments: { images: [key] },
        },
      },
    ]);
  });

  it('leaves out the search when there is none', async () => {
    const bench = await startHostedBench();
    await collect(askAbout(bench.chat));
    expect(bench.bodies(chat)[0].promptObject.settings).toEqual({
      historySettings: { isMixed: false, historyMessageLimit: 10 },
    });
  });

  it('says who it is, and keeps its key in its header', async () => {
    const { api, chat: client } = await startHostedBench();
    await collect(askAbout(client));
    expect(api.requests).toHaveLength(3);
    for (const { headers, body } of api.requests) {
      expect(headers).toMatchObject({ 'api-key': api.apiKey, 'user-agent': 'Sightline/1.2.3' });
      expect(body).not.toContain(api.apiKey);
    }
  });

  it('tells what it cost', async () => {
    const bench = await startHostedBench();
    const { end } = await collect(askAbout(bench.chat));
    expect(end).toMatchObject({ usage: { inputTokens: 2_924, outputTokens: 3, credits: 1_314 } });
  });

  it('reads a result of hundreds of kilobytes', async () => {
    const bench = await startHostedBench();
    bench.api.script({ echoCharacters: 700_000 });
    expect(await collect(askAbout(bench.chat))).toMatchObject({ text: 'A red bicycle.', thrown: null });
  });

  it('is tried again once without the search when the service refuses that, and says so', async () => {
    const bench = await startHostedBench('unified', { ...hostedService, webSearch: 'refused' });
    const asking = collect(askAbout(bench.chat, { webSearch: { numOfSite: 3, maxWord: 500 } }));
    const { text, end } = await runInSteps(bench.clock, 500, asking);
    const shown = '*The web search did not work, so this answer is without it.*\n\nA red bicycle.';
    expect(text).toBe(shown);
    expect(end).toMatchObject({ text: shown });
    const searched = bench.bodies(chat).map(({ promptObject }) => 'webSearchSettings' in promptObject.settings);
    expect(searched).toEqual([true, true, false]);
    expect(bench.bodies(chat)[2].promptObject.attachments).toEqual({ images: [key] });
  });

  it.each([
    ['no credit is left', { status: 406, body: '{"errorCode":"INSUFFICIENT_CREDITS"}' }, 'chat-out-of-credits'],
    ['the model is unknown', { status: 400, body: '{"errorCode":"UNSUPPORTED_MODEL"}' }, 'chat-model-unknown'],
    ['the key is wrong', { status: 401, body: '{}' }, 'chat-unauthorized'],
  ])('is not tried without the search when %s', async (_name, refusal, code) => {
    const bench = await startHostedBench();
    bench.api.refuse(chat, refusal);
    const { thrown } = await collect(askAbout(bench.chat, { webSearch: { numOfSite: 1, maxWord: 50 } }));
    expect(thrown).toMatchObject({ code });
    expect(bench.bodies(chat)).toHaveLength(1);
  });

  it('never goes along a redirect with its key', async () => {
    const bench = await startHostedBench('auto');
    const thief = await startHostedBench();
    const headers = { location: `${thief.api.url}/api/chat-with-ai` };
    bench.api.refuse(chat, { status: 307, headers });
    bench.api.refuse(conversation, { status: 308, headers });
    expect(await collect(askAbout(bench.chat))).toMatchObject({ thrown: { facts: { status: 308 } } });
    expect(await collect(askAbout(bench.chat))).toMatchObject({ thrown: { facts: { status: 307 } } });
    expect(thief.api.requests).toEqual([]);
  });

  it.each([
    ['the connection broke', 'drop' as const, 'chat-unreachable'],
    [
      'a page came after the gateway waited',
      { status: 522, headers: { 'content-type': 'text/html' }, body: '<html>' },
      'chat-unreachable',
    ],
    [
      'a page came with a good status',
      { status: 200, headers: { 'content-type': 'text/html' }, body: '<!doctype html><p>maintenance' },
      'chat-unreachable',
    ],
    ['a guard refused with a page', { status: 403, body: '<!DOCTYPE html><html>Ray ID' }, 'chat-unreachable'],
    ['the server fell over', { status: 500, body: 'oops' }, 'chat-failed'],
  ] satisfies [string, Refusal, string][])(
    'is not asked again when %s: it may have been billed',
    async (_name, refusal, code) => {
      const bench = await startHostedBench('auto');
      bench.api.refuse(chat, refusal);
      const { thrown } = await runInSteps(bench.clock, 500, collect(askAbout(bench.chat)));
      expect(thrown).toMatchObject({ code });
      expect(bench.asked().filter((each) => each.startsWith(chat))).toHaveLength(1);
      expect(bench.asked().some((each) => each.startsWith('POST /api/features'))).toBe(false);
    },
  );

  it('does not wait for a server that wants it to wait for longer than half a minute', async () => {
    const bench = await startHostedBench();
    bench.api.refuse(chat, {
      status: 429,
      headers: { 'retry-after': '31' },
      body: '{"success":false,"error":{"code":"RATE_LIMITED"}}',
    });
    expect(await collect(askAbout(bench.chat))).toMatchObject({
      thrown: { code: 'chat-rate-limited', retryAfterMs: 31_000 },
    });
    bench.api.refuse(chat, { status: 429, headers: { 'retry-after': '30' } });
    const { text } = await runInSteps(bench.clock, 5_000, collect(askAbout(bench.chat)));
    expect(text).toBe('A red bicycle.');
  });

  it('never shows the name of the team that has no credit left', async () => {
    const bench = await startHostedBench();
    const message = 'The feature requires 105 credits, but the Team Rocket team only has 35 credits';
    bench.api.refuse(chat, { status: 406, body: JSON.stringify({ errorCode: 'INSUFFICIENT_CREDITS', message }) });
    bench.api.script({}, { form: 'record', ending: 'failed-record', error: { code: 'INSUFFICIENT_CREDITS', message } });
    const refused = await collect(askAbout(bench.chat));
    expect(refused.thrown).toMatchObject({
      code: 'chat-out-of-credits',
      facts: { requiredCredits: 105, availableCredits: 35 },
    });
    await collect(askAbout(bench.chat));
    const failed = await collect(askAbout(bench.chat));
    expect(failed.thrown).toMatchObject({ code: 'chat-out-of-credits' });
    for (const { thrown } of [refused, failed])
      expect(`${JSON.stringify(thrown)} ${String(thrown)}`).not.toContain('Rocket');
    expect(JSON.stringify(bench.logger.lines)).not.toContain('Rocket');
  });

  it('is not asked when a picture cannot be uploaded', async () => {
    const bench = await startHostedBench('auto');
    bench.api.refuse('POST /api/assets', { status: 522 }, { status: 522 });
    const { thrown } = await runInSteps(bench.clock, 500, collect(askAbout(bench.chat)));
    expect(thrown).toMatchObject({ code: 'chat-unreachable', facts: { attempts: 2 } });
    expect(bench.asked()).toEqual(['POST /api/assets', 'POST /api/assets']);
  });
});

describe('an answer that is had as a result', () => {
  it.each(['record', 'processing'] as const)('can be had again after a restart, %s', async (form) => {
    const bench = await startHostedBench();
    bench.api.script({ form });
    const imageKey = await bench.chat.upload({ conversationKey: 'k', ...smallPicture }, never);
    const question: ImageQuestion = {
      conversationKey: 'k',
      conversationId: 'c',
      model: 'gpt-4o',
      prompt: 'What is this?',
      imageKeys: [imageKey],
      isMixed: false,
      webSearch: null,
    };
    let recordId = '';
    const note = async (id: string) => {
      recordId = id;
    };
    const first = await runInSteps(bench.clock, 2_000, collect(bench.chat.ask(question, note, never)));
    const again = await runInSteps(bench.clock, 2_000, collect(bench.again().chat.resume(recordId, never)));
    expect(again.end).toEqual(first.end);
    expect(bench.bodies(chat)).toHaveLength(1);
    bench.api.forgetRecords();
    expect(await collect(bench.chat.resume(recordId, never))).toMatchObject({ thrown: { code: 'chat-record-gone' } });
  });

  it('is left alone when somebody stops it: there is nothing to be stopped', async () => {
    const bench = await startHostedBench();
    bench.api.script({ form: 'processing', ending: 'stall' });
    const stop = new AbortController();
    const asking = collect(askAbout(bench.chat, {}, stop.signal));
    await expect.poll(() => bench.bodies(chat)).toHaveLength(1);
    stop.abort(new StopRequest());
    expect(await asking).toMatchObject({ thrown: stop.signal.reason });
    expect(bench.asked().filter((each) => each.startsWith('DELETE'))).toEqual([]);
    expect(bench.clock.pending()).toBe(0);
  });
});

describe('a picture that is uploaded', () => {
  it.each([
    ['no extension', { fileName: 'bicycle', mimeType: 'image/png' }],
    ['another extension', { fileName: 'bicycle.heic', mimeType: 'image/heic' }],
    ['another type', { fileName: 'bicycle.png', mimeType: 'application/octet-stream' }],
  ])('gets the name and the type of its bytes when it has %s', async (_name, change) => {
    const bench = await startHostedBench();
    await bench.chat.upload({ conversationKey: 'k', ...smallPicture, ...change }, never);
    expect(bench.api.requests[0]?.body).toMatch(/filename="bicycle\.png"\r\ncontent-type: image\/png\r\n/i);
  });

  it('is not sent when it is larger than the service takes', async () => {
    const bench = await startHostedBench();
    const bytes = new Uint8Array(52_428_801);
    const refused = bench.chat.upload({ conversationKey: 'k', ...smallPicture, bytes }, never);
    await expect(refused).rejects.toMatchObject({ code: 'chat-image-refused', facts: { maxBytes: 52_428_800 } });
    expect(bench.asked()).toEqual([]);
  });

  it.each([
    [{ fileContent: { path: 'a/1.png' }, asset: { key: 'b' } }, 'a/1.png'],
    [{ fileContent: { uuid: 'u' }, asset: { key: 'b/2.png' }, path: 'c' }, 'b/2.png'],
    [{ path: 'c/3.png', key: 'd' }, 'c/3.png'],
    [{ key: 'd/4.png' }, 'd/4.png'],
  ])('is known by the key in %j', async (body, wanted) => {
    const bench = await startHostedBench();
    bench.api.refuse('POST /api/assets', { status: 201, body: JSON.stringify(body) });
    expect(await bench.chat.upload({ conversationKey: 'k', ...smallPicture }, never)).toBe(wanted);
  });

  it('is not taken for uploaded when the service names no key', async () => {
    const bench = await startHostedBench();
    bench.api.refuse('POST /api/assets', { status: 200, body: '{"asset":{"location":"https://x.test/1.png"}}' });
    await expect(bench.chat.upload({ conversationKey: 'k', ...smallPicture }, never)).rejects.toMatchObject({
      code: 'chat-failed',
    });
  });
});

describe('a conversation of the hosted service', () => {
  it('is created once for each of ours, and known after a restart', async () => {
    const bench = await startHostedBench();
    await collect(askAbout(bench.chat, { conversationId: 'one' }));
    await collect(askAbout(bench.chat, { conversationId: 'two' }));
    const { chat: restarted } = bench.again();
    await collect(askAbout(restarted, { conversationId: 'one' }));
    const ids = bench.bodies(chat).map(({ promptObject }) => promptObject.conversationId);
    expect(ids).toEqual([ids[0], ids[1], ids[0]]);
    expect(new Set(ids).size).toBe(2);
    expect(bench.bodies(conversation)).toHaveLength(2);
  });

  it('is created once for questions that come at once, and waits for nobody who gave up', async () => {
    const bench = await startHostedBench();
    bench.api.refuse(conversation, 'hang');
    const impatient = new AbortController();
    const first = collect(askAbout(bench.chat, {}, impatient.signal));
    const others = [1, 2, 3].map(() => collect(askAbout(bench.chat)));
    await expect.poll(() => bench.bodies(conversation)).toHaveLength(1);
    impatient.abort(new Error('no time'));
    expect(await first).toMatchObject({ thrown: new Error('no time') });
    for (const other of await Promise.all(others)) expect(other).toMatchObject({ text: 'A red bicycle.' });
    expect(bench.bodies(conversation)).toHaveLength(2);
    expect(bench.api.conversations.size).toBe(1);
  });

  it('has a title of ninety whole characters at the most, in one line', async () => {
    const bench = await startHostedBench();
    await collect(askAbout(bench.chat, { prompt: `What\n\tis ${'🚲'.repeat(200)}?`, conversationId: 'long' }));
    bench.api.refuse(conversation, { status: 200, body: '{"uuid":"u"}' });
    await collect(askAbout(bench.chat, { prompt: ' \n ', conversationId: 'empty' }));
    const titles = bench.bodies(conversation).map(({ title }) => title);
    expect([...titles[0]]).toHaveLength(90);
    expect(titles[0]).toBe(`What is ${'🚲'.repeat(82)}`);
    expect(titles[1]).toBe('Pictures');
  });

  it.each([
    [{ conversation: { uuid: 'a', id: 'b' }, uuid: 'c' }, 'a'],
    [{ conversation: { id: 'b' }, uuid: 'c', id: 'd' }, 'c'],
    [{ conversation: { id: 'b' }, id: 'd' }, 'b'],
    [{ id: 'd', data: { conversationId: 'e' } }, 'd'],
    [{ data: { conversationId: 'e' } }, 'e'],
  ])('is known by the id in %j', async (body, id) => {
    const bench = await startHostedBench();
    bench.api.refuse(conversation, { status: 201, body: JSON.stringify(body) });
    bench.api.refuse(chat, { status: 401 });
    await collect(askAbout(bench.chat));
    expect(bench.bodies(chat)[0].promptObject.conversationId).toBe(id);
  });

  it('is created anew, once, when the service does not have it any more', async () => {
    const bench = await startHostedBench('auto');
    await collect(askAbout(bench.chat));
    bench.api.forgetConversations();
    expect(await collect(askAbout(bench.chat))).toMatchObject({ text: 'A red bicycle.', thrown: null });
    expect(bench.bodies(conversation)).toHaveLength(2);
    const gone: Refusal = {
      status: 404,
      body: '{"errorCode":"UNKNOWN_ERROR","message":"Conversation does not exist"}',
    };
    bench.api.refuse(chat, gone, gone, gone);
    expect(await collect(askAbout(bench.chat))).toMatchObject({ thrown: { facts: { unknown: 'conversation' } } });
    expect(bench.bodies(conversation)).toHaveLength(3);
    expect(bench.bodies('POST /api/features')).toEqual([]);
  });

  it.each([404, 405, 501])('is done without when the service answers %i to creating one', async (status) => {
    const bench = await startHostedBench('unified', { ...hostedService, conversations: { status } });
    expect(await collect(askAbout(bench.chat))).toMatchObject({ text: 'A red bicycle.' });
    expect(await collect(askAbout(bench.chat, { conversationId: 'other' }))).toMatchObject({ text: 'A red bicycle.' });
    for (const { promptObject } of bench.bodies(chat)) {
      expect(promptObject).not.toHaveProperty('conversationId');
      expect(promptObject.settings).toEqual({});
    }
    expect(bench.bodies(conversation)).toHaveLength(1);
    await bench.clock.advance(600_000);
    bench.api.setRules({ conversations: 'kept' });
    await collect(askAbout(bench.chat));
    expect(bench.bodies(chat)[2].promptObject).toHaveProperty('conversationId');
  });

  it.each([
    ['does not know conversations', { status: 404 }],
    [
      'does not create any for the page’s feature',
      { status: 400, body: { errorCode: 'REQUEST_BODY_VALIDATION_FAILED' } },
    ],
  ])('has our own id in the page’s dialect on a server that %s', async (_name, refusal) => {
    const bench = await startHostedBench('features', { ...pageServer, conversations: refusal });
    await collect(askAbout(bench.chat, { conversationId: 'ours' }));
    expect(bench.bodies('POST /api/features')[0]).toMatchObject({ type: 'CHAT_WITH_IMAGE', conversationId: 'ours' });
  });

  it('is created for the page’s feature in the page’s dialect, and belongs to it', async () => {
    const bench = await startHostedBench('features', { ...pageServer, conversations: 'kept' });
    await collect(askAbout(bench.chat));
    expect(bench.bodies(conversation)[0]).toMatchObject({ type: 'CHAT_WITH_IMAGE' });
    const [id] = bench.api.conversations.keys();
    expect(bench.bodies('POST /api/features')[0]).toMatchObject({ conversationId: id });
    bench.api.setRules(hostedService);
    const { chat: unified } = bench.again('unified');
    expect(await collect(askAbout(unified))).toMatchObject({ text: 'A red bicycle.' });
    expect(bench.bodies(chat)[0].promptObject.conversationId).not.toBe(id);
  });

  it('is forgotten by the service too', async () => {
    const bench = await startHostedBench();
    await collect(askAbout(bench.chat));
    const [id] = bench.api.conversations.keys();
    await bench.chat.forget('c', never);
    await bench.chat.forget('c', never);
    await bench.chat.forget('never asked', never);
    expect(bench.api.deletedConversations).toEqual([id]);
    expect(bench.logger.lines).toEqual([]);
    await collect(askAbout(bench.chat));
    expect(bench.bodies(conversation)).toHaveLength(2);
  });

  it('is forgotten here even when the service cannot', async () => {
    const bench = await startHostedBench();
    await collect(askAbout(bench.chat));
    bench.api.refuse('DELETE /api/conversations', { status: 500 });
    await bench.chat.forget('c', never);
    expect(bench.logger.lines).toHaveLength(1);
    await collect(askAbout(bench.chat));
    expect(bench.bodies(conversation)).toHaveLength(2);
  });

  it('is another one on another server', async () => {
    const bench = await startHostedBench();
    const other = await startHostedBench();
    await collect(askAbout(bench.chat));
    const { chat: moved } = bench.again('unified', { baseUrl: other.api.url });
    await collect(askAbout(moved));
    expect(other.bodies(conversation)).toHaveLength(1);
    expect(other.bodies(chat)).toHaveLength(1);
  });
});

describe('an answer that saw no picture', () => {
  it('is not passed off as one, whatever its words', async () => {
    const bench = await startHostedBench('auto');
    bench.api.setRules({ pictures: 'ignored' });
    const { text, end, thrown } = await collect(askAbout(bench.chat));
    expect(text).toBe('A red bicycle.');
    expect(end).toMatchObject({ type: 'text-delta' });
    expect(thrown).toMatchObject({
      code: 'chat-image-unread',
      retryable: false,
      facts: { model: 'gpt-4o', promptToken: 4, inputToken: 91 },
    });
    expect(bench.asked().some((each) => each.startsWith('POST /api/features'))).toBe(false);
  });

  it('is not shown at all where nothing was shown yet', async () => {
    const bench = await startHostedBench();
    bench.api.setRules({ pictures: 'ignored' });
    bench.api.script({ form: 'record' });
    expect(await collect(askAbout(bench.chat))).toMatchObject({ seen: [], thrown: { code: 'chat-image-unread' } });
  });

  const usage = (inputToken: number, promptToken: number | null) => ({ inputToken, promptToken, outputToken: 3 });
  it.each([
    ['as was recorded of a question without pictures', usage(98, 11), true],
    ['with room for nothing', usage(107, 11), true],
    ['with room for the cheapest picture', usage(183, 11), false],
    ['that are unknown', usage(0, 0), false],
    ['without those of the words', usage(98, null), false],
    ['with a history', usage(400, 11), false],
    [
      'and credits as they were recorded of a question without pictures',
      {
        credit: 45,
        inputToken: 98,
        totalToken: 101,
        inputCredit: 44,
        outputToken: 3,
        promptToken: 11,
        outputCredit: 1,
      },
      true,
    ],
    [
      'but credits that paid for a picture',
      { credit: 1_250, inputToken: 98, inputCredit: 1_100, outputToken: 100, promptToken: 11, outputCredit: 150 },
      false,
    ],
  ])('is told by tokens %s', async (_name, metadata, isBlind) => {
    const bench = await startHostedBench();
    bench.api.script({ metadata });
    const { thrown } = await collect(askAbout(bench.chat));
    expect(thrown).toEqual(isBlind ? expect.objectContaining({ code: 'chat-image-unread' }) : null);
  });

  it('is not told of small pictures, which cost next to nothing, restarts included', async () => {
    const bench = await startHostedBench();
    const original = { ...smallPicture.original, width: 64, height: 64 };
    const emoji = await bench.chat.upload({ conversationKey: 'k', ...smallPicture, original }, never);
    const { chat: restarted } = bench.again();
    const ask = async (imageKeys: string[]) => {
      bench.api.script({ metadata: usage(104, 11) });
      const question: ImageQuestion = {
        conversationKey: 'k',
        conversationId: 'c',
        model: 'gpt-4o',
        prompt: 'What is this?',
        imageKeys,
        isMixed: false,
        webSearch: null,
      };
      return (await collect(restarted.ask(question, async () => {}, never))).thrown;
    };
    expect(await ask([emoji])).toBeNull();
    const large = await restarted.upload({ conversationKey: 'k', ...smallPicture }, never);
    expect(await ask([emoji, large])).toMatchObject({ code: 'chat-image-unread' });
  });
});

describe('finding the dialect', () => {
  it('asks in the unified one and stays with it', async () => {
    const bench = await startHostedBench('auto');
    await collect(askAbout(bench.chat));
    await collect(askAbout(bench.chat));
    expect(bench.bodies('POST /api/features')).toEqual([]);
  });

  it.each([
    ['says that it does not support the feature', { ...pageServer, unified: 'unsupported' as const }],
    ['has no such endpoint', pageServer],
  ])(
    'asks in the other one once the server %s, remembers that for hours, and tries again later',
    async (_name, rules) => {
      const bench = await startHostedBench('auto', rules);
      expect(await collect(askAbout(bench.chat))).toMatchObject({ text: 'A red bicycle.' });
      expect(bench.bodies(chat)).toHaveLength(1);
      const { chat: restarted, logger } = bench.again();
      expect(await collect(askAbout(restarted))).toMatchObject({ text: 'A red bicycle.' });
      expect(bench.bodies(chat)).toHaveLength(1);
      expect(bench.bodies('POST /api/features')).toHaveLength(2);
      expect(logger.lines).toEqual([]);
      await bench.clock.advance(6 * 3_600_000);
      bench.api.setRules(hostedService);
      expect(await collect(askAbout(restarted))).toMatchObject({ text: 'A red bicycle.' });
      expect(bench.bodies(chat)).toHaveLength(2);
      expect(bench.bodies('POST /api/features')).toHaveLength(2);
    },
  );

  it('goes back when the server has moved on meanwhile', async () => {
    const bench = await startHostedBench('auto', pageServer);
    await collect(askAbout(bench.chat));
    bench.api.setRules(hostedService);
    await bench.clock.advance(600_000);
    expect(await collect(askAbout(bench.chat))).toMatchObject({ text: 'A red bicycle.' });
    expect(bench.asked().slice(-3)).toEqual(['POST /api/features', conversation, `${chat}?isStreaming=true`]);
    await collect(askAbout(bench.chat));
    expect(bench.bodies('POST /api/features')).toHaveLength(2);
  });

  it('keeps a conversation in the dialect it was created in, for its history', async () => {
    const bench = await startHostedBench('auto', { ...pageServer, conversations: 'kept' });
    await collect(askAbout(bench.chat, { conversationId: 'old' }));
    bench.api.setRules({ unified: 'answered' });
    await bench.clock.advance(7 * 3_600_000);
    await collect(askAbout(bench.chat, { conversationId: 'old' }));
    expect(bench.bodies('POST /api/features')).toHaveLength(2);
    await collect(askAbout(bench.chat, { conversationId: 'new' }));
    expect(bench.bodies(chat)).toHaveLength(2);
  });

  it('gives up when the server understands neither', async () => {
    const bench = await startHostedBench('auto', { ...hostedService, unified: 'missing' });
    const { seen, thrown } = await collect(askAbout(bench.chat));
    expect(seen).toEqual([]);
    expect(thrown).toMatchObject({ code: 'chat-invalid-request', facts: { unknown: 'feature-type' } });
    expect(bench.bodies(chat)).toHaveLength(1);
    expect(bench.bodies('POST /api/features')).toHaveLength(1);
  });

  it('never mixes the bodies, and never asks without the picture', async () => {
    const bench = await startHostedBench('auto', { ...pageServer, unified: 'unsupported', webSearch: 'refused' });
    const asking = collect(askAbout(bench.chat, { webSearch: { numOfSite: 1, maxWord: 50 } }));
    await runInSteps(bench.clock, 500, asking);
    for (const { promptObject } of bench.bodies(chat)) {
      expect(Object.keys(promptObject).sort()).toEqual(['attachments', 'prompt', 'settings']);
      expect(promptObject.attachments.images).toEqual([key]);
    }
    for (const { promptObject } of bench.bodies('POST /api/features')) {
      expect(promptObject).not.toHaveProperty('attachments');
      expect(promptObject).not.toHaveProperty('settings');
      expect(promptObject.imageList).toEqual([key]);
    }
    expect(bench.bodies('POST /api/features')).toHaveLength(3);
  });

  it('does not ask in the other dialect when the operator chose one', async () => {
    const bench = await startHostedBench('features', hostedService);
    expect(await collect(askAbout(bench.chat))).toMatchObject({ thrown: { code: 'chat-invalid-request' } });
    expect(bench.bodies(chat)).toEqual([]);
  });
});
