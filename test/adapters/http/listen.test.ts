import { connect, type Socket } from 'node:net';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { Hono } from 'hono';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Listening, listen, serverLimits } from '../../../adapters/http/listen.ts';
import { toListenFailure } from '../../../adapters/http/to-listen-failure.ts';
import { createFakeClock, type FakeClock } from '../../fakes/fake-clock.ts';
import { exchange } from './http-rig.ts';

const never = new AbortController().signal;

let clock: FakeClock;
let server: Listening;
/** Ends the stream that `/stream` has open. */
let endStream: () => void;

function createRoutes(): Hono {
  const app = new Hono();
  app.onError((_error, context) => context.text('failed', 500));
  app.get('/', (context) => context.text('hello'));
  app.post('/read', async (context) => context.text(String((await context.req.text()).length)));
  app.get('/stream', () => {
    const body = new ReadableStream<Uint8Array>({
      start(controller) {
        controller.enqueue(Buffer.from('first;'));
        endStream = () => {
          controller.enqueue(Buffer.from('last'));
          controller.close();
        };
      },
    });
    return new Response(body, { headers: { 'content-type': 'text/plain', 'transfer-encoding': 'chunked' } });
  });
  app.get('/thrown', () => {
    throw 'not an error';
  });
  return app;
}

beforeEach(async () => {
  clock = createFakeClock();
  server = await listen({ app: createRoutes(), host: '127.0.0.1', port: 0, clock }, never);
});
afterEach(() => clock.runUntil(server.close()));

/** A connection by hand, with what came and whether it was closed. */
async function open(firstBytes: string): Promise<{ socket: Socket; came: () => string; closed: () => boolean }> {
  const socket = connect(server.port, '127.0.0.1');
  let text = '';
  socket.on('data', (chunk) => {
    text += chunk.toString('latin1');
  });
  socket.on('error', () => {});
  await new Promise((resolve) => socket.write(firstBytes, resolve));
  return { socket, came: () => text, closed: () => socket.destroyed };
}

/** Waits for real sockets, not for time. */
async function until(condition: () => boolean): Promise<void> {
  for (let turn = 0; turn < 200_000 && !condition(); turn += 1) await nextTurn();
  expect(condition()).toBe(true);
}

const head = (line: string, ...headers: string[]) =>
  `${[line, `Host: 127.0.0.1:${server.port}`, ...headers].join('\r\n')}\r\n\r\n`;

describe('listening', () => {
  it('resolves when requests are answered, and tells where', async () => {
    expect(server.url).toBe(`http://127.0.0.1:${server.port}`);
    expect(await (await fetch(server.url)).text()).toBe('hello');
  });

  it('says which port is in use and what to change', async () => {
    const second = listen({ app: createRoutes(), host: '127.0.0.1', port: server.port, clock }, never);
    await expect(second).rejects.toMatchObject({
      name: 'Failure',
      code: 'listen-address-in-use',
      message: `Port ${server.port} of 127.0.0.1 is in use: stop the program that has it, or set PORT to another number.`,
    });
  });

  it('says that HOST is none of its addresses', async () => {
    const wrong = listen({ app: createRoutes(), host: '192.0.2.1', port: 0, clock }, never);
    await expect(wrong).rejects.toMatchObject({
      code: 'listen-failed',
      message: expect.stringMatching(/^HOST 192\.0\.2\.1 is not an address of this machine: /),
    });
  });

  it('says that a low port needs rights', () => {
    const refused = Object.assign(new Error('listen EACCES'), { code: 'EACCES' });
    expect(toListenFailure(refused, { host: '0.0.0.0', port: 80 })).toMatchObject({
      code: 'listen-not-permitted',
      message: 'This account may not listen on port 80 of 0.0.0.0: set PORT to a number above 1023.',
    });
  });

  it('does not begin when the signal has aborted', async () => {
    const aborted = AbortSignal.abort(new Error('shutting down'));
    await expect(listen({ app: createRoutes(), host: '127.0.0.1', port: 0, clock }, aborted)).rejects.toThrow(
      'shutting down',
    );
  });
});

