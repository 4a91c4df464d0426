import { createServer, type RequestListener } from 'node:http';
import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import type { DiscordCall } from '../../../../adapters/discord/rest/discord-call.ts';
import { createDiscordRest } from '../../../../adapters/discord/rest/rest.ts';
import { createFakeClock } from '../../../fakes/fake-clock.ts';
import { bucketHeaders, createScriptedRest, failureOf, jsonReply, madeToken } from './scripted-rest.ts';

const channel = '112233445566778899';
const signal = new AbortController().signal;
const edit = (message = '998877665544332211'): DiscordCall => ({
  method: 'PATCH',
  route: `/channels/${channel}/messages/${message}`,
  body: { content: 'more' },
});
const typing = (where = channel): DiscordCall => ({ method: 'POST', route: `/channels/${where}/typing` });
const webhookEdit: DiscordCall = {
  method: 'PATCH',
  route: '/webhooks/112233445566778899/very-secret-interaction-token/messages/@original',
  body: { content: 'more' },
  auth: false,
};

describe('a call', () => {
  it('goes to the same address when that was given with a slash at its end', async () => {
    const urls: string[] = [];
    const call = createDiscordRest({
      token: madeToken,
      apiUrl: 'http://discord.test/api/',
      userAgent: 'Sightline/1.0.0',
      clock: createFakeClock(),
      onRefused: () => {},
      async makeRequest(url) {
        urls.push(url);
        return jsonReply(200, {});
      },
    });
    await call({ method: 'GET', route: '/gateway/bot' }, signal);
    expect(urls).toEqual(['http://discord.test/api/v10/gateway/bot']);
  });

  it('is sent to the version of the API, with the token and as JSON', async () => {
    const { call, sent } = createScriptedRest(() => jsonReply(200, { id: '1' }));
    const query = new URLSearchParams({ limit: '50' });

    await call({ method: 'POST', route: `/channels/${channel}/messages`, body: { content: 'hi' }, query }, signal);

    expect(sent.map(({ method, url }) => `${method} ${url}`)).toEqual([
      `POST http://discord.test/api/v10/channels/${channel}/messages?limit=50`,
    ]);
    expect(sent[0]?.init.body).toBe('{"content":"hi"}');
    expect(sent[0]?.init.headers).toMatchObject({
      Authorization: `Bot ${madeToken}`,
      'Content-Type': 'application/json',
      'User-Agent': expect.stringMatching(/^DiscordBot \(.+\) Sightline\/1\.0\.0$/),
    });
  });

  it('leaves the token out where the route has its own', async () => {
    const { call, sent } = createScriptedRest(() => jsonReply(200, {}));

    await call(webhookEdit, signal);

    expect(inspect(sent[0]?.init.headers)).not.toContain(madeToken);
  });

  it('gives the body as it came and what the headers say of the bucket', async () => {
    const { call } = createScriptedRest(() => jsonReply(200, { id: '7', extra: [1] }, bucketHeaders(3, 1.204)));

    const reply = await call(edit(), signal);

    expect(reply).toEqual({ body: { id: '7', extra: [1] }, bucket: { count: 5, remaining: 3, resetAfterMs: 1_204 } });
  });

  it('gives null for a reply without a body and for one without headers of a bucket', async () => {
    const { call } = createScriptedRest(() => new Response(null, { status: 204 }));

    expect(await call(typing(), signal)).toEqual({ body: null, bucket: null });
  });

  it('takes nonsense in the headers of the bucket for nothing said', async () => {
    const headers = { ...bucketHeaders(3, 1), 'x-ratelimit-reset-after': 'NaN' };
    const { call } = createScriptedRest(() => jsonReply(200, {}, headers));

    expect((await call(edit(), signal)).bucket).toBeNull();
  });

  it('does not wait for another one in the same channel', async () => {
    const first = Promise.withResolvers<Response>();
    const { call, sent } = createScriptedRest((_request, index) =>
      index === 0 ? first.promise : jsonReply(200, { index }),
    );

    const slow = call(edit('998877665544332211'), signal);
    const quick = await call(edit('998877665544332212'), signal);
    first.resolve(jsonReply(200, { index: 0 }));

    expect(quick.body).toEqual({ index: 1 });
    expect((await slow).body).toEqual({ index: 0 });
    expect(sent).toHaveLength(2);
  });

  it('is sent once, whatever becomes of it', async () => {
    const { call, sent } = createScriptedRest(() => new Response('<html>Bad gateway</html>', { status: 502 }));

    const failure = await failureOf(call(edit(), signal));

    expect(failure).toMatchObject({ code: 'platform-unreachable', retryable: true, facts: { status: 502 } });
    expect(sent).toHaveLength(1);
  });

  it('fails as unreachable when the connection breaks', async () => {
    const { call } = createScriptedRest(() => {
      throw Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' });
    });

    const failure = await failureOf(call(edit(), signal));

    expect(failure).toMatchObject({ code: 'platform-unreachable', retryable: true });
    expect(failure.message).toContain('ECONNRESET');
  });

  it('fails as unreachable when a good reply is no JSON', async () => {
    const { call } = createScriptedRest(() => new Response('<html>Sign in to this network</html>', { status: 200 }));

    expect(await failureOf(call(edit(), signal))).toMatchObject({ code: 'platform-unreachable', retryable: true });
  });

  it('fails when the reply does not end', async () => {
    const endless = new ReadableStream<Uint8Array>({
      pull: (controller) => controller.enqueue(new Uint8Array(1_024 * 1_024)),
    });
    const { call } = createScriptedRest(() => new Response(endless, { status: 200 }));

    expect(await failureOf(call(edit(), signal))).toMatchObject({ code: 'platform-rejected' });
  });

  it('is given up after ten seconds, and nothing is left waiting', async () => {
    const { call, clock } = createScriptedRest(({ init }) => hang(init.signal));

    const failure = failureOf(call(edit(), signal));
    await clock.advance(9_999);
    expect(clock.pending()).toBe(1);
    await clock.advance(1);

    expect(await failure).toMatchObject({ code: 'platform-unreachable', retryable: true });
    expect(clock.pending()).toBe(0);
  });

  it('rejects with the reason of an abort, as it is', async () => {
    const { call, clock } = createScriptedRest(({ init }) => hang(init.signal));
    const controller = new AbortController();
    const reason = new Error('shutting down');

    const running = call(edit(), controller.signal);
    await clock.advance(1);
    controller.abort(reason);

    await expect(running).rejects.toBe(reason);
    await expect(call(edit(), controller.signal)).rejects.toBe(reason);
    expect(clock.pending()).toBe(0);
  });

  it('leaves no listener on a signal that lives long', async () => {
    const { call } = createScriptedRest(() => jsonReply(200, {}));
    const controller = new AbortController();
    let listeners = 0;
    const { addEventListener, removeEventListener } = AbortSignal.prototype;
    controller.signal.addEventListener = (...rest: Parameters<typeof addEventListener>) => {
      listeners += 1;
      addEventListener.apply(controller.signal, rest);
    };
    controller.signal.removeEventListener = (...rest: Parameters<typeof removeEventListener>) => {
      listeners -= 1;
      removeEventListener.apply(controller.signal, rest);
    };

    for (let index = 0; index < 20; index += 1) await call(edit(), controller.signal);

    expect(listeners).toBe(0);
  });

  it('says in no failure what its route or its headers keep secret', async () => {
    const thrown = Object.assign(new Error(`connect failed for ${webhookEdit.route}`), { code: 'ECONNREFUSED' });
    const replies: readonly (() => Response)[] = [
      () => jsonReply(404, { code: 10_015, message: 'Unknown Webhook' }),
      () => new Response('<html>', { status: 500 }),
      () => jsonReply(429, { retry_after: 1, message: 'You are being rate limited.' }),
      () => {
        throw thrown;
      },
    ];
    for (const reply of replies) {
      const { call } = createScriptedRest(reply);
      const text = inspect(await failureOf(call(webhookEdit, signal)), { depth: 10 });
      expect(text).not.toContain('very-secret');
      expect(text).not.toContain(madeToken);
    }
  });
});

