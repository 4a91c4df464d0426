import type { RequestListener, ServerResponse } from 'node:http';
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from 'vitest';
import {
  createGuardedDownload,
  type DownloadRequest,
  fetchLimits,
} from '../../../adapters/fetch-guard/create-guarded-download.ts';
import { type Clock, createSystemClock } from '../../../src/lib/clock.ts';
import { Failure } from '../../../src/lib/errors.ts';
import { createFakeClock } from '../../fakes/fake-clock.ts';
import { startWebServer } from './loopback-servers.ts';

const open: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close();
});

const request: DownloadRequest = { accept: 'image/*', types: null, maxBytes: 100_000, totalMs: 15_000, secrets: null };
const never = new AbortController().signal;

async function serve(answer: RequestListener) {
  const server = await startWebServer(answer);
  open.push(server.close);
  return server;
}

function createGuard(origins: readonly string[], clock: Clock = createSystemClock()) {
  const guard = createGuardedDownload({ clock, userAgent: 'Sightline/1 (test)', origins, anyPublicHost: false });
  open.push(guard.close);
  return guard;
}

/** A server, and what fetching its `/a.png` gives. */
async function fetchFrom(answer: RequestListener, wanted: Partial<DownloadRequest> = {}) {
  const server = await serve(answer);
  const guard = createGuard([server.origin]);
  const url = new URL(`${server.origin}/a.png?hm=signature`);
  const fetching = guard.download(url, { ...request, ...wanted }, never).catch((error: unknown) => error);
  return { server, outcome: await fetching };
}

const text = (outcome: unknown) => `${outcome} ${JSON.stringify(outcome)}`;

describe('a download', () => {
  it('brings the bytes, their type and where they came from', async () => {
    const { outcome, server } = await fetchFrom((_, response) =>
      response.setHeader('Content-Type', 'Image/PNG; charset=x').end('bytes'),
    );
    expect(outcome).toEqual({
      bytes: Buffer.from('bytes'),
      contentType: 'image/png',
      url: new URL(`${server.origin}/a.png?hm=signature`),
    });
  });

  it('says who asks and what for, and nothing of where from', async () => {
    const { server } = await fetchFrom((_, response) => response.end('x'));
    expect(server.requests[0]?.headers).toEqual({
      host: new URL(server.origin).host,
      connection: 'keep-alive',
      accept: 'image/*',
      'user-agent': 'Sightline/1 (test)',
      'accept-encoding': 'identity',
    });
  });

  it('forgets the cookies that it is given', async () => {
    const server = await serve((_, response) => response.setHeader('Set-Cookie', 'a=b').end('x'));
    const guard = createGuard([server.origin]);
    for (const path of ['/1', '/2']) await guard.download(new URL(path, server.origin), request, never);
    expect(server.requests.map(({ headers }) => headers.cookie)).toEqual([undefined, undefined]);
  });

  it('uses connections for the next pictures too', async () => {
    const server = await serve((_, response) => response.end('x'));
    const guard = createGuard([server.origin]);
    for (const path of ['/1', '/2', '/3', '/4', '/5', '/6'])
      await guard.download(new URL(path, server.origin), request, never);
    // One is at times still on its way back when the next picture is asked for.
    expect(server.connections()).toBeLessThanOrEqual(2);
  });

  it.each([
    [404, 'fetch-gone', false],
    [410, 'fetch-gone', false],
    [403, 'fetch-status', false],
    [415, 'fetch-status', false],
    [304, 'fetch-status', false],
    [429, 'fetch-status', true],
    [503, 'fetch-status', true],
  ])('fails with the status when it is %i', async (status, code, retryable) => {
    const { outcome } = await fetchFrom((_, response) => response.writeHead(status).end());
    expect(outcome).toMatchObject({ code, retryable, facts: { status } });
  });

  it('names neither path nor query when it fails', async () => {
    const { outcome } = await fetchFrom((_, response) => response.writeHead(403).end());
    expect(text(outcome)).toContain('127.0.0.1');
    expect(text(outcome)).not.toMatch(/signature|a\.png/);
  });

  it('fails as unreachable when nobody listens', async () => {
    const server = await startWebServer((_, response) => response.end());
    const guard = createGuard([server.origin]);
    await server.close();
    const failure = await guard.download(new URL(server.origin), request, never).catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: 'fetch-unreachable', retryable: true });
    expect(text(failure)).toContain('ECONNREFUSED');
  });

  it('reads only the types that are wanted', async () => {
    const page: RequestListener = (_, response) => response.setHeader('Content-Type', 'text/html').end('<p>');
    const binary: RequestListener = (_, response) => response.setHeader('Content-Type', 'application/zip').end('x');
    const types = ['text/', 'application/json'];
    expect((await fetchFrom(page, { types })).outcome).toMatchObject({ contentType: 'text/html' });
    expect((await fetchFrom(binary, { types })).outcome).toMatchObject({ code: 'fetch-refused-type' });
    expect((await fetchFrom((_, response) => response.end('x'), { types })).outcome).toMatchObject({
      code: 'fetch-refused-type',
    });
  });
});

