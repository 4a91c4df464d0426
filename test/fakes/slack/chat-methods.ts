import type { JsonObject } from '../discord/json.ts';
import {
  type ApiCall,
  type ApiMethod,
  messageOfCall,
  requireLooks,
  threadOfCall,
  writableChannel,
} from './api-method.ts';
import type { Backend } from './backend.ts';
import { directChannel } from './direct-channel.ts';
import { contentOf } from './message-content.ts';
import type { ChannelRecord, MessageRecord } from './records.ts';
import { SlackError } from './slack-error.ts';
import { isStreaming } from './stream-state.ts';
import { findUser } from './world.ts';

const splitChars = 4_000;

/** `chat.postMessage`, `chat.update`, `chat.delete`, `chat.postEphemeral`, `chat.getPermalink`. */
export function createChatMethods(backend: Backend): readonly ApiMethod[] {
  const { world, desk, payloads, settings } = backend;

  /** Somebody's id in place of a channel means their direct messages. */
  const targetOf = (call: ApiCall): ChannelRecord => {
    const id = call.args.text('channel') ?? '';
    if (!/^[UW]/.test(id)) return writableChannel(backend, call);
    const user = findUser(world, call.installation.teamId ?? '', id);
    if (user === null) throw new SlackError('channel_not_found');
    return directChannel(world, user, call.installation.bot);
  };

  const ownMessage = (call: ApiCall, refusal: string): MessageRecord => {
    const message = messageOfCall(writableChannel(backend, call), call);
    if (message.author.id !== call.installation.bot.id) throw new SlackError(refusal);
    return message;
  };

  const postMessage = (call: ApiCall): JsonObject => {
    const { args, installation } = call;
    const channel = targetOf(call);
    requireLooks(call);
    const content = contentOf(args, 'post');
    const threadTs = threadOfCall(channel, call);
    const clientMessageId = args.text('client_msg_id');
    const known = [...channel.messages.values()].find(
      (each) => clientMessageId !== null && each.clientMessageId === clientMessageId,
    );
    if (known !== undefined && settings.clientMessageId === 'recognised') {
      return { channel: channel.id, ts: known.ts, message: payloads.toMessage(known) };
    }
    const text = content.text ?? '';
    const splits = settings.splitsLongPosts && content.blocks === undefined && text.length > splitChars;
    const parts = splits ? (text.match(/[\s\S]{1,4000}/g) ?? [text]) : [text];
    const [first] = parts.map(
      (part) =>
        desk.post({
          channel,
          author: installation.bot,
          text: part,
          markdown: content.markdown ?? null,
          blocks: content.blocks ?? [],
          attachments: content.attachments ?? [],
          threadTs,
          subtype: threadTs !== null && args.flag('reply_broadcast') === true ? 'thread_broadcast' : null,
          metadata: content.metadata,
          clientMessageId: settings.clientMessageId === 'recognised' ? clientMessageId : null,
          // Links of apps show no preview unless asked for, pictures and videos do.
          unfurls: { links: args.flag('unfurl_links') !== false, media: args.flag('unfurl_media') !== false },
        }).message,
    );
    if (first === undefined) throw new SlackError('no_text');
    return { channel: channel.id, ts: first.ts, message: payloads.toMessage(first, { metadata: true }) };
  };

  const update = (call: ApiCall): JsonObject => {
    const message = ownMessage(call, 'cant_update_message');
    if (isStreaming(message, settings, world.clock.now())) throw new SlackError('streaming_state_conflict');
    const { editWindowMs } = settings;
    if (editWindowMs !== null && world.clock.now() - message.createdAtMs > editWindowMs) {
      throw new SlackError('edit_window_closed');
    }
    const { text, markdown, blocks, attachments, metadata } = contentOf(call.args, 'update');
    if (message.stream !== null) message.stream.state = 'stopped';
    desk.change(message, {
      // Text takes the place of Markdown; blocks stay unless new ones come.
      text: text ?? (markdown === undefined && blocks === undefined ? message.text : ''),
      markdown: markdown ?? null,
      ...(blocks === undefined ? (markdown === undefined ? {} : { blocks: [] }) : { blocks }),
      ...(attachments === undefined ? {} : { attachments }),
      ...(metadata === null ? {} : { metadata }),
      by: call.installation.bot,
      showsEdited: blocks === undefined,
    });
    return {
      channel: message.channel.id,
      ts: message.ts,
      text: message.text,
      message: payloads.toMessage(message, { metadata: true }),
    };
  };

  const postEphemeral = (call: ApiCall): JsonObject => {
    const channel = writableChannel(backend, call);
    const userId = call.args.text('user') ?? '';
    if (!channel.memberIds.has(userId)) throw new SlackError('user_not_in_channel');
    const content = contentOf(call.args, 'post');
    const { message } = desk.post({
      channel,
      author: call.installation.bot,
      text: content.text ?? '',
      markdown: content.markdown ?? null,
      blocks: content.blocks ?? [],
      threadTs: threadOfCall(channel, call),
      visibleTo: userId,
    });
    return { message_ts: message.ts };
  };

  return [
    { name: 'chat.postMessage', access: 'bot', scope: 'chat:write', tier: 4, handle: postMessage },
    { name: 'chat.update', access: 'bot', scope: 'chat:write', tier: 3, handle: update },
    { name: 'chat.postEphemeral', access: 'bot', scope: 'chat:write', tier: 4, handle: postEphemeral },
    {
      name: 'chat.delete',
      access: 'bot',
      scope: 'chat:write',
      tier: 3,
      handle(call) {
        const message = ownMessage(call, 'cant_delete_message');
        desk.remove(message);
        return { channel: message.channel.id, ts: message.ts };
      },
    },
    {
      name: 'chat.getPermalink',
      access: 'bot',
      scope: null,
      tier: 4,
      handle(call) {
        const channel = writableChannel(backend, call);
        const message = messageOfCall(channel, call, 'message_ts');
        return { channel: channel.id, permalink: payloads.permalink(message) };
      },
    },
  ];
}