function hang(abort: AbortSignal | null | undefined): Promise<Response> {
  return new Promise((_resolve, reject) => {
    abort?.addEventListener('abort', () => reject(new DOMException('aborted', 'AbortError')), { once: true });
  });
}

describe('the SDK’s own way of sending', () => {
  async function startServer(answer: RequestListener) {
    const server = createServer(answer);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    const port = typeof address === 'object' ? address?.port : null;
    const call = createDiscordRest({
      token: madeToken,
      apiUrl: `http://127.0.0.1:${port}/api`,
      userAgent: 'Sightline/1.0.0',
      clock: createFakeClock(),
      onRefused: () => {},
    });
    return {
      call,
      async [Symbol.asyncDispose]() {
        server.closeAllConnections();
        await new Promise((resolve) => server.close(resolve));
      },
    };
  }

  it('brings the body there and back', async () => {
    await using server = await startServer(async (request, response) => {
      const received = (await request.toArray()).join('');
      response.writeHead(200, { 'content-type': 'application/json', ...bucketHeaders(4, 5) });
      response.end(JSON.stringify({ url: request.url, received }));
    });

    expect(await server.call(edit('1'), signal)).toEqual({
      body: { url: `/api/v10/channels/${channel}/messages/1`, received: '{"content":"more"}' },
      bucket: { count: 5, remaining: 4, resetAfterMs: 5_000 },
    });
  });

  it('fails as unreachable when the connection ends in the middle of the reply', async () => {
    await using server = await startServer((_request, response) => {
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': '100' });
      response.write('{', () => response.destroy());
    });

    expect(await failureOf(server.call(edit(), signal))).toMatchObject({
      code: 'platform-unreachable',
      retryable: true,
    });
  });

  it('gives up a reply in the middle when it is aborted', async () => {
    const controller = new AbortController();
    const reason = new Error('shutting down');
    await using server = await startServer((_request, response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.write('{', () => controller.abort(reason));
    });

    await expect(server.call(edit(), controller.signal)).rejects.toBe(reason);
  });
});

