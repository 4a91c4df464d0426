import { describe, expect, it } from 'vitest';
import type { GatewayBot } from '../../../../adapters/discord/gateway/gateway-wire.ts';
import { createIdentifyBudget } from '../../../../adapters/discord/gateway/identify-budget.ts';
import type { Store } from '../../../../src/memory/store.ts';
import { createFakeClock, type FakeClock } from '../../../fakes/fake-clock.ts';
import { createMemoryStore } from '../../../fakes/memory-store.ts';
import { createSilentLogger } from '../../../fakes/silent-logger.ts';

const never = new AbortController().signal;

/** Discord's allowance, counted as Discord does. */
function createAllowance(
  clock: FakeClock,
  {
    total = 1_000,
    remaining = total,
    maxConcurrency = 1,
  }: { total?: number; remaining?: number; maxConcurrency?: number } = {},
) {
  const dayMs = 86_400_000;
  let left = remaining;
  let resetsAtMs = clock.now() + dayMs;
  const renew = () => {
    if (clock.now() < resetsAtMs) return;
    left = total;
    resetsAtMs += dayMs;
  };
  return {
    left: () => left,
    use() {
      renew();
      left -= 1;
    },
    async information(): Promise<GatewayBot> {
      renew();
      return {
        url: 'wss://gateway.discord.test',
        shards: 1,
        session_start_limit: {
          total,
          remaining: left,
          reset_after: resetsAtMs - clock.now(),
          max_concurrency: maxConcurrency,
        },
      };
    },
  };
}

type Allowance = ReturnType<typeof createAllowance>;

function createBudget(store: Store, clock: FakeClock, { information }: Allowance) {
  const logger = createSilentLogger();
  const budget = createIdentifyBudget({ store, token: 'made-bot-token', information, clock, logger });
  return { budget, logger };
}

/** A start of the program that begins a session and crashes. Gives when it began. */
async function startAndCrash(store: Store, clock: FakeClock, allowance: Allowance, shardId = 0): Promise<number> {
  const { budget } = createBudget(store, clock, allowance);
  const begun = (async () => {
    await budget.admit(shardId, never);
    await budget.begin(shardId, never);
  })();
  await clock.runUntil(begun, 100_000_000);
  allowance.use();
  return clock.now();
}

