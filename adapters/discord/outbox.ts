import { Routes } from 'discord-api-types/v10';
import { z } from 'zod';
import type { ModelInfo } from '../../src/answer/models.ts';
import type { EditReport, Outbox, Part } from '../../src/delivery/outbox.ts';
import type { PlatformFailureCode } from '../../src/delivery/platform-failure.ts';
import { createPostedMessages } from '../../src/delivery/posted-messages.ts';
import type { Clock } from '../../src/lib/clock.ts';
import { Failure } from '../../src/lib/errors.ts';
import type { Logger } from '../../src/lib/logger.ts';
import { tupleKey } from '../../src/lib/tuple-key.ts';
import { createCollection } from '../../src/memory/collection.ts';
import type { Store } from '../../src/memory/store.ts';
import { createChannelMessages } from './answers/channel-messages.ts';
import { createControlsRenderer } from './answers/components.ts';
import { despiteStore } from './answers/despite-store.ts';
import { findOwnMessage } from './answers/find-own-message.ts';
import { createInteractionMessages, isTokenOver } from './answers/interaction-messages.ts';
import { createNonce } from './answers/nonce.ts';
import { createPlaceOpener } from './answers/open-place.ts';
import { type InteractionSpot, readPlace, type Spot } from './answers/place.ts';
import { createPrivateAnswers } from './answers/private-answers.ts';
import { timeOfSnowflake } from './directory/snowflake.ts';
import type { ThreadMemory } from './directory/thread-memory.ts';
import { discordLimits, type MessageDraft, renderContent } from './render.ts';
import type { DiscordRest } from './rest/discord-call.ts';

/** What the outbox stands on. */
export type DiscordOutboxParts = {
  readonly rest: DiscordRest;
  readonly clock: Clock;
  readonly store: Store;
  readonly memory: ThreadMemory;
  readonly logger: Logger;
  /** Who the bot is; known once it has asked. */
  me(): { readonly userId: string };
  /** Whether the bot reads what does not name it. */
  readonly messageContent: boolean;
  /** False where threads can be opened but not written in. */
  mayWriteInThreads(server: string, channel: string): boolean;
  /** The models to be tried instead. */
  listModels(signal: AbortSignal): Promise<readonly ModelInfo[]>;
};

/** Discord knows a nonce for some minutes; this long it is relied on. */
const nonceKeptMs = 120_000;
/** Messages older than an hour take three edits in six seconds for a whole channel: they get their last text and nothing else. */
const oldAfterMs = 3_600_000;
/** As long as an interaction lives, and what comes late. */
const tokenMessagesKeptMs = 3_600_000;

/** Keys end in a colon and the number of the message in its answer; what has none is the only one. */
function partOfKey(key: string): number {
  return Number(/:(\d{1,4})$/.exec(key)?.[1] ?? 0);
}

/** One key for each message, whatever the place. */
type PostKey = { readonly place: string; readonly key: string; readonly whole: string; readonly part: number };

function tokenOver(): Failure<PlatformFailureCode> {
  return new Failure(
    'platform-place-gone',
    'The interaction is over, and its answer cannot be reached in another way.',
  );
}

/** Whether everybody sees the message. */
function isPublic(spot: Spot): boolean {
  return spot.type === 'channel' || spot.route.visibility === 'public';
}

/** Whether the bot hears of replies to the message. */
function canBeRepliedTo(spot: Spot): boolean {
  return spot.type === 'channel' || canHandOver(spot);
}

/** Whether the answer can go on through the channel. */
function canHandOver({ route }: InteractionSpot): boolean {
  return route.visibility === 'public' && route.botIsMember;
}

/**
 * Discord's side of the outbox: messages in channels and threads, and answers to interactions through their tokens, which
 * go on through the channel when the token is over.
 */
