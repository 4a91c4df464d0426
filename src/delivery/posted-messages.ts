import type { Clock } from '../lib/clock.ts';
import { Failure } from '../lib/errors.ts';
import { keepNewest } from '../lib/keep-newest.ts';

/** What this start of the program knows of the messages it has posted. */
export type PostedMessages = {
  /** The message of that key; null when this start has not posted it for certain. */
  find(key: string): string | null;
  /** Which message of its answer it is, as far as this start knows; else 0. */
  partOf(message: string): number;
  /**
   * Whether the message may stand already without the platform giving it for the same key: an earlier start may have posted it, or
   * this one without hearing of it, `knownForMs` ago or more: so long the platform itself posts a key once. `askedAtMs`: when what it
   * answers was written.
   */
  mayStandUnknown(key: string, askedAtMs: number, knownForMs: number): boolean;
  /** Runs the call that posts it, and keeps what became of it. */
  post(key: string, part: number, call: () => Promise<string>): Promise<string>;
  note(key: string, part: number, message: string): void;
  /** The message was taken away. */
  forget(message: string): void;
};

/** Kept at the most; an answer has a few messages and is over within minutes. */
const mostKept = 5_000;

/** Remembers nothing of earlier starts. */
export function createPostedMessages(clock: Clock): PostedMessages {
  const startedAtMs = clock.now();
  const messages = new Map<string, string>();
  const parts = new Map<string, number>();
  /** When a call was sent first of which it is not known whether it arrived. */
  const uncertain = new Map<string, number>();

  const note = (key: string, part: number, message: string) => {
    uncertain.delete(key);
    keepNewest(messages, key, message, mostKept);
    keepNewest(parts, message, part, mostKept);
  };

  return {
    note,
    forget(message) {
      parts.delete(message);
      for (const [key, known] of messages) if (known === message) messages.delete(key);
    },
    find: (key) => messages.get(key) ?? null,
    partOf: (message) => parts.get(message) ?? 0,
    mayStandUnknown(key, askedAtMs, knownForMs) {
      const nowMs = clock.now();
      const sentAtMs = uncertain.get(key);
      if (sentAtMs !== undefined) return nowMs - sentAtMs >= knownForMs;
      return askedAtMs < startedAtMs && nowMs - askedAtMs >= knownForMs;
    },
    async post(key, part, call) {
      const isFirst = !uncertain.has(key);
      if (isFirst) keepNewest(uncertain, key, clock.now(), mostKept);
      try {
        const message = await call();
        note(key, part, message);
        return message;
      } catch (error) {
        // Only what got no reply may have been posted all the same.
        const isRefused = error instanceof Failure && error.code !== 'platform-unreachable';
        if (isFirst && isRefused) uncertain.delete(key);
        throw error;
      }
    },
  };
}
