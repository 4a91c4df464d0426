import type { JsonObject } from '../discord/json.ts';
import { type EventDesk, messageSubscription } from './event-desk.ts';
import type { Payloads } from './payloads.ts';
import type {
  ChannelRecord,
  FileRecord,
  InstallationRecord,
  MessageRecord,
  MetadataRecord,
  UserRecord,
} from './records.ts';
import type { Screen } from './screen.ts';
import type { Settings } from './settings.ts';
import { nextTs, threadOf, toTs, type World } from './world.ts';

/** A message to be. */
export type Draft = {
  readonly channel: ChannelRecord;
  readonly author: UserRecord;
  readonly text?: string;
  readonly markdown?: string | null;
  readonly blocks?: readonly JsonObject[];
  readonly attachments?: readonly JsonObject[];
  readonly files?: readonly FileRecord[];
  readonly threadTs?: string | null;
  readonly subtype?: string | null;
  readonly metadata?: MetadataRecord | null;
  readonly clientMessageId?: string | null;
  readonly unfurls?: { readonly links: boolean; readonly media: boolean };
  readonly visibleTo?: string | null;
  readonly streams?: 'markdown_text' | 'chunks' | null;
  /** Whether the app's `app_mention` comes for it: yes unless told otherwise. */
  readonly mentions?: boolean;
};

/** A change of a message. What is not named stays. */
export type MessageChange = {
  readonly text?: string;
  readonly markdown?: string | null;
  readonly blocks?: readonly JsonObject[];
  readonly attachments?: readonly JsonObject[];
  readonly metadata?: MetadataRecord;
  /** Who edited it; null for changes that are no edit, such as an unfurled picture. */
  readonly by: UserRecord | null;
  readonly showsEdited?: boolean;
};

/** The one place where messages come, change and go: it keeps them, shows them and tells the app. */
export type MessageDesk = {
  post(draft: Draft): { readonly message: MessageRecord; readonly eventIds: readonly string[] };
  change(message: MessageRecord, change: MessageChange): void;
  /** Shows what a stream has brought; the app hears of it when it ends. */
  refresh(message: MessageRecord): void;
  remove(message: MessageRecord): void;
  /** Sends the events of a message once more, under new ids. */
  announce(message: MessageRecord): readonly string[];
};

