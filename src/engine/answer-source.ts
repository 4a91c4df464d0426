import type { AnswerOutcome, AnswerRecord } from './answer-record.ts';
import { createTextLog, type TextCursor, type TextLog } from './text-log.ts';
import type { WakePace } from './wake-pace.ts';

/** A record whose answer is there. */
export type FinishedRecord = AnswerRecord & { readonly outcome: AnswerOutcome };

/** One reader of an answer, from its start. Every reader is closed by whoever opened it. */
export type AnswerReader = {
  /** What came since the last call, piece by piece where it is long; empty when nothing did. */
  take(): string;
  /** The finished record, once it is stored; null before. */
  finished(): FinishedRecord | null;
  /** Calls back at the next change, once; a later call replaces an earlier one. Never calls back when all is read already. */
  onChange(wake: () => void): void;
  close(): void;
};

/** An answer that can be read by any number of readers, while it comes and afterwards. */
export type AnswerSource = {
  readonly recordId: string;
  read(): AnswerReader;
};

/** An answer that is still coming. */
export type GrowingAnswer = AnswerSource & {
  readonly text: TextLog;
  /** Adds to the text and wakes the readers, at the pace that all live answers share; false when the text is full. */
  append(text: string): boolean;
  /** Nothing comes after this. */
  finish(record: FinishedRecord): void;
  finished(): FinishedRecord | null;
};

/** Every change is told at once. */
const unpaced: Pick<WakePace, 'createNotice'> = { createNotice: (wake) => ({ soon: wake, now: wake }) };

/** An answer without a word yet, that holds at most `maxBytes`. */
export function createGrowingAnswer(
  recordId: string,
  maxBytes: number,
  pace: Pick<WakePace, 'createNotice'> = unpaced,
): GrowingAnswer {
  const text = createTextLog(maxBytes);
  const wakes = new Set<() => void>();
  let record: FinishedRecord | null = null;

  const wakeAll = () => {
    const waiting = [...wakes];
    wakes.clear();
    for (const wake of waiting) wake();
  };
  const notice = pace.createNotice(wakeAll);

  return {
    recordId,
    text,
    append(piece) {
      const isFirst = text.isEmpty();
      const fits = text.append(piece);
      if (wakes.size > 0) isFirst ? notice.now() : notice.soon();
      return fits;
    },
    finish(finished) {
      record = finished;
      notice.now();
    },
    finished: () => record,
    read() {
      const cursor: TextCursor = { block: 0, offset: 0 };
      let current: (() => void) | null = null;
      const forget = () => {
        if (current !== null) wakes.delete(current);
        current = null;
      };
      return {
        take: () => text.read(cursor),
        finished: () => record,
        onChange(wake) {
          forget();
          current = wake;
          wakes.add(wake);
        },
        close: forget,
      };
    },
  };
}

/** The answer of a stored record: all of it is there at once. */
export function createStoredAnswer(record: FinishedRecord): AnswerSource {
  const answer = createGrowingAnswer(record.uuid, Number.MAX_SAFE_INTEGER);
  answer.append(record.outcome.text);
  answer.finish(record);
  return answer;
}

/** The finished record, as soon as there is one; rejects with the signal's reason. The answer goes on all the same. */
export function untilFinished(source: AnswerSource, signal: AbortSignal): Promise<FinishedRecord> {
  return untilReader(source.read(), signal, (reader) => reader.finished());
}

/** Resolves with what `look` finds as soon as it finds something, and closes the reader. */
export function untilReader<Found>(
  reader: AnswerReader,
  signal: AbortSignal,
  look: (reader: AnswerReader) => Found | null,
): Promise<Found> {
  return new Promise<Found>((resolve, reject) => {
    const stop = () => {
      signal.removeEventListener('abort', onAbort);
      reader.close();
    };
    const onAbort = () => {
      stop();
      reject(signal.reason);
    };
    const check = () => {
      const found = look(reader);
      if (found === null) {
        reader.onChange(check);
        return;
      }
      stop();
      resolve(found);
    };
    if (signal.aborted) {
      onAbort();
      return;
    }
    signal.addEventListener('abort', onAbort, { once: true });
    check();
  });
}
