import { createHmac } from 'node:crypto';
import type { AttachmentRecord } from './records.ts';
import type { World } from './world.ts';

/** Makes and checks the addresses under which attachments can be fetched for a while. */
export type SignedAddresses = {
  /** The address on the CDN, good for the set life from now on. */
  url(attachment: AttachmentRecord): string;
  /** The same file at the media proxy. */
  proxyUrl(attachment: AttachmentRecord): string;
  /** A fresh address for a path that may carry an old signature. */
  refresh(address: string): string;
  /** Whether the signature fits and has not run out. */
  isGood(address: URL): boolean;
};

/** Signs with a key of its own; `lifeMs` is asked at every signing. */
export function createSignedAddresses(world: World, lifeMs: () => number): SignedAddresses {
  const sign = (path: string, expiryHex: string, issuedHex: string) =>
    createHmac('sha256', 'the fake signs like this').update(`${path}|${expiryHex}|${issuedHex}`).digest('hex');

  const query = (path: string) => {
    const issued = Math.floor(world.clock.now() / 1000);
    const expiryHex = Math.floor(issued + lifeMs() / 1000).toString(16);
    const issuedHex = issued.toString(16);
    return `ex=${expiryHex}&is=${issuedHex}&hm=${sign(path, expiryHex, issuedHex)}&`;
  };

  return {
    url: (attachment) => `${world.origins.cdn}${attachment.path}?${query(attachment.path)}`,
    proxyUrl: (attachment) => `${world.origins.media}${attachment.path}?${query(attachment.path)}`,
    refresh(address) {
      const url = new URL(address);
      return `${url.origin}${url.pathname}?${query(decodeURI(url.pathname))}`;
    },
    isGood(address) {
      const expiryHex = address.searchParams.get('ex') ?? '';
      const issuedHex = address.searchParams.get('is') ?? '';
      if (!/^[0-9a-f]+$/.test(expiryHex) || !/^[0-9a-f]+$/.test(issuedHex)) return false;
      if (Number.parseInt(expiryHex, 16) * 1000 <= world.clock.now()) return false;
      return address.searchParams.get('hm') === sign(decodeURI(address.pathname), expiryHex, issuedHex);
    },
  };
}
