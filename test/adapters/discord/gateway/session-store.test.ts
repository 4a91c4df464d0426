import { describe, expect, it } from 'vitest';
import { createSessionStore, type SessionStoreParts } from '../../../../adapters/discord/gateway/session-store.ts';
import type { Store } from '../../../../src/memory/store.ts';
import { createFakeClock, type FakeClock } from '../../../fakes/fake-clock.ts';
import { createMemoryStore } from '../../../fakes/memory-store.ts';
import { createSilentLogger } from '../../../fakes/silent-logger.ts';

const sessionOf = (sequence: number, sessionId = 'made-session') => ({
  shardId: 0,
  shardCount: 1,
  sessionId,
  resumeURL: 'wss://resume.discord.test',
  sequence,
});

/** A program that runs until `stop`; the next one reads what it left. */
function start(store: Store, clock: FakeClock, changes: Partial<SessionStoreParts> = {}) {
  const logger = createSilentLogger();
  const sessions = createSessionStore({ store, token: 'made-bot-token', intents: 513, clock, logger, ...changes });
  const stopping = new AbortController();
  const keeping = sessions.keep(stopping.signal);
  return {
    sessions,
    logger,
    async stop() {
      stopping.abort();
      await keeping;
    },
  };
}

function createCountingStore() {
  const store = createMemoryStore();
  let writes = 0;
  return {
    ...store,
    writes: () => writes,
    async set(key: string, value: unknown) {
      writes += 1;
      await store.set(key, value);
    },
    async setFor(key: string, value: unknown, keepForMs: number) {
      writes += 1;
      await store.setFor(key, value, keepForMs);
    },
  };
}

/** What the next start finds of a session that was at 9 a while ago. */
async function reopen(wait: (clock: FakeClock) => Promise<void>, changes: Partial<SessionStoreParts>, shardCount = 1) {
  const clock = createFakeClock();
  const store = createMemoryStore();
  const first = start(store, clock);
  (await first.sessions.open(0, 1)).set(sessionOf(9));
  await first.stop();
  await wait(clock);
  const next = start(store, clock, changes);
  const session = await next.sessions.open(0, shardCount);
  await next.stop();
  return session.current();
}

const atOnce = async () => {};

