import type { Clock } from '../../../src/lib/clock.ts';
import { createDeadline } from '../../../src/lib/deadline.ts';
import { keepNewest } from '../../../src/lib/keep-newest.ts';
import { tupleKey } from '../../../src/lib/tuple-key.ts';
import type { WireMessage } from '../wire.ts';
import type { WrittenEvent } from './read-event.ts';

/** What Slack sends twice: a mention comes as `app_mention` and as `message`, and one of the two may lack the files. */
export type Twins = {
  /** An event of the message came. */
  note(key: string, message: WireMessage, isMention: boolean): void;
  /** The message with its files, as far as any of its events had them; waits for one that has. Null when none came in time. */
  find(key: string, waitMs: number, signal: AbortSignal): Promise<WireMessage | null>;
  /** Nobody asks for it any more. */
  forget(key: string): void;
};

/** Remembered at the most: twins come within a moment. */
const mostRemembered = 500;

/** Equal for all events of a message through one workspace, other for each edit of it. */
export function keyOfMessage({ place, message, edit }: WrittenEvent): string {
  return tupleKey(place.via, place.channel, message.ts, edit ?? '');
}

/** Whether nothing is missing that another event of the message may have. */
export function isComplete(message: WireMessage, isMention: boolean): boolean {
  if ((message.files ?? []).length > 0) return true;
  return !isMention && message.subtype !== 'file_share' && message.upload !== true;
}

/** Nothing came yet. */
export function createTwins(clock: Clock): Twins {
  const complete = new Map<string, WireMessage>();
  const waiting = new Map<string, Set<() => void>>();

  async function wait(key: string, waitMs: number, signal: AbortSignal): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const waiters = waiting.get(key) ?? new Set();
    waiting.set(key, waiters.add(resolve));
    const deadline = createDeadline(clock, waitMs, signal, () => new Error('no twin came'));
    deadline.signal.addEventListener('abort', () => resolve(), { once: true });
    try {
      if (!deadline.signal.aborted) await promise;
    } finally {
      deadline.cancel();
      waiters.delete(resolve);
      if (waiters.size === 0) waiting.delete(key);
    }
  }

  return {
    note(key, message, isMention) {
      if (!isComplete(message, isMention)) return;
      keepNewest(complete, key, message, mostRemembered);
      for (const wake of waiting.get(key) ?? []) wake();
    },
    async find(key, waitMs, signal) {
      if (!complete.has(key) && waitMs > 0) await wait(key, waitMs, signal);
      return complete.get(key) ?? null;
    },
    forget: (key) => {
      complete.delete(key);
    },
  };
}
