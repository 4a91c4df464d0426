import { ChannelType, Routes } from 'discord-api-types/v10';
import type { Clock } from '../../../src/lib/clock.ts';
import { createDeadline } from '../../../src/lib/deadline.ts';
import { errorMessage, Failure } from '../../../src/lib/errors.ts';
import { growingPauseMs } from '../../../src/lib/growing-pause.ts';
import type { Logger } from '../../../src/lib/logger.ts';
import type { ReadPayload } from '../../../src/lib/read-payload.ts';
import { type ChannelDirectory, isThread, type KnownChannel } from '../directory/channel-directory.ts';
import { isNewer, newerOf, snowflakeAt } from '../directory/snowflake.ts';
import type { DiscordCall, DiscordRest } from '../rest/discord-call.ts';
import { messagesSchema, type WireMessage } from '../wire.ts';
import type { SeenBefore, SeenMessages } from './seen-messages.ts';

/** Reads what a new session missed: Discord repeats missed events only to sessions that go on. */
export type CatchUp = {
  /** A new session began; these servers are about to be announced. The promise is for the work of reading, to be started in order. */
  begin(shard: number, servers: readonly string[]): (signal: AbortSignal) => Promise<void>;
  /** A session went on: nothing was missed but what the last run could not take, or did not come to read. */
  resume(shard: number): (signal: AbortSignal) => Promise<void>;
  /** A server was announced, or is known to be out of order. */
  arrived(server: string): void;
};

/** What catching up needs. */
export type CatchUpParts = {
  readonly rest: DiscordRest;
  readonly read: ReadPayload;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly directory: ChannelDirectory;
  readonly seen: SeenMessages;
  /** Takes a message as if it had just come; resolves when that is done. */
  take(message: WireMessage, signal: AbortSignal): Promise<void>;
};

/** Nobody waits for an answer any longer than that. */
const maxAgeMs = 900_000;
const maxChannels = 50;
const pageSize = 100;
const maxPages = 3;
const maxAttempts = 6;
const waitForServersMs = 15_000;
const pauseMs = 250;
const timeIsUp = new Error('not every server was announced');

/** One channel to be read, from behind a message on. `server` null: there is none, or it has to be found out. */
type Gap = { readonly channel: string; readonly server: string | null; readonly after: string };

/** Channels whose `last_message_id` is the last message: a forum's is its last post. */
function hasMessages(channel: KnownChannel): boolean {
  const types: readonly number[] = [
    ChannelType.GuildText,
    ChannelType.GuildAnnouncement,
    ChannelType.GuildVoice,
    ChannelType.GuildStageVoice,
  ];
  return isThread(channel) || types.includes(channel.type);
}

/** The message in front of that one: reading after it gives the message itself. */
const before = (message: string) => String(BigInt(message) - 1n);

