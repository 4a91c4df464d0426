/** Lets everybody who wants the same thing at the same time wait for one piece of work. */
export type SharedWork<Value> = (
  key: string,
  start: (signal: AbortSignal) => Promise<Value>,
  signal: AbortSignal,
) => Promise<Value>;

type Work<Value> = { readonly result: Promise<Value>; readonly stop: AbortController; waiters: number };

/** The work is stopped when the last one who waits has gone. */
export function createSharedWork<Value>(): SharedWork<Value> {
  const ongoing = new Map<string, Work<Value>>();

  function join(key: string, start: (signal: AbortSignal) => Promise<Value>): Work<Value> {
    const found = ongoing.get(key);
    if (found !== undefined) return found;
    const stop = new AbortController();
    const result = start(stop.signal);
    const work: Work<Value> = { result, stop, waiters: 0 };
    const forget = () => {
      if (ongoing.get(key) === work) ongoing.delete(key);
    };
    result.then(forget, forget);
    ongoing.set(key, work);
    return work;
  }

  return async function share(key, start, signal) {
    signal.throwIfAborted();
    const work = join(key, start);
    work.waiters += 1;
    const gone = Promise.withResolvers<never>();
    const onAbort = () => gone.reject(signal.reason);
    signal.addEventListener('abort', onAbort, { once: true });
    try {
      return await Promise.race([work.result, gone.promise]);
    } finally {
      signal.removeEventListener('abort', onAbort);
      work.waiters -= 1;
      if (work.waiters === 0 && ongoing.get(key) === work) {
        ongoing.delete(key);
        work.stop.abort(new Error('nobody waits for this picture any more'));
      }
    }
  };
}