describe('the origins of a guard', () => {
  it.each([
    'cdn.example.com',
    'https://cdn.example.com/path',
    'https://user@cdn.example.com',
    'https://cdn.example.com:8443',
    'https://cdn.example.com?',
    'http://cdn.example.com',
    'http://10.0.0.1',
    'http://localhost.example.com',
    'ftp://localhost',
    '',
  ])('cannot be "%s"', (origin) => {
    expect(() => createGuard([origin])).toThrow(`"${origin}"`);
  });

  it.each(['https://cdn.example.com', 'https://cdn.example.com/', 'http://localhost:3000', 'http://[::1]:3000'])(
    'can be "%s"',
    (origin) => {
      expect(() => createGuard([origin])).not.toThrow();
    },
  );

  it('open this machine on exactly the port that they name', async () => {
    const named = await serve((_, response) => response.end('x'));
    const other = await serve((_, response) => response.end('x'));
    const guard = createGuard([named.origin]);
    for (const address of [other.origin, `http://localhost:${named.port}`, `https://127.0.0.1:${named.port}`])
      await expect(guard.download(new URL(address), request, never)).rejects.toMatchObject({
        code: 'fetch-refused-address',
      });
    expect([named.connections(), other.connections()]).toEqual([0, 0]);
  });
});

describe('redirects', () => {
  const redirect = (response: ServerResponse, to: string, status = 302) =>
    response.writeHead(status, { Location: to }).end();

  it.each([301, 302, 303, 307, 308])('are followed when their status is %i', async (status) => {
    const { outcome, server } = await fetchFrom((incoming, response) =>
      incoming.url === '/b' ? response.end('here') : redirect(response, '/b', status),
    );
    expect(outcome).toMatchObject({ bytes: Buffer.from('here'), url: new URL('/b', server.origin) });
  });

  it('are followed three times and no more', async () => {
    const { outcome, server } = await fetchFrom((_, response) => redirect(response, '/again'));
    expect(outcome).toMatchObject({ code: 'fetch-too-many-redirects' });
    expect(server.requests).toHaveLength(4);
  });

  it('are told of before they are followed, and end with what is thrown then', async () => {
    const other = await serve((_, response) => response.end('x'));
    const told: string[] = [];
    const refused = new Failure('sign-in', 'it leads to where people sign in');
    const { outcome, server } = await fetchFrom((_, response) => redirect(response, `${other.origin}/login`), {
      checkRedirect(to) {
        told.push(to.href);
        throw refused;
      },
    });
    expect(outcome).toBe(refused);
    expect(told).toEqual([`${other.origin}/login`]);
    expect([server.requests.length, other.connections()]).toEqual([1, 0]);
  });

  const secretHeaders = {
    Authorization: 'Bearer canary',
    'Proxy-Authorization': 'Basic canary',
    Cookie: 'session=canary',
    Cookie2: 'canary',
    'X-Api-Key': 'canary',
    'Api-Key': 'canary',
    'X-Auth-Token': 'canary',
    'X-Slack-Signature': 'canary',
  };

  it.each([301, 302, 303, 307, 308])(
    'with status %i take no secret to another host, port or scheme',
    async (status) => {
      const other = await serve((_, response) => response.end('x'));
      const targets = [other.origin, `http://localhost:${other.port}`, `https://127.0.0.1:${other.port}`];
      for (const target of targets) {
        const own = await serve((_, response) => redirect(response, `${target}/b`, status));
        const guard = createGuard([own.origin, other.origin, `http://localhost:${other.port}`]);
        const secrets = { origins: [own.origin], headers: secretHeaders };
        await guard.download(new URL(own.origin), { ...request, secrets }, never).catch(() => {});
        expect(own.requests[0]?.headers.authorization).toBe('Bearer canary');
      }
      expect(other.requests).toHaveLength(2);
      expect(JSON.stringify(other.requests.map((each) => each.rawHeaders))).not.toContain('canary');
    },
  );

  it('keep a secret as long as they stay with its origin', async () => {
    const { server } = await fetchFrom((_, response) => response.end());
    const own = await serve((incoming, response) =>
      incoming.url === '/b' ? response.end() : redirect(response, '/b'),
    );
    const guard = createGuard([own.origin, server.origin]);
    const secrets = { origins: [own.origin], headers: { Authorization: 'Bearer canary' } };
    await guard.download(new URL(own.origin), { ...request, secrets }, never);
    expect(own.requests.map(({ headers }) => headers.authorization)).toEqual(['Bearer canary', 'Bearer canary']);
  });

  it('do not bring a secret back once they have been elsewhere', async () => {
    const own = await serve((incoming, response) =>
      incoming.url === '/back' ? response.end('x') : redirect(response, `${other.origin}/`),
    );
    const other = await serve((_, response) => redirect(response, `${own.origin}/back`));
    const guard = createGuard([own.origin, other.origin]);
    const secrets = { origins: [own.origin], headers: { Authorization: 'Bearer canary' } };
    await guard.download(new URL(own.origin), { ...request, secrets }, never);
    expect(own.requests.map(({ headers }) => headers.authorization)).toEqual(['Bearer canary', undefined]);
  });

  it('send no secret to an origin that it is not for', async () => {
    const secrets = { origins: ['https://files.example.com'], headers: { Authorization: 'Bearer canary' } };
    const { server } = await fetchFrom((_, response) => response.end('x'), { secrets });
    expect(server.requests[0]?.headers.authorization).toBeUndefined();
  });
});

