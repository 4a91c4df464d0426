import { RESTJSONErrorCodes as Codes, Routes } from 'discord-api-types/v10';
import type { EditReport } from '../../../src/delivery/outbox.ts';
import { type MessageDraft, toMessageBody } from '../render.ts';
import type { DiscordRest } from '../rest/discord-call.ts';
import { discordCodeOf } from '../rest/discord-code.ts';
import { toMessageId } from './outbox-wire.ts';

/** The bot's messages in channels and threads. */
export type ChannelMessages = {
  /** Posts and gives the id; within some minutes the same nonce gives the same message. `replyTo`: in the same channel, or null. */
  post(
    channel: string,
    draft: MessageDraft,
    nonce: string,
    replyTo: string | null,
    signal: AbortSignal,
  ): Promise<string>;
  edit(channel: string, message: string, draft: MessageDraft, signal: AbortSignal): Promise<EditReport | null>;
  /** One that is gone is no failure. */
  remove(channel: string, message: string, signal: AbortSignal): Promise<void>;
};

const goneCodes: readonly (number | null)[] = [Codes.UnknownMessage, Codes.UnknownChannel];

/** Writes them through the channel's own routes. */
export function createChannelMessages(rest: DiscordRest): ChannelMessages {
  /**
   * Writing into a thread opens it again by itself, but what stands in an archived one cannot be changed: it is opened first.
   * Where that is refused nobody but a moderator could write either, and the first refusal counts.
   */
  async function inOpenThread<Value>(
    channel: string,
    signal: AbortSignal,
    change: () => Promise<Value>,
  ): Promise<Value> {
    try {
      return await change();
    } catch (error) {
      if (discordCodeOf(error) !== Codes.InvalidActionOnArchivedThread) throw error;
      try {
        await rest({ method: 'PATCH', route: Routes.channel(channel), body: { archived: false } }, signal);
      } catch (refusal) {
        throw discordCodeOf(refusal) === null ? refusal : error;
      }
      return change();
    }
  }

  return {
    async post(channel, draft, nonce, replyTo, signal) {
      const send = async (reference: object) => {
        const body = { ...toMessageBody(draft), ...reference, nonce, enforce_nonce: true };
        return toMessageId(await rest({ method: 'POST', route: Routes.channelMessages(channel), body }, signal));
      };
      if (replyTo === null) return send({});
      try {
        return await send({ message_reference: { message_id: replyTo, fail_if_not_exists: false } });
      } catch (error) {
        // Replying takes the right to read what was written before; without it the answer stands by itself.
        if (discordCodeOf(error) !== Codes.CannotReplyWithoutPermissionToReadMessageHistory) throw error;
        return send({});
      }
    },
    edit: (channel, message, draft, signal) =>
      inOpenThread(channel, signal, async () => {
        const route = Routes.channelMessage(channel, message);
        const { bucket } = await rest({ method: 'PATCH', route, body: toMessageBody(draft) }, signal);
        return bucket;
      }),
    async remove(channel, message, signal) {
      const route = Routes.channelMessage(channel, message);
      try {
        await inOpenThread(channel, signal, () => rest({ method: 'DELETE', route }, signal));
      } catch (error) {
        if (!goneCodes.includes(discordCodeOf(error))) throw error;
      }
    },
  };
}
