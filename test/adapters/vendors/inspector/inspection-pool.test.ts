import { readFileSync } from 'node:fs';
import { afterEach, describe, expect, it } from 'vitest';
import { type InspectionChild, startInspectionChild } from '../../../../adapters/vendors/inspector/inspection-child.ts';
import {
  createInspectionPool,
  defaultPoolLimits,
  type InspectionPool,
  type PoolLimits,
} from '../../../../adapters/vendors/inspector/inspection-pool.ts';
import { createSystemClock } from '../../../../src/lib/clock.ts';
import { createFakeClock } from '../../../fakes/fake-clock.ts';
import { createSilentLogger } from '../../../fakes/silent-logger.ts';
import { live } from './ask.ts';
import { drawPhoto, drawText } from './make-pictures.ts';

const noCodes = { outcome: 'seen', value: [], residentBytes: 100_000_000 };
const bytes = new Uint8Array([1]);

/** A child that answers when it is told to, and dies like a real one. */
function createFakeChild() {
  const jobs: { resolve(reply: unknown): void; reject(error: unknown): void }[] = [];
  let alive = true;
  const child: InspectionChild = {
    run: (_job, _bytes, signal) =>
      new Promise((resolve, reject) => {
        jobs.push({ resolve, reject });
        signal.addEventListener('abort', () => {
          alive = false;
          reject(signal.reason);
        });
      }),
    isAlive: () => alive,
    end: async () => {
      alive = false;
      for (const job of jobs) job.reject(new Error('ended'));
    },
  };
  const answer = (reply: unknown = noCodes) => {
    for (const job of jobs.splice(0)) job.resolve(reply);
  };
  return { child, jobs, answer };
}

function createFakePool(limits: Partial<PoolLimits> = {}) {
  const clock = createFakeClock();
  const logger = createSilentLogger();
  const started: ReturnType<typeof createFakeChild>[] = [];
  const start = () => {
    const fake = createFakeChild();
    started.push(fake);
    return fake.child;
  };
  const pool = createInspectionPool(clock, logger, start, { ...defaultPoolLimits, ...limits });
  return { pool, clock, logger, started };
}

const settle = () => new Promise<void>((resolve) => setImmediate(resolve));

describe('the pool of inspection children', () => {
  it('starts no child before the first job', () => {
    const { started } = createFakePool();
    expect(started).toEqual([]);
  });

  it('keeps one child for jobs one after the other', async () => {
    const { pool, started } = createFakePool();
    for (let round = 0; round < 3; round += 1) {
      const job = pool.run('codes', bytes, live);
      await settle();
      started[0]?.answer();
      expect(await job).toEqual({ type: 'seen', value: [] });
    }
    expect(started.length).toBe(1);
    await pool.close();
  });

  it('runs two jobs at once and lets the others wait', async () => {
    const { pool, started } = createFakePool();
    const jobs = [1, 2, 3].map(() => pool.run('codes', bytes, live));
    await settle();
    expect(started.map((each) => each.jobs.length)).toEqual([1, 1]);
    started[0]?.answer();
    await jobs[0];
    await settle();
    expect(started.map((each) => each.jobs.length)).toEqual([1, 1]);
    for (const each of started) each.answer();
    await Promise.all(jobs);
    await pool.close();
  });

  it('refuses more jobs than may wait', async () => {
    const { pool, started } = createFakePool({ maxWaiting: 1 });
    const jobs = [1, 2, 3].map(() => pool.run('codes', bytes, live));
    await settle();
    await expect(pool.run('codes', bytes, live)).rejects.toMatchObject({ code: 'chat-rate-limited', retryable: true });
    for (const each of started) each.answer();
    await settle();
    for (const each of started) each.answer();
    await Promise.all(jobs);
    await pool.close();
  });

  it('gives a job up at its limit and replaces the child', async () => {
    const { pool, clock, started, logger } = createFakePool();
    const job = pool.run('text', bytes, live);
    const seen = expect(job).rejects.toMatchObject({ code: 'chat-timeout' });
    await clock.advance(defaultPoolLimits.limitMs.text);
    await seen;
    expect(started[0]?.child.isAlive()).toBe(false);
    expect(logger.lines.map((line) => line.level)).toEqual(['warn']);
    const next = pool.run('codes', bytes, live);
    await settle();
    started[1]?.answer();
    await expect(next).resolves.toMatchObject({ type: 'seen' });
    await pool.close();
  });

  it('takes an aborted job out of the queue', async () => {
    const { pool, started } = createFakePool();
    const jobs = [1, 2].map(() => pool.run('codes', bytes, live));
    const stop = new AbortController();
    const waiting = pool.run('codes', bytes, stop.signal);
    const gone = new Error('nobody waits');
    stop.abort(gone);
    await expect(waiting).rejects.toBe(gone);
    await settle();
    for (const each of started) each.answer();
    await Promise.all(jobs);
    expect(pool.running()).toBe(0);
    await pool.close();
  });

  it('does not use a child again that died while it waited', async () => {
    const { pool, started } = createFakePool();
    const first = pool.run('codes', bytes, live);
    await settle();
    started[0]?.answer();
    await first;
    await started[0]?.child.end();
    const second = pool.run('codes', bytes, live);
    await settle();
    started[1]?.answer();
    await expect(second).resolves.toMatchObject({ type: 'seen' });
    await pool.close();
  });

  it('replaces a child that has grown, or has done its share', async () => {
    const { pool, started } = createFakePool({ maxJobsOfChild: 2 });
    for (const residentBytes of [defaultPoolLimits.maxResidentBytes + 1, 1, 1, 1]) {
      const job = pool.run('codes', bytes, live);
      await settle();
      started.at(-1)?.answer({ ...noCodes, residentBytes });
      await job;
    }
    expect(started.map((each) => each.child.isAlive())).toEqual([false, false, true]);
    await pool.close();
  });

  it('does not believe a child that answers something else', async () => {
    const { pool, started } = createFakePool();
    const job = pool.run('codes', bytes, live);
    await settle();
    started[0]?.answer({ outcome: 'seen', value: [{ format: 'QRCode', text: 5 }], residentBytes: 1 });
    await expect(job).rejects.toMatchObject({ code: 'chat-image-refused' });
    expect(started[0]?.child.isAlive()).toBe(false);
    await pool.close();
  });

  it('ends its children after some idle minutes', async () => {
    const { pool, clock, started } = createFakePool();
    const job = pool.run('codes', bytes, live);
    await settle();
    started[0]?.answer();
    await job;
    await clock.advance(defaultPoolLimits.idleMs - 1);
    expect(pool.children()).toBe(1);
    await clock.advance(1);
    expect(pool.children()).toBe(0);
    await pool.close();
    expect(clock.pending()).toBe(0);
  });

  it('refuses jobs after it is closed, and leaves nothing behind', async () => {
    const { pool, clock } = createFakePool();
    const job = pool.run('codes', bytes, live);
    const seen = expect(job).rejects.toMatchObject({ code: 'chat-model-unavailable' });
    await settle();
    await pool.close();
    await seen;
    await expect(pool.run('codes', bytes, live)).rejects.toMatchObject({ code: 'chat-model-unavailable' });
    expect([pool.children(), pool.running(), clock.pending()]).toEqual([0, 0, 0]);
  });
});

