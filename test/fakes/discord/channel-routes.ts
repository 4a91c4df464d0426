import { PermissionFlagsBits } from 'discord-api-types/v10';
import { type Backend, readsContentOverHttp } from './backend.ts';
import { invalidForm, refusal } from './discord-error.ts';
import { isObject, toNumber, toObject, toObjects, toText, toTexts } from './json.ts';
import { toMentionRules } from './message-desk.ts';
import { requirePermission, viewChannel } from './message-routes.ts';
import { isEmptyMessage } from './message-rules.ts';
import { toMember, toUser } from './payloads.ts';
import { may } from './permissions.ts';
import type { ChannelRecord, GuildRecord } from './records.ts';
import { done, ok, type RestCall, type RestRoute } from './rest-route.ts';
import { findMessage } from './world.ts';

const threadParents: readonly number[] = [0, 5];
const forums: readonly number[] = [15, 16];
const dayMinutes = 1_440;

/** The DM channel of the bot and somebody, opened if need be. */
export function directChannel(backend: Backend, userId: string): ChannelRecord {
  const { world } = backend;
  const open = [...world.channels.values()].find(
    (channel) =>
      channel.type === 1 && channel.recipientIds.includes(userId) && channel.recipientIds.includes(world.bot.id),
  );
  if (open !== undefined) return open;
  const channel: ChannelRecord = {
    id: world.snowflakes.next(),
    type: 1,
    guildId: null,
    parentId: null,
    name: '',
    overwrites: [],
    lastMessageId: null,
    recipientIds: [world.bot.id, userId],
    thread: null,
  };
  world.channels.set(channel.id, channel);
  return channel;
}