describe('the budget of sessions', () => {
  it('lets a crash loop of twenty restarts take hours, not sessions', async () => {
    const clock = createFakeClock();
    const store = createMemoryStore();
    const allowance = createAllowance(clock);
    const startedAtMs = clock.now();
    const atMs: number[] = [];
    for (let restart = 0; restart < 20; restart += 1) atMs.push(await startAndCrash(store, clock, allowance));
    const gapsMs = atMs.slice(1).map((at, index) => at - (atMs[index] ?? 0));
    // The first five only wait for their turn, as Discord demands.
    expect(gapsMs.slice(0, 4)).toEqual([5_250, 5_250, 5_250, 5_250]);
    expect(gapsMs.slice(4, 10)).toEqual([10_000, 20_000, 40_000, 80_000, 160_000, 320_000]);
    expect(Math.max(...gapsMs)).toBe(600_000);
    expect(clock.now() - startedAtMs).toBeGreaterThan(4_000_000);
  });

  it('leaves most of a day’s allowance to a loop that goes on for a day', async () => {
    const clock = createFakeClock();
    const store = createMemoryStore();
    const allowance = createAllowance(clock);
    const untilMs = clock.now() + 86_000_000;
    while (clock.now() < untilMs) await startAndCrash(store, clock, allowance);
    expect(allowance.left()).toBeGreaterThan(700);
  });

  it('starts nothing while the allowance is nearly used up, and says so once', async () => {
    const clock = createFakeClock();
    const allowance = createAllowance(clock, { remaining: 50 });
    const { budget, logger } = createBudget(createMemoryStore(), clock, allowance);
    const startedAtMs = clock.now();
    await clock.runUntil(budget.admit(0, never), 100_000_000);
    expect(clock.now() - startedAtMs).toBeGreaterThanOrEqual(86_400_000);
    expect(logger.lines).toEqual([
      {
        level: 'warn',
        facts: { remaining: 50, total: 1_000, resetsAt: '2026-01-02T00:00:00.000Z' },
        sentence: expect.stringMatching(
          /^Discord allows the bot hardly any more sessions today: it starts none before/,
        ),
      },
    ]);
  });

  it('counts what it has granted since Discord was asked', async () => {
    const clock = createFakeClock();
    const allowance = createAllowance(clock, { remaining: 52 });
    const stale = await allowance.information();
    const { budget } = createBudget(createMemoryStore(), clock, { ...allowance, information: async () => stale });
    const stopping = new AbortController();
    await budget.admit(0, stopping.signal);
    await budget.admit(1, stopping.signal);
    const third = budget.admit(2, stopping.signal);
    await clock.advance(60_000);
    stopping.abort(new Error('stop'));
    await expect(third).rejects.toThrow('stop');
  });

  it('lets a small allowance be used but for its reserve', async () => {
    const clock = createFakeClock();
    const { budget } = createBudget(createMemoryStore(), clock, createAllowance(clock, { total: 10 }));
    await expect(budget.admit(0, never)).resolves.toMatchObject({ url: 'wss://gateway.discord.test' });
  });

  it('gives shards their turns five seconds apart', async () => {
    const clock = createFakeClock();
    const allowance = createAllowance(clock);
    const { budget } = createBudget(createMemoryStore(), clock, allowance);
    await budget.admit(0, never);
    const startedAtMs = clock.now();
    const begin = async (shardId: number) => {
      await budget.begin(shardId, never);
      return clock.now() - startedAtMs;
    };
    expect(await clock.runUntil(Promise.all([0, 1, 2].map(begin)))).toEqual([0, 5_250, 10_500]);
  });

  it('gives as many turns at once as Discord allows', async () => {
    const clock = createFakeClock();
    const allowance = createAllowance(clock, { maxConcurrency: 2 });
    const { budget } = createBudget(createMemoryStore(), clock, allowance);
    await budget.admit(0, never);
    const startedAtMs = clock.now();
    const begin = async (shardId: number) => {
      await budget.begin(shardId, never);
      return clock.now() - startedAtMs;
    };
    expect(await clock.runUntil(Promise.all([0, 1, 2, 3].map(begin)))).toEqual([0, 0, 5_250, 5_250]);
  });

  it('counts each shard by itself', async () => {
    const clock = createFakeClock();
    const store = createMemoryStore();
    const allowance = createAllowance(clock, { maxConcurrency: 16 });
    const startedAtMs = clock.now();
    for (let shardId = 0; shardId < 16; shardId += 1) await startAndCrash(store, clock, allowance, shardId);
    expect(clock.now()).toBe(startedAtMs);
  });

  it('goes on pacing itself when the store is broken', async () => {
    const clock = createFakeClock();
    const store = createMemoryStore();
    const allowance = createAllowance(clock);
    const { budget, logger } = createBudget(store, clock, allowance);
    store.fail();
    const startedAtMs = clock.now();
    for (let start = 0; start < 7; start += 1) {
      await clock.runUntil(budget.admit(0, never));
      await clock.runUntil(budget.begin(0, never));
    }
    expect(clock.now() - startedAtMs).toBe(4 * 5_250 + 10_000 + 20_000);
    expect(logger.lines.map((line) => line.sentence)).toContain('The start of a Discord session was not stored.');
  });

  it('ends its waits with the signal', async () => {
    const clock = createFakeClock();
    const { budget } = createBudget(createMemoryStore(), clock, createAllowance(clock));
    await budget.admit(0, never);
    await budget.begin(0, never);
    const stopping = new AbortController();
    const second = budget.begin(0, stopping.signal);
    await clock.advance(1_000);
    stopping.abort(new Error('stop'));
    await expect(second).rejects.toThrow('stop');
    expect(clock.pending()).toBe(0);
  });
});
