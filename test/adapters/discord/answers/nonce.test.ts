import { expect, it } from 'vitest';
import { createNonce } from '../../../../adapters/discord/answers/nonce.ts';

const pieces = ['', 'a', 'b', 'ab', '1', '1.a', 'a:0', 'a:1', '0', ':', '1.', 'x'.repeat(2_000)];
const pairs = pieces.flatMap((place) => pieces.map((key) => [place, key] as const));

it('fits what Discord takes, and is made of harmless characters', () => {
  for (const [place, key] of pairs) expect(createNonce(place, key)).toMatch(/^[\w-]{22}$/);
});

it('is equal for equal places and keys', () => {
  for (const [place, key] of pairs) expect(createNonce(place, key)).toBe(createNonce(place, key));
});

it('differs for all others, wherever place and key meet', () => {
  expect(new Set(pairs.map(([place, key]) => createNonce(place, key))).size).toBe(pairs.length);
});
