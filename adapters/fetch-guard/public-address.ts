import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';

/** Looks like any other address and answers every machine in Azure, with its secrets. */
const azureWireServer = '168.63.129.16';

/** The only part of IPv6 that is given out to the public; everything that holds an IPv4 address otherwise lies outside of it. */
const globalUnicast = ipaddr.parseCIDR('2000::/3');

/**
 * Whether an address, as a resolver or a socket gives it, belongs to a machine on the public internet. Forms of IPv6 that stand
 * for an IPv4 address never do, whatever they stand for: a gateway would unpack them behind the check.
 */
export function isPublicAddress(address: string): boolean {
  if (isIP(address) === 0) return false;
  const parsed = ipaddr.parse(address);
  if (parsed.range() !== 'unicast') return false;
  return parsed.kind() === 'ipv4' ? address !== azureWireServer : parsed.match(globalUnicast);
}

/** Whether an address belongs to this machine. */
export function isLoopbackAddress(address: string): boolean {
  return isIP(address) !== 0 && ipaddr.process(address).range() === 'loopback';
}