describe('too many bytes', () => {
  const zeros = Buffer.alloc(32 * 1_024 * 1_024);
  const bombs = {
    gzip: gzipSync(zeros),
    'x-gzip': gzipSync(zeros),
    deflate: deflateSync(zeros),
    br: brotliCompressSync(zeros),
  };

  it.each(Object.entries(bombs))('are counted after unpacking %s', async (encoding, bomb) => {
    expect(bomb.byteLength).toBeLessThan(request.maxBytes);
    const { outcome } = await fetchFrom((_, response) => response.setHeader('Content-Encoding', encoding).end(bomb));
    expect(outcome).toMatchObject({ code: 'fetch-too-large', facts: { maxBytes: request.maxBytes } });
  });

  it('do not hinder what a server packs unasked and is small', async () => {
    const packed = gzipSync('small');
    const { outcome } = await fetchFrom((_, response) => response.setHeader('Content-Encoding', 'gzip').end(packed));
    expect(outcome).toMatchObject({ bytes: Buffer.from('small') });
  });

  it.each(['gzip, gzip', 'br, gzip', 'zstd', 'compress', 'unheard-of'])('cannot hide in "%s"', async (encoding) => {
    const { outcome } = await fetchFrom((_, response) =>
      response.setHeader('Content-Encoding', encoding).end(gzipSync(bombs.gzip)),
    );
    expect(outcome).toMatchObject({ code: 'fetch-refused-type' });
  });

  it('fail as unreadable when they are not packed as they say', async () => {
    const { outcome } = await fetchFrom((_, response) => response.setHeader('Content-Encoding', 'gzip').end('plain'));
    expect(outcome).toMatchObject({ code: 'fetch-unreachable' });
  });

  it('are not read when they announce themselves', async () => {
    const { outcome } = await fetchFrom((_, response) => {
      response.writeHead(200, { 'Content-Length': '999999999999' });
      response.write('x');
    });
    expect(outcome).toMatchObject({ code: 'fetch-too-large' });
  });

  it('are cut when they do not end, and the connection with them', async () => {
    const piece = Buffer.alloc(64 * 1_024);
    const { outcome, server } = await fetchFrom((_, response) => {
      const pour = () => {
        while (!response.destroyed && response.write(piece));
        if (!response.destroyed) response.once('drain', pour);
      };
      pour();
    });
    expect(outcome).toMatchObject({ code: 'fetch-too-large' });
    await expect.poll(server.openConnections).toBe(0);
  });

  it('may be exactly as many as are taken', async () => {
    const { outcome } = await fetchFrom((_, response) => response.end(Buffer.alloc(request.maxBytes)));
    expect(outcome).toMatchObject({ bytes: { byteLength: request.maxBytes } });
  });

  it('are refused in headers', async () => {
    const { outcome } = await fetchFrom((_, response) =>
      response.setHeader('X-Long', 'x'.repeat(fetchLimits.headerBytes)).end('x'),
    );
    expect(outcome).toMatchObject({ code: 'fetch-unreachable' });
  });

  it('fail as unreadable when fewer come than were announced', async () => {
    const { outcome } = await fetchFrom((_, response) => {
      response.writeHead(200, { 'Content-Length': '1000' });
      response.write('x', () => response.destroy());
    });
    expect(outcome).toMatchObject({ code: 'fetch-unreachable', retryable: true });
  });
});

