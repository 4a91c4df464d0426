import { createServer } from 'node:http';
import { describe, expect, it } from 'vitest';
import type { ImageQuestion } from '../../../src/answer/image-chat.ts';
import { StopRequest } from '../../../src/answer/stop-request.ts';
import type { Refusal } from '../../fakes/scripted-chat-api/scripted-chat-api.ts';
import { askAbout, collect, never, runInSteps, smallPicture, startBench } from './chat-api-bench.ts';

const upload = { conversationKey: 'k', ...smallPicture };

describe('what is sent', () => {
  it('is the page’s form, with the key in its header and nowhere else', async () => {
    const { api, chat } = await startBench();
    const webSearch = { numOfSite: 3, maxWord: 500 };
    await collect(askAbout(chat, { conversationId: 'thread-1', isMixed: true, webSearch }));
    const [uploading, asking, reading] = api.requests;
    expect(api.requests.map(({ method, path }) => `${method} ${path}`)).toEqual([
      'POST /api/assets',
      'POST /api/features',
      'GET /api/features/stream/record-1',
    ]);
    expect(uploading?.headers['content-type']).toMatch(/^multipart\/form-data; boundary=/);
    expect(uploading?.body).toContain('name="asset"; filename="bicycle.png"');
    expect(JSON.parse(asking?.body ?? '')).toEqual({
      type: 'CHAT_WITH_IMAGE',
      model: 'gpt-4o',
      conversationId: 'thread-1',
      promptObject: {
        prompt: 'What is this?',
        imageList: ['images/2026_11_22_00_00_00_000_1_bicycle.png'],
        isMixed: true,
        webSearch: true,
        numOfSite: 3,
        maxWord: 500,
      },
    });
    for (const { headers, body } of [uploading, asking, reading].filter((each) => each !== undefined)) {
      expect(headers).toMatchObject({ 'api-key': api.apiKey, 'user-agent': 'Sightline/1.2.3' });
      expect(headers.accept).toBeTruthy();
      expect(body).not.toContain(api.apiKey);
    }
  });

  it('tells what the picture was, before the file and nothing more than that', async () => {
    const { api, chat } = await startBench();
    const original = { ...smallPicture.original, camera: 'Canon EOS 400D' };
    await chat.upload({ ...upload, original }, never);
    const names = [...(api.requests[0]?.body ?? '').matchAll(/form-data; name="([^"]*)"/g)].map((match) => match[1]);
    expect(names).toEqual(['original', 'asset']);
    expect(api.requests[0]?.body).toContain(
      '\r\n\r\n{"format":"PNG","width":2560,"height":1600,"sizeBytes":1843200,"frames":1}\r\n',
    );
  });

  it('leaves out what a search would need when there is none', async () => {
    const { api, chat } = await startBench();
    await collect(askAbout(chat));
    expect(JSON.parse(api.requests[1]?.body ?? '').promptObject).toMatchObject({ webSearch: false, isMixed: false });
    expect(api.requests[1]?.body).not.toMatch(/numOfSite|maxWord/);
  });

  it('is told to the watcher just before, without address and key', async () => {
    const { api, chat, calls, clock } = await startBench();
    await collect(askAbout(chat, { conversationKey: 'whose' }));
    expect(calls.map(({ conversationKey, method, path }) => [conversationKey, method, path])).toEqual([
      ['k', 'POST', '/api/assets'],
      ['whose', 'POST', '/api/features'],
      ['whose', 'GET', '/api/features/stream/record-1'],
    ]);
    expect(calls[0]?.body).toEqual({ type: 'file', field: 'asset', fileName: 'bicycle.png', mimeType: 'image/png' });
    expect(calls[1]?.body).toEqual({ type: 'json', value: JSON.parse(api.requests[1]?.body ?? '') });
    expect(calls[2]).toMatchObject({ atMs: clock.now(), body: { type: 'none' } });
    expect(JSON.stringify(calls)).not.toContain(api.apiKey);
  });

  it('goes below the path of the address', async () => {
    const { api, chat } = await startBench();
    const bare = await startBench({ baseUrl: `${api.url}/prefix/`, apiKey: api.apiKey });
    await expect(bare.chat.upload(upload, never)).rejects.toMatchObject({ facts: { status: 404 } });
    expect(api.requests.map(({ path }) => path)).toEqual(['/prefix/api/assets']);
    await chat.upload(upload, never);
  });

  it('keeps to the requests that a minute may have', async () => {
    const { api, chat, clock } = await startBench({ requestsPerMinute: 2 });
    const startMs = clock.now();
    const asking = collect(askAbout(chat));
    await runInSteps(clock, 20_000, asking);
    expect(api.requests).toHaveLength(3);
    expect(clock.now() - startMs).toBeGreaterThanOrEqual(60_000);
  });
});

