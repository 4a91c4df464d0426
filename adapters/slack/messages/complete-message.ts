import type { WireMessage } from '../wire.ts';
import type { FetchMessage } from './fetch-message.ts';
import type { MissingEvents } from './missing-events.ts';
import type { WrittenEvent } from './read-event.ts';
import { isComplete, keyOfMessage, type Twins } from './twins.ts';

/** The message with its files, however its event lacks them. Rejects only for the signal `outer`. */
export type CompleteMessage = (event: WrittenEvent, limit: AbortSignal, outer: AbortSignal) => Promise<WireMessage>;

/** The twin comes within a moment, where it comes at all. */
const waitForTwinMs = 700;

/** Waits for the twin, then asks. A message that came with its files does neither. */
export function createCompleteMessage(parts: {
  readonly twins: Twins;
  readonly missing: MissingEvents;
  readonly fetchMessage: FetchMessage;
}): CompleteMessage {
  const { twins, missing } = parts;

  return async function complete(event, limit, outer) {
    const { message, isMention, place } = event;
    if (isComplete(message, isMention)) return message;
    const waitMs = missing.areMissing(place.via, place.channel) ? 0 : waitForTwinMs;
    const twin = await twins.find(keyOfMessage(event), waitMs, limit);
    outer.throwIfAborted();
    const { via, channel } = place;
    const whole = twin ?? (await parts.fetchMessage({ via, channel, ts: message.ts }, limit, outer));
    if (whole === null) return message;
    return { ...message, files: whole.files, attachments: whole.attachments ?? message.attachments };
  };
}
