import type { Clock } from '../lib/clock.ts';
import { createDeadline } from '../lib/deadline.ts';
import { errorMessage } from '../lib/errors.ts';
import type { Logger } from '../lib/logger.ts';
import type { Outbox, Place } from './outbox.ts';

/** Shows that an answer is on its way. Never in the way of the answer: nothing here rejects. */
export type Typing = {
  /** Shows it from now on, unless it is over already. */
  start(): void;
  /** The first words stand, or there will be none: what was shown is taken back, once. May be called again. */
  stop(): void;
  /** Resolves when nothing of it is under way any more, after `stop` within a few seconds. */
  ended(): Promise<void>;
};

/** Some platforms show it for no more than ten seconds; it must not go out in between. */
const everyMs = 8_000;
/** An answer that comes at once needs no announcement. */
const firstAfterMs = 150;
/** A platform that does not hear that it is over within this time shows it until it ends by itself. */
const takeBackLimitMs = 5_000;
/** So long the last call is waited for, so that it does not arrive behind the one that takes it back. */
const lastCallLimitMs = 1_000;

/** One for all: each would keep its stack for as long as the answer takes. */
const isOver = new Error('there is nothing to announce any more');
const never = new AbortController().signal;

/** Nothing is shown before `start`. Taking back has a limit of its own, so that it also happens when the answer was broken off. */
export function createTyping(
  outbox: Outbox,
  place: Place,
  { clock, logger }: { readonly clock: Clock; readonly logger: Logger },
): Typing {
  const over = new AbortController();
  let lastCall: Promise<void> | null = null;
  let running = Promise.resolve();

  const showUntilOver = async () => {
    await clock.sleep(firstAfterMs, over.signal);
    while (!over.signal.aborted) {
      lastCall = outbox.typing(place, false, over.signal);
      await unlessAborted(lastCall, over.signal);
      await clock.sleep(everyMs, over.signal);
    }
  };
  const within = async (limitMs: number, call: (signal: AbortSignal) => Promise<void>) => {
    const deadline = createDeadline(clock, limitMs, never, () => new Error(`no reply within ${limitMs} ms`));
    try {
      await unlessAborted(call(deadline.signal), deadline.signal);
    } finally {
      deadline.cancel();
    }
  };
  const takeBack = async (shown: Promise<void>) => {
    await within(lastCallLimitMs, () => shown).catch(() => {});
    await within(takeBackLimitMs, (signal) => outbox.typing(place, true, signal));
  };
  const report = (error: unknown) =>
    logger.debug({ reason: errorMessage(error) }, 'That an answer is on its way was not shown or not taken back.');
  const untilOver = () =>
    new Promise<void>((resolve) => {
      if (over.signal.aborted) resolve();
      else over.signal.addEventListener('abort', () => resolve(), { once: true });
    });
  const run = async () => {
    try {
      await showUntilOver();
    } catch (error) {
      if (!over.signal.aborted) report(error);
    }
    if (lastCall === null) return;
    await untilOver();
    await takeBack(lastCall).catch(report);
  };

  return {
    start() {
      running = run();
    },
    stop: () => over.abort(isOver),
    ended: () => running,
  };
}

/** The end of the call, or of the wait for it: a platform that minds no signal holds nothing up. */
async function unlessAborted(call: Promise<void>, signal: AbortSignal): Promise<void> {
  const aborted = Promise.withResolvers<void>();
  const onAbort = () => aborted.reject(signal.reason);
  if (signal.aborted) onAbort();
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    await Promise.race([call, aborted.promise]);
  } finally {
    signal.removeEventListener('abort', onAbort);
    // Whichever of the two loses is over for us.
    call.catch(() => {});
    aborted.promise.catch(() => {});
  }
}
