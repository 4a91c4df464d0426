import { Failure } from '../../src/lib/errors.ts';

/** Why nothing was fetched. The facts name the host, and the `status` where a server answered; never a path or a query. */
export type FetchFailureCode =
  /** An address that may not be asked: its scheme, host, port, or where its name leads. */
  | 'fetch-refused-address'
  /** The server sent the caller on and on. */
  | 'fetch-too-many-redirects'
  | 'fetch-too-large'
  /** Not what the caller wants, or packed in a way that is not unpacked here. */
  | 'fetch-refused-type'
  /** Not there, or there no longer. */
  | 'fetch-gone'
  | 'fetch-status'
  | 'fetch-unreachable'
  | 'fetch-timeout';

/** An address for the log: neither path nor query, where signatures and keys are. */
export function describeAddress(url: URL): string {
  return `${url.protocol}//${url.host}`;
}

/** A host, or what it leads to, is not allowed. */
export function refuseAddress(host: string, reason: string): Failure<FetchFailureCode> {
  return new Failure('fetch-refused-address', `${host} is not fetched from: ${reason}.`, { facts: { host } });
}

/** A status that is not a success. */
export function toStatusFailure(url: URL, status: number): Failure<FetchFailureCode> {
  const code = status === 404 || status === 410 ? 'fetch-gone' : 'fetch-status';
  return new Failure(code, `${describeAddress(url)} answered with status ${status}.`, {
    retryable: status === 408 || status === 429 || status >= 500,
    facts: { host: url.host, status },
  });
}

/** More bytes than the caller takes. */
export function toTooLarge(url: URL, maxBytes: number): Failure<FetchFailureCode> {
  return new Failure('fetch-too-large', `${describeAddress(url)} sent more than ${maxBytes} bytes.`, {
    facts: { host: url.host, maxBytes },
  });
}

/** Nothing came for too long, or not all of it in time. */
export function toTimeout(url: URL, limitMs: number): Failure<FetchFailureCode> {
  return new Failure('fetch-timeout', `${describeAddress(url)} did not send everything within ${limitMs} ms.`, {
    retryable: true,
    facts: { host: url.host, limitMs },
  });
}

/** What a client's error is called; its text may quote the address. */
function nameError(error: unknown): string {
  if (!(error instanceof Error)) return typeof error;
  return 'code' in error && typeof error.code === 'string' ? error.code : error.name;
}

/** Makes a `Failure` of whatever asking and reading threw; a `Failure` stays what it is. */
export function toFetchFailure(error: unknown, url: URL): Failure {
  if (error instanceof Failure) return error;
  return new Failure<FetchFailureCode>(
    'fetch-unreachable',
    `${describeAddress(url)} could not be read: ${nameError(error)}.`,
    { retryable: true, facts: { host: url.host } },
  );
}