describe('where the key goes', () => {
  it('is not along a redirect', async () => {
    const { api, chat } = await startBench();
    const thief = await startBench();
    for (const status of [301, 302, 303, 307, 308]) {
      api.refuse('POST /api/features', { status, headers: { location: `${thief.api.url}/api/features` } });
      const { thrown } = await collect(askAbout(chat));
      expect(thrown).toMatchObject({ code: 'chat-failed', facts: { status } });
    }
    expect(thief.api.requests).toEqual([]);
  });

  it.each([
    ['another server', (thief: string) => `${thief}/api/features/stream/1`],
    ['another server without a scheme', (thief: string) => `${thief.slice(5)}/api/features/stream/1`],
    ['a name in front of the host', (_: string, own: string) => own.replace('http://', 'http://somebody@')],
    ['another scheme', (_: string, own: string) => own.replace('http:', 'https:')],
  ])('is not to %s that the answer is said to be at', async (_name, toUrl) => {
    const { api, chat } = await startBench();
    const thief = await startBench();
    api.setStreamingUrl(() => toUrl(thief.api.url, `${api.url}/api/features/stream/record-1`));
    const { thrown } = await collect(askAbout(chat));
    expect(thrown).toMatchObject({ code: 'chat-broken-stream' });
    expect(thief.api.requests).toEqual([]);
    expect(api.requests).toHaveLength(2);
  });

  it('is to the same server, wherever it says', async () => {
    const { api, chat } = await startBench();
    api.setStreamingUrl((recordId) => `${api.url}/api/features/stream/${recordId}`);
    expect(await collect(askAbout(chat))).toMatchObject({ text: 'A red bicycle.', thrown: null });
  });

  it('is not into failures and logs', async () => {
    const { api, chat, logger } = await startBench({ apiKey: 'wrong-secret-key' });
    const thrown = await chat.upload(upload, never).catch((error: unknown) => error);
    expect(thrown).toMatchObject({ code: 'chat-unauthorized', facts: { variable: 'CHAT_API_KEY' } });
    api.refuse('POST /api/assets', 'drop', 'drop');
    expect(JSON.stringify([thrown, String(thrown), logger.lines])).not.toContain('wrong-secret-key');
  });
});

describe('what is tried again', () => {
  const busy: Refusal = { status: 503 };
  const page: Refusal = { status: 522, headers: { 'content-type': 'text/html' }, body: '<html>522</html>' };
  const limited: Refusal = { status: 429, headers: { 'retry-after': '7' } };

  async function asksAfter(...refusals: Refusal[]) {
    const bench = await startBench();
    const startMs = bench.clock.now();
    bench.api.refuse('POST /api/features', ...refusals);
    const result = await runInSteps(bench.clock, 3_500, collect(askAbout(bench.chat)));
    const asked = bench.api.requests.filter(({ method, path }) => `${method} ${path}` === 'POST /api/features');
    return { ...result, asked: asked.length, tookMs: bench.clock.now() - startMs, calls: bench.calls };
  }

  it('asks again as often as three times when there are too many requests, after the time that was named', async () => {
    const { text, asked, tookMs, calls } = await asksAfter(limited, limited, limited);
    expect({ text, asked }).toEqual({ text: 'A red bicycle.', asked: 4 });
    expect(tookMs).toBeGreaterThanOrEqual(21_000);
    expect(calls.filter(({ path }) => path === '/api/features')).toHaveLength(4);
  });

  it('asks again twice when the server is busy', async () => {
    expect(await asksAfter(busy, busy)).toMatchObject({ text: 'A red bicycle.', asked: 3 });
    expect(await asksAfter(busy, busy, busy)).toMatchObject({ thrown: { facts: { attempts: 3 } }, asked: 3 });
  });

  it.each([
    ['the connection broke', 'drop' as const],
    ['a page came', page],
    ['a gateway had no answer', { status: 502 }],
  ])('does not ask again when %s: the question may have been taken, and is billed', async (_name, refusal) => {
    expect(await asksAfter(refusal)).toMatchObject({ thrown: { code: 'chat-unreachable' }, asked: 1 });
  });

  it('does not ask again after the first word', async () => {
    const { api, chat } = await startBench();
    api.script({ form: 'events', words: ['Half'], ending: 'error', error: { errorCode: 'OVERLOADED' } });
    expect(await collect(askAbout(chat))).toMatchObject({ text: 'Half', thrown: { code: 'chat-failed' } });
    expect(api.requests).toHaveLength(2);
  });

  it('asks again when nobody listened', async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    const port = typeof address === 'object' ? address?.port : 0;
    await new Promise((resolve) => server.close(resolve));
    const { chat, clock, calls } = await startBench({ baseUrl: `http://127.0.0.1:${port}` });
    const question: ImageQuestion = {
      conversationKey: 'k',
      conversationId: 'c',
      model: 'm',
      prompt: 'p',
      imageKeys: ['images/1.png'],
      isMixed: false,
      webSearch: null,
    };
    const { thrown } = await runInSteps(clock, 500, collect(chat.ask(question, async () => {}, never)));
    expect(thrown).toMatchObject({ code: 'chat-unreachable', facts: { network: 'not-connected', attempts: 3 } });
    expect(calls).toHaveLength(3);
  });

  it('uploads again once, whatever the network did', async () => {
    const { api, chat, clock } = await startBench();
    api.refuse('POST /api/assets', 'drop');
    expect(await runInSteps(clock, 500, chat.upload(upload, never))).toMatch(/^images\//);
    api.refuse('POST /api/assets', 'drop', { status: 502 });
    await expect(runInSteps(clock, 500, chat.upload(upload, never))).rejects.toMatchObject({
      facts: { status: 502, attempts: 2 },
    });
  });

  it('reads the answer again when the server could not be reached for it', async () => {
    const { api, chat, clock } = await startBench();
    api.refuse('GET /api/features/stream', 'drop', page);
    const { text } = await runInSteps(clock, 500, collect(askAbout(chat)));
    expect(text).toBe('A red bicycle.');
    expect(api.requests.filter(({ method }) => method === 'GET')).toHaveLength(3);
  });
});

