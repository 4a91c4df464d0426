import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createEventStream } from '../../../adapters/web/event-stream.ts';
import { tupleKey } from '../../../src/lib/tuple-key.ts';
import { type StartedWeb, startWeb, type Visitor } from './start-web.ts';

type Reader = { next(): Promise<string>; close(): Promise<void> };

/** Reads a stream of events, one at a time. */
async function openEvents(visitor: Visitor): Promise<Reader> {
  const response = await visitor.get('/playground/events');
  const reader = response.body?.getReader();
  if (reader === undefined) throw new Error('there is no stream');
  const next = async () => {
    const { value } = await reader.read();
    return new TextDecoder().decode(value);
  };
  expect(await next()).toContain('"type":"hello"');
  return { next, close: () => reader.cancel() };
}

describe('what open pages are told', () => {
  let web: StartedWeb;
  let ada: Visitor;
  let bob: Visitor;
  const readers: Reader[] = [];

  beforeEach(async () => {
    web = await startWeb();
    [ada, bob] = [await web.visit(), await web.visit()];
  });
  afterEach(async () => {
    await Promise.all(readers.splice(0).map((reader) => reader.close()));
    await web.close();
  });

  const listen = async (visitor: Visitor) => {
    const reader = await openEvents(visitor);
    readers.push(reader);
    return reader;
  };

  it('shows everybody what somebody writes', async () => {
    const events = await listen(bob);
    await ada.write({ text: 'hello\nall' });
    expect(await events.next()).toMatch(/^data: \{"type":"message".*"text":"hello\\nall".*\}\n\n$/);
  });

  it('tells nobody else about a direct channel', async () => {
    const events = await listen(bob);
    const channel = `direct-${ada.personId}`;
    await ada.write({ channel, text: 'a secret' });
    const key = tupleKey('web', 'playground', channel, channel);
    web.watchApiCall({ conversationKey: key, atMs: 0, method: 'GET', path: '/a-secret', body: { type: 'none' } });
    await ada.write({ text: 'open' });
    expect(await events.next()).toContain('"text":"open"');
  });

  it('says regularly that it is still there', async () => {
    const events = await listen(ada);
    const controller = new AbortController();
    const listening = web.inbox.listen(async () => 'accepted', controller.signal);
    expect(await events.next()).toContain('alive');
    await web.clock.advance(20_000);
    expect(await events.next()).toContain('alive');
    controller.abort();
    await listening;
  });

  it('opens no more than twenty pages for one person', async () => {
    for (let count = 0; count < 20; count += 1) await listen(ada);
    expect((await ada.get('/playground/events')).status).toBe(429);
    await readers.pop()?.close();
    await listen(ada);
  });

  it('keeps the last fifty calls of each conversation, over a restart', async () => {
    const key = tupleKey('web', 'playground', 'photos', 'root');
    const value = { prompt: 'what’s this?' };
    for (let count = 0; count < 60; count += 1) {
      const body = { type: 'json', value } as const;
      web.watchApiCall({ conversationKey: key, atMs: count, method: 'POST', path: '/api/features', body });
    }
    web.watchApiCall({ conversationKey: 'no tuple', atMs: 0, method: 'GET', path: '/x', body: { type: 'none' } });
    web = await web.restart();
    const visitor = await web.visit();
    const answer: { conversation: string; calls: { call: { atMs: number; body: unknown } }[] } = JSON.parse(
      await (await visitor.get('/playground/calls?channel=photos&thread=root')).text(),
    );
    expect(answer.conversation).toBe(key);
    expect(answer.calls.map(({ call }) => call.atMs)).toEqual(Array.from({ length: 50 }, (_, index) => index + 10));
    expect(answer.calls[0]?.call.body).toEqual({ type: 'json', value });
  });
});

describe('a stream of events', () => {
  it('cuts off a reader that is too slow, and drops what was waiting', async () => {
    let ends = 0;
    const stream = createEventStream(100, () => {
      ends += 1;
    });
    expect(stream.push('x'.repeat(60))).toBe(true);
    expect(stream.push('x'.repeat(60))).toBe(false);
    expect(stream.push('more')).toBe(false);
    const { done } = await stream.body.getReader().read();
    expect([done, ends]).toEqual([true, 1]);
  });

  it('goes on for a reader that keeps up', async () => {
    const stream = createEventStream(100, () => {});
    const reader = stream.body.getReader();
    for (let count = 0; count < 10; count += 1) {
      expect(stream.push('x'.repeat(60))).toBe(true);
      expect((await reader.read()).value?.byteLength).toBe(60);
    }
    stream.end();
    expect((await reader.read()).done).toBe(true);
  });
});
