import type { JsonObject } from '../discord/json.ts';
import type { Backend } from './backend.ts';
import { directChannel } from './direct-channel.ts';
import { activeIn } from './installing.ts';
import type { ChannelRecord, FileRecord, InstallationRecord, MessageRecord, UserRecord } from './records.ts';
import { type FileToShare, shareFiles } from './shared-files.ts';
import { isStreaming } from './stream-state.ts';
import { toTs } from './world.ts';

/** What somebody writes. */
export type Words = {
  readonly text?: string;
  /** Puts the bot's mention in front of the text. */
  readonly mentionsBot?: boolean;
  readonly files?: readonly FileToShare[];
  /** The message whose thread this goes into. */
  readonly inThreadOf?: MessageRecord;
  /** Also to the channel, from within a thread. */
  readonly broadcast?: boolean;
  readonly subtype?: 'me_message' | 'bot_message' | 'channel_join';
};

/** People, other bots and Slackbot who write, change and delete messages. */
export type People = {
  /** Somebody writes; the app hears of it. */
  say(author: UserRecord, channel: ChannelRecord, words: Words): MessageRecord;
  /** Somebody changes the text of their message. */
  edit(message: MessageRecord, text: string): void;
  remove(message: MessageRecord): void;
  /** Somebody passes a message on; the copy stands in an attachment. */
  share(author: UserRecord, message: MessageRecord, to: ChannelRecord, words?: Words): MessageRecord;
  /** The preview of an address in a message arrives. */
  unfurl(message: MessageRecord, preview: { readonly url: string; readonly imageUrl: string }): void;
  /** A file is deleted: its messages hold a stone in its place. */
  removeFile(file: FileRecord): void;
  /** The events of a message once more, under new ids. */
  announceAgain(message: MessageRecord): readonly string[];
  /** Somebody opens a conversation with the agent, as `assistant_view` has it; its first message is the bot's thread. */
  openAssistant(
    user: UserRecord,
    from?: ChannelRecord,
  ): { readonly channel: ChannelRecord; readonly threadTs: string; readonly root: MessageRecord };
  /** Somebody with an open conversation looks at another channel. */
  changeContext(user: UserRecord, threadTs: string, to: ChannelRecord): void;
  /** Somebody opens the app's home or its messages. */
  openHome(user: UserRecord, tab: 'home' | 'messages', from?: ChannelRecord): ChannelRecord;
  /** Somebody who sees the app beside it goes to another channel, as `agent_view` has it. */
  lookAt(user: UserRecord, place: ChannelRecord): void;
  /** Somebody presses Slack's own stop button in a thread: its streams end at once. */
  stopAgent(user: UserRecord, channel: ChannelRecord, threadTs: string): void;
  /** Somebody throws the app out of their workspace. */
  uninstall(installation: InstallationRecord): void;
  /** The tokens end, the app stays. */
  revoke(installation: InstallationRecord): void;
};

