import type { Clock } from '../../src/lib/clock.ts';
import { keepNewest } from '../../src/lib/keep-newest.ts';

/** Counts calls for each scope in windows that open with the first one. */
export type EditWindows = {
  /** Null when the call is within the limit, else the time until the window closes, in milliseconds. */
  take(scope: string): number | null;
};

/** Scopes remembered at the most; the oldest windows are forgotten first. */
const maxScopes = 1_000;

/** Lets `count` calls through in each window of `windowMs`. */
export function createEditWindows(
  limit: { readonly count: number; readonly windowMs: number },
  clock: Clock,
): EditWindows {
  const windows = new Map<string, { readonly endsAtMs: number; used: number }>();

  const open = (scope: string) =>
    keepNewest(windows, scope, { endsAtMs: clock.now() + limit.windowMs, used: 1 }, maxScopes);

  return {
    take(scope) {
      const window = windows.get(scope);
      if (window === undefined || clock.now() >= window.endsAtMs) {
        open(scope);
        return null;
      }
      if (window.used >= limit.count) return window.endsAtMs - clock.now();
      window.used += 1;
      return null;
    },
  };
}
