import type { JsonObject } from '../discord/json.ts';
import { type ApiCall, type ApiMethod, channelOfCall, channelScope, requireScope } from './api-method.ts';
import type { Backend } from './backend.ts';
import { directChannel } from './direct-channel.ts';
import { toChannel } from './payloads.ts';
import type { ChannelRecord, MessageRecord } from './records.ts';
import { SlackError } from './slack-error.ts';
import { findUser, threadOf } from './world.ts';

/** `conversations.history`, `replies`, `info`, `open`, `members`, `users.conversations`. */
export function createConversationMethods(backend: Backend): readonly ApiMethod[] {
  const { world, settings, payloads } = backend;

  const readable = (call: ApiCall): ChannelRecord => {
    const channel = channelOfCall(backend, call);
    requireScope(call.installation, channelScope(channel.kind, 'history'));
    if (!channel.memberIds.has(call.installation.bot.id)) throw new SlackError('not_in_channel');
    return channel;
  };

  const isFresh = (message: MessageRecord) => world.clock.now() - message.createdAtMs < settings.historyLagMs;

  /** One page of messages; `newestFirst` as history has them, else as threads do. */
  const page = (call: ApiCall, messages: readonly MessageRecord[], newestFirst: boolean): JsonObject => {
    const { args } = call;
    const oldest = args.text('oldest') ?? '0';
    const latest = args.text('latest') ?? '9999999999.999999';
    const isInclusive = args.flag('inclusive') === true;
    const inRange = messages.filter(({ ts, threadTs }) => {
      // The root of a thread always comes along.
      if (!newestFirst && threadTs === null) return true;
      return isInclusive ? ts >= oldest && ts <= latest : ts > oldest && ts < latest;
    });
    const ordered = newestFirst ? inRange.toReversed() : inRange;
    const most = Math.min(args.number('limit', newestFirst ? 100 : 1_000), settings.limits.historyObjects);
    const cursor = args.text('cursor');
    const startAt = cursor === null ? 0 : Number(Buffer.from(cursor, 'base64url').toString());
    if (Number.isNaN(startAt)) throw new SlackError('invalid_cursor');
    const shown = ordered.slice(startAt, startAt + most);
    const hasMore = startAt + most < ordered.length;
    const metadata = args.flag('include_all_metadata') === true;
    return {
      messages: shown.map((message) => payloads.toMessage(message, { metadata })),
      has_more: hasMore,
      ...(hasMore
        ? { response_metadata: { next_cursor: Buffer.from(String(startAt + most)).toString('base64url') } }
        : {}),
    };
  };

  const history = (call: ApiCall): JsonObject => {
    const channel = readable(call);
    const shown = [...channel.messages.values()].filter(
      (message) => !isFresh(message) && (message.threadTs === null || message.subtype === 'thread_broadcast'),
    );
    return page(call, shown, true);
  };

  const replies = (call: ApiCall): JsonObject => {
    const channel = readable(call);
    const ts = call.args.text('ts') ?? '';
    const named = channel.messages.get(ts);
    if (named === undefined || isFresh(named)) throw new SlackError('thread_not_found');
    // A reply's own timestamp gives that reply alone.
    const messages = named.threadTs === null ? threadOf(channel, ts) : [named];
    return page(
      call,
      messages.filter((message) => !isFresh(message)),
      false,
    );
  };

  const open = (call: ApiCall): JsonObject => {
    const [userId] = (call.args.text('users') ?? '').split(',');
    const user = findUser(world, call.installation.teamId ?? '', userId ?? '');
    if (user === null) throw new SlackError('user_not_found');
    if (user.botId !== null) throw new SlackError('cannot_dm_bot');
    const channel = directChannel(world, user, call.installation.bot);
    return {
      channel: call.args.flag('return_im') === true ? toChannel(channel, call.installation) : { id: channel.id },
    };
  };

  /** https://docs.slack.dev/reference/methods/users.conversations: each type needs its own scope, an organisation names the workspace. */
  const ownChannels = ({ args, installation }: ApiCall): JsonObject => {
    const types = (args.text('types') ?? 'public_channel').split(',');
    const kinds = (
      [
        ['public_channel', 'channel'],
        ['private_channel', 'group'],
        ['mpim', 'mpim'],
        ['im', 'im'],
      ] as const
    )
      .filter(([type]) => types.includes(type))
      .map(([, kind]) => kind);
    for (const kind of kinds) requireScope(installation, channelScope(kind, 'read'));
    const teamId = installation.teamId ?? args.text('team_id');
    if (teamId === null) throw new SlackError('missing_argument');
    const found = [...world.channels.values()].filter(
      (channel) =>
        kinds.includes(channel.kind) &&
        (channel.teamId === teamId || channel.connectedTeamIds.has(teamId)) &&
        channel.memberIds.has(installation.bot.id) &&
        !(channel.archived && args.flag('exclude_archived') === true),
    );
    return {
      channels: found.slice(0, args.number('limit', 100)).map((channel) => toChannel(channel, installation)),
      response_metadata: { next_cursor: '' },
    };
  };

  return [
    { name: 'conversations.history', access: 'bot', scope: null, tier: 3, handle: history },
    { name: 'conversations.replies', access: 'bot', scope: null, tier: 3, handle: replies },
    {
      name: 'conversations.info',
      access: 'bot',
      scope: null,
      tier: 3,
      handle(call) {
        const channel = channelOfCall(backend, call);
        requireScope(call.installation, channelScope(channel.kind, 'read'));
        return { channel: toChannel(channel, call.installation) };
      },
    },
    {
      name: 'conversations.members',
      access: 'bot',
      scope: null,
      tier: 4,
      handle(call) {
        const channel = channelOfCall(backend, call);
        requireScope(call.installation, channelScope(channel.kind, 'read'));
        return { members: [...channel.memberIds], response_metadata: { next_cursor: '' } };
      },
    },
    { name: 'conversations.open', access: 'bot', scope: 'im:write', tier: 3, handle: open },
    { name: 'users.conversations', access: 'bot', scope: null, tier: 3, handle: ownChannels },
  ];
}
