import type { Failure } from '../../src/lib/errors.ts';

const isRateLimited = (failure: Failure) => failure.code === 'chat-rate-limited' && failure.facts['status'] === 429;
const isOneOf = (failure: Failure, ...statuses: number[]) => statuses.includes(Number(failure.facts['status']));
const isNetwork = (failure: Failure) => failure.code === 'chat-unreachable' && failure.facts['network'] !== undefined;

/** Questions are billed: again only when surely nothing was accepted. */
export function askRetries(failure: Failure): number {
  if (isRateLimited(failure)) return 3;
  const isRefused = failure.facts['network'] === 'not-connected' || isOneOf(failure, 503);
  if (isRefused || failure.facts['provider'] === 'busy') return 2;
  return failure.facts['provider'] === 'unclear' ? 1 : 0;
}

/** Uploads are not billed, and a picture too many harms nobody. */
export function uploadRetries(failure: Failure): number {
  if (isRateLimited(failure)) return 3;
  return isNetwork(failure) || isOneOf(failure, 502, 503, 504, 522) ? 1 : 0;
}

/** Reading changes nothing. */
export function readRetries(failure: Failure): number {
  if (isRateLimited(failure)) return 3;
  return isNetwork(failure) || isOneOf(failure, 502, 503, 504, 522) ? 2 : 0;
}
