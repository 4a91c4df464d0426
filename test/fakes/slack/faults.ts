/** Something that goes wrong with a call, a download or a delivery. */
export type Fault =
  /** Refused with a code of Slack's, HTTP 200. */
  | { readonly type: 'error'; readonly error: string; readonly more?: { readonly [key: string]: unknown } }
  /** Answered with a status instead of being done. */
  | { readonly type: 'status'; readonly status: number; readonly body?: string }
  /** A page of HTML with this status, as from a proxy in front of Slack. */
  | { readonly type: 'html'; readonly status: number }
  /** 429 although there was room; blocks the method in the workspace for that long. */
  | { readonly type: 'rate-limited'; readonly retryAfterSeconds: number }
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
  /** A body of this size instead of the file, without a length (downloads). */
  | { readonly type: 'huge'; readonly bytes: number }
  /** The page that asks people to sign in, with status 200 (downloads). */
  | { readonly type: 'login-page' };

/** Which calls a fault is for: everything that is given has to fit. */
export type FaultTarget = {
  /** The API method, or the path of a download. */
  readonly method?: string | RegExp;
  readonly teamId?: string;
};

/** Faults to come. */
export type Faults = {
  /** The next `count` calls that fit (1 unless told otherwise) meet the fault. */
  next(target: FaultTarget, fault: Fault, count?: number): void;
  /** Every call that fits meets the fault until the returned function is called. */
  always(target: FaultTarget, fault: Fault): () => void;
  /** Forgets all that were not met. */
  clear(): void;
  take(call: { readonly method: string; readonly teamId: string | null }): Fault | null;
};

/** No faults yet. */
export function createFaults(): Faults {
  let planned: { target: FaultTarget; fault: Fault; left: number }[] = [];
  const fits = (target: FaultTarget, call: { method: string; teamId: string | null }) => {
    if (target.teamId !== undefined && target.teamId !== call.teamId) return false;
    if (target.method === undefined) return true;
    return typeof target.method === 'string' ? target.method === call.method : target.method.test(call.method);
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
