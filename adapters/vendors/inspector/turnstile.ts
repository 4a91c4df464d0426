/** Lets a few through at once and a bounded number wait, in order. */
export type Turnstile = {
  /** Resolves with the function that lets the next one in; null when too many wait already. Rejects with the signal's reason. */
  enter(signal: AbortSignal): Promise<(() => void) | null>;
  inside(): number;
};

/** `places` at once, at most `maxWaiting` in the queue. */
export function createTurnstile(places: number, maxWaiting: number): Turnstile {
  const waiting: (() => void)[] = [];
  let inside = 0;

  function leaveOnce(): () => void {
    let left = false;
    return function leave() {
      if (left) return;
      left = true;
      inside -= 1;
      waiting.shift()?.();
    };
  }

  function queue(signal: AbortSignal): Promise<() => void> {
    return new Promise((resolve, reject) => {
      const onTurn = () => {
        signal.removeEventListener('abort', onAbort);
        inside += 1;
        resolve(leaveOnce());
      };
      const onAbort = () => {
        waiting.splice(waiting.indexOf(onTurn), 1);
        reject(signal.reason);
      };
      signal.addEventListener('abort', onAbort, { once: true });
      waiting.push(onTurn);
    });
  }

  return {
    async enter(signal) {
      signal.throwIfAborted();
      if (inside >= places) return waiting.length >= maxWaiting ? null : queue(signal);
      inside += 1;
      return leaveOnce();
    },
    inside: () => inside,
  };
}
