import { GatewayIntentBits, PermissionFlagsBits } from 'discord-api-types/v10';
import type { Gateway } from './gateway.ts';
import { isObject, type JsonObject, toTexts } from './json.ts';
import type { Payloads } from './payloads.ts';
import { may } from './permissions.ts';
import type {
  AttachmentRecord,
  ChannelRecord,
  InteractionRecord,
  MessageRecord,
  ReferenceRecord,
  SnapshotRecord,
  UserRecord,
} from './records.ts';
import type { Screen } from './screen.ts';
import { findMessage, type World } from './world.ts';

/** Whom a message may call. */
export type MentionRules = {
  readonly users: 'all' | readonly string[];
  readonly roles: 'all' | readonly string[];
  readonly everyone: boolean;
  readonly repliedUser: boolean;
};

/** A message that is about to be posted. */
export type Draft = {
  /** Given where a message shares its id with its thread. */
  readonly id?: string;
  readonly channel: ChannelRecord;
  readonly author: UserRecord;
  readonly content: string;
  readonly rules: MentionRules;
  readonly type?: number;
  readonly flags?: number;
  readonly attachments?: readonly AttachmentRecord[];
  readonly embeds?: readonly JsonObject[];
  readonly components?: readonly JsonObject[];
  readonly reference?: ReferenceRecord | null;
  readonly snapshots?: readonly SnapshotRecord[];
  readonly nonce?: string | number | null;
  readonly tts?: boolean;
  readonly webhookId?: string | null;
  readonly applicationId?: string | null;
  readonly interaction?: InteractionRecord | null;
  readonly visibleTo?: string | null;
  readonly mentionEveryone?: boolean;
};

/** What changes in a message; what is not named stays. */
export type MessageChange = {
  readonly content?: string;
  readonly rules?: MentionRules;
  readonly embeds?: readonly JsonObject[];
  readonly components?: readonly JsonObject[];
  readonly attachments?: readonly AttachmentRecord[];
  readonly flags?: number;
  /** False for changes that Discord makes itself, such as a preview that arrives. */
  readonly edited?: boolean;
};

/** Posts, changes and deletes messages, tells the gateway, and shows it on the screen. */
export type MessageDesk = {
  post(draft: Draft): MessageRecord;
  change(message: MessageRecord, change: MessageChange): void;
  remove(message: MessageRecord): void;
  openThread(parent: ChannelRecord, opener: UserRecord, options: ThreadOptions): ChannelRecord;
  setArchived(thread: ChannelRecord, archived: boolean): void;
};

/** A thread that is about to be opened; on a message when there is one. */
export type ThreadOptions = {
  readonly name: string;
  readonly onMessage: MessageRecord | null;
  readonly autoArchiveMinutes: number;
  readonly memberIds: readonly string[];
};

/** What people may call: everybody they name. */
export const everybody: MentionRules = { users: 'all', roles: 'all', everyone: true, repliedUser: true };

/** The rules of `allowed_mentions`; without them everything is called in a normal message, only people in an answer to an interaction. */
export function toMentionRules(allowed: unknown, kind: 'message' | 'interaction'): MentionRules {
  if (!isObject(allowed)) {
    return kind === 'message' ? everybody : { users: 'all', roles: [], everyone: false, repliedUser: true };
  }
  const parse = toTexts(allowed['parse']);
  return {
    users: parse.includes('users') ? 'all' : toTexts(allowed['users']),
    roles: parse.includes('roles') ? 'all' : toTexts(allowed['roles']),
    everyone: parse.includes('everyone'),
    repliedUser: allowed['replied_user'] === true,
  };
}

const idsIn = (pattern: RegExp, content: string) => [
  ...new Set([...content.matchAll(pattern)].flatMap((match) => match[1] ?? [])),
];

const threadStarterType = 21;

