import type { Clock } from '../../../src/lib/clock.ts';
import { createDeadline } from '../../../src/lib/deadline.ts';
import { errorMessage } from '../../../src/lib/errors.ts';
import { isWorthALine } from '../../../src/lib/growing-pause.ts';
import type { Logger } from '../../../src/lib/logger.ts';
import type { SlackDelivery, TakeDelivery } from './delivery.ts';

/** What became of a delivery: taken, with what the acknowledgement carries, or left for Slack to send again. */
export type Taken = { readonly type: 'taken'; readonly answer: unknown } | { readonly type: 'left' };

/** Takes deliveries within a time, a bounded number at once. Never rejects. */
export type Taking = (delivery: SlackDelivery, signal: AbortSignal) => Promise<Taken>;

/** What taking needs. */
export type TakingParts = {
  readonly take: TakeDelivery;
  /** After so long a delivery counts as not taken, even when it is taken later: then it comes twice. */
  readonly limitMs: number;
  readonly clock: Clock;
  readonly logger: Logger;
};

const mostAtOnce = 1_000;

/** Nothing is under way. */
export function createTaking({ take, limitMs, clock, logger }: TakingParts): Taking {
  let underWay = 0;
  let failures = 0;

  const leave = (delivery: SlackDelivery, reason: string): Taken => {
    failures += 1;
    if (isWorthALine(failures)) {
      logger.warn(
        { kind: delivery.kind, failures, reason },
        'A delivery of Slack’s was not taken; it is left for Slack to repeat.',
      );
    }
    return { type: 'left' };
  };

  const takeInTime = async (delivery: SlackDelivery, signal: AbortSignal): Promise<Taken> => {
    const deadline = createDeadline(clock, limitMs, signal, () => new Error(`not taken within ${limitMs} ms`));
    const { promise: over, reject } = Promise.withResolvers<never>();
    const onAbort = () => reject(deadline.signal.reason);
    if (deadline.signal.aborted) onAbort();
    deadline.signal.addEventListener('abort', onAbort, { once: true });
    try {
      const answer = await Promise.race([take(delivery, deadline.signal), over]);
      failures = 0;
      return { type: 'taken', answer };
    } catch (error) {
      return signal.aborted ? { type: 'left' } : leave(delivery, errorMessage(error));
    } finally {
      deadline.signal.removeEventListener('abort', onAbort);
      deadline.cancel();
    }
  };

  return async (delivery, signal) => {
    if (signal.aborted) return { type: 'left' };
    if (underWay >= mostAtOnce) return leave(delivery, `${mostAtOnce} are under way`);
    underWay += 1;
    try {
      return await takeInTime(delivery, signal);
    } finally {
      underWay -= 1;
    }
  };
}
