import { keepNewest } from '../../../src/lib/keep-newest.ts';
import { tupleKey } from '../../../src/lib/tuple-key.ts';
import type { MessagesSpot } from './place.ts';

/** Which question each thread's newest answer is to, as far as this start of the program knows. */
export type ThreadAnswers = {
  /** The answer is under way. */
  note(spot: MessagesSpot): void;
  /** The question; null where none is known. Its answer may be over by now. */
  newest(via: string, channel: string, threadTs: string): string | null;
};

/** More answers are never under way at once. */
const mostKept = 2_000;

/** None yet. */
export function createThreadAnswers(): ThreadAnswers {
  const subjects = new Map<string, string>();
  return {
    note({ via, channel, thread, subject }) {
      if (thread !== null) keepNewest(subjects, tupleKey(via, channel, thread), subject, mostKept);
    },
    newest: (...where) => subjects.get(tupleKey(...where)) ?? null,
  };
}
