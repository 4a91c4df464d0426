import type { z } from 'zod';
import { Failure } from '../../../src/lib/errors.ts';
import { keepNewest } from '../../../src/lib/keep-newest.ts';
import { parseValue } from '../../../src/lib/parse-json.ts';
import type { SlackApi } from '../api/slack-call.ts';
import { markerEventType } from './markers.ts';
import { type ChannelMessage, identitySchema, messagesSchema } from './outbox-wire.ts';
import type { MessagesSpot } from './place.ts';

/** Looks for the bot's message with the marker; null when there is none to be seen, also where the bot may not read. */
export type FindOwnMessage = (spot: MessagesSpot, marker: string, signal: AbortSignal) => Promise<string | null>;

type Identity = { readonly userId: string; readonly botId: string | null };

type Page = z.infer<typeof messagesSchema>;

const noMessages: Page = { messages: [] };
const pageSize = 100;
/** What was written since the question is not read to its end: some apps may read one page a minute. */
const mostPages = 2;
const mostWorkspaces = 1_000;

/** Anybody can put a copy of the marker under a message of theirs. */
function isBy(message: ChannelMessage, { userId, botId }: Identity): boolean {
  return message.user === userId || (botId !== null && message.bot_id === botId);
}

/** Streams carry it under their button, all other messages beside what they show. */
function carries({ metadata, blocks }: ChannelMessage, marker: string): boolean {
  const isBeside = metadata?.event_type === markerEventType && metadata.event_payload?.marker === marker;
  return isBeside || (blocks ?? []).some((block) => block.block_id === marker);
}

function isUnreadable(error: unknown): boolean {
  if (!(error instanceof Failure)) return false;
  return error.code === 'platform-forbidden' || error.code === 'platform-place-gone';
}

/** Reads the thread, or the conversation where there is none, from the question on. */
export function createFindOwnMessage(api: SlackApi): FindOwnMessage {
  const identities = new Map<string, Identity>();

  async function findIdentity(team: string, signal: AbortSignal): Promise<Identity | null> {
    const known = identities.get(team);
    if (known !== undefined) return known;
    const parsed = parseValue(await api({ team, method: 'auth.test', arguments: {} }, signal), identitySchema);
    if (!parsed.ok) return null;
    const identity = { userId: parsed.value.user_id, botId: parsed.value.bot_id ?? null };
    keepNewest(identities, team, identity, mostWorkspaces);
    return identity;
  }

  async function readPage(spot: MessagesSpot, cursor: string | null, signal: AbortSignal): Promise<Page> {
    const { via: team, channel, thread, after: oldest } = spot;
    const common = {
      channel,
      oldest,
      limit: pageSize,
      include_all_metadata: true,
      ...(cursor === null ? {} : { cursor }),
    };
    const call =
      thread === null
        ? { team, method: 'conversations.history', arguments: common }
        : { team, method: 'conversations.replies', arguments: { ...common, ts: thread } };
    const parsed = parseValue(await api(call, signal), messagesSchema);
    return parsed.ok ? parsed.value : noMessages;
  }

  /** Whoever may read one page a minute would meet the same refusal of the second one whenever it comes back. */
  async function readFurther(spot: MessagesSpot, cursor: string, signal: AbortSignal): Promise<Page> {
    try {
      return await readPage(spot, cursor, signal);
    } catch (error) {
      if (error instanceof Failure && error.code === 'platform-rate-limited') return noMessages;
      throw error;
    }
  }

  async function findIn(spot: MessagesSpot, marker: string, identity: Identity, signal: AbortSignal) {
    let cursor: string | null = null;
    for (let page = 0; page < mostPages; page += 1) {
      const { messages, response_metadata }: Page =
        cursor === null ? await readPage(spot, null, signal) : await readFurther(spot, cursor, signal);
      const found = messages.filter((message) => isBy(message, identity) && carries(message, marker));
      // The first of them is the answer's, whichever way round they come.
      const [first] = found.map(({ ts }) => ts).toSorted();
      if (first !== undefined) return first;
      cursor = response_metadata?.next_cursor || null;
      if (cursor === null) return null;
    }
    return null;
  }

  return async function findOwnMessage(spot, marker, signal) {
    try {
      const identity = await findIdentity(spot.via, signal);
      return identity === null ? null : await findIn(spot, marker, identity, signal);
    } catch (error) {
      // Whether it can be posted there is for posting to find out.
      if (isUnreadable(error)) return null;
      throw error;
    }
  };
}
