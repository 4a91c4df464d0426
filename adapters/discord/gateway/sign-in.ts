import { Routes } from 'discord-api-types/v10';
import { z } from 'zod';
import { errorMessage } from '../../../src/lib/errors.ts';
import { parseValue } from '../../../src/lib/parse-json.ts';
import { createCollection } from '../../../src/memory/collection.ts';
import type { Store } from '../../../src/memory/store.ts';
import { askPatiently, type PatienceParts } from './ask-patiently.ts';
import type { Dispatch } from './shard-connection.ts';

/** Who the bot is on Discord. */
export type Identity = {
  readonly userId: string;
  readonly applicationId: string;
  /** As people see it. */
  readonly name: string;
};

/** Knows who the bot is: Discord says so when a session begins, and it is kept for starts that go on with one. */
export type SignIn = {
  /** What was learnt last. Throws before anything was: no event can have come by then. */
  me(): Identity;
  /** Learns from the beginning of a session; every other event is left alone. */
  onDispatch(dispatch: Dispatch): void;
  /** Reads what an earlier start learnt. */
  recall(): Promise<void>;
  /** Makes sure that it is known, by asking Discord where neither a session nor the store has said it, and keeps it. */
  settle(signal: AbortSignal): Promise<Identity>;
};

const userSchema = z.object({ id: z.string(), username: z.string(), global_name: z.string().nullish() });
const readySchema = z.object({ user: userSchema, application: z.object({ id: z.string() }) });
const identitySchema = z.strictObject({ userId: z.string(), applicationId: z.string(), name: z.string() });

const nameOf = (user: z.infer<typeof userSchema>) => user.global_name ?? user.username;

/** Nothing is known yet. */
export function createSignIn(parts: PatienceParts & { readonly store: Store }): SignIn {
  const kept = createCollection(parts.store, 'discord-identity', identitySchema, parts.logger);
  let identity: Identity | null = null;

  const ask = async (signal: AbortSignal): Promise<Identity> => {
    const user = await askPatiently({ method: 'GET', route: Routes.user() }, userSchema, parts, signal);
    // Of every bot that was made since 2016 the application has the id of the user.
    return { userId: user.id, applicationId: user.id, name: nameOf(user) };
  };

  return {
    me() {
      if (identity === null) throw new Error('it is not known yet who the bot is');
      return identity;
    },
    onDispatch({ name, data }) {
      if (name !== 'READY') return;
      const ready = parseValue(data, readySchema);
      if (!ready.ok) return;
      const { user, application } = ready.value;
      identity = { userId: user.id, applicationId: application.id, name: nameOf(user) };
    },
    async recall() {
      try {
        identity ??= (await kept.get('me')) ?? null;
      } catch (error) {
        // A session says it again when it begins, and else Discord is asked.
        parts.logger.warn({ reason: errorMessage(error) }, 'Who the bot is on Discord could not be read.');
      }
    },
    async settle(signal) {
      identity ??= await ask(signal);
      await kept.set('me', { ...identity }).catch((error: unknown) => {
        parts.logger.warn({ reason: errorMessage(error) }, 'Who the bot is on Discord could not be kept.');
      });
      return identity;
    },
  };
}
