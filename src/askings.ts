import { StopRequest, type StopWish } from './answer/stop-request.ts';
import { keepNewest } from './lib/keep-newest.ts';
import { tupleKey } from './lib/tuple-key.ts';
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
  /**
   * The bot was taken out of a server or workspace: what was asked there by now need not be answered any more. Withdraws what runs;
   * resolves when it has ended.
   */
  leave(platform: string, tenant: string, atMs: number): Promise<void>;
  /** Ends the answer that runs and gives a promise of its end; null when none runs. */
  end(subject: string, wish: StopWish): Promise<void> | null;
};

type RunningAsking = { readonly turn: Turn; readonly stop: AbortController; readonly ended: Promise<void> };

/** Whether somebody may stop or repeat what was asked: the asker, and whoever moderates there. */
export function mayControl(turn: Turn, person: Person): boolean {
  return turn.person.id === person.id || person.moderator;
}

/** Servers and workspaces remembered that the bot was taken out of: longer than a question waits. */
const mostLeft = 1_000;

/** No questions yet. Holds no more than the turn queue does. */
export function createAskings(): Askings {
  const newest = new Map<string, Turn>();
  const running = new Map<string, RunningAsking>();
  const leftAtMs = new Map<string, number>();

  return {
    add(turn) {
      newest.set(turn.subject, turn);
      const earlier = running.get(turn.subject);
      if (earlier !== undefined && earlier.turn.id !== turn.id) earlier.stop.abort(new StopRequest('withdraw'));
    },
    newest: (subject) => newest.get(subject),
    isOutdated(turn) {
      const left = leftAtMs.get(tupleKey(turn.platform, turn.tenant));
      if (left !== undefined && turn.receivedAtMs <= left) return true;
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
    async leave(platform, tenant, atMs) {
      keepNewest(leftAtMs, tupleKey(platform, tenant), atMs, mostLeft);
      const there = [...running.values()].filter(({ turn }) => turn.platform === platform && turn.tenant === tenant);
      for (const { stop } of there) stop.abort(new StopRequest('withdraw'));
      await Promise.all(there.map(({ ended }) => ended));
    },
    end(subject, wish) {
      const asking = running.get(subject);
      asking?.stop.abort(new StopRequest(wish));
      return asking?.ended ?? null;
    },
  };
}
