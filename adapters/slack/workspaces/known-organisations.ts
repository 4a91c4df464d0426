import { z } from 'zod';
import { keepNewest } from '../../../src/lib/keep-newest.ts';
import type { Logger } from '../../../src/lib/logger.ts';
import { createCollection } from '../../../src/memory/collection.ts';
import type { Store } from '../../../src/memory/store.ts';

/** Which organisation a workspace belongs to: events name it, turns that go on after a restart do not. */
export type KnownOrganisations = {
  /** What was named last; null when nothing ever named it. Rejects when the store cannot be read. */
  find(team: string): Promise<string | null>;
  /** Durable when it resolves; does nothing when it is known already. */
  remember(team: string, enterprise: string): Promise<void>;
  /** The workspace is no longer the app's. */
  forget(team: string): Promise<void>;
};

const organisationSchema = z.strictObject({ enterprise: z.string() });
/** In memory at the most; the others are read from the store. */
const cachedTeams = 5_000;

/** Keeps it in the store, and what was used lately in memory. */
export function createKnownOrganisations(store: Store, logger: Logger): KnownOrganisations {
  const kept = createCollection(store, 'slack-organisations', organisationSchema, logger);
  const cached = new Map<string, string>();

  return {
    async find(team) {
      const known = cached.get(team);
      if (known !== undefined) return known;
      const enterprise = (await kept.get(team))?.enterprise ?? null;
      if (enterprise !== null) keepNewest(cached, team, enterprise, cachedTeams);
      return enterprise;
    },
    async remember(team, enterprise) {
      if (cached.get(team) === enterprise) return;
      await kept.set(team, { enterprise });
      keepNewest(cached, team, enterprise, cachedTeams);
    },
    async forget(team) {
      cached.delete(team);
      await kept.delete(team);
    },
  };
}
