import { BlockList, isIPv6 } from 'node:net';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isLoopbackAddress, isPublicAddress } from '../../../adapters/fetch-guard/public-address.ts';
import { privateAddresses, privateIpv6 } from './hostile-addresses.ts';

// The registries of special addresses (RFC 6890 and what came after it), in Node's own words: a second opinion.
function createOracle(): (address: string) => boolean {
  const blocked = new BlockList();
  const v4 = [
    ['0.0.0.0', 8],
    ['10.0.0.0', 8],
    ['100.64.0.0', 10],
    ['127.0.0.0', 8],
    ['168.63.129.16', 32],
    ['169.254.0.0', 16],
    ['172.16.0.0', 12],
    ['192.0.0.0', 24],
    ['192.0.2.0', 24],
    ['192.31.196.0', 24],
    ['192.52.193.0', 24],
    ['192.88.99.0', 24],
    ['192.168.0.0', 16],
    ['192.175.48.0', 24],
    ['198.18.0.0', 15],
    ['198.51.100.0', 24],
    ['203.0.113.0', 24],
    ['224.0.0.0', 4],
    ['240.0.0.0', 4],
  ] as const;
  // Everything outside of 2000::/3, then what is special within.
  const v6 = [
    ['::', 3],
    ['4000::', 2],
    ['8000::', 1],
    ['2001::', 23],
    ['2001:db8::', 32],
    ['2002::', 16],
    ['2620:4f:8000::', 48],
    ['3fff::', 20],
  ] as const;
  for (const [network, prefix] of v4) blocked.addSubnet(network, prefix, 'ipv4');
  // In a list of its own: Node takes the addresses of IPv4 for mapped ones, which the first of these networks holds.
  const blocked6 = new BlockList();
  for (const [network, prefix] of v6) blocked6.addSubnet(network, prefix, 'ipv6');
  return (address) => (isIPv6(address) ? !blocked6.check(address, 'ipv6') : !blocked.check(address, 'ipv4'));
}

const isPublicByOracle = createOracle();

/** The addresses around the edges of every network that matters. */
const edges = [
  0, 9, 10, 11, 99, 100, 101, 126, 127, 128, 167, 168, 169, 170, 171, 172, 173, 191, 192, 193, 197, 198, 199,
]
  .concat([202, 203, 204, 223, 224, 239, 240, 254, 255])
  .flatMap((first) =>
    [0, 15, 16, 18, 19, 20, 31, 32, 51, 52, 63, 64, 88, 127, 128, 168, 175, 254].map(
      (second) => [first, second] as const,
    ),
  )
  .flatMap(([first, second]) =>
    ['0.0', '2.1', '48.1', '99.255', '100.0', '113.7', '129.16', '196.3', '193.1', '255.255'].map(
      (rest) => `${first}.${second}.${rest}`,
    ),
  );

const groups = fc.array(fc.integer({ min: 0, max: 0xffff }), { minLength: 8, maxLength: 8 });
/** Close to the networks that are special, where random addresses hardly ever come. */
const specialStarts = fc.constantFrom(
  [0, 0, 0, 0, 0, 0xffff],
  [0, 0, 0, 0, 0, 0],
  [0, 0, 0, 0, 0xffff, 0],
  [0x64, 0xff9b],
  [0x64, 0xff9b, 1],
  [0x100],
  [0x1fff],
  [0x2000],
  [0x2001],
  [0x2001, 0],
  [0x2001, 2],
  [0x2001, 4, 0x112],
  [0x2001, 0x1ff],
  [0x2001, 0x200],
  [0x2001, 0xdb8],
  [0x2002],
  [0x2620, 0x4f, 0x8000],
  [0x3fff],
  [0x3fff, 0x1000],
  [0x4000],
  [0x5f00],
  [0xfc00],
  [0xfe80],
  [0xfec0],
  [0xff02],
);
const toIpv6 = (parts: readonly number[]) => parts.map((part) => part.toString(16)).join(':');

describe('which addresses are public', () => {
  it.each(privateAddresses.map((octets) => octets.join('.')))('does not take %s for public', (address) => {
    expect(isPublicAddress(address)).toBe(false);
  });

  it.each(privateIpv6)('does not take %s for public', (address) => {
    expect(isPublicAddress(address)).toBe(false);
  });

  it.each(['1.1.1.1', '8.8.8.8', '162.159.135.233', '2606:4700::6810:1', '2a00:1450:4001:80b::200e'])(
    'takes %s for public',
    (address) => {
      expect(isPublicAddress(address)).toBe(true);
    },
  );

  it.each(['', 'localhost', '127.1', '0x7f.1', '1.1.1', '1.1.1.1.', '[::1]', '::1%eth0', '01.1.1.1', ' 1.1.1.1'])(
    'does not take "%s" for an address',
    (text) => {
      expect(isPublicAddress(text)).toBe(false);
    },
  );

  it('judges the edges of every network of IPv4 as Node’s list of blocked addresses does', () => {
    const different = edges.filter((address) => isPublicAddress(address) !== isPublicByOracle(address));
    expect(edges.length).toBeGreaterThan(5_000);
    expect(different).toEqual([]);
  });

  it('judges any address of IPv4 as Node’s list does', () => {
    fc.assert(
      fc.property(fc.ipV4(), (address) => {
        expect(isPublicAddress(address)).toBe(isPublicByOracle(address));
      }),
      { numRuns: 3_000 },
    );
  });

  it('judges any address of IPv6 as Node’s list does', () => {
    fc.assert(
      fc.property(groups, fc.option(specialStarts), (parts, start) => {
        const address = toIpv6([...(start ?? []), ...parts].slice(0, 8));
        expect(isPublicAddress(address), address).toBe(isPublicByOracle(address));
      }),
      { numRuns: 5_000 },
    );
  });

  it('never takes a form of IPv6 that holds an address of IPv4 for public', () => {
    fc.assert(
      fc.property(fc.ipV4(), fc.constantFrom('::ffff:', '::', '::ffff:0:', '64:ff9b::'), (address, prefix) => {
        expect(isPublicAddress(`${prefix}${address}`)).toBe(false);
      }),
    );
  });
});

describe('which addresses are on this machine', () => {
  it.each(['127.0.0.1', '127.255.0.3', '::1', '::ffff:127.0.0.1'])('says yes to %s', (address) => {
    expect(isLoopbackAddress(address)).toBe(true);
  });

  it.each(['10.0.0.1', '0.0.0.0', '::', 'localhost', '8.8.8.8', 'fe80::1'])('says no to %s', (address) => {
    expect(isLoopbackAddress(address)).toBe(false);
  });
});
