import { lookup } from 'node:dns/promises';
import { isIP, type LookupFunction } from 'node:net';
import { buildConnector } from 'undici';
import type { AllowedOrigins } from './allowed-origins.ts';
import { refuseAddress } from './fetch-failure.ts';
import { isLoopbackAddress, isPublicAddress } from './public-address.ts';

/** The addresses of a name. */
export type ResolveName = (name: string) => Promise<readonly string[]>;

/** As the system resolves names. */
export async function resolveBySystem(name: string): Promise<readonly string[]> {
  const found = await lookup(name, { all: true });
  return found.map(({ address }) => address);
}

function toError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}

function refuse(host: string) {
  return refuseAddress(host, 'its address is not a public one');
}

/**
 * Resolves a name once and gives out only the addresses that are allowed, so that what was checked is what is connected to: a name
 * cannot lead elsewhere in between.
 */
export function createGuardedLookup(resolve: ResolveName, isAllowed: (address: string) => boolean): LookupFunction {
  const find = async (name: string) => {
    const found = await resolve(name);
    const allowed = found.filter(isAllowed).map((address) => ({ address, family: isIP(address) }));
    const [first] = allowed;
    if (first === undefined) throw found.length === 0 ? new Error('the name has no address') : refuse(name);
    return { first, allowed };
  };
  return (name, options, callback) => {
    find(name).then(
      ({ first, allowed }) => (options.all ? callback(null, allowed) : callback(null, first.address, first.family)),
      (error: unknown) => callback(toError(error), '', 0),
    );
  };
}

/** Checks a written-out address before, a name's addresses as they are resolved, and the other end of the connection once it stands. */
function guard(
  resolve: ResolveName,
  isAllowed: (address: string) => boolean,
  timeoutMs: number,
): buildConnector.connector {
  const connect = buildConnector({
    allowH2: false,
    timeout: timeoutMs,
    lookup: createGuardedLookup(resolve, isAllowed),
  });
  return (options, callback) => {
    if (isIP(options.hostname) !== 0 && !isAllowed(options.hostname)) {
      callback(refuse(options.hostname), null);
      return;
    }
    connect(options, (...[error, socket]) => {
      if (error !== null) return callback(error, null);
      if (isAllowed(socket.remoteAddress ?? '')) return callback(null, socket);
      socket.destroy();
      callback(refuse(options.hostname), null);
    });
  };
}

/** Opens connections to public addresses, and to this machine's for the origins that were named so. */
export function createGuardedConnector(
  origins: AllowedOrigins,
  resolve: ResolveName,
  timeoutMs: number,
): buildConnector.connector {
  const toPublic = guard(resolve, isPublicAddress, timeoutMs);
  const toThisMachine = guard(resolve, isLoopbackAddress, timeoutMs);
  return (options, callback) => {
    const origin = `${options.protocol}//${options.host ?? options.hostname}`;
    return origins.isOnThisMachine(origin) ? toThisMachine(options, callback) : toPublic(options, callback);
  };
}
