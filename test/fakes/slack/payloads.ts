import type { JsonObject } from '../discord/json.ts';
import type { ChannelRecord, FileRecord, InstallationRecord, MessageRecord, UserRecord } from './records.ts';
import { thumbnailsOf } from './thumbnails.ts';
import { teamOf, threadOf, toTs, type World } from './world.ts';

/** The words of a person as the rich text that Slack's composer makes of them. */
function toRichText(text: string): JsonObject {
  const elements = text.split(/(<@[UW][A-Z0-9]+>|<https?:\/\/[^>]+>)/).flatMap((piece): readonly JsonObject[] => {
    if (piece === '') return [];
    const user = /^<@([UW][A-Z0-9]+)>$/.exec(piece)?.[1];
    if (user !== undefined) return [{ type: 'user', user_id: user }];
    const url = /^<(https?:[^|>]+)/.exec(piece)?.[1];
    return [url === undefined ? { type: 'text', text: piece } : { type: 'link', url }];
  });
  return { type: 'rich_text', block_id: 'b1', elements: [{ type: 'rich_text_section', elements }] };
}

/** A user as `users.info` gives it. */
export function toUser(user: UserRecord): JsonObject {
  const { role = 'member' } = user;
  return {
    id: user.id,
    team_id: user.teamId,
    name: user.name,
    deleted: false,
    real_name: user.realName,
    tz: 'Europe/Berlin',
    profile: {
      real_name: user.realName,
      display_name: user.name,
      team: user.teamId,
      ...(user.botId === null ? {} : { bot_id: user.botId, api_app_id: user.appId ?? '' }),
    },
    is_admin: role === 'admin' || role === 'owner',
    is_owner: role === 'owner',
    is_primary_owner: role === 'owner',
    is_restricted: role === 'guest',
    is_ultra_restricted: false,
    is_bot: user.botId !== null && user.id !== 'USLACKBOT',
    is_app_user: false,
    locale: user.locale,
    updated: 1_700_000_000,
  };
}

/** A conversation as `conversations.info` gives it to one installation. */
export function toChannel(channel: ChannelRecord, installation: InstallationRecord): JsonObject {
  const isDirect = channel.kind === 'im';
  const [other] = [...channel.memberIds].filter((id) => id !== installation.bot.id);
  return {
    id: channel.id,
    ...(isDirect ? { user: other ?? '' } : { name: channel.name, name_normalized: channel.name }),
    is_channel: channel.kind === 'channel',
    is_group: channel.kind === 'group',
    is_im: isDirect,
    is_mpim: channel.kind === 'mpim',
    is_private: channel.kind !== 'channel',
    is_archived: channel.archived,
    is_member: channel.memberIds.has(installation.bot.id),
    is_shared: channel.connectedTeamIds.size > 0,
    is_ext_shared: channel.connectedTeamIds.size > 0,
    ...(isDirect || channel.creatorId === undefined ? {} : { creator: channel.creatorId }),
    // As whoever asks sees it; the host is the same for all.
    context_team_id: installation.teamId ?? channel.teamId,
    ...(channel.connectedTeamIds.size > 0 ? { conversation_host_id: channel.teamId } : {}),
    shared_team_ids: [channel.teamId, ...channel.connectedTeamIds],
    created: 1_700_000_000,
  };
}

/** Makes what Slack sends about messages and files. */
export type Payloads = {
  /** A file in full, or as the stub that events of shared channels carry. */
  toFile(file: FileRecord, channel?: ChannelRecord): JsonObject;
  /** A file where only its id may be known: stubs, deleted files, files out of reach. */
  toFileInMessage(file: FileRecord, asStub: boolean): JsonObject;
  /** A message as history gives it. */
  toMessage(message: MessageRecord, options?: { readonly metadata?: boolean; readonly inEvent?: boolean }): JsonObject;
  /** Address of a message for people. */
  permalink(message: MessageRecord): string;
};

