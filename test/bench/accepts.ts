import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay, performance } from 'node:perf_hooks';
import { openDatabase } from '../../adapters/sqlite/open-database.ts';
import { createSqliteTurnQueue } from '../../adapters/sqlite/turn-queue.ts';
import { createSystemClock } from '../../src/lib/clock.ts';
import type { TurnQueue } from '../../src/turn/turn-queue.ts';
import { createSampleTurn } from '../fakes/sample-turn.ts';
import { createSilentLogger } from '../fakes/silent-logger.ts';
import type { Figure } from './figure.ts';

const rounds = 5;
const acceptsPerRound = 900;
/** Messages that arrive in one turn of the event loop. */
const burst = 4;

const nextLoopTurn = () => new Promise((resolve) => setImmediate(resolve));

/** Times every accept of one round, in milliseconds. The queue stays below its bound of 1,000. */
async function timeAccepts(queue: TurnQueue, round: number): Promise<number[]> {
  const timesMs: number[] = [];
  for (let index = 0; index < acceptsPerRound; index += 1) {
    const startedMs = performance.now();
    const receipt = await queue.accept(createSampleTurn(`turn-${round}-${index}`, `thread-${index}`));
    timesMs.push(performance.now() - startedMs);
    if (receipt !== 'accepted') throw new Error(`the queue said ${receipt}`);
    if (index % burst === 0) await nextLoopTurn();
  }
  return timesMs;
}

/** Empties the queue between two rounds. */
async function drain(queue: TurnQueue): Promise<void> {
  const controller = new AbortController();
  let left = acceptsPerRound;
  const finish = async () => {
    left -= 1;
    if (left === 0) controller.abort();
  };
  await queue.work(finish, controller.signal);
}

function percentile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

/** How many turns can be accepted in a second on a real file, each on disk before the next, and what the event loop feels of it. */
export async function benchAccepts(): Promise<Figure[]> {
  const folder = mkdtempSync(join(tmpdir(), 'sightline-bench-'));
  const database = openDatabase(join(folder, 'bench.db'));
  const queue = createSqliteTurnQueue({ database, clock: createSystemClock(), logger: createSilentLogger() });
  const delay = monitorEventLoopDelay({ resolution: 1 });
  const timesMs: number[] = [];
  try {
    for (let round = 0; round < rounds; round += 1) {
      delay.enable();
      timesMs.push(...(await timeAccepts(queue, round)));
      delay.disable();
      await drain(queue);
    }
  } finally {
    database.close();
    rmSync(folder, { recursive: true });
  }
  const sorted = timesMs.toSorted((left, right) => left - right);
  const perSecond = (1_000 * timesMs.length) / timesMs.reduce((sum, each) => sum + each, 0);
  const acceptMs = percentile(sorted, 0.99);
  const delayMs = delay.percentile(99) / 1e6;
  return [
    {
      name: 'durable accepts, one after the other',
      value: `${Math.round(perSecond)} per second`,
      goal: '≥ 1,000 per second',
      ok: perSecond >= 1_000,
    },
    { name: 'one durable accept, p99', value: `${acceptMs.toFixed(2)} ms`, goal: '≤ 250 ms', ok: acceptMs <= 250 },
    {
      name: `event-loop delay while ${burst} turns arrive at once again and again, p99`,
      value: `${delayMs.toFixed(1)} ms`,
      goal: '≤ 50 ms',
      ok: delayMs <= 50,
    },
  ];
}
