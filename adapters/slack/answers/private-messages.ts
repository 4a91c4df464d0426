import { z } from 'zod';
import type { Part } from '../../../src/delivery/outbox.ts';
import { keepNewest } from '../../../src/lib/keep-newest.ts';
import type { Logger } from '../../../src/lib/logger.ts';
import { tupleKey } from '../../../src/lib/tuple-key.ts';
import { createCollection } from '../../../src/memory/collection.ts';
import type { Store } from '../../../src/memory/store.ts';
import { despiteStore } from './despite-store.ts';
import type { MessageLooks } from './message-looks.ts';
import { messageKey, type PrivateSpot } from './place.ts';
import type { RespondToUrl } from './response-url.ts';

/** Answers that only whoever gave a command sees. They cannot be changed nor taken away: each is sent when it is final. */
export type PrivateMessages = {
  /** `key` is the message's reference, too. What was sent stays as it is. */
  show(spot: PrivateSpot, key: string, text: string, part: Part, signal: AbortSignal): Promise<void>;
};

/** Where it is remembered what was sent, by workspace and message. */
export const privateAnswersCollection = 'slack-private-answers';
/** Slack takes answers for half an hour. */
const keptForMs = 3_600_000;
const mostKept = 5_000;

/** Remembers in the store what was sent, so that the next start does not send it again. */
export function createPrivateMessages(parts: {
  readonly respond: RespondToUrl;
  readonly looks: MessageLooks;
  readonly store: Store;
  readonly logger: Logger;
}): PrivateMessages {
  const { respond, looks, logger } = parts;
  const schema = z.strictObject({ isSent: z.literal(true) });
  const kept = createCollection(parts.store, privateAnswersCollection, schema, logger, keptForMs);
  const sent = new Map<string, true>();

  const isSent = async (key: string): Promise<boolean> =>
    sent.has(key) || (await despiteStore(kept.get(key), undefined, logger)) !== undefined;

  return {
    async show(spot, key, text, part, signal) {
      const whole = tupleKey(spot.via, messageKey(spot, key));
      if (part.state === 'streaming' || (await isSent(whole))) return;
      await looks.send(spot.via, { text, controls: part.controls }, (body) =>
        respond(
          spot.responseUrl,
          { response_type: 'ephemeral', replace_original: false, unfurl_links: false, unfurl_media: false, ...body },
          signal,
        ),
      );
      keepNewest(sent, whole, true, mostKept);
      await despiteStore(kept.set(whole, { isSent: true }), undefined, logger);
    },
  };
}
