import type { WebPerson } from './people.ts';

/** What the playground's routes find in their context: whose browser asks. */
export type WebEnv = { Variables: { person: WebPerson } };