/** Payloads of the given world. */
export function createPayloads(world: World): Payloads {
  const pathOf = (file: FileRecord) => encodeURIComponent(file.name.toLowerCase().replaceAll(/[^\w.-]/g, '_'));

  const thumbnailAddress = (file: FileRecord, kind: number | 'deanimate') =>
    `${world.origins.files}/files-tmb/${file.teamId}-${file.id}-0123456789/${pathOf(file)}_${kind}.png`;

  const toFile = (file: FileRecord, channel?: ChannelRecord): JsonObject => {
    const team = teamOf(world, file.teamId);
    const created = Math.floor(file.createdAtMs / 1_000);
    const isExternal = file.externalUrl !== null;
    const base = {
      id: file.id,
      created,
      timestamp: created,
      name: file.name,
      title: file.name,
      mimetype: file.mimetype,
      filetype: file.filetype,
      pretty_type: file.filetype.toUpperCase(),
      user: file.userId,
      user_team: file.teamId,
      editable: false,
      size: file.bytes.byteLength,
      mode: isExternal ? 'external' : 'hosted',
      is_external: isExternal,
      external_type: isExternal ? 'remote' : '',
      is_public: channel?.kind === 'channel',
      public_url_shared: false,
      display_as_bot: false,
      username: '',
      file_access: 'visible',
      permalink: `https://${team.domain}.slack.com/files/${file.userId}/${file.id}/${pathOf(file)}`,
      permalink_public: `${world.origins.edge}/${file.teamId}-${file.id}-0123456789`,
    };
    if (isExternal)
      return { ...base, external_id: file.id, external_url: file.externalUrl, url_private: file.externalUrl };
    const root = `${world.origins.files}/files-pri/${file.teamId}-${file.id}`;
    const thumbnails = thumbnailsOf(file).map(({ side, square, width, height }): JsonObject => {
      return {
        [`thumb_${side}`]: thumbnailAddress(file, side),
        ...(square ? {} : { [`thumb_${side}_w`]: width, [`thumb_${side}_h`]: height }),
      };
    });
    const isPicture = file.width !== null && file.mimetype.startsWith('image/');
    return {
      ...base,
      url_private: `${root}/${pathOf(file)}`,
      url_private_download: `${root}/download/${pathOf(file)}`,
      ...(isPicture ? { original_w: file.width, original_h: file.height, image_exif_rotation: 1 } : {}),
      ...Object.assign({}, ...thumbnails),
      ...(file.mimetype === 'image/gif' ? { deanimate_gif: thumbnailAddress(file, 'deanimate') } : {}),
      has_rich_preview: false,
    };
  };

  const toFileInMessage = (file: FileRecord, asStub: boolean): JsonObject => {
    if (file.state === 'deleted')
      return { id: file.id, mode: 'tombstone', date_deleted: Math.floor(world.clock.now() / 1_000) };
    if (file.state === 'limited')
      return { id: file.id, mode: 'hidden_by_limit', name: file.name, filetype: file.filetype };
    if (file.state === 'hidden') return { id: file.id, mode: 'file_access', file_access: 'access_denied' };
    if (asStub) return { id: file.id, mode: 'file_access', file_access: 'check_file_info' };
    return toFile(file);
  };

  const permalink = (message: MessageRecord) => {
    const { domain } = teamOf(world, message.channel.teamId);
    const thread = message.threadTs === null ? '' : `?thread_ts=${message.threadTs}&cid=${message.channel.id}`;
    return `https://${domain}.slack.com/archives/${message.channel.id}/p${message.ts.replace('.', '')}${thread}`;
  };

  const threadFields = (message: MessageRecord): JsonObject => {
    const { channel, ts, threadTs } = message;
    if (threadTs !== null) return { thread_ts: threadTs, parent_user_id: channel.messages.get(threadTs)?.author.id };
    const replies = threadOf(channel, ts).filter((each) => each.threadTs === ts);
    const last = replies.at(-1);
    if (last === undefined) return {};
    const users = [...new Set(replies.map((each) => each.author.id))];
    return {
      thread_ts: ts,
      reply_count: replies.length,
      reply_users_count: users.length,
      reply_users: users,
      latest_reply: last.ts,
    };
  };

  const toMessage: Payloads['toMessage'] = (message, options = {}) => {
    const { author, stream } = message;
    const isBot = author.botId !== null && author.id !== 'USLACKBOT';
    const usesOldBotForm = message.subtype === 'bot_message';
    const blocks =
      message.blocks.length === 0 && message.text !== '' && !isBot ? [toRichText(message.text)] : message.blocks;
    const markdownBlocks = message.markdown === null ? [] : [{ type: 'markdown', text: message.markdown }];
    const text = message.markdown ?? message.text;
    const files = message.files.map((file) =>
      // Events of shared channels leave it to the app to ask for the rest.
      toFileInMessage(file, options.inEvent === true && (file.stub || message.channel.connectedTeamIds.size > 0)),
    );
    const reactions = [...message.reactions].map(([name, users]) => ({ name, users: [...users], count: users.size }));
    return {
      type: 'message',
      ...(message.subtype === null ? {} : { subtype: message.subtype }),
      ...(usesOldBotForm ? { username: author.name } : { user: author.id }),
      text,
      ts: message.ts,
      ...(message.clientMessageId === null ? {} : { client_msg_id: message.clientMessageId }),
      // Messages with files have been seen without it.
      ...(message.subtype === 'file_share' ? {} : { team: author.teamId }),
      ...(blocks.length + markdownBlocks.length === 0 ? {} : { blocks: [...markdownBlocks, ...blocks] }),
      ...(message.attachments.length === 0 ? {} : { attachments: message.attachments }),
      ...(files.length === 0 ? {} : { files, upload: false }),
      ...(isBot && author.botId !== null
        ? {
            bot_id: author.botId,
            app_id: author.appId ?? '',
            bot_profile: { id: author.botId, app_id: author.appId ?? '', name: author.name, team_id: author.teamId },
          }
        : {}),
      ...threadFields(message),
      ...(message.editedAtMs === null
        ? {}
        : { edited: { user: message.editedBy ?? author.id, ts: toTs(message.editedAtMs) } }),
      ...(stream === null ? {} : { streaming_state: stream.state === 'streaming' ? 'in_progress' : 'completed' }),
      ...(reactions.length === 0 ? {} : { reactions }),
      ...(options.metadata === true && message.metadata !== null
        ? { metadata: { event_type: message.metadata.eventType, event_payload: message.metadata.payload } }
        : {}),
    };
  };

  return { toFile, toFileInMessage, toMessage, permalink };
}
