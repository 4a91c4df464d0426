import { Refusal } from './refusal.ts';

const megabyte = 1_048_576;

/** Names the file, its size where it is known, and the limit. Sizes are rounded up, so that 20.1 MB never reads as 20. */
export function fileTooLarge(name: string, sizeBytes: number | null, maxBytes: number): Refusal {
  const limit = `the limit is ${Math.floor(maxBytes / megabyte)} MB.`;
  if (sizeBytes === null) return new Refusal('web-too-large', `${name} is too large; ${limit}`);
  return new Refusal('web-too-large', `${name} is ${Math.ceil(sizeBytes / megabyte)} MB; ${limit}`);
}
