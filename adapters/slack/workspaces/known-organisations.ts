import { z } from 'zod';
import { keepNewest } from '../../../src/lib/keep-newest.ts';
import type { Logger } from '../../../src/lib/logger.ts';
import { createCollection } from '../../../src/memory/collection.ts';
import type { Store } from '../../../src/memory/store.ts';

/** Which workspaces an organisation's installation was used in: events name the organisation, turns that go on after a restart do not. */
export type KnownOrganisations = {
  /** What was named last; null when nothing ever named it. Rejects when the store cannot be read. */
  find(team: string): Promise<string | null>;
  /** Durable when it resolves; does nothing when it is known already. */
  remember(team: string, enterprise: string): Promise<void>;
  /** The workspaces of an organisation that were named so far. */
  teamsOf(enterprise: string): Promise<readonly string[]>;
  /** The workspace is no longer the app's. */
  forget(team: string): Promise<void>;
};

const organisationSchema = z.strictObject({ enterprise: z.string() });
const teamsSchema = z.strictObject({ teams: z.array(z.string()) });
/** In memory at the most; the others are read from the store. */
const cachedTeams = 5_000;

/** Keeps it in the store, and what was used lately in memory. */
export function createKnownOrganisations(store: Store, logger: Logger): KnownOrganisations {
  const kept = createCollection(store, 'slack-organisations', organisationSchema, logger);
  const lists = createCollection(store, 'slack-organisation-teams', teamsSchema, logger);
  const cached = new Map<string, string>();

  const find = async (team: string): Promise<string | null> => {
    const known = cached.get(team);
    if (known !== undefined) return known;
    const enterprise = (await kept.get(team))?.enterprise ?? null;
    if (enterprise !== null) keepNewest(cached, team, enterprise, cachedTeams);
    return enterprise;
  };

  return {
    find,
    async remember(team, enterprise) {
      if ((await find(team)) === enterprise) return;
      // The list first: what is not in it would be left behind when the organisation goes.
      await lists.update(enterprise, (list) => ({ teams: [...new Set([...(list?.teams ?? []), team])] }));
      await kept.set(team, { enterprise });
      keepNewest(cached, team, enterprise, cachedTeams);
    },
    teamsOf: async (enterprise) => (await lists.get(enterprise))?.teams ?? [],
    async forget(team) {
      const enterprise = await find(team);
      cached.delete(team);
      await kept.delete(team);
      if (enterprise === null) return;
      const { teams } = await lists.update(enterprise, (list) => ({
        teams: (list?.teams ?? []).filter((each) => each !== team),
      }));
      if (teams.length === 0) await lists.delete(enterprise);
    },
  };
}
