/** Something that goes wrong with a call. */
export type Fault =
  /** Answered with a status instead of being done: Discord's JSON for 4xx, a plain body for 5xx. */
  | { readonly type: 'status'; readonly status: number; readonly code?: number; readonly message?: string }
  /** A page of HTML, as Cloudflare answers in front of Discord. */
  | { readonly type: 'html'; readonly status: number }
  /** 429 although the bucket had room. */
  | {
      readonly type: 'rate-limited';
      readonly retryAfterMs: number;
      readonly scope?: 'user' | 'global' | 'shared';
      readonly code?: number;
    }
  /** Cloudflare's 429 against the whole address: HTML, `Retry-After`, no `Via`, no scope. */
  | { readonly type: 'cloudflare-ban'; readonly retryAfterMs: number }
  /** Done at once, answered late. */
  | { readonly type: 'slow'; readonly delayMs: number }
  /** Done, but the connection dies before the answer. */
  | { readonly type: 'lost-reply' }
  /** The connection dies before anything was done. */
  | { readonly type: 'refused' }
  /** Never answered, nothing done. */
  | { readonly type: 'silent' }
  /** Sent elsewhere (downloads). */
  | { readonly type: 'redirect'; readonly to: string; readonly status?: number }
  /** The body comes in pieces with pauses (downloads). */
  | { readonly type: 'drip'; readonly chunkBytes: number; readonly pauseMs: number }
  /** The announced length is not the real one (downloads). */
  | { readonly type: 'wrong-length'; readonly announcedBytes: number }
  /** A body of this size instead of the file (downloads); no length is announced. */
  | { readonly type: 'huge'; readonly bytes: number };

/** Which calls a fault is for: everything that is given has to fit. */
export type FaultTarget = {
  readonly method?: string;
  /** Fits the path, or the route with `:id` and `:token` in place of values. */
  readonly path?: string | RegExp;
};

/** Faults to come. */
export type Faults = {
  /** The next `count` calls that fit (1 unless told otherwise) meet the fault. */
  next(target: FaultTarget, fault: Fault, count?: number): void;
  /** Every call that fits meets the fault until the returned function is called. */
  always(target: FaultTarget, fault: Fault): () => void;
  /** Forgets all that were not met. */
  clear(): void;
  take(call: { readonly method: string; readonly path: string; readonly route: string }): Fault | null;
};

/** No faults yet. */
export function createFaults(): Faults {
  let planned: { target: FaultTarget; fault: Fault; left: number }[] = [];
  const fits = (target: FaultTarget, call: { method: string; path: string; route: string }) => {
    if (target.method !== undefined && target.method !== call.method) return false;
    if (target.path === undefined) return true;
    if (typeof target.path === 'string') return call.path === target.path || call.route === target.path;
    return target.path.test(call.path) || target.path.test(call.route);
  };
  return {
    next(target, fault, count = 1) {
      planned.push({ target, fault, left: count });
    },
    always(target, fault) {
      const plan = { target, fault, left: Number.POSITIVE_INFINITY };
      planned.push(plan);
      return () => {
        planned = planned.filter((each) => each !== plan);
      };
    },
    clear() {
      planned = [];
    },
    take(call) {
      const plan = planned.find((each) => fits(each.target, call));
      if (plan === undefined) return null;
      plan.left -= 1;
      if (plan.left <= 0) planned = planned.filter((each) => each !== plan);
      return plan.fault;
    },
  };
}
