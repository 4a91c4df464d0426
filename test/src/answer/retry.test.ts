import { describe, expect, it } from 'vitest';
import { defaultWaits, retry } from '../../../src/answer/retry.ts';
import { Failure } from '../../../src/lib/errors.ts';
import { createFakeClock } from '../../fakes/fake-clock.ts';

const never = new AbortController().signal;

/** An attempt that fails with each of the failures, then gives `done`, and when each one was made. */
function createAttempts(...failures: readonly Error[]) {
  const clock = createFakeClock();
  const startMs = clock.now();
  const left = [...failures];
  const atMs: number[] = [];
  const attempt = async () => {
    atMs.push(clock.now() - startMs);
    const failure = left.shift();
    if (failure !== undefined) throw failure;
    return 'done';
  };
  const rules = { retriesFor: () => 3, waits: defaultWaits, clock, random: () => 0.5 };
  return { clock, atMs, attempt, rules };
}

const failed = (retryAfterMs?: number) =>
  new Failure('chat-failed', 'It failed.', {
    facts: { status: 503 },
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  });

describe('retry', () => {
  it('gives the first result without a wait', async () => {
    const { clock, atMs, attempt, rules } = createAttempts();
    expect(await clock.runUntil(retry(attempt, rules, never))).toBe('done');
    expect(atMs).toEqual([0]);
  });

  it('waits twice as long each time, a random part of it', async () => {
    const { clock, atMs, attempt, rules } = createAttempts(failed(), failed(), failed());
    expect(await clock.runUntil(retry(attempt, rules, never))).toBe('done');
    expect(atMs).toEqual([0, 250, 750, 1_750]);
  });

  it('never waits longer than the bound', async () => {
    const { clock, atMs, attempt, rules } = createAttempts(...Array.from({ length: 9 }, () => failed()));
    await clock.runUntil(retry(attempt, { ...rules, retriesFor: () => 9, random: () => 1 }, never));
    const waits = atMs.slice(1).map((ms, index) => ms - (atMs[index] ?? 0));
    expect(waits).toEqual([500, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000]);
  });

  it('waits as long as the server wishes', async () => {
    const { clock, atMs, attempt, rules } = createAttempts(failed(7_000));
    await clock.runUntil(retry(attempt, rules, never));
    expect(atMs).toEqual([0, 7_000]);
  });

  it('gives up at once when the server wishes for more than anybody waits', async () => {
    const { clock, atMs, attempt, rules } = createAttempts(failed(31_000));
    await expect(clock.runUntil(retry(attempt, rules, never))).rejects.toMatchObject({ retryAfterMs: 31_000 });
    expect(atMs).toEqual([0]);
  });

  it('keeps all attempts in what it throws in the end', async () => {
    const failures = [failed(), failed(), failed(), failed()];
    const { clock, attempt, rules } = createAttempts(...failures);
    const thrown = await clock.runUntil(retry(attempt, rules, never).catch((error: unknown) => error));
    expect(thrown).toMatchObject({ code: 'chat-failed', facts: { status: 503, attempts: 4 } });
    expect(thrown).toMatchObject({ cause: { errors: failures } });
  });

  it('asks the rules about every failure', async () => {
    const { clock, atMs, attempt, rules } = createAttempts(failed(), new Failure('chat-unauthorized', 'No.'));
    const retriesFor = (failure: Failure) => (failure.code === 'chat-failed' ? 3 : 0);
    const retrying = clock.runUntil(retry(attempt, { ...rules, retriesFor }, never));
    await expect(retrying).rejects.toMatchObject({ code: 'chat-unauthorized' });
    expect(atMs).toHaveLength(2);
  });

  it('does not try a defect again', async () => {
    const { clock, atMs, attempt, rules } = createAttempts(new TypeError('a defect'));
    await expect(clock.runUntil(retry(attempt, rules, never))).rejects.toThrow('a defect');
    expect(atMs).toHaveLength(1);
  });

  it('ends with the signal’s reason while it waits', async () => {
    const { clock, atMs, attempt, rules } = createAttempts(failed(20_000));
    const stop = new AbortController();
    const retrying = retry(attempt, rules, stop.signal);
    retrying.catch(() => {});
    await clock.advance(1_000);
    stop.abort(new Error('enough'));
    await expect(retrying).rejects.toThrow('enough');
    expect(atMs).toHaveLength(1);
    expect(clock.pending()).toBe(0);
  });
});