describe('a real inspection child', () => {
  const pools: InspectionPool[] = [];
  const children: InspectionChild[] = [];
  const createRealPool = () => {
    const start = () => {
      const child = startInspectionChild();
      children.push(child);
      return child;
    };
    const pool = createInspectionPool(createSystemClock(), createSilentLogger(), start);
    pools.push(pool);
    return pool;
  };
  afterEach(async () => {
    for (const pool of pools.splice(0)) await pool.close();
    children.splice(0);
  });

  it('is replaced after a crash, which its caller is told of', async () => {
    const pool = createRealPool();
    const photo = await drawPhoto(800, 600);
    const job = pool.run('text', photo, live);
    await settle();
    // SIGKILL, as from the kernel when memory runs out.
    await children[0]?.end();
    await expect(job).rejects.toMatchObject({ code: 'chat-image-refused', facts: { job: 'text', exit: 'SIGKILL' } });
    await expect(pool.run('facts', photo, live)).resolves.toMatchObject({ type: 'seen' });
    expect(children.length).toBe(2);
  });

  it('ends with the signal in the middle of a job', async () => {
    const pool = createRealPool();
    const stop = new AbortController();
    const job = pool.run('text', await drawText(['A long job']), stop.signal);
    await settle();
    const gone = new Error('stopped');
    stop.abort(gone);
    await expect(job).rejects.toBe(gone);
    await expect.poll(() => children[0]?.isAlive()).toBe(false);
  });

  it('says that bytes are no picture and works on', async () => {
    const pool = createRealPool();
    expect(await pool.run('facts', Buffer.from('GIF89a but no more'), live)).toEqual({ type: 'unreadable' });
    expect(await pool.run('text', new Uint8Array(), live)).toEqual({ type: 'unreadable' });
    expect(children.length).toBe(1);
  });

  it.skipIf(process.platform !== 'linux')('knows nothing of the environment of the bot', async () => {
    const pool = createRealPool();
    await pool.run('facts', Buffer.from('nothing'), live);
    const pids = readFileSync(`/proc/self/task/${process.pid}/children`, 'utf8').trim().split(' ');
    const environment = readFileSync(`/proc/${pids.at(-1)}/environ`, 'utf8');
    const names = environment.split('\0').map((entry) => entry.split('=')[0]);
    const known = ['MALLOC_ARENA_MAX', 'NODE_CHANNEL_FD', 'NODE_CHANNEL_SERIALIZATION_MODE', ''];
    expect(names.filter((name) => !known.includes(name ?? ''))).toEqual([]);
    expect(names).toContain('NODE_CHANNEL_FD');
  });
});
