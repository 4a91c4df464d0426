import { createHash } from 'node:crypto';
import { attachFiles, type FileToAttach } from './attachments.ts';
import type { Backend } from './backend.ts';
import type { JsonObject } from './json.ts';
import { everybody } from './message-desk.ts';
import type { ChannelRecord, MessageRecord, SnapshotRecord, UserRecord } from './records.ts';
import { findMessage } from './world.ts';

/** What somebody writes. */
export type Words = {
  readonly text?: string;
  /** Puts the bot's mention in front of the text. */
  readonly mentionsBot?: boolean;
  readonly files?: readonly FileToAttach[];
  readonly replyTo?: MessageRecord;
  /** Whether the reply calls its author: yes unless told otherwise. */
  readonly replyPings?: boolean;
  /** Flags of the message, such as silent ones. */
  readonly flags?: number;
};

/** A picture elsewhere on the web, whose preview Discord shows. */
export type Preview = { readonly url: string; readonly file: FileToAttach };

/** People (and other bots) who write, change and delete messages. */
export type People = {
  /** Somebody writes; the gateway tells the bot. */
  say(author: UserRecord, channel: ChannelRecord, words: Words): MessageRecord;
  /** A webhook writes under a name of its own. */
  sayByWebhook(name: string, channel: ChannelRecord, words: Words): MessageRecord;
  /** Somebody changes the text of their message. */
  edit(message: MessageRecord, text: string): void;
  remove(message: MessageRecord): void;
  /** Somebody passes a message on; the copy carries the contents as a snapshot. */
  forward(author: UserRecord, message: MessageRecord, to: ChannelRecord): MessageRecord;
  /** The preview of an address in a message arrives: MESSAGE_UPDATE without an edit. */
  showPreview(message: MessageRecord, preview: Preview): void;
  /** Somebody opens a thread on a message, or in a channel. */
  openThread(author: UserRecord, on: MessageRecord | ChannelRecord, name: string): ChannelRecord;
  /** Somebody opens a post in a forum; its first message has the id of the thread. */
  openPost(
    author: UserRecord,
    forum: ChannelRecord,
    name: string,
    words: Words,
  ): { thread: ChannelRecord; message: MessageRecord };
  /** The same message once more, as Discord's events may come twice. */
  repeatEvent(message: MessageRecord): void;
  /** How to write somebody, a role or the bot into a text. */
  mention(target: UserRecord | { readonly roleId: string }): string;
};

/** People of the fake's world. */
export function createPeople(backend: Backend): People {
  const { world, desk, gateway, payloads } = backend;

  const write = (author: UserRecord, channel: ChannelRecord, words: Words, webhookId: string | null, id?: string) => {
    const call = words.mentionsBot === true ? `<@${world.bot.id}> ` : '';
    const { replyTo } = words;
    return desk.post({
      ...(id === undefined ? {} : { id }),
      channel,
      author,
      webhookId,
      content: `${call}${words.text ?? ''}`,
      rules: { ...everybody, repliedUser: words.replyPings !== false },
      flags: words.flags ?? 0,
      attachments: attachFiles(world, channel.id, words.files ?? []),
      nonce: webhookId === null && !author.bot ? world.snowflakes.next() : null,
      reference:
        replyTo === undefined
          ? null
          : { type: 0, messageId: replyTo.id, channelId: replyTo.channelId, guildId: channel.guildId },
    });
  };

  const channelOf = (id: string): ChannelRecord => {
    const channel = world.channels.get(id);
    if (channel === undefined) throw new Error(`there is no channel ${id}`);
    return channel;
  };

  const toSnapshot = (message: MessageRecord): SnapshotRecord => ({
    type: message.type,
    content: message.content,
    embeds: message.embeds,
    attachments: message.attachments,
    components: message.components,
    flags: message.flags,
    createdAtMs: message.createdAtMs,
  });

  const toEmbed = (preview: Preview): JsonObject => {
    const { host, pathname, protocol } = new URL(preview.url);
    const hash = createHash('sha256').update(preview.url).digest('base64url');
    const path = `/external/${hash}/${protocol.replace(':', '')}/${host}${pathname}`;
    const [file] = attachFiles(world, null, [preview.file]);
    if (file === undefined) throw new Error('a preview needs a file');
    world.files.set(path, { ...file, path });
    const size = { width: file.width ?? 0, height: file.height ?? 0 };
    const thumbnail = {
      url: preview.url,
      proxy_url: `${world.origins.external}${path}`,
      ...size,
      content_type: file.contentType,
      flags: 0,
    };
    return { type: 'image', url: preview.url, thumbnail };
  };

  return {
    mention: (target) => ('roleId' in target ? `<@&${target.roleId}>` : `<@${target.id}>`),
    say: (author, channel, words) => write(author, channel, words, null),
    sayByWebhook(name, channel, words) {
      const face: UserRecord = {
        id: world.snowflakes.next(),
        username: name,
        globalName: null,
        bot: true,
        locale: 'en-US',
      };
      return write(face, channel, words, face.id);
    },
    edit: (message, text) => desk.change(message, { content: text, rules: everybody }),
    remove: (message) => desk.remove(message),
    forward: (author, message, to) =>
      desk.post({
        channel: to,
        author,
        content: '',
        rules: everybody,
        snapshots: [toSnapshot(message)],
        flags: 1 << 14,
        reference: {
          type: 1,
          messageId: message.id,
          channelId: message.channelId,
          guildId: channelOf(message.channelId).guildId,
        },
      }),
    showPreview: (message, preview) =>
      desk.change(message, { embeds: [...message.embeds, toEmbed(preview)], edited: false }),
    openThread(author, on, name) {
      const onMessage = 'content' in on ? on : null;
      const parent = 'content' in on ? channelOf(on.channelId) : on;
      return desk.openThread(parent, author, { name, onMessage, autoArchiveMinutes: 1_440, memberIds: [] });
    },
    openPost(author, forum, name, words) {
      const thread = desk.openThread(forum, author, {
        name,
        onMessage: null,
        autoArchiveMinutes: 4_320,
        memberIds: [],
      });
      return { thread, message: write(author, thread, words, null, thread.id) };
    },
    repeatEvent(message) {
      const channel = channelOf(message.channelId);
      if (findMessage(world, channel.id, message.id) === undefined) return;
      gateway.publish({
        name: 'MESSAGE_CREATE',
        guildId: channel.guildId,
        channelId: channel.id,
        intents: channel.guildId === null ? 1 << 12 : 1 << 9,
        data: (view) => payloads.toMessageEvent(message, view.readsContent),
      });
    },
  };
}
