import { get, request as httpRequest } from 'node:http';
import { connect } from 'node:net';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { featureAckSchema } from '../../../../src/api/ai-record.ts';
import { Failure } from '../../../../src/lib/errors.ts';
import type { ScriptStep } from '../../../fakes/scripted-vision-model.ts';
import { createApiRig, readEvents } from './api-rig.ts';

const say = (text: string): ScriptStep => ({ type: 'text', text });
const wait = (delayMs: number): ScriptStep => ({ type: 'wait', delayMs });
const broken: ScriptStep = { type: 'fail', error: new Failure('chat-broken-stream', 'The connection broke.') };

const cleanUps: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0)) await cleanUp();
});

async function listening(...options: Parameters<typeof createApiRig>) {
  const rig = createApiRig(...options);
  const server = await rig.listen();
  cleanUps.push(server.close);
  return { rig, url: server.url };
}

type Received = { status: number; chunks: string[]; ended: boolean };

/** A request whose chunks are seen one by one, and whether it ended cleanly. */
function send(url: string, body: unknown): Promise<Received> {
  return new Promise((resolve, reject) => {
    const received: Received = { status: 0, chunks: [], ended: false };
    const headers = { 'Content-Type': 'application/json', 'API-KEY': 'ann' };
    const call = httpRequest(url, { method: 'POST', headers, agent: false }, (response) => {
      received.status = response.statusCode ?? 0;
      response.on('data', (chunk: Buffer) => received.chunks.push(chunk.toString('latin1')));
      response.on('end', () => {
        received.ended = response.complete;
      });
      response.on('error', () => {});
      response.on('close', () => resolve(received));
    });
    call.on('error', reject);
    call.end(JSON.stringify(body));
  });
}

/** What a caller of HTTP/1.0 gets, headers and all. */
function sendOld(url: string, body: unknown): Promise<string> {
  const { hostname, port, pathname, search } = new URL(url);
  const text = JSON.stringify(body);
  const head = [`POST ${pathname}${search} HTTP/1.0`, 'API-KEY: ann', 'Content-Type: application/json'];
  return new Promise((resolve, reject) => {
    const received: Buffer[] = [];
    const socket = connect(Number(port), hostname);
    socket.on('data', (chunk) => received.push(chunk));
    socket.on('error', reject);
    socket.on('close', () => resolve(Buffer.concat(received).toString('utf8')));
    socket.write(`${head.join('\r\n')}\r\nContent-Length: ${Buffer.byteLength(text)}\r\n\r\n${text}`);
  });
}

const utf8 = (chunks: string[]) => Buffer.from(chunks.join(''), 'latin1').toString('utf8');

describe('bare text over a socket', () => {
  it('comes piece by piece and ends with the connection', async () => {
    const { rig, url } = await listening({ script: [say('Eine '), wait(100), say('schöne 🐈'), wait(100), say('.')] });
    const received = await rig.clock.runUntil(send(`${url}/api/features?isStreaming=true`, await rig.example()));
    expect([received.status, utf8(received.chunks), received.ended]).toEqual([200, 'Eine schöne 🐈.', true]);
    expect(received.chunks.length).toBeGreaterThan(1);
  });

  it('never holds half a character, however the model cuts it', async () => {
    const units = '🐈🐕'.split('').flatMap((unit) => [say(unit), wait(20)]);
    const { rig, url } = await listening({ script: units });
    const received = await rig.clock.runUntil(send(`${url}/api/features?isStreaming=true`, await rig.example()));
    expect(received.chunks.map((chunk) => utf8([chunk])).join('|')).toBe('🐈|🐕');
  });

  it('comes without chunk sizes for HTTP/1.0, which does not know them', async () => {
    const { rig, url } = await listening({ script: [say('Eine '), wait(100), say('Katze.')] });
    const answer = await rig.clock.runUntil(sendOld(`${url}/api/features?isStreaming=true`, await rig.example()));
    const [head = '', text] = answer.split('\r\n\r\n');
    expect(head).toMatch(/^HTTP\/1\.1 200 /);
    expect(head).not.toMatch(/transfer-encoding/i);
    expect(text).toBe('Eine Katze.');
  });

  it('breaks off when the model fails after the first byte, without a cry in the log', async () => {
    const cries = vi.spyOn(console, 'error').mockImplementation(() => {});
    const { rig, url } = await listening({ script: [say('Half'), wait(100), broken] });
    const received = await rig.clock.runUntil(send(`${url}/api/features?isStreaming=true`, await rig.example()));
    expect([received.status, utf8(received.chunks), received.ended]).toEqual([200, 'Half', false]);
    expect(cries.mock.calls).toEqual([]);
  });

  it('is refused properly when the model fails before the first byte', async () => {
    const { rig, url } = await listening({ script: [wait(100), broken] });
    const received = await rig.clock.runUntil(send(`${url}/api/features?isStreaming=true`, await rig.example()));
    expect([received.status, received.ended]).toEqual([502, true]);
  });
});

