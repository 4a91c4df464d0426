import { createHash } from 'node:crypto';
import { tupleKey } from '../../../src/lib/tuple-key.ts';

/** Discord takes 25 characters; 22 hold 128 bits. */
const lengthBytes = 16;

/** What Discord knows a new message by for some minutes, so that it is posted once: the same for the same place and key alone. */
export function createNonce(place: string, key: string): string {
  return createHash('sha256').update(tupleKey(place, key)).digest().subarray(0, lengthBytes).toString('base64url');
}
