import { Failure } from '../../../src/lib/errors.ts';

/** The number that Discord gave its refusal; null for every other failure. */
export function discordCodeOf(error: unknown): number | null {
  const code = error instanceof Failure ? error.facts.discordCode : undefined;
  return typeof code === 'number' ? code : null;
}