describe('events over a socket', () => {
  it('come while the model is still writing', async () => {
    const { rig, url } = await listening({
      script: [say('A '), wait(60_000), say('cat.')],
      limits: { idleMs: 90_000 },
    });
    const ack = featureAckSchema.parse(await (await rig.post('/api/features', await rig.example())).json());
    let text = '';
    const closed = new Promise<void>((resolve) => {
      get(`${url}${ack.data.streamingUrl}`, { headers: { 'API-KEY': 'ann' }, agent: false }, (response) => {
        response.on('data', (chunk: Buffer) => {
          text += chunk.toString();
        });
        response.on('close', resolve);
      });
    });
    await expect.poll(() => readEvents(text)).toEqual([['content', { content: 'A ' }]]);
    await rig.clock.runUntil(closed);
    const names = readEvents(text).map(([name]) => name);
    expect(names.filter((name) => name !== ':')).toEqual(['content', 'content', 'result', 'done']);
    expect(names.filter((name) => name === ':').length).toBeGreaterThanOrEqual(3);
  });

  it('let the reader go when it hangs up, and the model go on', async () => {
    const { rig, url } = await listening({ script: [say('A '), wait(10_000), say('cat.')] });
    const ack = featureAckSchema.parse(await (await rig.post('/api/features', await rig.example())).json());
    const waitsBefore = rig.clock.pending();
    await new Promise<void>((resolve) => {
      const call = get(
        `${url}${ack.data.streamingUrl}`,
        { headers: { 'API-KEY': 'ann' }, agent: false },
        (response) => {
          response.once('data', () => {
            call.destroy();
            resolve();
          });
          response.on('error', () => {});
        },
      );
    });
    await expect.poll(() => rig.clock.pending()).toBe(waitsBefore);
    await rig.clock.advance(20_000);
    expect(await (await rig.request(`/api/results/${ack.data.aiRecordId}`)).json()).toMatchObject({
      aiRecord: { status: 'SUCCESS' },
    });
  });

  it('do not hold the model back when the reader does not read', async () => {
    const script = Array.from({ length: 400 }, () => say('word '.repeat(400)));
    const { rig, url } = await listening({ script });
    const ack = featureAckSchema.parse(await (await rig.post('/api/features', await rig.example())).json());
    const response = await new Promise<import('node:http').IncomingMessage>((resolve) => {
      get(`${url}${ack.data.streamingUrl}`, { headers: { 'API-KEY': 'ann' }, agent: false }, resolve);
    });
    await rig.clock.advance(10);
    expect(await (await rig.request(`/api/results/${ack.data.aiRecordId}`)).json()).toMatchObject({
      aiRecord: { status: 'SUCCESS' },
    });
    let text = '';
    for await (const chunk of response) text += String(chunk);
    const pieces = readEvents(text).filter(([name]) => name === 'content');
    expect(pieces.map(([, data]) => Object(data).content).join('')).toBe('word '.repeat(160_000));
  });
});
