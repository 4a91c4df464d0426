import { z } from 'zod';
import { isWorthALine } from '../../../src/lib/growing-pause.ts';
import type { Ids } from '../../../src/lib/ids.ts';
import type { Logger } from '../../../src/lib/logger.ts';
import { parseJson } from '../../../src/lib/parse-json.ts';
import { createCollection } from '../../../src/memory/collection.ts';
import type { Store } from '../../../src/memory/store.ts';
import { createSealedText } from './sealed-text.ts';

const installationSchema = z.strictObject({
  /** Null when a whole organisation installed the app. */
  teamId: z.string().nullable(),
  enterpriseId: z.string().nullable(),
  /** Of the workspace or the organisation. */
  name: z.string(),
  botUserId: z.string(),
  botId: z.string(),
  token: z.string(),
  /** Null when the token does not end. */
  rotation: z.strictObject({ refreshToken: z.string(), expiresAtMs: z.number() }).nullable(),
});

/** The app in a workspace or in a whole organisation, as it is kept. Holds secrets. */
export type Installation = z.infer<typeof installationSchema>;

/** Installations by the id of their workspace (`T…`) or organisation (`E…`). */
export type StoredInstallations = {
  /** Null when there is none, or none that this secret can read: the log says so. Rejects when the store cannot be read. */
  get(id: string): Promise<Installation | null>;
  /** Durable when it resolves. */
  set(id: string, installation: Installation): Promise<void>;
  delete(id: string): Promise<void>;
  /** How many there are, read or unread. */
  count(): Promise<number>;
};

type StoredParts = { readonly store: Store; readonly secret: string; readonly ids: Ids; readonly logger: Logger };

const sealedSchema = z.strictObject({ sealed: z.string() });
const listSchema = z.strictObject({ ids: z.array(z.string()) });
const listKey = 'all';

/** The workspace or organisation that an installation is kept by. */
export function idOfInstallation({ teamId, enterpriseId }: Installation): string | null {
  return teamId ?? enterpriseId;
}

/** Keeps them in the store, sealed with `SLACK_CLIENT_SECRET`, each for its own id. */
export function createStoredInstallations({ store, secret, ids, logger }: StoredParts): StoredInstallations {
  const entries = createCollection(store, 'slack-installations', sealedSchema, logger);
  // The store cannot be searched.
  const lists = createCollection(store, 'slack-installed', listSchema, logger);
  const sealedText = createSealedText(secret, ids);
  let unread = 0;

  const tellUnread = (id: string) => {
    unread += 1;
    if (!isWorthALine(unread)) return;
    logger.error(
      { installation: id, times: unread },
      'An installation in Slack cannot be read, because SLACK_CLIENT_SECRET is another one than when it was stored: set the earlier one, or install the app again at /slack/install.',
    );
  };

  return {
    async get(id) {
      const entry = await entries.get(id);
      if (entry === undefined) return null;
      const text = sealedText.open(entry.sealed, id);
      const parsed = text === null ? null : parseJson(text, installationSchema);
      if (parsed?.ok === true) return parsed.value;
      tellUnread(id);
      return null;
    },
    async set(id, installation) {
      await entries.set(id, { sealed: sealedText.seal(JSON.stringify(installation), id) });
      await lists.update(listKey, (list) => ({ ids: [...new Set([...(list?.ids ?? []), id])] }));
    },
    async delete(id) {
      await entries.delete(id);
      await lists.update(listKey, (list) => ({ ids: (list?.ids ?? []).filter((each) => each !== id) }));
    },
    count: async () => (await lists.get(listKey))?.ids.length ?? 0,
  };
}
