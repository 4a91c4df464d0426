import { createHmac, timingSafeEqual } from 'node:crypto';

/** Why a request is not taken for Slack's. */
export type SignatureFault = 'unsigned' | 'out-of-time' | 'wrong-signature';

/** How far a request's time may be from ours, before and after. */
export const signatureWindowMs = 300_000;

/** Checks that Slack signed exactly these bytes, about now. Null when it did. */
export function findSignatureFault(
  body: Uint8Array,
  headers: Headers,
  signingSecret: string,
  nowMs: number,
): SignatureFault | null {
  const timestamp = headers.get('x-slack-request-timestamp');
  const signature = headers.get('x-slack-signature');
  if (timestamp === null || signature === null || !/^\d{1,12}$/.test(timestamp)) return 'unsigned';
  if (Math.abs(nowMs - Number(timestamp) * 1_000) > signatureWindowMs) return 'out-of-time';
  const digest = createHmac('sha256', signingSecret).update(`v0:${timestamp}:`).update(body).digest('hex');
  const expected = Buffer.from(`v0=${digest}`);
  const given = Buffer.from(signature);
  // The comparison takes equally long wherever they differ; it refuses texts of different lengths.
  const isSlacks = given.length === expected.length && timingSafeEqual(given, expected);
  return isSlacks ? null : 'wrong-signature';
}
