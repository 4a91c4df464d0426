/** What a person wants of an answer: no more of it, or nothing of it because its question was changed or deleted. */
export type StopWish = 'stop' | 'withdraw';

/**
 * The reason a signal is aborted with when a person ended the answer, as opposed to the program shutting down: only
 * then is the model told to stop too. Any other reason just closes the connection.
 */
export class StopRequest extends Error {
  readonly wish: StopWish;

  constructor(wish: StopWish = 'stop') {
    super(
      wish === 'stop' ? 'A person asked to stop this answer.' : 'The question of this answer was changed or deleted.',
    );
    this.name = 'StopRequest';
    this.wish = wish;
  }
}

/** Whether a signal's reason ends the answer with what there is of it; every other reason leaves it as it stands. */
export function isStop(reason: unknown): boolean {
  return reason instanceof StopRequest && reason.wish === 'stop';
}
