/** Gives the place back; calling it again does nothing. */
export type Leave = () => void;

/** Lets a fixed number in at once; the others wait in order of arrival, a bounded number of them. */
export type Gate = {
  /** Resolves with the way out, or with `full` at once when too many wait already. Rejects with the signal's reason. */
  enter(signal: AbortSignal): Promise<Leave | 'full'>;
};

/** A gate for `atOnce` at a time with `maxWaiting` in front of it. */
export function createGate(atOnce: number, maxWaiting: number): Gate {
  let inside = 0;
  const waiting = new Set<() => void>();

  const letNextIn = () => {
    const [next] = waiting;
    if (next === undefined || inside >= atOnce) return;
    waiting.delete(next);
    inside += 1;
    next();
  };

  const createLeave = (): Leave => {
    let left = false;
    return () => {
      if (left) return;
      left = true;
      inside -= 1;
      letNextIn();
    };
  };

  const waitForTurn = (signal: AbortSignal) =>
    new Promise<void>((resolve, reject) => {
      const onAbort = () => {
        waiting.delete(onTurn);
        reject(signal.reason);
      };
      const onTurn = () => {
        signal.removeEventListener('abort', onAbort);
        resolve();
      };
      waiting.add(onTurn);
      signal.addEventListener('abort', onAbort, { once: true });
    });

  return {
    async enter(signal) {
      signal.throwIfAborted();
      if (inside < atOnce) {
        inside += 1;
        return createLeave();
      }
      if (waiting.size >= maxWaiting) return 'full';
      await waitForTurn(signal);
      return createLeave();
    },
  };
}