describe('stored sessions', () => {
  it('are there for the next start', async () => {
    expect(await reopen(atOnce, {})).toEqual(sessionOf(9));
  });

  it('are not used with another token, other intents or another number of shards', async () => {
    expect(await reopen(atOnce, { token: 'another-token' })).toBeNull();
    expect(await reopen(atOnce, { intents: 33_281 })).toBeNull();
    expect(await reopen(atOnce, {}, 2)).toBeNull();
  });

  it('are not used when the bot was away for long', async () => {
    expect(await reopen((clock) => clock.advance(299_000), {})).toEqual(sessionOf(9));
    expect(await reopen((clock) => clock.advance(301_000), {})).toBeNull();
  });

  it('are written every few seconds, not with every event', async () => {
    const clock = createFakeClock();
    const store = createCountingStore();
    const { sessions, stop } = start(store, clock);
    const session = await sessions.open(0, 1);
    for (let sequence = 1; sequence <= 600; sequence += 1) {
      session.set(sessionOf(sequence));
      await clock.advance(50);
    }
    await stop();
    expect(store.writes()).toBeGreaterThanOrEqual(9);
    expect(store.writes()).toBeLessThanOrEqual(12);
  });

  it('count an event as received only when there was time to accept it', async () => {
    const clock = createFakeClock();
    const store = createMemoryStore();
    const { sessions, stop } = start(store, clock);
    const session = await sessions.open(0, 1);
    session.set(sessionOf(1));
    await clock.advance(60_000);
    session.set(sessionOf(2));
    await clock.advance(2_000);
    session.set(sessionOf(3));
    await clock.advance(2_000);
    await stop();
    const next = start(store, clock);
    expect((await next.sessions.open(0, 1)).current()?.sequence).toBe(2);
    await next.stop();
  });

  it('reach the newest event once it is quiet', async () => {
    const clock = createFakeClock();
    const store = createMemoryStore();
    const { sessions, stop } = start(store, clock);
    const session = await sessions.open(0, 1);
    for (const sequence of [1, 2, 3, 4]) session.set(sessionOf(sequence));
    await clock.advance(7_000);
    session.seen();
    await stop();
    const next = start(store, clock);
    expect((await next.sessions.open(0, 1)).current()?.sequence).toBe(4);
    await next.stop();
  });

  it('never fall behind where the last start resumed', async () => {
    const clock = createFakeClock();
    const store = createMemoryStore();
    const first = start(store, clock);
    (await first.sessions.open(0, 1)).set(sessionOf(9));
    await first.stop();
    const second = start(store, clock);
    (await second.sessions.open(0, 1)).set(sessionOf(20));
    await clock.advance(1_000);
    await second.stop();
    const third = start(store, clock);
    expect((await third.sessions.open(0, 1)).current()?.sequence).toBe(9);
    await third.stop();
  });

  it('stay fresh while the connection lives, even when nothing happens', async () => {
    const clock = createFakeClock();
    const store = createMemoryStore();
    // Never stopped: the process is killed.
    const { sessions } = start(store, clock);
    const session = await sessions.open(0, 1);
    session.set(sessionOf(1));
    for (let beat = 0; beat < 20; beat += 1) {
      await clock.advance(41_250);
      session.seen();
    }
    await clock.advance(4_000);
    const next = start(store, clock);
    expect((await next.sessions.open(0, 1)).current()?.sequence).toBe(1);
  });

  it('are forgotten when Discord has refused them', async () => {
    const clock = createFakeClock();
    const store = createMemoryStore();
    const first = start(store, clock);
    const session = await first.sessions.open(0, 1);
    session.set(sessionOf(9));
    await clock.advance(4_000);
    session.drop();
    await first.stop();
    const next = start(store, clock);
    expect((await next.sessions.open(0, 1)).current()).toBeNull();
    await next.stop();
  });

  it('are kept without their address when that is none: the gateway’s own does as well', async () => {
    const clock = createFakeClock();
    const store = createMemoryStore();
    const first = start(store, clock);
    (await first.sessions.open(0, 1)).set({ ...sessionOf(9), resumeURL: 'https://discord.test' });
    await first.stop();
    const next = start(store, clock);
    expect((await next.sessions.open(0, 1)).current()).toEqual({ ...sessionOf(9), resumeURL: '' });
    await next.stop();
  });

  it('hold nothing up when the store is broken', async () => {
    const clock = createFakeClock();
    const store = createMemoryStore();
    const { sessions, logger, stop } = start(store, clock);
    store.fail();
    const session = await sessions.open(0, 1);
    session.set(sessionOf(9));
    await clock.advance(4_000);
    await stop();
    expect(session.current()).toEqual(sessionOf(9));
    expect(logger.lines.map((line) => line.sentence)).toEqual([
      'The last session with Discord cannot be read; a new one is started.',
      'A repeated task failed; it is tried again.',
      'The sessions with Discord were not stored; the next start begins new ones.',
    ]);
  });

  it('hold the token nowhere', async () => {
    const clock = createFakeClock();
    const texts: string[] = [];
    const store = createMemoryStore();
    const listening: Store = {
      ...store,
      async setFor(key, value, keepForMs) {
        texts.push(key, JSON.stringify(value));
        await store.setFor(key, value, keepForMs);
      },
    };
    const { sessions, stop } = start(listening, clock);
    (await sessions.open(0, 1)).set(sessionOf(9));
    await stop();
    expect(texts).toHaveLength(2);
    expect(texts.join()).not.toContain('made-bot-token');
  });
});