/** Nothing to catch up with before a session begins. */
export function createCatchUp(parts: CatchUpParts): CatchUp {
  const { clock, logger, directory, seen } = parts;
  const awaited = new Set<string>();
  const onArrival = new Set<() => void>();
  let hasReadLeft = false;

  /** Servers are announced one after the other once a session has begun. One that does not come is not waited for. */
  async function waitForServers(servers: readonly string[], signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    const deadline = createDeadline(clock, waitForServersMs, signal, () => timeIsUp);
    const { promise, resolve } = Promise.withResolvers<void>();
    const check = () => {
      if (!servers.some((server) => awaited.has(server))) resolve();
    };
    deadline.signal.addEventListener('abort', () => resolve(), { once: true });
    onArrival.add(check);
    try {
      check();
      await promise;
    } finally {
      onArrival.delete(check);
      deadline.cancel();
      for (const server of servers) awaited.delete(server);
    }
    signal.throwIfAborted();
  }

  const oldestWanted = () => snowflakeAt(clock.now() - maxAgeMs);

  /** What the last run could not take. Only the first session reads it again. */
  function leftGaps(found: SeenBefore): readonly Gap[] {
    if (hasReadLeft) return [];
    hasReadLeft = true;
    return found.left.map(({ channel, message }) => ({
      channel,
      server: null,
      after: newerOf(before(message), oldestWanted()),
    }));
  }

  /** Where the bot was used. Without announced servers nobody knows where else something was written. */
  function usedGaps(since: string): readonly Gap[] {
    const from = newerOf(since, oldestWanted());
    return seen.used().map(({ channel, message }) => ({ channel, server: null, after: newerOf(from, message) }));
  }

  /** Channels where something was written since: those where the bot was used first, then those with the newest messages. */
  function missedGaps(shard: number, servers: readonly string[], since: string): readonly Gap[] {
    const from = newerOf(since, oldestWanted());
    const used = seen.used();
    const taken = new Map(used.map((place) => [place.channel, place.message]));
    const afterIn = (channel: string) => newerOf(from, taken.get(channel) ?? from);
    const ofServers = new Set(servers);
    const changed = [...directory.all()]
      .filter(({ guildId }) => guildId !== null && ofServers.has(guildId))
      // Something stands where the bot was used, also where it is not said which message is the last one.
      .filter(({ id, lastMessageId: last }) => (last === null ? taken.has(id) : isNewer(last, from)))
      .filter(hasMessages)
      .toSorted((left, right) => (isNewer(left.lastMessageId ?? '0', right.lastMessageId ?? '0') ? -1 : 1))
      .map(({ id, guildId }): Gap => ({ channel: id, server: guildId, after: afterIn(id) }));
    // Direct messages all come by the first shard; nothing announces them.
    const direct = used
      .filter((place) => place.direct && shard === 0)
      .map(({ channel }): Gap => ({ channel, server: null, after: afterIn(channel) }));
    return [
      ...direct,
      ...changed.filter(({ channel }) => taken.has(channel)),
      ...changed.filter(({ channel }) => !taken.has(channel)),
    ];
  }

  /** Tries again what Discord refuses for the moment: nobody reads the channel later. */
  async function ask(call: DiscordCall, signal: AbortSignal): Promise<unknown> {
    for (let failures = 1; ; failures += 1) {
      try {
        return (await parts.rest(call, signal)).body;
      } catch (error) {
        signal.throwIfAborted();
        if (!(error instanceof Failure) || !error.retryable || failures >= maxAttempts) throw error;
        await clock.sleep(Math.max(growingPauseMs(failures), error.retryAfterMs ?? 0), signal);
      }
    }
  }

  async function readPage(
    gap: Omit<Gap, 'after'>,
    after: string,
    signal: AbortSignal,
  ): Promise<readonly WireMessage[]> {
    const query = new URLSearchParams({ after, limit: String(pageSize) });
    const body = await ask({ method: 'GET', route: Routes.channelMessages(gap.channel), query }, signal);
    const messages = parts.read('messages', messagesSchema, body) ?? [];
    // The newest come first, and none says its server.
    return messages
      .map((message) => ({ ...message, guild_id: gap.server }))
      .toSorted((left, right) => (isNewer(left.id, right.id) ? 1 : -1));
  }

  async function readGap({ channel, server, after: from }: Gap, signal: AbortSignal): Promise<void> {
    const gap = { channel, server: server ?? (await directory.find(channel, signal))?.guildId ?? null };
    let after = from;
    for (let page = 0; page < maxPages; page += 1) {
      const messages = await readPage(gap, after, signal);
      for (const message of messages) await parts.take(message, signal);
      const last = messages.at(-1);
      if (last === undefined || messages.length < pageSize) break;
      after = last.id;
    }
    seen.forgetLeft(gap.channel);
  }

  /** One channel at a time, with pauses: answers come first. */
  async function readGaps(gaps: readonly Gap[], signal: AbortSignal): Promise<void> {
    const oldestFirst = gaps.toSorted((left, right) => (isNewer(left.after, right.after) ? 1 : -1));
    const wanted = gaps.filter((gap) => oldestFirst.find(({ channel }) => channel === gap.channel) === gap);
    if (wanted.length === 0) return;
    logger.info({ channels: Math.min(wanted.length, maxChannels) }, 'Messages that came meanwhile are read.');
    for (const gap of wanted.slice(0, maxChannels)) {
      try {
        await readGap(gap, signal);
      } catch (error) {
        signal.throwIfAborted();
        logger.debug({ channel: gap.channel, reason: errorMessage(error) }, 'A channel could not be caught up with.');
      }
      await clock.sleep(pauseMs, signal);
    }
  }

  return {
    begin(shard, servers) {
      const sinceNow = seen.newest(shard);
      seen.hold(shard);
      seen.note(shard, snowflakeAt(clock.now()));
      for (const server of servers) awaited.add(server);
      return async function catchUp(signal) {
        const found = await seen.before;
        if (found === null) return;
        const since = sinceNow ?? found.since(shard);
        if (since !== null) {
          await waitForServers(servers, signal);
          await readGaps([...leftGaps(found), ...missedGaps(shard, servers, since)], signal);
        }
        // Only now is what came since this session began all there is; a broken off reading is done again.
        seen.release(shard);
      };
    },
    resume(shard) {
      return async function readLeft(signal) {
        const found = await seen.before;
        if (found === null) return;
        const since = found.isUnfinished(shard) && !hasReadLeft ? found.since(shard) : null;
        await readGaps([...leftGaps(found), ...(since === null ? [] : usedGaps(since))], signal);
      };
    },
    arrived(server) {
      awaited.delete(server);
      for (const check of onArrival) check();
    },
  };
}