/** The routes of channels, threads, servers and people. */
export function createChannelRoutes(backend: Backend): readonly RestRoute[] {
  const { world, desk, payloads } = backend;

  const guildOf = (call: RestCall): GuildRecord => {
    const guild = world.guilds.get(call.params['guild'] ?? '');
    if (guild === undefined) throw refusal('unknown-guild');
    if (!guild.members.has(world.bot.id)) throw refusal('missing-access');
    return guild;
  };

  const refuseTooManyThreads = (channel: ChannelRecord) => {
    const guild = world.guilds.get(channel.guildId ?? '');
    if (guild !== undefined && payloads.activeThreadsOf(guild).length >= guild.activeThreadLimit) {
      throw refusal('too-many-threads');
    }
  };

  const startOnMessage = (call: RestCall) => {
    const channel = viewChannel(backend, call.params['channel'] ?? '');
    if (!threadParents.includes(channel.type)) throw refusal('wrong-channel-type');
    requirePermission(backend, channel, PermissionFlagsBits.CreatePublicThreads);
    requirePermission(backend, channel, PermissionFlagsBits.ReadMessageHistory);
    const message = findMessage(world, channel.id, call.params['message'] ?? '');
    if (message === undefined || message.visibleTo !== null) throw refusal('unknown-message');
    if (message.threadId !== null) throw refusal('thread-exists');
    if (message.type !== 0 && message.type !== 19 && message.type !== 20 && message.type !== 23) {
      throw refusal('system-message');
    }
    refuseTooManyThreads(channel);
    const body = toObject(call.body);
    const thread = desk.openThread(channel, world.bot, {
      name: toText(body['name']) ?? '',
      onMessage: message,
      autoArchiveMinutes: toNumber(body['auto_archive_duration'], dayMinutes),
      memberIds: [message.author.id],
    });
    return { status: 201, body: payloads.toChannel(thread) };
  };

  const startInForum = (channel: ChannelRecord, call: RestCall) => {
    requirePermission(backend, channel, PermissionFlagsBits.SendMessages);
    refuseTooManyThreads(channel);
    const body = toObject(call.body);
    const first = toObject(body['message']);
    if (isEmptyMessage(first, call.files.length)) throw refusal('empty-message');
    const thread = desk.openThread(channel, world.bot, {
      name: toText(body['name']) ?? '',
      onMessage: null,
      autoArchiveMinutes: toNumber(body['auto_archive_duration'], dayMinutes),
      memberIds: [],
    });
    const message = desk.post({
      id: thread.id,
      channel: thread,
      author: world.bot,
      content: toText(first['content']) ?? '',
      rules: toMentionRules(first['allowed_mentions'], 'message'),
      flags: toNumber(first['flags'], 0),
      embeds: toObjects(first['embeds']),
      components: toObjects(first['components']),
    });
    const written = payloads.toMessage(message, { readsContent: readsContentOverHttp(backend) });
    return { status: 201, body: { ...payloads.toChannel(thread), message: written } };
  };

  const start = (call: RestCall) => {
    const channel = viewChannel(backend, call.params['channel'] ?? '');
    if (forums.includes(channel.type)) return startInForum(channel, call);
    if (!threadParents.includes(channel.type)) throw refusal('wrong-channel-type');
    requirePermission(backend, channel, PermissionFlagsBits.CreatePublicThreads);
    refuseTooManyThreads(channel);
    const body = toObject(call.body);
    const thread = desk.openThread(channel, world.bot, {
      name: toText(body['name']) ?? '',
      onMessage: null,
      autoArchiveMinutes: toNumber(body['auto_archive_duration'], dayMinutes),
      memberIds: [],
    });
    return { status: 201, body: payloads.toChannel(thread) };
  };

  const change = (call: RestCall) => {
    const channel = viewChannel(backend, call.params['channel'] ?? '');
    const body = toObject(call.body);
    const { thread } = channel;
    if (thread === null) {
      requirePermission(backend, channel, PermissionFlagsBits.ManageChannels);
      channel.name = toText(body['name']) ?? channel.name;
      return ok(payloads.toChannel(channel));
    }
    const mayManage = may(world, channel, world.bot.id, PermissionFlagsBits.ManageThreads);
    if (thread.ownerId !== world.bot.id && !mayManage) throw refusal('missing-permissions');
    if (thread.archived && body['archived'] !== false) throw refusal('archived-thread');
    channel.name = toText(body['name']) ?? channel.name;
    if (typeof body['locked'] === 'boolean') thread.locked = body['locked'];
    if (typeof body['archived'] === 'boolean') desk.setArchived(channel, body['archived']);
    return ok(payloads.toChannel(channel));
  };

  const typing = (call: RestCall) => {
    const channel = viewChannel(backend, call.params['channel'] ?? '');
    if (forums.includes(channel.type)) throw refusal('not-a-text-channel');
    const inThread = channel.thread !== null;
    requirePermission(
      backend,
      channel,
      inThread ? PermissionFlagsBits.SendMessagesInThreads : PermissionFlagsBits.SendMessages,
    );
    return done;
  };

  const openDirect = (call: RestCall) => {
    const userId = toText(toObject(call.body)['recipient_id']) ?? '';
    const user = world.users.get(userId);
    if (user === undefined || user.bot) {
      throw invalidForm([{ path: ['recipient_id'], code: 'INVALID_RECIPIENT', message: 'Invalid Recipient(s)' }]);
    }
    return ok(payloads.toChannel(directChannel(backend, userId)));
  };

  const member = (call: RestCall) => {
    const guild = guildOf(call);
    const userId = call.params['user'] === '@me' ? world.bot.id : (call.params['user'] ?? '');
    const user = world.users.get(userId);
    const found = guild.members.get(userId);
    if (user === undefined) throw refusal('unknown-user');
    if (found === undefined) throw refusal('unknown-member');
    return ok({ ...toMember(found), user: toUser(user) });
  };

  const activeThreads = (call: RestCall) => {
    const guild = guildOf(call);
    const visible = payloads
      .activeThreadsOf(guild)
      .filter((thread) => may(world, thread, world.bot.id, PermissionFlagsBits.ViewChannel));
    return ok({ threads: visible.map(payloads.toChannel), members: [], has_more: false });
  };

  const setMembership = (call: RestCall, joins: boolean) => {
    const { thread } = viewChannel(backend, call.params['channel'] ?? '');
    if (thread === null) throw refusal('wrong-channel-type');
    if (thread.archived) throw refusal('archived-thread');
    if (joins) thread.memberIds.add(world.bot.id);
    else thread.memberIds.delete(world.bot.id);
    return done;
  };

  const refresh = (call: RestCall) => {
    const listed = isObject(call.body) ? call.body['attachment_urls'] : undefined;
    const urls = toTexts(listed);
    if (urls.length === 0 || urls.length > 50) {
      throw invalidForm([
        { path: ['attachment_urls'], code: 'BASE_TYPE_BAD_LENGTH', message: 'Must be between 1 and 50 in length.' },
      ]);
    }
    return ok({
      refreshed_urls: urls.map((original) => ({ original, refreshed: backend.addresses.refresh(original) })),
    });
  };

  const user = (call: RestCall) => {
    const found = world.users.get(call.params['user'] ?? '');
    if (found === undefined) throw refusal('unknown-user');
    return ok(toUser(found));
  };

  const guilds = () =>
    ok(
      [...world.guilds.values()]
        .filter((guild) => guild.members.has(world.bot.id))
        .map((guild) => ({
          id: guild.id,
          name: guild.name,
          icon: null,
          banner: null,
          owner: false,
          permissions: '0',
          features: [],
        })),
    );

  const get = (pattern: string, major: string | null, handle: RestRoute['handle']): RestRoute => ({
    method: 'GET',
    pattern,
    auth: true,
    limit: 'others',
    major,
    bodyKind: null,
    handle,
  });

  return [
    get('/channels/:channel', 'channel', (call) =>
      ok(payloads.toChannel(viewChannel(backend, call.params['channel'] ?? ''))),
    ),
    get('/guilds/:guild', 'guild', (call) => ok(payloads.toGuild(guildOf(call)))),
    get('/guilds/:guild/roles', 'guild', (call) => ok(payloads.toRoles(guildOf(call)))),
    get('/guilds/:guild/members/:user', 'guild', member),
    get('/guilds/:guild/threads/active', 'guild', activeThreads),
    get('/users/@me', null, () =>
      ok({ ...toUser(world.bot), verified: true, mfa_enabled: true, locale: 'en-US', email: null }),
    ),
    get('/users/@me/guilds', null, guilds),
    get('/users/:user', null, user),
    {
      method: 'PATCH',
      pattern: '/channels/:channel',
      auth: true,
      limit: 'others',
      major: 'channel',
      bodyKind: 'thread-edit',
      handle: change,
    },
    {
      method: 'POST',
      pattern: '/channels/:channel/typing',
      auth: true,
      limit: 'others',
      major: 'channel',
      bodyKind: null,
      handle: typing,
    },
    {
      method: 'POST',
      pattern: '/channels/:channel/messages/:message/threads',
      auth: true,
      limit: 'threads',
      major: 'channel',
      bodyKind: 'thread-on-message',
      handle: startOnMessage,
    },
    {
      method: 'POST',
      pattern: '/channels/:channel/threads',
      auth: true,
      limit: 'threads',
      major: 'channel',
      bodyKind: null,
      handle: start,
    },
    {
      method: 'PUT',
      pattern: '/channels/:channel/thread-members/@me',
      auth: true,
      limit: 'others',
      major: 'channel',
      bodyKind: null,
      handle: (call) => setMembership(call, true),
    },
    {
      method: 'DELETE',
      pattern: '/channels/:channel/thread-members/@me',
      auth: true,
      limit: 'others',
      major: 'channel',
      bodyKind: null,
      handle: (call) => setMembership(call, false),
    },
    {
      method: 'POST',
      pattern: '/users/@me/channels',
      auth: true,
      limit: 'others',
      major: null,
      bodyKind: 'direct-channel',
      handle: openDirect,
    },
    {
      method: 'POST',
      pattern: '/attachments/refresh-urls',
      auth: true,
      limit: 'others',
      major: null,
      bodyKind: null,
      handle: refresh,
    },
  ];
}
