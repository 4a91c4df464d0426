import { errorMessage, Failure } from '../../src/lib/errors.ts';

/** Why the server could not start to listen. */
export type ListenFailureCode = 'listen-address-in-use' | 'listen-not-permitted' | 'listen-failed';

type Address = { readonly host: string; readonly port: number };

const unknownHostCodes = ['EADDRNOTAVAIL', 'ENOTFOUND', 'EAI_AGAIN', 'EINVAL', 'EAFNOSUPPORT'];

/** One sentence naming HOST and PORT and what to change. */
export function toListenFailure(error: unknown, { host, port }: Address): Failure<ListenFailureCode> {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const options = { cause: error, facts: { host, port } };
  if (code === 'EADDRINUSE') {
    return new Failure(
      'listen-address-in-use',
      `Port ${port} of ${host} is in use: stop the program that has it, or set PORT to another number.`,
      options,
    );
  }
  if (code === 'EACCES' || code === 'EPERM') {
    return new Failure(
      'listen-not-permitted',
      `This account may not listen on port ${port} of ${host}: set PORT to a number above 1023.`,
      options,
    );
  }
  const sentence = unknownHostCodes.includes(code)
    ? `HOST ${host} is not an address of this machine: use 127.0.0.1 for this machine alone, or 0.0.0.0 for every network it is in.`
    : `The server could not listen on HOST ${host}, PORT ${port}: ${errorMessage(error)}.`;
  return new Failure('listen-failed', sentence, options);
}
