import { hkdfSync } from 'node:crypto';

const keyBytes = 32;

/** A key of 256 bits out of a secret that somebody configured: another one for each purpose, always the same one for the same two. */
export function deriveKey(secret: string, purpose: string): Buffer {
  return Buffer.from(hkdfSync('sha256', secret, '', `sightline/slack/${purpose}`, keyBytes));
}
