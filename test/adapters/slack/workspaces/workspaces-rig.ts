import { createMethodWindows } from '../../../../adapters/slack/api/method-windows.ts';
import { createWebApi, type SlackFetch } from '../../../../adapters/slack/api/web-api.ts';
import { createInstallations } from '../../../../adapters/slack/workspaces/installations.ts';
import { createKnownOrganisations } from '../../../../adapters/slack/workspaces/known-organisations.ts';
import { createOauthAccess } from '../../../../adapters/slack/workspaces/oauth-access.ts';
import type { Installation } from '../../../../adapters/slack/workspaces/stored-installations.ts';
import type { Store } from '../../../../src/memory/store.ts';
import { createFakeIds } from '../../../fakes/fake-ids.ts';
import { createMemoryStore } from '../../../fakes/memory-store.ts';
import { createSilentLogger } from '../../../fakes/silent-logger.ts';
import type { InstallationRecord } from '../../../fakes/slack/records.ts';
import { createSlackRig } from '../../../fakes/slack/slack-rig.ts';
import { live } from '../api/api-rig.ts';

/** A store whose contents can be looked at and changed, and which can be broken for a while. */
function createOpenStore() {
  const store = createMemoryStore();
  const keys = new Set<string>();
  let isBroken = false;
  const check = () => {
    if (isBroken) throw new Error('the store is down');
  };
  const open: Store = {
    async get(key) {
      check();
      return store.get(key);
    },
    async set(key, value) {
      check();
      keys.add(key);
      await store.set(key, value);
    },
    async setFor(key, value, keepForMs) {
      check();
      keys.add(key);
      await store.setFor(key, value, keepForMs);
    },
    async delete(key) {
      check();
      keys.delete(key);
      await store.delete(key);
    },
    async list(...page) {
      check();
      return store.list(...page);
    },
  };
  return {
    store: open,
    keys: (part: string) => [...keys].filter((key) => key.includes(part)),
    /** Everything that is stored, as text. */
    dump: async () => JSON.stringify(await Promise.all([...keys].map(async (key) => [key, await store.get(key)]))),
    breakDown: (broken: boolean) => {
      isBroken = broken;
    },
  };
}

/** Installations over a fake Slack: `restart` begins again with the same store, perhaps with another secret. */
export function createWorkspacesRig(options: { readonly tokenRotation?: boolean } = {}) {
  const rig = createSlackRig({ settings: { tokenRotation: options.tokenRotation === true } });
  const { slack, clock } = rig;
  const opened = createOpenStore();
  const { store } = opened;
  const ids = createFakeIds();
  const logger = createSilentLogger();
  const organisation = slack.places.createTeam({ name: 'Sculptors', enterpriseId: 'E0ORG' });
  const sibling = slack.places.createTeam({ name: 'Potters', enterpriseId: 'E0ORG' });
  const windows = createMethodWindows(clock);
  const fetchSlack: SlackFetch = (url, init) => slack.fetch(url, init);
  const apiUrl = slack.world.origins.api;
  const apiWith = (token: string) =>
    createWebApi({ tokenFor: async () => token, apiUrl, clock, windows, fetch: fetchSlack });
  const access = createOauthAccess({
    clientId: slack.app.clientId,
    clientSecret: slack.app.clientSecret,
    apiUrl,
    clock,
    fetch: fetchSlack,
  });

  const restart = (secret: string = slack.app.clientSecret) => {
    const organisations = createKnownOrganisations(store, logger);
    const installations = createInstallations({ store, secret, access, organisations, clock, ids, logger });
    return { organisations, installations };
  };
  const first = restart();

  const toInstallation = (record: InstallationRecord, name = 'Painters'): Installation => ({
    teamId: record.teamId,
    enterpriseId: record.enterpriseId,
    name,
    botUserId: record.bot.id,
    botId: record.botId,
    token: record.token,
    rotation:
      record.refreshToken === null ? null : { refreshToken: record.refreshToken, expiresAtMs: record.expiresAtMs },
  });

  return {
    ...rig,
    ...first,
    ...opened,
    ids,
    logger,
    access,
    apiUrl,
    apiWith,
    restart,
    organisation,
    sibling,
    toInstallation,
    saved: (record: InstallationRecord) => first.installations.save(toInstallation(record)),
    tokenIn: async (team: string, enterprise: string | null = null) =>
      (await first.installations.find(team, enterprise, live))?.token ?? null,
    refreshes: () => slack.requests({ method: 'oauth.v2.access' }).length,
    problems: () => logger.lines.filter(({ level }) => level === 'error' || level === 'warn'),
  };
}

export type WorkspacesRig = ReturnType<typeof createWorkspacesRig>;