/** People of the fake's world. */
export function createPeople(backend: Backend): People {
  const { world, settings, desk, events, payloads } = backend;

  const botOf = (user: UserRecord): InstallationRecord => {
    const [installation] = activeIn(world, user.teamId);
    if (installation === undefined) throw new Error(`the app is not installed in ${user.teamId}`);
    return installation;
  };

  const botIn = (channel: ChannelRecord, author: UserRecord): InstallationRecord => {
    const own = activeIn(world, author.teamId).find(({ bot }) => channel.memberIds.has(bot.id));
    const other = world.installations.find(({ bot, state }) => state === 'active' && channel.memberIds.has(bot.id));
    return own ?? other ?? botOf(author);
  };

  const write = (author: UserRecord, channel: ChannelRecord, words: Words, attachments: readonly JsonObject[] = []) => {
    const call = words.mentionsBot === true ? `<@${botIn(channel, author).bot.id}> ` : '';
    const files = shareFiles(world, author, words.files ?? []);
    const root = words.inThreadOf;
    const { message } = desk.post({
      channel,
      author,
      text: `${call}${words.text ?? ''}`.trimEnd(),
      files,
      attachments,
      threadTs: root === undefined ? null : (root.threadTs ?? root.ts),
      subtype:
        words.subtype ?? (words.broadcast === true ? 'thread_broadcast' : files.length > 0 ? 'file_share' : null),
      clientMessageId: author.botId === null ? world.nextId('client-') : null,
    });
    return message;
  };

  const agentEvent = (user: UserRecord, type: string, channel: ChannelRecord, threadTs: string, context: JsonObject) =>
    events.announce({
      subscription: type,
      scope: 'assistant:write',
      channel,
      event: () => ({
        type,
        assistant_thread: { user_id: user.id, context, channel_id: channel.id, thread_ts: threadTs },
        event_ts: toTs(world.clock.now()),
      }),
    });

  const contextOf = (user: UserRecord, channel?: ChannelRecord): JsonObject =>
    channel === undefined ? {} : { channel_id: channel.id, team_id: user.teamId, enterprise_id: null };

  const entitiesOf = (user: UserRecord, channel: ChannelRecord): readonly JsonObject[] => [
    { type: 'slack#/types/channel_id', value: channel.id, team_id: user.teamId },
  ];

  const end = (installation: InstallationRecord, state: 'uninstalled' | 'revoked') => {
    installation.state = state;
    const base = {
      scope: null,
      channel: null,
      teamId: installation.teamId ?? installation.bot.teamId,
      toEnded: true,
    };
    const only = (event: JsonObject) => (each: InstallationRecord) => (each === installation ? event : null);
    const eventTs = toTs(world.clock.now());
    events.announce({
      ...base,
      subscription: 'tokens_revoked',
      event: only({ type: 'tokens_revoked', tokens: { oauth: [], bot: [installation.bot.id] }, event_ts: eventTs }),
    });
    if (state === 'revoked') return;
    events.announce({
      ...base,
      subscription: 'app_uninstalled',
      event: only({ type: 'app_uninstalled', event_ts: eventTs }),
    });
    for (const channel of world.channels.values()) channel.memberIds.delete(installation.bot.id);
  };

  return {
    say: (author, channel, words) => write(author, channel, words),
    edit: (message, text) => desk.change(message, { text, by: message.author, showsEdited: true }),
    remove: (message) => desk.remove(message),
    share(author, message, to, words = {}) {
      const original = payloads.toMessage(message, { inEvent: true });
      return write(author, to, words, [
        {
          is_share: true,
          is_msg_unfurl: true,
          from_url: payloads.permalink(message),
          channel_id: message.channel.id,
          channel_team: message.channel.teamId,
          author_id: message.author.id,
          author_name: message.author.name,
          ts: message.ts,
          text: message.text,
          ...('files' in original ? { files: original['files'] } : {}),
          message_blocks: [
            {
              team: message.channel.teamId,
              channel: message.channel.id,
              ts: message.ts,
              message: { blocks: original['blocks'] ?? [] },
            },
          ],
          mrkdwn_in: ['text'],
          id: 1,
        },
      ]);
    },
    unfurl: (message, { url, imageUrl }) =>
      desk.change(message, {
        attachments: [
          ...message.attachments,
          {
            id: message.attachments.length + 1,
            from_url: url,
            original_url: url,
            image_url: imageUrl,
            fallback: url,
            service_name: new URL(url).host,
          },
        ],
        by: null,
      }),
    removeFile: (file) => {
      file.state = 'deleted';
    },
    announceAgain: (message) => desk.announce(message),
    openAssistant(user, from) {
      const installation = botOf(user);
      const channel = directChannel(world, user, installation.bot);
      const { message } = desk.post({
        channel,
        author: installation.bot,
        text: 'New Assistant Thread',
        mentions: false,
      });
      agentEvent(user, 'assistant_thread_started', channel, message.ts, contextOf(user, from));
      return { channel, threadTs: message.ts, root: message };
    },
    changeContext(user, threadTs, to) {
      const channel = directChannel(world, user, botOf(user).bot);
      agentEvent(user, 'assistant_thread_context_changed', channel, threadTs, contextOf(user, to));
    },
    lookAt(user, place) {
      const channel = directChannel(world, user, botOf(user).bot);
      events.announce({
        subscription: 'app_context_changed',
        scope: null,
        channel,
        event: () => ({
          type: 'app_context_changed',
          user: user.id,
          channel: channel.id,
          context: { entities: entitiesOf(user, place) },
          event_ts: toTs(world.clock.now()),
        }),
      });
    },
    openHome(user, tab, from) {
      const channel = directChannel(world, user, botOf(user).bot);
      events.announce({
        subscription: 'app_home_opened',
        scope: null,
        channel,
        event: () => ({
          type: 'app_home_opened',
          user: user.id,
          channel: channel.id,
          tab,
          context: from === undefined ? {} : { entities: entitiesOf(user, from) },
          event_ts: toTs(world.clock.now()),
        }),
      });
      return channel;
    },
    stopAgent(user, channel, threadTs) {
      const live = [...channel.messages.values()].filter(
        (message) => message.threadTs === threadTs && isStreaming(message, settings, world.clock.now()),
      );
      for (const message of live) {
        if (message.stream !== null) message.stream.state = 'stopped-by-user';
        desk.refresh(message);
      }
      events.announce({
        subscription: 'agent_session_stopped',
        scope: 'chat:write',
        channel,
        event: () => ({
          type: 'agent_session_stopped',
          user: user.id,
          channel: channel.id,
          thread_ts: threadTs,
          streaming_message_ts: live.map((message) => message.ts),
          event_ts: toTs(world.clock.now()),
        }),
      });
    },
    uninstall: (installation) => end(installation, 'uninstalled'),
    revoke: (installation) => end(installation, 'revoked'),
  };
}