/** A desk for the world's messages. */
export function createMessageDesk(world: World, gateway: Gateway, payloads: Payloads, screen: Screen): MessageDesk {
  const byBot = (message: MessageRecord) => message.author.id === world.bot.id;

  const publish = (name: string, channel: ChannelRecord, data: (readsContent: boolean) => JsonObject) =>
    gateway.publish({
      name,
      guildId: channel.guildId,
      channelId: channel.id,
      intents: channel.guildId === null ? GatewayIntentBits.DirectMessages : GatewayIntentBits.GuildMessages,
      data: (view) => data(view.readsContent),
    });

  const publishThread = (name: string, thread: ChannelRecord, data: JsonObject) =>
    gateway.publish({
      name,
      guildId: thread.guildId,
      channelId: thread.id,
      intents: GatewayIntentBits.Guilds,
      data: () => data,
    });

  const isHere = (channel: ChannelRecord) =>
    channel.guildId === null
      ? channel.recipientIds.includes(world.bot.id)
      : world.guilds.get(channel.guildId)?.members.has(world.bot.id) === true;

  const resolveMentions = (channel: ChannelRecord, authorId: string, content: string, rules: MentionRules) => {
    const mayCallEveryone = may(world, channel, authorId, PermissionFlagsBits.MentionEveryone);
    const guild = world.guilds.get(channel.guildId ?? '');
    const users = idsIn(/<@!?(\d{17,20})>/g, content).filter(
      (id) => world.users.has(id) && (rules.users === 'all' || rules.users.includes(id)),
    );
    const roles = idsIn(/<@&(\d{17,20})>/g, content).filter((id) => {
      const role = guild?.roles.get(id);
      return (
        role !== undefined &&
        (role.mentionable || mayCallEveryone) &&
        (rules.roles === 'all' || rules.roles.includes(id))
      );
    });
    const everyone = rules.everyone && mayCallEveryone && /@(?:everyone|here)\b/.test(content);
    return { users, roles, everyone };
  };

  const applyMentions = (message: MessageRecord, channel: ChannelRecord, rules: MentionRules) => {
    const { users, roles, everyone } = resolveMentions(channel, message.author.id, message.content, rules);
    const { reference } = message;
    const replied =
      reference?.type === 0 && rules.repliedUser
        ? findMessage(world, reference.channelId, reference.messageId)
        : undefined;
    const pingedByReply = replied === undefined || replied.author.id === message.author.id ? [] : [replied.author.id];
    message.mentionUserIds = [...new Set([...users, ...pingedByReply])];
    message.mentionRoleIds = roles;
    message.mentionEveryone = everyone;
    // A reply to the answer of an interaction does not open its contents, although it names the bot.
    const repliesToNormal = replied !== undefined && replied.author.id === world.bot.id && replied.interaction === null;
    message.opensContent = users.includes(world.bot.id) || repliesToNormal;
    if (!byBot(message)) return;
    screen.ping(message.id, [
      ...message.mentionUserIds.map((id) => `user:${id}`),
      ...roles.map((id) => `role:${id}`),
      ...(everyone ? ['everyone'] : []),
    ]);
  };

  const keepFiles = (attachments: readonly AttachmentRecord[]) => {
    for (const attachment of attachments) world.files.set(attachment.path, attachment);
  };

  const setArchived = (channel: ChannelRecord, archived: boolean) => {
    if (channel.thread === null || channel.thread.archived === archived) return;
    channel.thread.archived = archived;
    channel.thread.archiveChangedAtMs = world.clock.now();
    publishThread('THREAD_UPDATE', channel, payloads.toChannel(channel));
  };

  const post = (draft: Draft): MessageRecord => {
    const { channel } = draft;
    const message: MessageRecord = {
      id: draft.id ?? world.snowflakes.next(),
      channelId: channel.id,
      author: draft.author,
      webhookId: draft.webhookId ?? null,
      applicationId: draft.applicationId ?? null,
      type: draft.type ?? (draft.reference?.type === 0 ? 19 : 0),
      createdAtMs: world.clock.now(),
      content: draft.content.trim(),
      editedAtMs: null,
      attachments: [...(draft.attachments ?? [])],
      embeds: [...(draft.embeds ?? [])],
      components: [...(draft.components ?? [])],
      mentionUserIds: [],
      mentionRoleIds: [],
      mentionEveryone: false,
      opensContent: false,
      reference: draft.reference ?? null,
      snapshots: draft.snapshots ?? [],
      flags: draft.flags ?? 0,
      nonce: draft.nonce ?? null,
      tts: draft.tts ?? false,
      interaction: draft.interaction ?? null,
      visibleTo: draft.visibleTo ?? null,
      threadId: null,
    };
    applyMentions(message, channel, draft.rules);
    keepFiles(message.attachments);
    for (const snapshot of message.snapshots) keepFiles(snapshot.attachments);
    const messages = world.messages.get(channel.id) ?? new Map<string, MessageRecord>();
    world.messages.set(channel.id, messages.set(message.id, message));
    if (message.type !== threadStarterType) screen.show(message, byBot(message));
    if (message.visibleTo !== null) return message;
    channel.lastMessageId = message.id;
    if (channel.thread !== null && message.type !== threadStarterType) {
      setArchived(channel, false);
      channel.thread.messageCount += 1;
      channel.thread.memberIds.add(message.author.id);
    }
    if (isHere(channel)) {
      publish('MESSAGE_CREATE', channel, (readsContent) => payloads.toMessageEvent(message, readsContent));
    }
    return message;
  };

  const change = (message: MessageRecord, wanted: MessageChange) => {
    const channel = world.channels.get(message.channelId);
    if (channel === undefined) return;
    if (wanted.content !== undefined) message.content = wanted.content.trim();
    if (wanted.embeds !== undefined) message.embeds = [...wanted.embeds];
    if (wanted.components !== undefined) message.components = [...wanted.components];
    if (wanted.attachments !== undefined) message.attachments = [...wanted.attachments];
    if (wanted.flags !== undefined) message.flags = wanted.flags;
    if (wanted.edited !== false) message.editedAtMs = world.clock.now();
    if (wanted.rules !== undefined) applyMentions(message, channel, wanted.rules);
    keepFiles(message.attachments);
    screen.show(message, byBot(message));
    if (message.visibleTo !== null || !isHere(channel)) return;
    publish('MESSAGE_UPDATE', channel, (readsContent) => payloads.toMessageEvent(message, readsContent));
  };

  const remove = (message: MessageRecord) => {
    const channel = world.channels.get(message.channelId);
    world.messages.get(message.channelId)?.delete(message.id);
    screen.hide(message);
    if (channel === undefined || message.visibleTo !== null || !isHere(channel)) return;
    publish('MESSAGE_DELETE', channel, () => ({
      id: message.id,
      channel_id: channel.id,
      ...(channel.guildId === null ? {} : { guild_id: channel.guildId }),
    }));
  };

  const openThread = (parent: ChannelRecord, opener: UserRecord, options: ThreadOptions): ChannelRecord => {
    const nowMs = world.clock.now();
    const thread: ChannelRecord = {
      id: options.onMessage?.id ?? world.snowflakes.next(),
      type: parent.type === 5 ? 10 : 11,
      guildId: parent.guildId,
      parentId: parent.id,
      name: options.name,
      overwrites: [],
      lastMessageId: null,
      recipientIds: [],
      thread: {
        ownerId: opener.id,
        archived: false,
        locked: false,
        autoArchiveMinutes: options.autoArchiveMinutes,
        archiveChangedAtMs: nowMs,
        memberIds: new Set([opener.id, ...options.memberIds]),
        messageCount: 0,
      },
    };
    world.channels.set(thread.id, thread);
    publishThread('THREAD_CREATE', thread, { ...payloads.toChannel(thread), newly_created: true });
    const { onMessage } = options;
    if (onMessage === null) return thread;
    onMessage.threadId = thread.id;
    change(onMessage, { flags: onMessage.flags | (1 << 5), edited: false });
    // The first entry of such a thread stands for the message that it was opened on.
    post({
      channel: thread,
      author: onMessage.author,
      content: '',
      type: threadStarterType,
      rules: { users: [], roles: [], everyone: false, repliedUser: false },
      reference: { type: 0, messageId: onMessage.id, channelId: parent.id, guildId: parent.guildId },
    });
    return thread;
  };

  return { post, change, remove, openThread, setArchived };
}
