import { Routes } from 'discord-api-types/v10';
import { Failure } from '../../../src/lib/errors.ts';
import { parseValue } from '../../../src/lib/parse-json.ts';
import type { DiscordRest } from '../rest/discord-call.ts';
import { parseCustomId } from './custom-ids.ts';
import { type ChannelMessage, channelMessagesSchema } from './outbox-wire.ts';

/** What tells a message of the bot that may have been posted earlier from all others. */
export type WantedMessage = {
  readonly channel: string;
  /** It is newer than the thing with this id. */
  readonly after: string;
  readonly author: string;
  readonly subject: string;
  /** Which message of the answer it is. */
  readonly part: number;
  readonly content: string;
};

const pageSize = 100;
/** A channel where more was written since is not read to its end. */
const mostPages = 3;

/** What stands under a message says whose it is; where nothing does, its text has to. */
function isWanted(message: ChannelMessage, wanted: WantedMessage): boolean {
  if (message.author.id !== wanted.author) return false;
  const controls = (message.components ?? [])
    .flatMap((row) => row.components ?? [])
    .flatMap(({ custom_id }) => parseCustomId(custom_id ?? '') ?? [])
    .flatMap((id) => ('subject' in id ? [id] : []));
  return controls.length === 0
    ? message.content.trim() === wanted.content.trim()
    : controls.some(({ subject, part }) => subject === wanted.subject && part === wanted.part);
}

/**
 * Looks for a message that an earlier start posted, when Discord has forgotten its nonce; null when there is none to be seen, also
 * where the bot may not read.
 */
export async function findOwnMessage(
  rest: DiscordRest,
  wanted: WantedMessage,
  signal: AbortSignal,
): Promise<string | null> {
  let after = wanted.after;
  for (let page = 0; page < mostPages; page += 1) {
    const messages = await readPage(rest, wanted.channel, after, signal);
    // The newest comes first: the one that was posted first is the answer's.
    const found = messages.findLast((message) => isWanted(message, wanted));
    if (found !== undefined) return found.id;
    const newest = messages[0];
    if (newest === undefined || messages.length < pageSize) return null;
    after = newest.id;
  }
  return null;
}

async function readPage(
  rest: DiscordRest,
  channel: string,
  after: string,
  signal: AbortSignal,
): Promise<readonly ChannelMessage[]> {
  const query = new URLSearchParams({ after, limit: String(pageSize) });
  try {
    const { body } = await rest({ method: 'GET', route: Routes.channelMessages(channel), query }, signal);
    const parsed = parseValue(body, channelMessagesSchema);
    return parsed.ok ? parsed.value : [];
  } catch (error) {
    if (error instanceof Failure && error.code === 'platform-forbidden') return [];
    throw error;
  }
}
