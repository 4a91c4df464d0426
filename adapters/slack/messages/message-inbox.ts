import type { Clock } from '../../../src/lib/clock.ts';
import { createInOrder } from '../../../src/lib/in-order.ts';
import { keepNewest } from '../../../src/lib/keep-newest.ts';
import type { Logger } from '../../../src/lib/logger.ts';
import { createPayloadReader } from '../../../src/lib/read-payload.ts';
import { tupleKey } from '../../../src/lib/tuple-key.ts';
import type { Turn } from '../../../src/turn/turn.ts';
import type { SlackApi } from '../api/slack-call.ts';
import { conversationOf, mayBeForBot, subjectOf } from '../decode.ts';
import type { FindAsker } from '../directory/asker.ts';
import type { Channels } from '../directory/channels.ts';
import type { People } from '../directory/people.ts';
import type { SlackMayUse } from '../directory/slack-access.ts';
import type { ThreadMemory } from '../directory/thread-memory.ts';
import { readEventCallback } from '../events/event-callback.ts';
import type { DeliveryTaker, OnEvent } from '../inbox.ts';
import type { Workspaces } from '../workspaces/workspace.ts';
import { createCalledThreads } from './called-threads.ts';
import { createCompleteMessage } from './complete-message.ts';
import { createFetchMessage } from './fetch-message.ts';
import { createMissingEvents } from './missing-events.ts';
import { type MessageEvent, readMessageEvent, type WrittenEvent } from './read-event.ts';
import { createMessageReader } from './read-message.ts';
import { createTwins, keyOfMessage } from './twins.ts';

/** What the inbox of messages needs. */
export type MessageInboxParts = {
  readonly api: SlackApi;
  readonly workspaces: Workspaces;
  readonly people: People;
  readonly channels: Channels;
  readonly findAsker: FindAsker;
  readonly mayUse: SlackMayUse;
  readonly memory: Pick<ThreadMemory, 'isBotThread'>;
  readonly clock: Clock;
  readonly logger: Logger;
};

/** What may wait; the rest is left for Slack to repeat. */
const limits = { all: 1_000, perKey: 100 } as const;
/** A twin comes within seconds, a repetition within minutes; the bot itself knows for ever. */
const mostHanded = 10_000;

/** Events of one thread come one after the other. */
function laneOf(event: MessageEvent): string {
  const { via, channel, isDirect } = event.place;
  const thread =
    event.type === 'written'
      ? conversationOf(event.message, event.place)
      : (event.thread ?? (isDirect ? channel : event.ts));
  return tupleKey(via, channel, thread);
}

/** Turns what Slack says of messages into what the bot takes. Resolves for a delivery when the bot has said what became of it. */
export function createMessageInbox(parts: MessageInboxParts): DeliveryTaker {
  const { clock, logger } = parts;
  const read = createPayloadReader('Slack', logger);
  const fetchMessage = createFetchMessage({ ...parts, read });
  const twins = createTwins(clock);
  const missing = createMissingEvents(parts);
  const threads = createCalledThreads(parts.memory);
  const complete = createCompleteMessage({ twins, missing, fetchMessage });
  const reader = createMessageReader({ ...parts, threads, complete, fetchMessage });
  const inOrder = createInOrder(limits);
  /** Messages and turns that are the bot's affair now. */
  const handed = new Map<string, true>();

  /** The same message may come through several workspaces at once. */
  async function handOver(turn: Turn, edit: string | null, onEvent: OnEvent, signal: AbortSignal): Promise<void> {
    const key = tupleKey('turn', turn.id);
    const hand = async () => {
      if (handed.has(key)) return;
      const receipt = await onEvent({ type: edit === null ? 'turn' : 'changed', turn });
      keepNewest(handed, key, true, mostHanded);
      if (receipt === 'accepted' || receipt === 'duplicate') threads.note(turn);
    };
    await inOrder.run(key, hand, signal);
  }

  async function takeWritten(event: WrittenEvent, receivedAtMs: number, onEvent: OnEvent, signal: AbortSignal) {
    const key = keyOfMessage(event);
    if (handed.has(key)) return;
    const turn = await reader.read(event, receivedAtMs, signal);
    if (turn === null) return;
    await handOver(turn, event.edit, onEvent, signal);
    keepNewest(handed, key, true, mostHanded);
    twins.forget(key);
  }

  async function takeEvent(event: MessageEvent, receivedAtMs: number, onEvent: OnEvent, signal: AbortSignal) {
    if (event.type === 'written') return takeWritten(event, receivedAtMs, onEvent, signal);
    const tenant = await reader.tenantOf(event.place, signal);
    if (tenant === null) return;
    await onEvent({ type: 'deleted', subject: subjectOf(tenant, event.place.channel, event.ts) });
  }

  /** What is learned from an event however it is taken, and at once: another one may be waiting for it. */
  function note(event: MessageEvent): void {
    if (event.type !== 'written') return;
    const { place, message, isMention } = event;
    if (isMention) missing.onMention(place.via, place.channel, message.ts);
    const key = keyOfMessage(event);
    if ((message.text ?? '').includes('<@') && !handed.has(key)) twins.note(key, message, isMention);
  }

  return {
    take(delivery, onEvent, signal) {
      const callback = readEventCallback(delivery);
      if (callback === null || (callback.type !== 'message' && callback.type !== 'app_mention')) return null;
      const receivedAtMs = clock.now();
      const event = readMessageEvent(callback, read);
      const channel = callback.event['channel'];
      if (callback.type === 'message' && typeof channel === 'string') missing.onMessage(callback.via, channel);
      if (event === null) return Promise.resolve();
      if (event.type === 'written' && !event.isMention && !mayBeForBot(event.message, event.place.isDirect))
        return Promise.resolve();
      note(event);
      return inOrder.run(laneOf(event), () => takeEvent(event, receivedAtMs, onEvent, signal), signal);
    },
    idle: inOrder.idle,
  };
}
