import type { Clock } from '../../../src/lib/clock.ts';
import { Failure } from '../../../src/lib/errors.ts';
import type { Ids } from '../../../src/lib/ids.ts';
import { createInOrder } from '../../../src/lib/in-order.ts';
import { keepNewest } from '../../../src/lib/keep-newest.ts';
import type { Logger } from '../../../src/lib/logger.ts';
import type { Store } from '../../../src/memory/store.ts';
import type { InstalledTokens } from './installed-tokens.ts';
import type { KnownOrganisations } from './known-organisations.ts';
import type { OauthAccess } from './oauth-access.ts';
import { orAbort } from './or-abort.ts';
import { createStoredInstallations, type Installation, idOfInstallation } from './stored-installations.ts';
import { createTokenRotation } from './token-rotation.ts';
import type { Workspace, Workspaces } from './workspace.ts';

/** The workspaces and organisations that installed the app. */
export type Installations = Workspaces &
  InstalledTokens & {
    /** In place of an earlier one of the same workspace or organisation. Durable when it resolves. */
    save(installation: Installation): Promise<void>;
    /** How many there are. */
    count(): Promise<number>;
    /** Resolves when no token is being renewed any more. */
    idle(): Promise<void>;
  };

/** What installations stand on. */
export type InstallationsParts = {
  readonly store: Store;
  /** `SLACK_CLIENT_SECRET`: what is stored can be read with it alone. */
  readonly secret: string;
  readonly access: Pick<OauthAccess, 'refresh'>;
  readonly organisations: KnownOrganisations;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly logger: Logger;
};

/** Somebody else may have changed the store meanwhile. */
const cachedForMs = 60_000;
const mostCached = 1_000;
const mostWaiting = { all: 1_000, perKey: 100 } as const;
/** As long as the token lasts longer than that, nobody waits for the next one. */
const ampleMs = 300_000;

type Cached = { readonly installation: Installation | null; readonly untilMs: number };

/** Installations in the store, sealed; what was used lately is also in memory, open. */
export function createInstallations(parts: InstallationsParts): Installations {
  const { organisations, clock } = parts;
  const stored = createStoredInstallations(parts);
  const rotation = createTokenRotation(parts);
  const cached = new Map<string, Cached>();
  const inOrder = createInOrder(mostWaiting);
  // A renewal and what changes the store end by their own limits, whoever goes away.
  const unending = new AbortController().signal;
  const renewing = new Map<string, Promise<Installation | null>>();
  /** Given by Slack, not stored yet: asking again would be once too often. */
  const unsaved = new Map<string, Installation>();

  const cache = (id: string, installation: Installation | null) => {
    keepNewest(cached, id, { installation, untilMs: clock.now() + cachedForMs }, mostCached);
    return installation;
  };

  const read = async (id: string, signal: AbortSignal): Promise<Installation | null> => {
    const known = cached.get(id);
    if (known !== undefined && clock.now() < known.untilMs) return known.installation;
    return inOrder.run(id, async () => cache(id, await stored.get(id)), signal);
  };

  /** The installation as it is after a renewal; stored before anybody uses it. */
  const renewStored = async (id: string): Promise<Installation | null> => {
    const current = await stored.get(id);
    if (current === null || !rotation.isDue(current)) return cache(id, current);
    const next = unsaved.get(id) ?? (await rotation.renew(id, current));
    keepNewest(unsaved, id, next, mostCached);
    await stored.set(id, next);
    unsaved.delete(id);
    return cache(id, next);
  };

  /** Once for all that wait. */
  const renew = (id: string): Promise<Installation | null> => {
    const underWay = renewing.get(id);
    if (underWay !== undefined) return underWay;
    const mine = inOrder.run(id, () => renewStored(id), unending).finally(() => renewing.delete(id));
    renewing.set(id, mine);
    mine.catch(() => {});
    return mine;
  };

  /** With a token that works; null when there is none to be had any more. */
  const readFresh = async (id: string, signal: AbortSignal): Promise<Installation | null> => {
    const installation = await read(id, signal);
    if (installation === null || !rotation.isDue(installation)) return installation;
    const renewed = renew(id);
    const leftMs = (installation.rotation?.expiresAtMs ?? Number.POSITIVE_INFINITY) - clock.now();
    if (leftMs > ampleMs) return installation;
    try {
      return await orAbort(renewed, signal);
    } catch (error) {
      signal.throwIfAborted();
      if (!rotation.isOver(installation)) return installation;
      if (error instanceof Failure && !error.retryable) return null;
      throw error;
    }
  };

  const forOrganisation = async (team: string, enterprise: string | null, signal: AbortSignal) => {
    const organisation = enterprise ?? (await organisations.find(team));
    const installation = organisation === null ? null : await readFresh(organisation, signal);
    if (organisation === null || installation === null) return null;
    await organisations.remember(team, organisation);
    return toWorkspace(installation, team);
  };

  return {
    async find(team, enterprise, signal) {
      const own = await readFresh(team, signal);
      return own === null ? forOrganisation(team, enterprise, signal) : toWorkspace(own, team);
    },
    // One that is over is told too: what becomes of its installation has to be judged.
    tokenOf: async (id, signal) => ((await readFresh(id, signal)) ?? (await read(id, signal)))?.token ?? null,
    async save(installation) {
      const id = idOfInstallation(installation);
      if (id === null) throw new Error('an installation is of a workspace or of an organisation');
      const replace = async () => {
        await stored.set(id, installation);
        unsaved.delete(id);
        cache(id, installation);
      };
      await inOrder.run(id, replace, unending);
    },
    remove(id, token) {
      const removeIfSame = async () => {
        const current = await stored.get(id);
        if (current !== null && current.token !== token) return false;
        await stored.delete(id);
        unsaved.delete(id);
        cache(id, null);
        return true;
      };
      return inOrder.run(id, removeIfSame, unending);
    },
    count: stored.count,
    idle: inOrder.idle,
  };
}

function toWorkspace({ botUserId, botId, token, enterpriseId }: Installation, teamId: string): Workspace {
  return { teamId, enterpriseId, botUserId, botId, token };
}
