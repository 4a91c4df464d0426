import { StopRequest, type StopWish } from './answer/stop-request.ts';
import type { Person, Turn } from './turn/turn.ts';

/** The questions that wait or are being answered in this process. One question is answered once at a time. */
export type Askings = {
  /** A turn was taken. It makes earlier askings of the same question outdated, and withdraws the one that runs. */
  add(turn: Turn): void;
  /** The newest asking of a question that is not over yet. */
  newest(subject: string): Turn | undefined;
  /** Whether the question was asked anew since: this asking need not be answered any more. */
  isOutdated(turn: Turn): boolean;
  /** Runs the work of a turn, with a signal by which people end it. The question is over when the work is. */
  run(turn: Turn, work: (stopped: AbortSignal) => Promise<void>): Promise<void>;
  /** Ends the answer that runs and gives a promise of its end; null when none runs. */
  end(subject: string, wish: StopWish): Promise<void> | null;
};

type RunningAsking = { readonly turn: Turn; readonly stop: AbortController; readonly ended: Promise<void> };

/** Whether somebody may stop or repeat what was asked: the asker, and whoever moderates there. */
export function mayControl(turn: Turn, person: Person): boolean {
  return turn.person.id === person.id || person.moderator;
}

/** No questions yet. Holds no more than the turn queue does. */
export function createAskings(): Askings {
  const newest = new Map<string, Turn>();
  const running = new Map<string, RunningAsking>();

  return {
    add(turn) {
      newest.set(turn.subject, turn);
      const earlier = running.get(turn.subject);
      if (earlier !== undefined && earlier.turn.id !== turn.id) earlier.stop.abort(new StopRequest('withdraw'));
    },
    newest: (subject) => newest.get(subject),
    isOutdated(turn) {
      const latest = newest.get(turn.subject);
      return latest !== undefined && latest.id !== turn.id;
    },
    async run(turn, work) {
      const stop = new AbortController();
      const ended = Promise.withResolvers<void>();
      running.set(turn.subject, { turn, stop, ended: ended.promise });
      try {
        await work(stop.signal);
      } finally {
        running.delete(turn.subject);
        if (newest.get(turn.subject)?.id === turn.id) newest.delete(turn.subject);
        ended.resolve();
      }
    },
    end(subject, wish) {
      const asking = running.get(subject);
      asking?.stop.abort(new StopRequest(wish));
      return asking?.ended ?? null;
    },
  };
}
