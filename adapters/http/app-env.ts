import type { ApiCaller } from '../../src/engine/api-caller.ts';

/** What the routes of the API find in their context: who calls, once the key was checked. */
export type AppEnv = { Variables: { caller: ApiCaller } };
