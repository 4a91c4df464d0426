import type { SlackApi } from '../api/slack-call.ts';
import { slackWordOf } from '../api/slack-word.ts';
import { renderMetadata } from './markers.ts';
import type { MessageBody, MessageDraft, MessageLooks } from './message-looks.ts';
import { toPostedTs } from './outbox-wire.ts';
import type { MessagesSpot } from './place.ts';

/** The bot's ordinary messages in channels and threads. */
export type ChannelMessages = {
  /** Posts and gives the timestamp, which is the message's id in its channel. */
  post(spot: MessagesSpot, draft: MessageDraft, marker: string, signal: AbortSignal): Promise<string>;
  /** `marker`: to be put beside it, for a message that has none there yet. Ends a stream that is still open. */
  update(
    spot: MessagesSpot,
    ts: string,
    draft: MessageDraft,
    marker: string | null,
    signal: AbortSignal,
  ): Promise<void>;
  /** One that is gone is no failure. */
  remove(spot: MessagesSpot, ts: string, signal: AbortSignal): Promise<void>;
};

const goneWords: readonly (string | null)[] = ['message_not_found', 'channel_not_found', 'thread_not_found'];
/** What Slack says of a message that it still streams; measured, not documented. */
const isStreamedWord = 'streaming_state_conflict';

/** `endStream` ends a message's stream, best effort. */
export function createChannelMessages(parts: {
  readonly api: SlackApi;
  readonly looks: MessageLooks;
  endStream(spot: MessagesSpot, ts: string, signal: AbortSignal): Promise<void>;
}): ChannelMessages {
  const { api, looks } = parts;

  /** Of a start before this one nobody knows which streams it left open. */
  async function despiteStream(
    spot: MessagesSpot,
    ts: string,
    change: () => Promise<unknown>,
    signal: AbortSignal,
  ): Promise<void> {
    try {
      await change();
    } catch (error) {
      if (slackWordOf(error) !== isStreamedWord) throw error;
      await parts.endStream(spot, ts, signal);
      await change();
    }
  }

  return {
    async post(spot, draft, marker, signal) {
      const { via: team, channel, thread } = spot;
      const common = {
        channel,
        ...(thread === null ? {} : { thread_ts: thread }),
        unfurl_links: false,
        unfurl_media: false,
        metadata: renderMetadata(marker),
      };
      const send = (body: MessageBody) =>
        api({ team, method: 'chat.postMessage', arguments: { ...common, ...body } }, signal);
      return toPostedTs(await looks.send(team, draft, send));
    },
    async update(spot, ts, draft, marker, signal) {
      const { via: team, channel } = spot;
      const common = { channel, ts, ...(marker === null ? {} : { metadata: renderMetadata(marker) }) };
      const change = () =>
        looks.send(team, draft, (body) =>
          api({ team, method: 'chat.update', arguments: { ...common, ...body } }, signal),
        );
      await despiteStream(spot, ts, change, signal);
    },
    async remove(spot, ts, signal) {
      const { via: team, channel } = spot;
      const change = () => api({ team, method: 'chat.delete', arguments: { channel, ts } }, signal);
      try {
        await despiteStream(spot, ts, change, signal);
      } catch (error) {
        if (!goneWords.includes(slackWordOf(error))) throw error;
      }
    },
  };
}