describe('time', () => {
  /** Starts a download from a server that lets the test answer. */
  async function begin(clock: Clock, signal: AbortSignal = never, totalMs = request.totalMs) {
    const asked = Promise.withResolvers<ServerResponse>();
    const server = await serve((_, response) => asked.resolve(response));
    const guard = createGuard([server.origin], clock);
    const outcome = guard
      .download(new URL(server.origin), { ...request, totalMs }, signal)
      .catch((error: unknown) => error);
    return { server, guard, outcome, response: await asked.promise };
  }

  it('runs out for a server that does not answer', async () => {
    const clock = createFakeClock();
    const { outcome, server } = await begin(clock);
    await clock.advance(fetchLimits.idleMs);
    expect(await outcome).toMatchObject({ code: 'fetch-timeout', retryable: true, facts: { limitMs: 8_000 } });
    expect(clock.pending()).toBe(0);
    await expect.poll(server.openConnections).toBe(0);
  });

  it('runs out for a server that stops in the middle', async () => {
    const clock = createFakeClock();
    const { outcome, response, server } = await begin(clock);
    response.write('x');
    await clock.advance(fetchLimits.idleMs * 2);
    expect(await outcome).toMatchObject({ code: 'fetch-timeout' });
    await expect.poll(server.openConnections).toBe(0);
  });

  it('runs out for a server that sends a byte now and then', async () => {
    const { outcome, response, server } = await begin(createSystemClock(), never, 150);
    const drip = setInterval(() => response.write('x'), 10);
    expect(await outcome).toMatchObject({ code: 'fetch-timeout', facts: { limitMs: 150 } });
    clearInterval(drip);
    await expect.poll(server.openConnections).toBe(0);
  });

  it('is given back with the reason of an abort before the answer', async () => {
    const aborting = new AbortController();
    const clock = createFakeClock();
    const { outcome, server } = await begin(clock, aborting.signal);
    const reason = new Error('stopped');
    aborting.abort(reason);
    expect(await outcome).toBe(reason);
    expect(clock.pending()).toBe(0);
    await expect.poll(server.openConnections).toBe(0);
  });

  it('is given back with the reason of an abort in the middle of the body', async () => {
    const aborting = new AbortController();
    const { outcome, response, server } = await begin(createFakeClock(), aborting.signal);
    await new Promise((resolve) => response.write('x', resolve));
    const reason = new Error('stopped');
    aborting.abort(reason);
    expect(await outcome).toBe(reason);
    await expect.poll(server.openConnections).toBe(0);
  });

  it('is not spent at all on what was aborted before', async () => {
    const server = await serve((_, response) => response.end('x'));
    const guard = createGuard([server.origin]);
    await expect(
      guard.download(new URL(server.origin), request, AbortSignal.abort(new Error('stopped'))),
    ).rejects.toThrow('stopped');
    expect(server.connections()).toBe(0);
  });

  it('ends for every download when the guard is closed', async () => {
    const { outcome, guard, server } = await begin(createSystemClock());
    await guard.close();
    expect(await outcome).toMatchObject({ code: 'fetch-unreachable' });
    await expect.poll(server.openConnections).toBe(0);
  });
});
