import type { Clock } from '../../../src/lib/clock.ts';

/** A header by its name in lower case; null when it is not there. */
export type ReadHeader = (name: string) => string | null;

/**
 * How long the vendor wants us to wait: `retry-after-ms` (OpenAI and Azure), else `retry-after` in seconds or as a date (RFC 9110
 * §10.2.3). Null when neither can be read.
 */
export function readRetryAfterMs(header: ReadHeader, clock: Clock): number | null {
  const exact = toNumber(header('retry-after-ms'));
  if (exact !== null) return Math.ceil(exact);
  const value = header('retry-after');
  const seconds = toNumber(value);
  if (seconds !== null) return Math.ceil(seconds * 1_000);
  // Numbers alone are read as dates as well.
  const atMs = value === null || !/[a-z]{3}/i.test(value) ? Number.NaN : Date.parse(value);
  return Number.isNaN(atMs) ? null : Math.max(0, atMs - clock.now());
}

function toNumber(value: string | null): number | null {
  return value !== null && /^\d{1,9}(\.\d+)?$/.test(value.trim()) ? Number(value) : null;
}
