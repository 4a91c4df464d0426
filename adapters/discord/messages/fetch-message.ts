import { Routes } from 'discord-api-types/v10';
import type { ReadPayload } from '../../../src/lib/read-payload.ts';
import { isNotThere } from '../directory/channel-directory.ts';
import type { DiscordRest } from '../rest/discord-call.ts';
import { messageSchema, type WireMessage } from '../wire.ts';

/** Asks for a message again. Null when it is gone or not for the bot. It says neither its server nor who its author is there. */
export type FetchMessage = (channel: string, message: string, signal: AbortSignal) => Promise<WireMessage | null>;

/** Over the HTTP API. */
export function createFetchMessage(rest: DiscordRest, read: ReadPayload): FetchMessage {
  return async function fetchMessage(channel, message, signal) {
    try {
      const { body } = await rest({ method: 'GET', route: Routes.channelMessage(channel, message) }, signal);
      return read('a message', messageSchema, body);
    } catch (error) {
      if (isNotThere(error)) return null;
      throw error;
    }
  };
}
