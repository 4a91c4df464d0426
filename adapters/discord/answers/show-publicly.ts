import { z } from 'zod';
import type { Clock } from '../../../src/lib/clock.ts';
import { Failure } from '../../../src/lib/errors.ts';
import type { Logger } from '../../../src/lib/logger.ts';
import { createCollection } from '../../../src/memory/collection.ts';
import type { Store } from '../../../src/memory/store.ts';
import type { ThreadMemory } from '../directory/thread-memory.ts';
import { discordLimits } from '../render.ts';
import type { DiscordRest } from '../rest/discord-call.ts';
import type { InteractionRoute } from './answer-route.ts';
import { createChannelMessages } from './channel-messages.ts';
import { createInteractionMessages } from './interaction-messages.ts';
import { createNonce } from './nonce.ts';
import { mostFollowUps } from './open-place.ts';
import { createPrivateAnswers, type PrivateAnswer } from './private-answers.ts';

/** Shows what one person got to everyone. */
export type PublicShower = {
  /**
   * Posts the private answer that came through the interaction `privateId`: as messages of the bot in `channel` (the thread, where
   * it was pressed in one), replying to what it was about; where the bot may not post, as follow-ups of the press, whose `route`
   * this is and which has been acknowledged. `shown` also when it was shown before; `unknown` when it is not remembered any more.
   * Rejects with a `Failure` of a `PlatformFailureCode`; what was posted by then is not posted again by the next press.
   */
  show(privateId: string, route: InteractionRoute, channel: string, signal: AbortSignal): Promise<'shown' | 'unknown'>;
};

const keptForMs = 24 * 3_600_000;

/** At most so many messages; that there was more is said by an ellipsis. */
function firstOf(contents: readonly string[], most: number): readonly string[] {
  if (contents.length <= most) return contents;
  const last = contents[most - 1] ?? '';
  const kept = last.slice(0, discordLimits.text.max - 2).toWellFormed();
  return [...contents.slice(0, most - 1), `${kept.trimEnd()}\n…`];
}

/** Remembers in the store how much of an answer is shown already. */
export function createPublicShower(parts: {
  readonly rest: DiscordRest;
  readonly clock: Clock;
  readonly store: Store;
  readonly logger: Logger;
  readonly memory: ThreadMemory;
}): PublicShower {
  const answers = createPrivateAnswers(parts.store, parts.logger);
  const channels = createChannelMessages(parts.rest);
  const interactions = createInteractionMessages(parts.rest, parts.clock);
  const shownCounts = createCollection(
    parts.store,
    'discord-shown-answers',
    z.strictObject({ count: z.number().int().min(0) }),
    parts.logger,
    keptForMs,
  );
  const showing = new Map<string, Promise<unknown>>();

  async function post(
    privateId: string,
    contents: readonly string[],
    conversation: string | null,
    send: (content: string, index: number) => Promise<string>,
  ): Promise<void> {
    const before = (await shownCounts.get(privateId))?.count ?? 0;
    for (const [index, content] of contents.entries()) {
      if (index < before) continue;
      const message = await send(content, index);
      await shownCounts.set(privateId, { count: index + 1 });
      if (conversation !== null) await parts.memory.linkReply(message, conversation);
    }
  }

  async function showAnswer(
    privateId: string,
    answer: PrivateAnswer,
    route: InteractionRoute,
    channel: string,
    signal: AbortSignal,
  ): Promise<void> {
    const { about, conversation } = answer;
    const contents = answer.messages.map(({ content }) => content);
    const toDraft = (content: string) => ({ content, components: [] });
    if (route.botIsMember) {
      try {
        await post(privateId, contents, conversation, (content, index) => {
          const nonce = createNonce(`show:${privateId}`, String(index));
          return channels.post(channel, toDraft(content), nonce, index === 0 ? about : null, signal);
        });
        return;
      } catch (error) {
        if (!(error instanceof Failure) || error.code !== 'platform-forbidden') throw error;
      }
    }
    const open: InteractionRoute = { ...route, visibility: 'public' };
    await post(privateId, firstOf(contents, mostFollowUps), conversation, (content) =>
      interactions.followUp(open, toDraft(content), signal),
    );
  }

  /** A second press waits for the first: it shows what the first could not. */
  async function inTurn<Value>(privateId: string, act: () => Promise<Value>): Promise<Value> {
    const before = showing.get(privateId) ?? Promise.resolve();
    const mine = before.then(act);
    const ended = mine.then(
      () => {},
      () => {},
    );
    showing.set(privateId, ended);
    try {
      return await mine;
    } finally {
      if (showing.get(privateId) === ended) showing.delete(privateId);
    }
  }

  return {
    show: (privateId, route, channel, signal) =>
      inTurn(privateId, async () => {
        signal.throwIfAborted();
        const answer = await answers.get(privateId);
        if (answer === null || answer.messages.length === 0) return 'unknown';
        await showAnswer(privateId, answer, route, channel, signal);
        return 'shown';
      }),
  };
}
