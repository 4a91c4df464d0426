import { createHmac, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import type { Clock } from '../../../src/lib/clock.ts';
import type { Ids } from '../../../src/lib/ids.ts';
import type { Logger } from '../../../src/lib/logger.ts';
import { createCollection } from '../../../src/memory/collection.ts';
import type { Store } from '../../../src/memory/store.ts';
import { deriveKey } from '../workspaces/derive-key.ts';

/** What a state that came back is worth. */
export type StateVerdict = 'good' | 'not-ours' | 'too-old' | 'used';

/** The `state` of installations: it comes back with the browser that it was given to, once, within ten minutes. */
export type InstallState = {
  /** `browser`: what the cookie of the browser holds. Nothing is kept until it comes back. */
  create(browser: string): string;
  /** Takes it: from then on it is used. Rejects when the store cannot keep that. */
  take(state: string, browser: string): Promise<StateVerdict>;
};

/** How long somebody may look at Slack's page: as long as Slack's code is good. */
export const stateLifeMs = 600_000;
/** Longer than it is good, by any clock. */
const usedForMs = 2 * stateLifeMs;
const form = /^(?<id>[\w-]{1,64})\.(?<atMs>\d{1,16})\.(?<signature>[\w-]{43})$/;
const usedSchema = z.strictObject({ id: z.string() });

type StateParts = {
  readonly store: Store;
  readonly secret: string;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly logger: Logger;
};

/** Signed with a key that is made of `SLACK_CLIENT_SECRET`, so that it outlives a restart; those that were used are kept in the store. */
export function createInstallState({ store, secret, clock, ids, logger }: StateParts): InstallState {
  const key = deriveKey(secret, 'install state');
  const used = createCollection(store, 'slack-install-states', usedSchema, logger, usedForMs);
  const sign = (id: string, atMs: string, browser: string) =>
    createHmac('sha256', key)
      .update(JSON.stringify([id, atMs, browser]))
      .digest();

  return {
    create(browser) {
      const id = ids.token();
      const atMs = String(clock.now());
      return `${id}.${atMs}.${sign(id, atMs, browser).toString('base64url')}`;
    },
    async take(state, browser) {
      const { id, atMs, signature } = form.exec(state)?.groups ?? {};
      if (id === undefined || atMs === undefined || signature === undefined) return 'not-ours';
      const given = Buffer.from(signature, 'base64url');
      if (!timingSafeEqual(given, sign(id, atMs, browser))) return 'not-ours';
      if (clock.now() - Number(atMs) >= stateLifeMs) return 'too-old';
      let isFirst = false;
      await used.update(id, (before) => {
        isFirst = before === undefined;
        return { id };
      });
      return isFirst ? 'good' : 'used';
    },
  };
}
