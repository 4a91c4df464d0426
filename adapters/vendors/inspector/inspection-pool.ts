import type { Clock } from '../../../src/lib/clock.ts';
import { createDeadline } from '../../../src/lib/deadline.ts';
import { Failure } from '../../../src/lib/errors.ts';
import type { Logger } from '../../../src/lib/logger.ts';
import { parseValue } from '../../../src/lib/parse-json.ts';
import type { InspectionChild } from './inspection-child.ts';
import { createTurnstile } from './turnstile.ts';
import { type Findings, type InspectionJob, replySchemas } from './wire.ts';

/** A job done, checked: what was seen, or that the bytes are no picture that can be decoded. */
export type JobOutcome<Value> = { readonly type: 'seen'; readonly value: Value } | { readonly type: 'unreadable' };

/** Runs jobs in child processes, a few at a time. */
export type InspectionPool = {
  /**
   * Rejects with a `Failure`: `chat-image-refused` when the child broke down, `chat-timeout` when the job took too long,
   * `chat-rate-limited` when too many wait; with the signal's reason when it aborts.
   */
  run<Job extends InspectionJob>(job: Job, bytes: Uint8Array, signal: AbortSignal): Promise<JobOutcome<Findings[Job]>>;
  /** Jobs in progress. */
  running(): number;
  /** Children that live, at work or waiting for it. */
  children(): number;
  /** Ends all children; later jobs are refused. */
  close(): Promise<void>;
};

/** Limits, each with a reason to be where it is; tests set their own. */
export type PoolLimits = {
  readonly jobsAtOnce: number;
  /** Beyond this, people are told to come back rather than left waiting for minutes. */
  readonly maxWaiting: number;
  readonly limitMs: Readonly<Record<InspectionJob, number>>;
  /** Unused children end after this, and their memory goes back. */
  readonly idleMs: number;
  /** A child is replaced when it has done so much, or has grown so much: decoders leave fragmented memory behind. */
  readonly maxJobsOfChild: number;
  readonly maxResidentBytes: number;
};

/** What the program runs with. */
export const defaultPoolLimits: PoolLimits = {
  jobsAtOnce: 2,
  maxWaiting: 100,
  limitMs: { facts: 5_000, codes: 10_000, text: 20_000 },
  idleMs: 180_000,
  maxJobsOfChild: 300,
  maxResidentBytes: 400_000_000,
};

type Worker = { readonly child: InspectionChild; jobsDone: number };

/** Nothing is started before the first job. */
export function createInspectionPool(
  clock: Clock,
  logger: Logger,
  startChild: () => InspectionChild,
  limits: PoolLimits = defaultPoolLimits,
): InspectionPool {
  const turnstile = createTurnstile(limits.jobsAtOnce, limits.maxWaiting);
  const idle: Worker[] = [];
  const busy = new Set<Worker>();
  const ending = new Set<Promise<void>>();
  const closing = new AbortController();
  let idleTimer = new AbortController();

  function end(worker: Worker): void {
    const ended = worker.child.end().finally(() => ending.delete(ended));
    ending.add(ended);
  }

  function takeWorker(): Worker {
    for (let worker = idle.pop(); worker !== undefined; worker = idle.pop()) {
      if (worker.child.isAlive()) return worker;
    }
    return { child: startChild(), jobsDone: 0 };
  }

  function giveBack(worker: Worker, residentBytes: number): void {
    worker.jobsDone += 1;
    const used = worker.jobsDone >= limits.maxJobsOfChild || residentBytes > limits.maxResidentBytes;
    if (used || closing.signal.aborted || !worker.child.isAlive()) end(worker);
    else idle.push(worker);
  }

  function endWhenIdle(): void {
    idleTimer.abort(new Error('a job came'));
    idleTimer = new AbortController();
    clock.sleep(limits.idleMs, AbortSignal.any([idleTimer.signal, closing.signal])).then(
      () => idle.splice(0).forEach(end),
      () => {},
    );
  }

  async function runIn<Job extends InspectionJob>(worker: Worker, job: Job, bytes: Uint8Array, signal: AbortSignal) {
    let residentBytes = Number.POSITIVE_INFINITY;
    try {
      const reply = parseValue(await worker.child.run(job, bytes, signal), replySchemas[job]);
      if (!reply.ok) throw brokenReply(job, reply.reason);
      residentBytes = reply.value.residentBytes;
      return reply.value;
    } finally {
      giveBack(worker, residentBytes);
    }
  }

  async function runOne<Job extends InspectionJob>(job: Job, bytes: Uint8Array, signal: AbortSignal) {
    const deadline = createDeadline(clock, limits.limitMs[job], AbortSignal.any([signal, closing.signal]), () =>
      tooSlow(job, limits.limitMs[job]),
    );
    const worker = takeWorker();
    busy.add(worker);
    try {
      return await runIn(worker, job, bytes, deadline.signal);
    } catch (error) {
      if (!signal.aborted && error instanceof Failure) logger.warn({ job, ...error.facts }, error.message);
      throw error;
    } finally {
      busy.delete(worker);
      deadline.cancel();
      if (!closing.signal.aborted) endWhenIdle();
    }
  }

  return {
    async run(job, bytes, signal) {
      closing.signal.throwIfAborted();
      const leave = await turnstile.enter(AbortSignal.any([signal, closing.signal]));
      if (leave === null) throw tooBusy();
      try {
        const reply = await runOne(job, bytes, signal);
        if (reply.outcome === 'failed') throw brokenReply(job, reply.reason);
        return reply.outcome === 'seen' ? { type: 'seen', value: reply.value } : { type: 'unreadable' };
      } finally {
        leave();
      }
    },
    running: () => turnstile.inside(),
    children: () => idle.length + busy.size + ending.size,
    async close() {
      closing.abort(new Failure('chat-model-unavailable', 'The inspector is shutting down. Try again in a minute.'));
      idle.splice(0).forEach(end);
      while (busy.size > 0 || ending.size > 0)
        await Promise.all([...ending, ...[...busy].map((each) => each.child.end())]);
    },
  };
}

function brokenReply(job: InspectionJob, reason: string): Failure {
  return new Failure('chat-image-refused', 'The picture could not be looked at: its decoder broke down.', {
    facts: { job, reason },
  });
}

function tooSlow(job: InspectionJob, limitMs: number): Failure {
  return new Failure('chat-timeout', 'Looking at the picture took too long and was given up.', {
    facts: { job, limitMs },
  });
}

function tooBusy(): Failure {
  return new Failure('chat-rate-limited', 'Too many pictures are being looked at. Try again in a minute.', {
    retryable: true,
    retryAfterMs: 30_000,
  });
}
