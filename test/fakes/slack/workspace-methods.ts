import type { JsonObject } from '../discord/json.ts';
import { type ApiCall, type ApiMethod, channelOfCall, messageOfCall } from './api-method.ts';
import type { Backend } from './backend.ts';
import { toUser } from './payloads.ts';
import { SlackError } from './slack-error.ts';
import { coversTeam, findUser, teamOf } from './world.ts';

/** `auth.test`, `team.info`, `users.info`, `bots.info`, `files.info`, `reactions.*`, `apps.connections.open`, `auth.revoke`. */
export function createWorkspaceMethods(backend: Backend): readonly ApiMethod[] {
  const { world, payloads, sockets, events } = backend;

  const teamOfCall = ({ args, installation }: ApiCall): string => {
    const named = args.text('team_id') ?? args.text('team') ?? installation.teamId;
    if (named === null) throw new SlackError('missing_argument');
    if (!world.teams.has(named) || !coversTeam(world, installation, named)) throw new SlackError('team_not_found');
    return named;
  };

  const authTest = ({ installation }: ApiCall): JsonObject => {
    const team = teamOf(world, installation.teamId ?? installation.bot.teamId);
    const isOrganisation = installation.teamId === null;
    return {
      url: `https://${team.domain}.slack.com/`,
      team: isOrganisation ? 'Organisation' : team.name,
      user: installation.bot.name,
      team_id: isOrganisation ? installation.enterpriseId : team.id,
      user_id: installation.bot.id,
      bot_id: installation.botId,
      ...(installation.enterpriseId === null ? {} : { enterprise_id: installation.enterpriseId }),
      is_enterprise_install: isOrganisation,
    };
  };

  const fileInfo = (call: ApiCall): JsonObject => {
    const file = world.files.get(call.args.text('file') ?? '');
    if (file === undefined || file.state === 'hidden') throw new SlackError('file_not_found');
    if (file.state === 'deleted') throw new SlackError('file_deleted');
    const isShared = [...world.channels.values()].some(
      (channel) =>
        channel.memberIds.has(call.installation.bot.id) &&
        [...channel.messages.values()].some((message) => message.files.includes(file)),
    );
    if (!isShared) throw new SlackError('file_not_found');
    return { file: payloads.toFile(file), comments: [], response_metadata: { next_cursor: '' } };
  };

  const react = (call: ApiCall, adds: boolean): JsonObject => {
    const channel = channelOfCall(backend, call);
    if (!channel.memberIds.has(call.installation.bot.id)) throw new SlackError('not_in_channel');
    const message = messageOfCall(channel, call, 'timestamp');
    const name = call.args.text('name');
    if (name === null || !/^[a-z0-9_+'-]+$/.test(name)) throw new SlackError('invalid_name');
    const users = message.reactions.get(name) ?? new Set<string>();
    const has = users.has(call.installation.bot.id);
    if (adds && has) throw new SlackError('already_reacted');
    if (!adds && !has) throw new SlackError('no_reaction');
    if (adds) message.reactions.set(name, users.add(call.installation.bot.id));
    else users.delete(call.installation.bot.id);
    if (users.size === 0) message.reactions.delete(name);
    return {};
  };

  const revoke = ({ installation }: ApiCall): JsonObject => {
    installation.state = 'revoked';
    events.announce({
      subscription: 'tokens_revoked',
      scope: null,
      channel: null,
      teamId: installation.teamId ?? installation.bot.teamId,
      toEnded: true,
      event: (each) => (each === installation ? { type: 'tokens_revoked', tokens: { bot: [each.bot.id] } } : null),
    });
    return { revoked: true };
  };

  return [
    { name: 'auth.test', access: 'bot', scope: null, tier: 4, handle: authTest },
    { name: 'auth.revoke', access: 'bot', scope: null, tier: 3, handle: revoke },
    { name: 'api.test', access: 'none', tier: 4, handle: ({ args }) => ({ args: args.raw }) },
    {
      name: 'apps.connections.open',
      access: 'app',
      tier: 3,
      handle: () => ({ url: sockets.createUrl() }),
    },
    {
      name: 'team.info',
      access: 'bot',
      scope: 'team:read',
      tier: 3,
      handle(call) {
        const { id, name, domain, enterpriseId } = teamOf(world, teamOfCall(call));
        return { team: { id, name, domain, ...(enterpriseId === null ? {} : { enterprise_id: enterpriseId }) } };
      },
    },
    {
      name: 'users.info',
      access: 'bot',
      scope: 'users:read',
      tier: 4,
      handle(call) {
        const user = findUser(world, call.installation.teamId ?? '', call.args.text('user') ?? '');
        if (user === null) throw new SlackError('user_not_found');
        const { locale, ...rest } = toUser(user);
        return { user: call.args.flag('include_locale') === true ? { ...rest, locale } : rest };
      },
    },
    {
      name: 'bots.info',
      access: 'bot',
      scope: 'users:read',
      tier: 3,
      handle(call) {
        const id = call.args.text('bot');
        const bot = [...world.users.values()].find((user) => id !== null && user.botId === id);
        if (bot === undefined) throw new SlackError('bot_not_found');
        return {
          bot: { id, deleted: false, name: bot.name, updated: 1_700_000_000, app_id: bot.appId, user_id: bot.id },
        };
      },
    },
    { name: 'files.info', access: 'bot', scope: 'files:read', tier: 4, handle: fileInfo },
    { name: 'reactions.add', access: 'bot', scope: 'reactions:write', tier: 3, handle: (call) => react(call, true) },
    {
      name: 'reactions.remove',
      access: 'bot',
      scope: 'reactions:write',
      tier: 2,
      handle: (call) => react(call, false),
    },
  ];
}
