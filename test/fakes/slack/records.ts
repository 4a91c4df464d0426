import type { JsonObject } from '../discord/json.ts';

/** A workspace, perhaps one of an Enterprise Grid organisation. */
export type TeamRecord = {
  readonly id: string;
  name: string;
  readonly domain: string;
  readonly enterpriseId: string | null;
};

/** Anybody who writes: a person, this app's bot, another bot, or Slackbot. */
export type UserRecord = {
  readonly id: string;
  readonly teamId: string;
  name: string;
  realName: string;
  locale: string;
  /** Set for bots: the id that their messages carry beside the user. */
  readonly botId: string | null;
  readonly appId: string | null;
  /** What they are in their workspace: a member unless told otherwise. */
  role?: 'owner' | 'admin' | 'member' | 'guest';
};

/** The app in one workspace, or in a whole organisation. */
export type InstallationRecord = {
  /** Null when a whole organisation installed it. */
  readonly teamId: string | null;
  readonly enterpriseId: string | null;
  readonly bot: UserRecord;
  readonly botId: string;
  readonly installerId: string;
  token: string;
  readonly scopes: Set<string>;
  state: 'active' | 'revoked' | 'inactive' | 'uninstalled';
  refreshToken: string | null;
  expiresAtMs: number;
  /** The token before the last renewal: it goes on to its own end. */
  older?: { readonly token: string; readonly expiresAtMs: number } | null;
  /** The refresh token of the last renewal: it is good again for a short while. */
  usedRefresh?: { readonly token: string; readonly untilMs: number } | null;
};

export type ChannelKind = 'channel' | 'group' | 'mpim' | 'im';

export type ChannelRecord = {
  readonly id: string;
  /** The workspace that owns it. */
  readonly teamId: string;
  readonly kind: ChannelKind;
  name: string;
  archived: boolean;
  /** Whether only some may post: the bot is refused. */
  restricted: boolean;
  /** Who made it; nobody who is known unless told otherwise. */
  creatorId?: string;
  readonly memberIds: Set<string>;
  /** Other workspaces that share it by Slack Connect. */
  readonly connectedTeamIds: Set<string>;
  /** By timestamp, in the order they were posted. */
  readonly messages: Map<string, MessageRecord>;
  /** The replies of each thread, by its root's timestamp, in order. */
  readonly replies: Map<string, Set<MessageRecord>>;
  lastMicros: number;
};

export type FileRecord = {
  readonly id: string;
  readonly teamId: string;
  readonly userId: string;
  readonly name: string;
  readonly mimetype: string;
  readonly filetype: string;
  readonly bytes: Uint8Array;
  readonly width: number | null;
  readonly height: number | null;
  readonly createdAtMs: number;
  /** Where the bytes really are, for files that only a link was shared of. */
  readonly externalUrl: string | null;
  /** `hidden`: there, but not for this app. `limited`: too old for the workspace's plan. */
  state: 'there' | 'deleted' | 'hidden' | 'limited';
  /** Whether events carry nothing but the id, so that the rest has to be asked for. */
  stub: boolean;
};

/** A native stream into a message. */
export type StreamRecord = {
  readonly startedAtMs: number;
  readonly mode: 'markdown_text' | 'chunks' | null;
  bytes: number;
  state: 'streaming' | 'stopped' | 'stopped-by-user';
};

export type MetadataRecord = { readonly eventType: string; readonly payload: JsonObject };

export type MessageRecord = {
  readonly ts: string;
  readonly channel: ChannelRecord;
  readonly author: UserRecord;
  readonly createdAtMs: number;
  subtype: string | null;
  text: string;
  /** Standard Markdown, when it was sent as such or streamed. */
  markdown: string | null;
  blocks: readonly JsonObject[];
  attachments: readonly JsonObject[];
  files: readonly FileRecord[];
  threadTs: string | null;
  editedAtMs: number | null;
  editedBy: string | null;
  /** Whether people see the word "edited". */
  showsEdited: boolean;
  metadata: MetadataRecord | null;
  clientMessageId: string | null;
  stream: StreamRecord | null;
  /** The one person who sees it, or null. */
  visibleTo: string | null;
  readonly unfurls: { readonly links: boolean; readonly media: boolean };
  readonly reactions: Map<string, Set<string>>;
};

/** A modal that somebody looks at. */
export type ViewRecord = {
  readonly id: string;
  readonly teamId: string;
  readonly userId: string;
  /** The views below it, lowest first. */
  readonly rootId: string;
  content: JsonObject;
  hash: string;
  open: boolean;
};
