import type { ClaimedTurn, TurnQueue } from '../../src/turn/turn-queue.ts';

type Job = { claimed: ClaimedTurn; finish: () => void; fail: (error: Error) => void };

/** Works a queue by hand: every turn that is handed out stays on the desk until it is told how it ends. */
export type TurnDesk = {
  /** Everything ever handed out, as `id` or `id#attempt` from the second attempt on. */
  readonly handedOut: readonly string[];
  /** The ids on the desk, in the order they came. */
  running(): string[];
  /** The turn of that id on the desk. */
  claimed(id: string): ClaimedTurn;
  finish(id: string): void;
  fail(id: string): void;
  failAll(): void;
  /** Settles as `work` does. */
  readonly worked: Promise<void>;
  /** Aborts `work`, leaving what is on the desk. */
  abort(): void;
};

/** Starts working the queue. */
export function createTurnDesk(queue: TurnQueue): TurnDesk {
  const jobs = new Map<string, Job>();
  const handedOut: string[] = [];
  const controller = new AbortController();

  const handle = (claimed: ClaimedTurn): Promise<void> => {
    const { turn, attempt } = claimed;
    if (jobs.has(turn.id)) throw new Error(`${turn.id} was handed out while it was running`);
    handedOut.push(attempt === 1 ? turn.id : `${turn.id}#${attempt}`);
    return new Promise((finish, fail) => {
      jobs.set(turn.id, { claimed, finish, fail });
    });
  };
  const find = (id: string): Job => {
    const job = jobs.get(id);
    if (job === undefined) throw new Error(`${id} is not running`);
    return job;
  };
  const fail = (id: string): void => {
    const job = find(id);
    jobs.delete(id);
    job.fail(new Error('this handler failed'));
  };

  return {
    handedOut,
    running: () => [...jobs.keys()],
    claimed: (id) => find(id).claimed,
    finish(id) {
      const job = find(id);
      jobs.delete(id);
      job.finish();
    },
    fail,
    failAll: () => {
      for (const id of [...jobs.keys()]) fail(id);
    },
    worked: queue.work(handle, controller.signal),
    abort: () => controller.abort(new Error('shutdown')),
  };
}