/** Messages of the given world. */
export function createMessageDesk(
  world: World,
  settings: Settings,
  events: EventDesk,
  payloads: Payloads,
  screen: Screen,
): MessageDesk {
  const isOwnBot = (author: UserRecord) => author.appId === world.app.id;

  const channelFields = (message: MessageRecord): JsonObject => ({
    channel: message.channel.id,
    channel_type: message.channel.kind,
  });

  const toEvent = (message: MessageRecord): JsonObject => ({
    ...payloads.toMessage(message, { inEvent: true }),
    ...channelFields(message),
    event_ts: message.ts,
    // What people write to the agent in its threads carries the right to answer for them.
    ...(message.channel.kind === 'im' && message.threadTs !== null && message.author.botId === null
      ? { assistant_thread: { action_token: `token.${message.ts}` } }
      : {}),
    ...(message.channel.connectedTeamIds.size > 0
      ? {
          user_team: message.author.teamId,
          source_team: message.author.teamId,
          user_profile: { name: message.author.name, team: message.author.teamId },
        }
      : {}),
  });

  const announceMention = (message: MessageRecord) =>
    events.announce({
      subscription: 'app_mention',
      scope: 'app_mentions:read',
      channel: message.channel,
      event(installation: InstallationRecord) {
        const calls = message.text.includes(`<@${installation.bot.id}>`);
        // In direct messages there is no twin; neither are there mentions by the app itself.
        if (!calls || message.channel.kind === 'im' || message.author.id === installation.bot.id) return null;
        const { files, upload, channel_type: _type, subtype: _subtype, ...rest } = toEvent(message);
        const keepsFiles = settings.mentions.files === 'with' && files !== undefined;
        return { ...rest, type: 'app_mention', ...(keepsFiles ? { files, upload } : {}) };
      },
    });

  const announceMessage = (message: MessageRecord) =>
    events.announce({
      ...messageSubscription(message.channel),
      channel: message.channel,
      event: () => toEvent(message),
    });

  const announce = (message: MessageRecord, mentions = true): readonly string[] => {
    const { sends, first } = settings.mentions;
    const isMention = world.installations.some(({ bot }) => message.text.includes(`<@${bot.id}>`));
    const steps = [
      ...(sends === 'mention' && isMention && mentions ? [] : [announceMessage]),
      ...(sends === 'message' || !mentions || message.subtype === 'bot_message' ? [] : [announceMention]),
    ];
    const ordered = first === 'message' ? steps : steps.toReversed();
    return ordered.flatMap((step) => step(message));
  };

  const announceChange = (message: MessageRecord, event: JsonObject) => {
    events.announce({
      ...messageSubscription(message.channel),
      channel: message.channel,
      event: () => ({
        type: 'message',
        hidden: true,
        ...channelFields(message),
        ts: toTs(world.clock.now()),
        event_ts: toTs(world.clock.now()),
        ...event,
      }),
    });
  };

  const changed = (message: MessageRecord, previous: JsonObject | null) => {
    if (message.visibleTo !== null) return;
    announceChange(message, {
      subtype: 'message_changed',
      message: payloads.toMessage(message, { inEvent: true }),
      ...(previous === null ? {} : { previous_message: previous }),
    });
  };

  const create = (draft: Draft): MessageRecord => {
    const { channel, author } = draft;
    return {
      ts: nextTs(world, channel),
      channel,
      author,
      createdAtMs: world.clock.now(),
      subtype: draft.subtype ?? null,
      text: draft.text ?? '',
      markdown: draft.markdown ?? null,
      blocks: draft.blocks ?? [],
      attachments: draft.attachments ?? [],
      files: draft.files ?? [],
      threadTs: draft.threadTs ?? null,
      editedAtMs: null,
      editedBy: null,
      showsEdited: false,
      metadata: draft.metadata ?? null,
      clientMessageId: draft.clientMessageId ?? null,
      stream:
        draft.streams === undefined
          ? null
          : { startedAtMs: world.clock.now(), mode: draft.streams, bytes: 0, state: 'streaming' },
      visibleTo: draft.visibleTo ?? null,
      unfurls: draft.unfurls ?? { links: false, media: false },
      reactions: new Map(),
    };
  };

  const keep = (message: MessageRecord) => {
    const { messages, replies } = message.channel;
    messages.set(message.ts, message);
    if (message.threadTs === null) return;
    replies.set(message.threadTs, (replies.get(message.threadTs) ?? new Set<MessageRecord>()).add(message));
  };

  return {
    announce,
    post(draft) {
      const message = create(draft);
      const byBot = isOwnBot(message.author);
      if (message.visibleTo === null) keep(message);
      screen.show(message, byBot);
      if (byBot && message.threadTs !== null) screen.clearStatus(message.channel, message.threadTs);
      const eventIds = message.visibleTo === null ? announce(message, draft.mentions !== false) : [];
      return { message, eventIds };
    },
    change(message, change) {
      const previous = payloads.toMessage(message, { inEvent: true });
      if (change.text !== undefined) message.text = change.text;
      if (change.markdown !== undefined) message.markdown = change.markdown;
      if (change.blocks !== undefined) message.blocks = change.blocks;
      if (change.attachments !== undefined) message.attachments = change.attachments;
      if (change.metadata !== undefined) message.metadata = change.metadata;
      if (change.by !== null) {
        message.editedAtMs = world.clock.now();
        message.editedBy = change.by.id;
        message.showsEdited = message.showsEdited || change.showsEdited === true;
      }
      screen.show(message, isOwnBot(message.author));
      changed(message, previous);
    },
    refresh(message) {
      screen.show(message, isOwnBot(message.author));
      if (message.stream?.state !== 'streaming') changed(message, null);
    },
    remove(message) {
      const previous = payloads.toMessage(message, { inEvent: true });
      const hasReplies = threadOf(message.channel, message.ts).length > 1;
      screen.hide(message);
      if (message.visibleTo !== null) return;
      if (!hasReplies) {
        message.channel.messages.delete(message.ts);
        message.channel.replies.get(message.threadTs ?? '')?.delete(message);
        // What is shown below a thread goes with the thread.
        screen.clearStatus(message.channel, message.ts);
        announceChange(message, {
          subtype: 'message_deleted',
          deleted_ts: message.ts,
          previous_message: previous,
        });
        return;
      }
      // The root of a thread leaves a stone behind.
      message.subtype = 'tombstone';
      message.text = 'This message was deleted.';
      message.markdown = null;
      message.blocks = [];
      message.attachments = [];
      message.files = [];
      message.metadata = null;
      changed(message, previous);
    },
  };
}