describe('how long is waited', () => {
  it('is a minute and a half for the answer to begin', async () => {
    const { api, chat, clock } = await startBench();
    const startMs = clock.now();
    api.refuse('POST /api/features', 'hang');
    const { thrown } = await runInSteps(clock, 30_000, collect(askAbout(chat)));
    expect(thrown).toMatchObject({ code: 'chat-timeout', facts: { limitMs: 90_000 } });
    expect(clock.now() - startMs).toBe(90_000);
  });

  it('is a minute between two pieces', async () => {
    const { api, chat, clock } = await startBench();
    api.script({ words: ['Half'], ending: 'stall' });
    const { text, thrown } = await runInSteps(clock, 20_000, collect(askAbout(chat)));
    expect(text).toBe('Half');
    expect(thrown).toMatchObject({ code: 'chat-stalled' });
    expect(clock.pending()).toBe(0);
  });

  it('does not count the time that the reader takes', async () => {
    const { api, chat, clock } = await startBench();
    api.script({ words: ['One ', 'two ', 'three'], drips: true });
    const seen: string[] = [];
    for await (const event of askAbout(chat)) {
      seen.push(event.type);
      await clock.advance(80_000);
    }
    expect(seen.at(-1)).toBe('answer-end');
  });

  it('is five minutes in all', async () => {
    const { api, chat, clock } = await startBench();
    api.script({ form: 'events', words: Array.from({ length: 20 }, (_, index) => `${index} `), drips: true });
    const reading = (async () => {
      for await (const _event of askAbout(chat)) await clock.advance(60_000);
    })();
    await expect(reading).rejects.toMatchObject({ code: 'chat-timeout', facts: { limitMs: 300_000 } });
  });

  it('is two minutes for a record that is never finished', async () => {
    const { api, chat, clock } = await startBench();
    api.script({ form: 'processing', ending: 'stall' });
    const { thrown } = await runInSteps(clock, 10_000, collect(askAbout(chat)));
    expect(thrown).toMatchObject({ code: 'chat-timeout', facts: { limitMs: 120_000 } });
  });

  it('is for a record that exists', async () => {
    const { api, chat, clock } = await startBench();
    api.script({ form: 'processing' });
    const asking = collect(askAbout(chat));
    for (let tries = 0; tries < 400 && api.questionCount() === 0; tries += 1)
      await new Promise((resolve) => setTimeout(resolve, 5));
    api.forgetRecords();
    const { thrown } = await runInSteps(clock, 2_000, asking);
    expect(thrown).toMatchObject({ code: 'chat-record-gone' });
  });

  it('leaves no timer behind', async () => {
    const { chat, clock } = await startBench();
    await collect(askAbout(chat));
    await chat.models(never);
    expect(clock.pending()).toBe(0);
  });
});