describe('limits of a request', () => {
  it.each([
    ['no HTTP at all', () => 'hello\r\n\r\n', 400],
    ['headers over 16 KB', () => head('GET / HTTP/1.1', `X-Long: ${'x'.repeat(serverLimits.maxHeaderBytes)}`), 431],
    ['no Host', () => 'GET / HTTP/1.1\r\nConnection: close\r\n\r\n', 400],
    [
      'a length and chunks at once',
      () => head('POST /read HTTP/1.1', 'Content-Length: 1', 'Transfer-Encoding: chunked'),
      400,
    ],
  ])('refuse %s', async (_case, bytes, status) => {
    expect(await exchange(server.port, [bytes()])).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
  });

  it('are answered in the envelope', async () => {
    expect(await exchange(server.port, ['hello\r\n\r\n'])).toContain('"errorCode":"INVALID_REQUEST"');
  });

  it('leave room for slow uploads and for thousands of streams', () => {
    expect(serverLimits.requestTimeoutMs).toBeGreaterThan(50 * 8 * 1_000);
    expect(serverLimits.maxConnections).toBeGreaterThanOrEqual(2_000);
  });

  it('are not stack traces even when what is thrown is no error', async () => {
    const response = await fetch(`${server.url}/thrown`);
    expect([response.status, await response.json()]).toMatchObject([500, { errorCode: 'INTERNAL_ERROR' }]);
  });
});

describe('a slow body', () => {
  it('is cut when nothing comes for 15 seconds', async () => {
    const { came, closed } = await open(head('POST /read HTTP/1.1', 'Content-Length: 1000'));
    await until(() => clock.pending() === 1);
    for (let turn = 0; turn < 50; turn += 1) await nextTurn();
    await clock.advance(14_000);
    expect(closed()).toBe(false);
    await clock.advance(3_000);
    await until(closed);
    expect(came()).toMatch(/^HTTP\/1\.1 408 [\s\S]*"message":"The request came too slowly\."/);
    expect(came()).not.toContain('200 OK');
  });

  it('may take as long as its pace allows', async () => {
    const { socket, came, closed } = await open(
      head('POST /read HTTP/1.1', `Content-Length: ${40 * 65_536}`, 'Connection: close'),
    );
    for (let seconds = 0; seconds < 40; seconds += 1) {
      await new Promise((resolve) => socket.write(Buffer.alloc(65_536, 0x78), resolve));
      for (let turn = 0; turn < 20; turn += 1) await nextTurn();
      await clock.advance(1_000);
    }
    await until(closed);
    expect(came()).toMatch(new RegExp(`^HTTP/1.1 200 OK[\\s\\S]*${40 * 65_536}$`));
  });

  it('does not end an answer that streams for an hour', async () => {
    const { came, closed } = await open(head('GET /stream HTTP/1.1', 'Connection: close'));
    await until(() => came().includes('first;'));
    await clock.advance(3_600_000);
    endStream();
    await until(closed);
    expect(came()).toContain('last');
  });
});

describe('closing', () => {
  it('lets a running answer finish, and takes nobody new', async () => {
    const { came, closed } = await open(head('GET /stream HTTP/1.1'));
    await until(() => came().includes('first;'));
    const timeline: string[] = [];
    const finished = server.close().then(() => timeline.push('closed'));
    await clock.advance(5_000);
    await expect(fetch(server.url)).rejects.toThrow();
    timeline.push('refused');
    endStream();
    await until(() => came().includes('last'));
    timeline.push('answered');
    const answeredMs = clock.now();
    await clock.runUntil(finished);
    await until(closed);
    expect(clock.now() - answeredMs).toBeLessThan(1_000);
    expect(timeline).toEqual(['refused', 'answered', 'closed']);
  });

  it('cuts what runs longer than the limit', async () => {
    const { came, closed } = await open(head('GET /stream HTTP/1.1'));
    await until(() => came().includes('first;'));
    const startMs = clock.now();
    await clock.runUntil(server.close(3_000));
    expect(clock.now() - startMs).toBe(3_000);
    await until(closed);
    expect(came()).not.toContain('last');
  });

  it('does not wait for connections that only idle, and leaves no timer', async () => {
    const { came, closed } = await open(head('GET / HTTP/1.1'));
    await until(() => came().includes('hello'));
    const startMs = clock.now();
    await clock.runUntil(server.close());
    await until(closed);
    expect(clock.now() - startMs).toBeLessThan(1_000);
    expect(clock.pending()).toBe(0);
    await server.close();
  });
});