export function createDiscordOutbox(parts: DiscordOutboxParts): Outbox {
  const { rest, clock, store, memory, logger } = parts;
  const channels = createChannelMessages(rest);
  const interactions = createInteractionMessages(rest, clock);
  const openPlace = createPlaceOpener({ ...parts, interactions });
  const renderControls = createControlsRenderer(parts);
  const privateAnswers = createPrivateAnswers(store, logger);
  const posted = createPostedMessages(clock);
  const tokenMessages = createCollection(
    store,
    'discord-token-messages',
    z.strictObject({ message: z.string() }),
    logger,
    tokenMessagesKeptMs,
  );

  async function render(spot: Spot, part: Part, index: number, signal: AbortSignal): Promise<MessageDraft> {
    const content = renderContent(part);
    const privateId = isPublic(spot) || spot.type === 'channel' ? null : spot.route.interactionId;
    return { content, components: await renderControls(part.controls, { part: index, privateId }, signal) };
  }

  /** A message that may have been posted without anybody knowing its id. */
  function findUnknown(
    spot: Spot,
    draft: MessageDraft,
    { part }: PostKey,
    signal: AbortSignal,
  ): Promise<string | null> {
    const after = spot.type === 'channel' ? spot.question : spot.route.interactionId;
    const { channel, subject } = spot;
    const wanted = { channel, after, author: parts.me().userId, subject, part, content: draft.content };
    return findOwnMessage(rest, wanted, signal);
  }

  async function postInChannel(spot: Spot, draft: MessageDraft, key: PostKey, signal: AbortSignal): Promise<string> {
    const asked = spot.type === 'channel' ? spot.question : spot.route.interactionId;
    // What went through a token had no nonce.
    if (posted.mayStandUnknown(key.whole, timeOfSnowflake(asked), spot.type === 'channel' ? nonceKeptMs : 0)) {
      const found = await findUnknown(spot, draft, key, signal);
      if (found !== null) {
        posted.note(key.whole, key.part, found);
        return found;
      }
    }
    const repliedTo = spot.type === 'interaction' ? spot.route.about : spot.isReply ? spot.question : null;
    const nonce = createNonce(key.place, key.key);
    const replyTo = key.part === 0 ? repliedTo : null;
    return posted.post(key.whole, key.part, () => channels.post(spot.channel, draft, nonce, replyTo, signal));
  }

  /** Follow-ups have no nonce: what may stand already is looked for, where the bot can see it. */
  async function postThroughToken(
    spot: InteractionSpot,
    draft: MessageDraft,
    key: PostKey,
    signal: AbortSignal,
  ): Promise<string> {
    const { route } = spot;
    if (key.part === 0) return posted.post(key.whole, 0, () => interactions.answer(route, draft, signal));
    if (canHandOver(spot) && posted.mayStandUnknown(key.whole, timeOfSnowflake(route.interactionId), 0)) {
      const found = await findUnknown(spot, draft, key, signal);
      if (found !== null) return found;
    }
    return posted.post(key.whole, key.part, () => interactions.followUp(route, draft, signal));
  }

  async function postForInteraction(
    spot: InteractionSpot,
    draft: MessageDraft,
    key: PostKey,
    signal: AbortSignal,
  ): Promise<string> {
    const known = await despiteStore(tokenMessages.get(key.whole), undefined, logger);
    const message =
      known?.message ??
      (await throughTokenOrChannel(
        spot,
        () => postThroughToken(spot, draft, key, signal),
        () => postInChannel(spot, draft, key, signal),
      ));
    posted.note(key.whole, key.part, message);
    if (known === undefined) await despiteStore(tokenMessages.set(key.whole, { message }), undefined, logger);
    return message;
  }

  /** The token's way as long as it is open, then the channel's. */
  async function throughTokenOrChannel<Value>(
    spot: InteractionSpot,
    withToken: () => Promise<Value>,
    inChannel: () => Promise<Value>,
  ): Promise<Value> {
    if (!interactions.isOver(spot.route)) {
      try {
        return await withToken();
      } catch (error) {
        if (!isTokenOver(error)) throw error;
      }
    }
    if (!canHandOver(spot)) throw tokenOver();
    return inChannel();
  }

  /** Whether it is better left out: the next text, at the latest the last one, shows the same and more. */
  function isLeftOut(spot: Spot, message: string, part: Part): boolean {
    const isThroughToken = spot.type === 'interaction' && !interactions.isOver(spot.route);
    return part.state === 'streaming' && !isThroughToken && clock.now() - timeOfSnowflake(message) > oldAfterMs;
  }

  function editMessage(
    spot: Spot,
    message: string,
    draft: MessageDraft,
    signal: AbortSignal,
  ): Promise<EditReport | null> {
    const inChannel = () => channels.edit(spot.channel, message, draft, signal);
    if (spot.type === 'channel') return inChannel();
    return throughTokenOrChannel(spot, () => interactions.edit(spot.route, message, draft, signal), inChannel);
  }

  /** What only one person sees is kept as it stands in the end, since it cannot be read back. */
  async function keepPrivate(spot: Spot, message: string, part: Part, { content }: MessageDraft): Promise<void> {
    if (spot.type === 'channel' || isPublic(spot) || part.state === 'streaming') return;
    await despiteStore(privateAnswers.note(spot, message, content), undefined, logger);
  }

  return {
    limits: discordLimits,
    open: openPlace,
    async post(place, part, key, signal) {
      signal.throwIfAborted();
      const spot = readPlace(place);
      const postKey = { place: place.id, key, whole: tupleKey(place.id, key), part: partOfKey(key) };
      const draft = await render(spot, part, postKey.part, signal);
      const message =
        posted.find(postKey.whole) ??
        (spot.type === 'channel'
          ? await postInChannel(spot, draft, postKey, signal)
          : await postForInteraction(spot, draft, postKey, signal));
      if (spot.conversation !== null && canBeRepliedTo(spot)) {
        await despiteStore(memory.linkReply(message, spot.conversation), undefined, logger);
      }
      await keepPrivate(spot, message, part, draft);
      return message;
    },
    async edit(place, message, part, signal) {
      signal.throwIfAborted();
      const spot = readPlace(place);
      if (isLeftOut(spot, message, part)) return null;
      const draft = await render(spot, part, posted.partOf(message), signal);
      const report = await editMessage(spot, message, draft, signal);
      await keepPrivate(spot, message, part, draft);
      return report;
    },
    async remove(place, message, signal) {
      signal.throwIfAborted();
      const spot = readPlace(place);
      const inChannel = () => channels.remove(spot.channel, message, signal);
      posted.forget(message);
      if (spot.type === 'channel') return inChannel();
      await throughTokenOrChannel(spot, () => interactions.remove(spot.route, message, signal), inChannel);
      if (!isPublic(spot)) await privateAnswers.drop(spot, message);
    },
    async typing(place, isOver, signal) {
      // It goes out by itself, and with the first message.
      if (isOver) return;
      try {
        const spot = readPlace(place);
        // An interaction shows by itself that its answer is on its way.
        if (spot.type === 'interaction') return;
        await rest({ method: 'POST', route: Routes.channelTyping(spot.channel) }, signal);
      } catch (error) {
        logger.debug({ isAborted: signal.aborted, isFailure: error instanceof Failure }, 'Typing could not be shown.');
      }
    },
  };
}
