import type { JsonObject } from './json.ts';

/** Anybody who writes: a person, the bot, another bot, or a webhook's face. */
export type UserRecord = {
  readonly id: string;
  username: string;
  globalName: string | null;
  readonly bot: boolean;
  /** The language of their client, as interactions carry it. */
  locale: string;
};

export type RoleRecord = {
  readonly id: string;
  name: string;
  permissions: bigint;
  mentionable: boolean;
  managed: boolean;
};

export type MemberRecord = {
  readonly userId: string;
  roleIds: string[];
  nick: string | null;
  readonly joinedAtMs: number;
  timedOutUntilMs: number | null;
};

export type GuildRecord = {
  readonly id: string;
  name: string;
  ownerId: string;
  locale: string;
  readonly roles: Map<string, RoleRecord>;
  readonly members: Map<string, MemberRecord>;
  /** The role that carries what the bot may do; null where the bot is no member. */
  botRoleId: string | null;
  activeThreadLimit: number;
  attachmentSizeLimit: number;
};

export type OverwriteRecord = { readonly id: string; readonly type: 0 | 1; allow: bigint; deny: bigint };

export type ThreadRecord = {
  readonly ownerId: string;
  archived: boolean;
  locked: boolean;
  autoArchiveMinutes: number;
  archiveChangedAtMs: number;
  readonly memberIds: Set<string>;
  messageCount: number;
};

export type ChannelRecord = {
  readonly id: string;
  /** The number of the API: 0 text, 1 DM, 2 voice, 3 group DM, 5 announcement, 10–12 threads, 15 forum, 16 media. */
  readonly type: number;
  readonly guildId: string | null;
  readonly parentId: string | null;
  name: string;
  overwrites: OverwriteRecord[];
  lastMessageId: string | null;
  /** The people of a direct message; empty in servers. */
  readonly recipientIds: readonly string[];
  readonly thread: ThreadRecord | null;
};

export type AttachmentRecord = {
  readonly id: string;
  readonly filename: string;
  readonly contentType: string | null;
  readonly bytes: Uint8Array;
  readonly width: number | null;
  readonly height: number | null;
  readonly description: string | null;
  readonly flags: number;
  readonly ephemeral: boolean;
  /** Where it lies on the CDN, without the signature. */
  readonly path: string;
};

export type ReferenceRecord = {
  /** 0 a reply, 1 a forward. */
  readonly type: 0 | 1;
  readonly messageId: string;
  readonly channelId: string;
  readonly guildId: string | null;
};

export type SnapshotRecord = {
  readonly type: number;
  readonly content: string;
  readonly embeds: readonly JsonObject[];
  readonly attachments: readonly AttachmentRecord[];
  readonly components: readonly JsonObject[];
  readonly flags: number;
  readonly createdAtMs: number;
};

export type MessageRecord = {
  readonly id: string;
  readonly channelId: string;
  readonly author: UserRecord;
  readonly webhookId: string | null;
  readonly applicationId: string | null;
  readonly type: number;
  readonly createdAtMs: number;
  content: string;
  editedAtMs: number | null;
  attachments: AttachmentRecord[];
  embeds: JsonObject[];
  components: JsonObject[];
  /** Who is called: people by id, roles by id, everyone. */
  mentionUserIds: string[];
  mentionRoleIds: string[];
  mentionEveryone: boolean;
  /** Whether the text itself names the bot, or a reply with a ping to one of its normal messages does. */
  opensContent: boolean;
  readonly reference: ReferenceRecord | null;
  readonly snapshots: readonly SnapshotRecord[];
  flags: number;
  readonly nonce: string | number | null;
  readonly tts: boolean;
  /** The interaction that this message answers. */
  readonly interaction: InteractionRecord | null;
  /** The only person who sees it; null when everybody does. */
  readonly visibleTo: string | null;
  /** The thread that was opened on it. */
  threadId: string | null;
};

/** What the bot answered an interaction with first. */
export type InteractionResponse = {
  readonly type: number;
  readonly atMs: number;
  /** The choices of an autocompletion. */
  readonly choices: readonly JsonObject[];
  /** The form that was opened. */
  readonly modal: JsonObject | null;
  readonly ephemeral: boolean;
};

export type InteractionRecord = {
  readonly id: string;
  readonly token: string;
  readonly type: number;
  readonly user: UserRecord;
  readonly guildId: string | null;
  readonly channelId: string;
  readonly createdAtMs: number;
  /** Whether the app is here by this person's own installation only. */
  readonly userInstallOnly: boolean;
  /** Whether answers are hidden from others, because the person may not use external apps here. */
  readonly forcedEphemeral: boolean;
  /** 0 server, 1 the bot's DM, 2 another DM. */
  readonly context: 0 | 1 | 2;
  /** The command's name; null for buttons and forms. */
  readonly commandName: string | null;
  /** The message whose button was pressed. */
  readonly sourceMessageId: string | null;
  /** The payload that was dispatched. */
  readonly payload: JsonObject;
  response: InteractionResponse | null;
  originalMessageId: string | null;
  followUps: number;
  readonly followUpIds: string[];
};

export type CommandRecord = {
  readonly id: string;
  readonly guildId: string | null;
  readonly version: string;
  /** What was sent, as it was sent. */
  readonly definition: JsonObject;
};
