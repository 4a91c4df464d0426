import { createHmac } from 'node:crypto';
import { z } from 'zod';
import type { Ids } from '../../../src/lib/ids.ts';
import type { Logger } from '../../../src/lib/logger.ts';
import { createCollection } from '../../../src/memory/collection.ts';
import type { Store } from '../../../src/memory/store.ts';
import { despiteStore } from './despite-store.ts';

/** Gives a message's marker: the same for the same key, also after a restart; nobody else can make one. It says nothing itself. */
export type Marker = (messageKey: string) => Promise<string>;

/** The name under which Slack keeps it with a message. */
export const markerEventType = 'sightline_answer';

/** Signs with a key that is made once and kept in the store; while that is broken, with one of this start. */
export function createMarker(parts: { readonly store: Store; readonly ids: Ids; readonly logger: Logger }): Marker {
  const keys = createCollection(parts.store, 'slack-marker-key', z.strictObject({ secret: z.string() }), parts.logger);
  const ownSecret = parts.ids.secret();
  let known: string | null = null;

  const readSecret = async (): Promise<string> => {
    const kept = await keys.get('key');
    return kept?.secret ?? (await keys.update('key', (current) => current ?? { secret: ownSecret })).secret;
  };

  return async function mark(messageKey) {
    known ??= await despiteStore(readSecret(), null, parts.logger);
    const secret = known ?? ownSecret;
    return `sightline-${createHmac('sha256', secret).update(messageKey).digest('base64url')}`;
  };
}

/** The marker as a call gives it. Everybody in the workspace can read it. */
export function renderMetadata(marker: string) {
  return { event_type: markerEventType, event_payload: { marker } };
}
