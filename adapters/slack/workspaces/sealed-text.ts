import { createCipheriv, createDecipheriv, createHash } from 'node:crypto';
import type { Ids } from '../../../src/lib/ids.ts';
import { deriveKey } from './derive-key.ts';

/** Texts that can be read with the secret alone, and in the place that they were made for. */
export type SealedText = {
  /** Another one each time. `place` is not hidden: it has to be the same for opening. */
  seal(text: string, place: string): string;
  /** Null when it was sealed with another secret or for another place, or was changed since. */
  open(sealed: string, place: string): string | null;
};

const algorithm = 'aes-256-gcm';
const nonceBytes = 12;
const tagBytes = 16;

/** AES-256-GCM with a key that is made of the secret. */
export function createSealedText(secret: string, ids: Ids): SealedText {
  const key = deriveKey(secret, 'installations');

  return {
    seal(text, place) {
      // 256 random bits, cut to the length that GCM takes.
      const nonce = createHash('sha256').update(ids.secret()).digest().subarray(0, nonceBytes);
      const cipher = createCipheriv(algorithm, key, nonce, { authTagLength: tagBytes }).setAAD(Buffer.from(place));
      const hidden = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
      return Buffer.concat([nonce, cipher.getAuthTag(), hidden]).toString('base64url');
    },
    open(sealed, place) {
      const bytes = Buffer.from(sealed, 'base64url');
      if (bytes.length < nonceBytes + tagBytes) return null;
      const nonce = bytes.subarray(0, nonceBytes);
      const decipher = createDecipheriv(algorithm, key, nonce, { authTagLength: tagBytes })
        .setAAD(Buffer.from(place))
        .setAuthTag(bytes.subarray(nonceBytes, nonceBytes + tagBytes));
      try {
        const shown = decipher.update(bytes.subarray(nonceBytes + tagBytes));
        return Buffer.concat([shown, decipher.final()]).toString('utf8');
      } catch {
        return null;
      }
    },
  };
}
