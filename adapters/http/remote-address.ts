import { IncomingMessage } from 'node:http';
import type { Context } from 'hono';

/**
 * Whom an address stands for. IPv6 addresses are handed out by networks of 64 bits: whoever has one has them all, so they
 * count as one; an IPv4 address written as IPv6 counts as itself.
 */
export function networkOf(address: string): string {
  if (address.startsWith('::ffff:') && address.includes('.')) return address.slice('::ffff:'.length);
  if (!address.includes(':')) return address;
  const [head = '', tail] = address.split('::');
  const leading = head === '' ? [] : head.split(':');
  const trailing = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = Array.from({ length: Math.max(0, 8 - leading.length - trailing.length) }, () => '0');
  return `${[...leading, ...zeros, ...trailing].slice(0, 4).join(':')}::/64`;
}

/**
 * Where a request comes from, by its socket: headers such as X-Forwarded-For can be made up. An IPv6 address is cut to its
 * network. `unknown` when there is no socket, as in a test without a server.
 */
export function remoteAddress(context: Context): string {
  const bindings: unknown = context.env;
  if (typeof bindings !== 'object' || bindings === null || !('incoming' in bindings)) return 'unknown';
  const { incoming } = bindings;
  return incoming instanceof IncomingMessage ? networkOf(incoming.socket.remoteAddress ?? 'unknown') : 'unknown';
}
