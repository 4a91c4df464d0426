import type { JsonObject } from '../discord/json.ts';
import type { Arguments } from './arguments.ts';
import type { Backend } from './backend.ts';
import type { ChannelKind, ChannelRecord, InstallationRecord, MessageRecord } from './records.ts';
import { SlackError } from './slack-error.ts';
import { coversTeam, findChannel } from './world.ts';

/** A call of a method by a token that may make it. */
export type ApiCall = { readonly args: Arguments; readonly installation: InstallationRecord };

/** A call of a method without a bot's token. */
export type OpenCall = { readonly args: Arguments; readonly basicAuthorization: string | null };

type Common = { readonly name: string; readonly tier: 1 | 2 | 3 | 4 };

/** One method of the Web API: for a bot's token, for the app's own token, or for anybody. */
export type ApiMethod =
  | (Common & {
      readonly access: 'bot';
      /** The scope without which it is refused; null where none is needed, or it depends on the channel. */
      readonly scope: string | null;
      readonly handle: (call: ApiCall) => JsonObject;
    })
  | (Common & { readonly access: 'app'; readonly handle: () => JsonObject })
  | (Common & { readonly access: 'none'; readonly handle: (call: OpenCall) => JsonObject });

/** Fails unless the token has the scope. */
export function requireScope(installation: InstallationRecord, scope: string): void {
  if (installation.scopes.has(scope)) return;
  throw new SlackError('missing_scope', { needed: scope, provided: [...installation.scopes].join(',') });
}

/** Fails when a call wants another name or face than the app's without the scope for it. */
export function requireLooks({ args, installation }: ApiCall): void {
  const isOther = ['username', 'icon_url', 'icon_emoji'].some((name) => args.has(name));
  if (isOther) requireScope(installation, 'chat:write.customize');
}

/** The scope that a kind of channel needs for reading its messages or what it is. */
export function channelScope(kind: ChannelKind, right: 'history' | 'read'): string {
  return `${{ channel: 'channels', group: 'groups', im: 'im', mpim: 'mpim' }[kind]}:${right}`;
}

/** The channel that a call names, as the token may see it. */
export function channelOfCall(backend: Backend, call: ApiCall, name = 'channel'): ChannelRecord {
  const { world } = backend;
  const id = call.args.text(name);
  if (id === null) throw new SlackError('channel_not_found');
  const teams = [...world.teams.keys()].filter((teamId) => coversTeam(world, call.installation, teamId));
  const named = call.args.text('team_id');
  const found = teams
    .filter((teamId) => named === null || teamId === named)
    .map((teamId) => findChannel(world, teamId, id))
    .find((channel) => channel !== null);
  const isHidden = found !== undefined && found?.kind !== 'channel' && !found?.memberIds.has(call.installation.bot.id);
  if (found === undefined || found === null || isHidden) throw new SlackError('channel_not_found');
  return found;
}

/** The channel of a call that writes there. */
export function writableChannel(backend: Backend, call: ApiCall, name = 'channel'): ChannelRecord {
  const channel = channelOfCall(backend, call, name);
  if (channel.archived) throw new SlackError('is_archived');
  const isOpen = channel.kind === 'channel' && call.installation.scopes.has('chat:write.public');
  if (!channel.memberIds.has(call.installation.bot.id) && !isOpen) throw new SlackError('not_in_channel');
  if (channel.restricted) throw new SlackError('restricted_action');
  return channel;
}

/** The message that a call names by its timestamp. */
export function messageOfCall(channel: ChannelRecord, call: ApiCall, name = 'ts'): MessageRecord {
  const message = channel.messages.get(call.args.text(name) ?? '');
  if (message === undefined || message.subtype === 'tombstone') throw new SlackError('message_not_found');
  return message;
}

/** The thread that a call names: its root's timestamp, or null. A reply's own timestamp leads to its root. */
export function threadOfCall(channel: ChannelRecord, call: ApiCall): string | null {
  const ts = call.args.text('thread_ts');
  if (ts === null) return null;
  const root = channel.messages.get(ts);
  if (root === undefined) throw new SlackError('thread_not_found');
  return root.threadTs ?? root.ts;
}
