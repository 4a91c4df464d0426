import { z } from 'zod';
import type { Logger } from '../lib/logger.ts';
import { tupleKey } from '../lib/tuple-key.ts';
import type { ModelScope } from '../turn/commands.ts';
import type { Turn } from '../turn/turn.ts';
import { createCollection } from './collection.ts';
import type { Store } from './store.ts';

/** Whom a choice of model can be kept for beyond the thread, the strongest first. A thread's is in its conversation. */
const preferenceScopes = ['me', 'channel', 'server'] as const satisfies readonly ModelScope[];
export type PreferenceScope = (typeof preferenceScopes)[number];

/** A model that was chosen, and for whom. */
export type ChosenModel = { readonly model: string; readonly scope: PreferenceScope };

/** The models that people chose for themselves, their channel and their server. */
export type Preferences = {
  /** Keeps the choice for the turn's person, channel or server; null takes it back. Whether they may is asked before. */
  set(scope: PreferenceScope, turn: Turn, model: string | null): Promise<void>;
  /** What counts for this turn: the person's choice, else the channel's, else the server's; null when nobody chose. */
  chosenModel(turn: Turn): Promise<ChosenModel | null>;
  /** Forgets all choices of a server or workspace; `rest` is awaited now and then. */
  forgetTenant(platform: string, tenant: string, rest: () => Promise<void>): Promise<void>;
};

const preferenceSchema = z.strictObject({ model: z.string() });

function scopeId(scope: PreferenceScope, turn: Turn): string {
  switch (scope) {
    case 'me':
      return turn.person.id;
    case 'channel':
      return turn.channel;
    case 'server':
      return turn.tenant;
  }
}

/** Choices in the store. A person's choice holds in one server only: ids of two tenants never meet. */
export function createPreferences(store: Store, logger: Logger): Preferences {
  const choices = createCollection(store, 'preferences', preferenceSchema, logger);
  const keyOf = (scope: PreferenceScope, turn: Turn) =>
    tupleKey(turn.platform, turn.tenant, scope, scopeId(scope, turn));

  return {
    set(scope, turn, model) {
      const key = keyOf(scope, turn);
      return model === null ? choices.delete(key) : choices.set(key, { model });
    },
    async chosenModel(turn) {
      const found = await Promise.all(preferenceScopes.map((scope) => choices.get(keyOf(scope, turn))));
      for (const [index, scope] of preferenceScopes.entries()) {
        const choice = found[index];
        if (choice !== undefined) return { model: choice.model, scope };
      }
      return null;
    },
    async forgetTenant(platform, tenant, rest) {
      const start = tupleKey(platform, tenant);
      await choices.deleteWhere((key) => key.startsWith(start), rest);
    },
  };
}
