/** Addresses on this machine, in private networks and of clouds' own services, which nothing from outside may lead to. */
export const privateAddresses = [
  [127, 0, 0, 1],
  [127, 8, 8, 8],
  [10, 0, 0, 1],
  [172, 16, 0, 1],
  [192, 168, 1, 1],
  [169, 254, 169, 254],
  [100, 100, 100, 200],
  [168, 63, 129, 16],
  [0, 0, 0, 0],
] as const;

type Octets = readonly [number, number, number, number];

const toHex = (value: number, digits: number) => value.toString(16).padStart(digits, '0');
const toOctal = (value: number) => `0${value.toString(8)}`;
const toNumber = ([a, b, c, d]: Octets) => a * 2 ** 24 + b * 2 ** 16 + c * 2 ** 8 + d;
const toGroups = ([a, b, c, d]: Octets) => `${toHex(a * 256 + b, 1)}:${toHex(c * 256 + d, 1)}`;

/** Digits as other scripts write them, which a URL takes for the plain ones. */
function inOtherDigits(text: string, zero: number): string {
  return text.replace(/\d/g, (digit) => String.fromCodePoint(zero + Number(digit)));
}

function percentEncoded(text: string): string {
  return [...text].map((character) => `%${toHex(character.charCodeAt(0), 2)}`).join('');
}

/** Every way to write an IPv4 address as the host of a URL that browsers and libraries understand, or once did. */
export function spellIpv4(octets: Octets): readonly string[] {
  const [a, b, c, d] = octets;
  const dotted = octets.join('.');
  return [
    dotted,
    `${dotted}.`,
    `${toNumber(octets)}`,
    `0x${toHex(toNumber(octets), 8)}`,
    `0${toNumber(octets).toString(8)}`,
    octets.map(toOctal).join('.'),
    octets.map((value) => `000${toOctal(value)}`).join('.'),
    octets.map((value) => `0x${toHex(value, 1)}`).join('.'),
    octets.map((value) => `0X${toHex(value, 4).toUpperCase()}`).join('.'),
    `${a}.${b}.${c * 256 + d}`,
    `${a}.${b * 65_536 + c * 256 + d}`,
    `${toOctal(a)}.0x${toHex(b, 2)}.${c}.${d}`,
    `0x${toHex(a, 2)}.${b * 65_536 + c * 256 + d}`,
    inOtherDigits(dotted, 0xff10),
    inOtherDigits(dotted, 0x1d7ce),
    dotted.replaceAll('.', '。'),
    dotted.replaceAll('.', '．'),
    percentEncoded(dotted),
    `[::ffff:${dotted}]`,
    `[::ffff:${toGroups(octets)}]`,
    `[0:0:0:0:0:ffff:${toGroups(octets)}]`,
    `[::${dotted}]`,
    `[::${toGroups(octets)}]`,
    `[::ffff:0:${toGroups(octets)}]`,
    `[64:ff9b::${dotted}]`,
    `[64:ff9b::${toGroups(octets)}]`,
    `[64:ff9b:1::${toGroups(octets)}]`,
    `[2002:${toGroups(octets)}::1]`,
    `[2001:0:${toGroups(octets)}::1]`,
    `[2001:0:1:2:3:4:${toGroups(octets)}]`,
  ];
}

/** Addresses of IPv6 that are nobody's on the public internet. */
export const privateIpv6 = [
  '::',
  '::1',
  '0:0:0:0:0:0:0:1',
  'fe80::1',
  'febf::1',
  'fec0::1',
  'fc00::1',
  'fd00:ec2::254',
  'ff02::1',
  'ff0e::1',
  '100::1',
  '2001:db8::1',
  '2001:2::1',
  '2001:10::1',
  '2001:20::1',
  '3fff::1',
  '5f00::1',
  '4000::1',
  '1::1',
] as const;

/** Addresses that look as if they led to `trusted`, and lead to `evil`, or do not use https and its port. */
export function disguise(trusted: string, evil: string): readonly string[] {
  return [
    `https://${trusted}@${evil}/a.png`,
    `https://${trusted}:443@${evil}/a.png`,
    `https://${trusted}%40${evil}/a.png`,
    `https://${trusted}%2f@${evil}/a.png`,
    `https://${trusted}%23@${evil}/a.png`,
    `https://user:word@${trusted}/a.png`,
    `https://user@${trusted}/a.png`,
    `https://:word@${trusted}/a.png`,
    `https://${trusted}.${evil}/a.png`,
    `https://${trusted}./a.png`,
    `https://x.${trusted}/a.png`,
    `https://x${trusted}/a.png`,
    `https://${trusted}x/a.png`,
    `https://${trusted.replace('.', '-')}/a.png`,
    `https://${evil}/${trusted}/a.png`,
    `https://${evil}/?${trusted}`,
    `https://${evil}/#https://${trusted}`,
    `https://${evil}/a.png?url=https://${trusted}/`,
    `https://${evil}\\@${trusted}/a.png`,
    `https://${evil}\\.${trusted}/a.png`,
    `https://${evil}#@${trusted}/a.png`,
    `https://${evil}?@${trusted}/a.png`,
    `https:${evil}/${trusted}`,
    `https:///${evil}/${trusted}`,
    `\thttps://${evil}/${trusted}`,
    `ht\ntps://${evil}/${trusted}`,
    `https://${trusted}:80/a.png`,
    `https://${trusted}:8443/a.png`,
    `https://${trusted}:444/a.png`,
    `http://${trusted}/a.png`,
    `http://${trusted}:443/a.png`,
    `ftp://${trusted}/a.png`,
    `file://${trusted}/etc/passwd`,
    `file:///etc/passwd`,
    `data:image/png;base64,${trusted}`,
    `blob:https://${trusted}/a.png`,
    `javascript:${trusted}`,
    `gopher://${trusted}/a.png`,
    `wss://${trusted}/a.png`,
    `view-source:https://${trusted}/a.png`,
  ];
}

/** Hosts whose names lead into private networks. */
export const namesOfPrivateHosts = [
  'localhost',
  'localhost.',
  'LOCALHOST',
  'app.localhost',
  'localtest.test',
  'metadata.google.internal',
  'router.lan',
  'xn--lcalhost-n4a.test',
] as const;
