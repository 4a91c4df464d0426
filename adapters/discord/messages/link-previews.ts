import { MessageFlags } from 'discord-api-types/v10';
import type { Clock } from '../../../src/lib/clock.ts';
import { createDeadline } from '../../../src/lib/deadline.ts';
import type { WireMessage } from '../wire.ts';
import type { FetchMessage } from './fetch-message.ts';

/** The previews of links: Discord adds them to a message about a second after it was posted. */
export type LinkPreviews = {
  /** A message as it is by now; whoever waits for its previews has them. */
  learn(message: WireMessage): void;
  /** The message with its previews: at once when no link promises one, else as soon as they are there, or without them. */
  complete(message: WireMessage, receivedAtMs: number, signal: AbortSignal): Promise<WireMessage>;
};

/** Counted from when the message came. A preview that takes longer is not waited for. */
const waitMs = 2_500;
const timeIsUp = new Error('no preview came');

/** Whether a preview may still come: there is an open link, and nobody turned previews off. */
function mayGetPreview({ content, embeds, flags }: WireMessage): boolean {
  if (embeds.length > 0 || (flags & MessageFlags.SuppressEmbeds) !== 0) return false;
  const withoutCode = content.replace(/```[\s\S]*?```|`[^`\n]+`/g, ' ');
  return /(?<!<)https?:\/\/[^\s<]/i.test(withoutCode);
}

/** Nobody waits yet. */
export function createLinkPreviews(clock: Clock, fetchMessage: FetchMessage): LinkPreviews {
  const waiting = new Map<string, (message: WireMessage) => void>();

  /** The message's next update that has previews; null when the time is up. */
  async function nextUpdate(id: string, limitMs: number, signal: AbortSignal): Promise<WireMessage | null> {
    signal.throwIfAborted();
    const deadline = createDeadline(clock, limitMs, signal, () => timeIsUp);
    const { promise, resolve } = Promise.withResolvers<WireMessage | null>();
    deadline.signal.addEventListener('abort', () => resolve(null), { once: true });
    waiting.set(id, resolve);
    try {
      return await promise;
    } finally {
      waiting.delete(id);
      deadline.cancel();
    }
  }

  /** As it stands now; null when that cannot be found out. */
  async function askOnce(message: WireMessage, signal: AbortSignal): Promise<WireMessage | null> {
    try {
      return await fetchMessage(message.channel_id, message.id, signal);
    } catch (error) {
      if (signal.aborted) throw error;
      return null;
    }
  }

  return {
    learn(message) {
      if (message.embeds.length > 0) waiting.get(message.id)?.(message);
    },
    async complete(message, receivedAtMs, signal) {
      if (!mayGetPreview(message)) return message;
      const leftMs = receivedAtMs + waitMs - clock.now();
      const update = leftMs <= 0 ? null : await nextUpdate(message.id, leftMs, signal);
      signal.throwIfAborted();
      const newest = update ?? (await askOnce(message, signal));
      // Edited meanwhile: these are the previews of other words, which come by themselves.
      const isSame = newest !== null && newest.edited_timestamp === message.edited_timestamp;
      return isSame ? { ...message, embeds: newest.embeds } : message;
    },
  };
}