describe('limits', () => {
  it('refuses a call for which its bucket has no room, unsent, until the bucket is emptied', async () => {
    const { call, clock, sent } = createScriptedRest(() => jsonReply(200, {}, bucketHeaders(0, 2.5)));
    await call(edit('998877665544332211'), signal);
    await clock.advance(1_000);

    const failure = await failureOf(call(edit('998877665544332212'), signal));

    expect(failure).toMatchObject({ code: 'platform-rate-limited', retryable: true, retryAfterMs: 1_500 });
    expect(sent).toHaveLength(1);
    await clock.advance(1_500);
    await call(edit(), signal);
    expect(sent).toHaveLength(2);
  });

  it('waits a moment when the bot as a whole has sent too much in a second, in order', async () => {
    const { call, clock, sent } = createScriptedRest(() => jsonReply(200, {}));
    for (let index = 0; index < 47; index += 1) await call(edit(), signal);
    await clock.advance(800);

    const late = Promise.all([call(edit('1'), signal), call(edit('2'), signal)]);
    await clock.advance(199);
    expect(sent).toHaveLength(47);
    await clock.runUntil(late);

    expect(sent.slice(47).map(({ url }) => url.at(-1))).toEqual(['1', '2']);
    expect(clock.pending()).toBe(0);
  });

  it('refuses what would have to wait longer for the bot’s calls of a second, and stops waiting when it is aborted', async () => {
    const { call, clock, sent } = createScriptedRest(() => jsonReply(200, {}));
    for (let index = 0; index < 47; index += 1) await call(edit(), signal);

    expect(await failureOf(call(edit(), signal))).toMatchObject({
      code: 'platform-rate-limited',
      retryAfterMs: 1_000,
    });
    await clock.advance(800);
    const controller = new AbortController();
    const reason = new Error('shutting down');
    const waiting = call(edit(), controller.signal);
    controller.abort(reason);

    await expect(waiting).rejects.toBe(reason);
    expect(sent).toHaveLength(47);
    expect(clock.pending()).toBe(0);
  });

  it('passes on a 429 with its time, and refuses the same kind of call until then', async () => {
    const { call, clock, sent } = createScriptedRest((_request, index) =>
      index === 0 ? jsonReply(429, { retry_after: 0.75, global: false }, { 'retry-after': '1' }) : jsonReply(200, {}),
    );

    expect(await failureOf(call(edit(), signal))).toMatchObject({ code: 'platform-rate-limited', retryAfterMs: 750 });
    expect(await failureOf(call(edit(), signal))).toMatchObject({ code: 'platform-rate-limited', retryAfterMs: 750 });
    expect(sent).toHaveLength(1);

    await call({ method: 'GET', route: `/channels/${channel}` }, signal);
    await clock.advance(750);
    await call(edit(), signal);
    expect(sent).toHaveLength(3);
  });

  it('tells the token’s end once after three refusals in a row, and sends nothing any more', async () => {
    const { call, sent, refused } = createScriptedRest(() => jsonReply(401, { code: 0, message: '401: Unauthorized' }));

    for (let index = 0; index < 5; index += 1) {
      expect(await failureOf(call(edit(), signal))).toMatchObject({
        code: 'platform-forbidden',
        facts: { status: 401 },
      });
    }

    expect(sent).toHaveLength(3);
    expect(refused).toHaveLength(1);
    expect(await failureOf(call(webhookEdit, signal))).toMatchObject({ code: 'platform-forbidden' });
    expect(sent).toHaveLength(3);
  });

  it('goes on with the token after a single 401', async () => {
    const { call, sent, refused } = createScriptedRest((_request, index) =>
      index % 3 === 2 ? jsonReply(200, {}) : jsonReply(401, { code: 0 }),
    );

    for (let index = 0; index < 9; index += 1) await call(edit(), signal).catch(() => {});

    expect(sent).toHaveLength(9);
    expect(refused).toEqual([]);
    expect(inspect(sent[8]?.init.headers)).toContain(madeToken);
  });

  it('does not take the end of an interaction for the end of the token', async () => {
    const { call, refused } = createScriptedRest(() =>
      jsonReply(401, { code: 50_027, message: 'Invalid Webhook Token' }),
    );

    for (let index = 0; index < 4; index += 1) {
      expect(await failureOf(call(webhookEdit, signal))).toMatchObject({ code: 'platform-place-gone' });
    }
    expect(refused).toEqual([]);
  });

  it('shows no typing for a minute where the bot was refused, and asks nothing of other channels', async () => {
    const { call, clock, sent } = createScriptedRest((_request, index) =>
      index === 0
        ? jsonReply(403, { code: 50_013, message: 'Missing Permissions' })
        : new Response(null, { status: 204 }),
    );
    await failureOf(call(edit(), signal));

    expect(await failureOf(call(typing(), signal))).toMatchObject({ code: 'platform-forbidden', retryable: false });
    expect(sent).toHaveLength(1);
    await call(edit(), signal);
    await call(typing('112233445566778800'), signal);
    await clock.advance(60_000);
    await call(typing(), signal);
    expect(sent).toHaveLength(4);
  });

  it('leaves out typing for a while after a thousand refused calls, so that Discord does not shut the address out', async () => {
    const { call, clock, sent } = createScriptedRest(({ method }) =>
      method === 'GET' ? jsonReply(403, { code: 50_001 }) : new Response(null, { status: 204 }),
    );
    const refusedCall = (): DiscordCall => ({ method: 'GET', route: '/guilds/112233445566778899' });
    for (let index = 0; index < 999; index += 1) {
      await failureOf(call(refusedCall(), signal));
      if (index % 40 === 39) await clock.advance(1_000);
    }
    await clock.advance(1_000);
    await call(typing(), signal);
    await failureOf(call(refusedCall(), signal));
    sent.length = 0;

    expect(await failureOf(call(typing(), signal))).toMatchObject({ code: 'platform-rate-limited' });
    await call(edit(), signal);
    expect(sent).toHaveLength(1);
    await clock.advance(600_000);
    await call(typing(), signal);
    expect(sent).toHaveLength(2);
  });
});