describe('a person’s stop', () => {
  async function stopMidway(prepare: (bench: Awaited<ReturnType<typeof startBench>>) => void) {
    const bench = await startBench();
    bench.api.script({ words: ['Half'], ending: 'stall' });
    prepare(bench);
    const stop = new AbortController();
    const asking = (async () => {
      for await (const _event of askAbout(bench.chat, {}, stop.signal)) stop.abort(new StopRequest());
    })();
    asking.catch(() => {});
    await expect(runInSteps(bench.clock, 500, asking)).rejects.toBeInstanceOf(StopRequest);
    return bench;
  }

  it('is passed on', async () => {
    const { api } = await stopMidway(() => {});
    expect(api.stopped).toEqual(['record-1']);
  });

  it('is no trouble for an API that cannot stop', async () => {
    const { api, logger } = await stopMidway(({ api: server }) => server.setStopping(false));
    expect(api.stopped).toEqual([]);
    expect(logger.lines).toEqual([]);
  });

  it('does not wait long for an API that does not react', async () => {
    const { logger, clock } = await stopMidway(({ api: server }) => server.refuse('DELETE /api/features', 'hang'));
    expect(logger.lines.map(({ facts }) => facts)).toEqual([{ reason: 'too slow' }]);
    expect(clock.pending()).toBe(0);
  });
});

describe('the list of models', () => {
  it('reads the hosted entries and our own, and leaves out what does not chat', async () => {
    const { api, chat, calls } = await startBench();
    const chats = ['UNIFY_CHAT_WITH_AI'];
    api.setModels({
      models: [
        { modelId: 'old', features: ['CHAT_WITH_IMAGE'], modality: null, status: 'ACTIVE', provider: 'x' },
        { modelId: 'off', features: chats, modality: { INPUT: ['text', 'image'] }, status: 'DISABLED' },
        { modelId: 'deaf', features: chats, modality: { INPUT: ['text'] }, creditMetadata: { CONTEXT: 0 } },
        { modelId: 'song', features: ['MUSIC_GENERATOR'], modality: { INPUT: ['text'] } },
        { modelId: 'NOT_APPLICABLE', features: chats },
        { noId: true },
        {
          modelId: 'own',
          name: 'Own',
          group: 'Ours',
          provider: 'ours',
          status: 'DISABLED',
          features: chats,
          modality: { INPUT: ['image'] },
          contextTokens: 1_000,
          price: { input: 1, output: 2, currency: 'USD' },
          bestAt: 'all',
          maxImages: 4,
          unavailableReason: 'It needs OWN_API_KEY.',
        },
      ],
    });
    const models = await chat.models(never);
    expect(models.map(({ id, seesPictures, unavailableBecause }) => [id, seesPictures, unavailableBecause])).toEqual([
      ['old', true, null],
      ['off', true, 'The API lists it as switched off.'],
      ['deaf', false, null],
      ['own', true, 'It needs OWN_API_KEY.'],
    ]);
    expect(models[3]).toEqual({
      id: 'own',
      name: 'Own',
      vendor: 'Ours',
      contextTokens: 1_000,
      price: { input: 1, output: 2, perTokens: 1_000_000 },
      seesPictures: true,
      maxPictures: 4,
      bestAt: 'all',
      unavailableBecause: 'It needs OWN_API_KEY.',
    });
    expect(models[2]).toMatchObject({ contextTokens: null, maxPictures: 10 });
    expect(calls).toEqual([]);
  });

  it('reads a bare list', async () => {
    const { api, chat } = await startBench();
    api.setModels([{ modelId: 'one' }]);
    expect((await chat.models(never)).map(({ id }) => id)).toEqual(['one']);
  });

  it('says so when it is no list', async () => {
    const { api, chat } = await startBench();
    api.setModels({ error: 'no' });
    await expect(chat.models(never)).rejects.toMatchObject({ code: 'chat-failed' });
  });
});

describe('aborting', () => {
  it('ends an upload and its connection', async () => {
    const { api, chat } = await startBench();
    api.refuse('POST /api/assets', 'hang');
    const stop = new AbortController();
    const uploading = chat.upload(upload, stop.signal);
    uploading.catch(() => {});
    for (let tries = 0; tries < 400 && api.requests.length === 0; tries += 1)
      await new Promise((resolve) => setTimeout(resolve, 5));
    stop.abort(new Error('enough'));
    await expect(uploading).rejects.toThrow('enough');
    for (let tries = 0; tries < 400 && api.openReplies() > 0; tries += 1)
      await new Promise((resolve) => setTimeout(resolve, 5));
    expect(api.openReplies()).toBe(0);
  });
});
