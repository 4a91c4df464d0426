import { MessageFlags, PermissionFlagsBits } from 'discord-api-types/v10';
import { attachFiles } from './attachments.ts';
import { type Backend, readsContentOverHttp } from './backend.ts';
import type { Buckets } from './buckets.ts';
import { DiscordError, invalidForm, refusal } from './discord-error.ts';
import { isObject, type JsonObject, toNumber, toObjects, toText } from './json.ts';
import { toMentionRules } from './message-desk.ts';
import { isEmptyMessage } from './message-rules.ts';
import { may } from './permissions.ts';
import type { ChannelRecord, MessageRecord, ReferenceRecord } from './records.ts';
import { done, ok, type RestCall, type RestRoute } from './rest-route.ts';
import { findMessage, openMessages } from './world.ts';

const channelTypesWithoutMessages: readonly number[] = [4, 14, 15, 16];
const hourMs = 3_600_000;
const settableFlags = MessageFlags.SuppressEmbeds | MessageFlags.SuppressNotifications | MessageFlags.IsComponentsV2;

/** The channel of a call, if the bot may view it. */
export function viewChannel(backend: Backend, channelId: string): ChannelRecord {
  const { world } = backend;
  const channel = world.channels.get(channelId);
  if (channel === undefined) throw refusal('unknown-channel');
  if (!may(world, channel, world.bot.id, PermissionFlagsBits.ViewChannel)) throw refusal('missing-access');
  return channel;
}

/** Refuses unless the bot may do this in the channel. */
export function requirePermission(backend: Backend, channel: ChannelRecord, bit: bigint): void {
  if (!may(backend.world, channel, backend.world.bot.id, bit)) throw refusal('missing-permissions');
}

function requireToSend(backend: Backend, channel: ChannelRecord): void {
  const { world, settings } = backend;
  if (channelTypesWithoutMessages.includes(channel.type)) throw refusal('not-a-text-channel');
  const inThread = channel.thread !== null;
  requirePermission(
    backend,
    channel,
    inThread ? PermissionFlagsBits.SendMessagesInThreads : PermissionFlagsBits.SendMessages,
  );
  if (channel.recipientIds.some((id) => settings.refuseDirectMessages.has(id))) throw refusal('no-direct-messages');
  const locked = channel.thread?.locked === true;
  if (locked && !may(world, channel, world.bot.id, PermissionFlagsBits.ManageThreads)) throw refusal('locked-thread');
  const member = world.guilds.get(channel.guildId ?? '')?.members.get(world.bot.id);
  if ((member?.timedOutUntilMs ?? 0) > world.clock.now()) throw refusal('missing-permissions');
}

/** What is replied to; null when there is nothing, or it is gone and that was allowed for. */
function resolveReference(backend: Backend, channel: ChannelRecord, given: unknown): ReferenceRecord | null {
  if (!isObject(given)) return null;
  const messageId = toText(given['message_id']) ?? '';
  const channelId = toText(given['channel_id']) ?? channel.id;
  const target = channelId === channel.id ? findMessage(backend.world, channel.id, messageId) : undefined;
  if (!may(backend.world, channel, backend.world.bot.id, PermissionFlagsBits.ReadMessageHistory)) {
    throw refusal('no-history-permission');
  }
  if (target !== undefined && target.visibleTo === null) {
    return { type: 0, messageId, channelId, guildId: channel.guildId };
  }
  if (given['fail_if_not_exists'] === false) return null;
  throw invalidForm([
    { path: ['message_reference'], code: 'MESSAGE_REFERENCE_UNKNOWN_MESSAGE', message: 'Unknown message' },
  ]);
}

function listMessages(backend: Backend, call: RestCall): readonly MessageRecord[] {
  const { world } = backend;
  const channel = viewChannel(backend, call.params['channel'] ?? '');
  const limit = Number(call.query.get('limit') ?? 50);
  if (!Number.isInteger(limit) || limit < 1 || limit > 100) {
    throw invalidForm([
      { path: ['limit'], code: 'NUMBER_TYPE_MAX', message: 'int value should be between 1 and 100.' },
    ]);
  }
  if (!may(world, channel, world.bot.id, PermissionFlagsBits.ReadMessageHistory)) return [];
  const all = openMessages(world, channel.id);
  const before = call.query.get('before');
  const after = call.query.get('after');
  const around = call.query.get('around');
  if (around !== null) {
    const middle = all.findIndex((message) => BigInt(message.id) >= BigInt(around));
    const start = Math.max(0, (middle === -1 ? all.length : middle) - Math.floor(limit / 2));
    return all.slice(start, start + limit).reverse();
  }
  if (after !== null) {
    return all
      .filter((message) => BigInt(message.id) > BigInt(after))
      .slice(0, limit)
      .reverse();
  }
  const earlier = before === null ? all : all.filter((message) => BigInt(message.id) < BigInt(before));
  return earlier.slice(-limit).reverse();
}

/** The routes of messages. `oldEdits` counts edits of old ones. */
export function createMessageRoutes(backend: Backend, buckets: Buckets): readonly RestRoute[] {
  const { world, desk, payloads, settings } = backend;
  const nonces = new Map<string, { readonly message: MessageRecord; readonly atMs: number }>();
  const write = (message: MessageRecord) =>
    payloads.toMessage(message, { readsContent: readsContentOverHttp(backend) });

  const messageOf = (call: RestCall): { channel: ChannelRecord; message: MessageRecord } => {
    const channel = viewChannel(backend, call.params['channel'] ?? '');
    const message = findMessage(world, channel.id, call.params['message'] ?? '');
    if (message === undefined || message.visibleTo !== null) throw refusal('unknown-message');
    return { channel, message };
  };

  const known = (body: JsonObject): MessageRecord | null => {
    const entry = body['enforce_nonce'] === true ? nonces.get(String(body['nonce'])) : undefined;
    if (entry === undefined || world.clock.now() - entry.atMs > settings.nonceLifeMs) return null;
    return findMessage(world, entry.message.channelId, entry.message.id) ?? null;
  };

  const create = (call: RestCall) => {
    const channel = viewChannel(backend, call.params['channel'] ?? '');
    const body = isObject(call.body) ? call.body : {};
    requireToSend(backend, channel);
    if (isEmptyMessage(body, call.files.length)) throw refusal('empty-message');
    const nonce = typeof body['nonce'] === 'string' || typeof body['nonce'] === 'number' ? body['nonce'] : null;
    const first = known(body);
    if (first !== null) return ok(write(first));
    const message = desk.post({
      channel,
      author: world.bot,
      content: toText(body['content']) ?? '',
      rules: toMentionRules(body['allowed_mentions'], 'message'),
      flags: toNumber(body['flags'], 0) & settableFlags,
      embeds: toObjects(body['embeds']),
      components: toObjects(body['components']),
      attachments: attachFiles(world, channel.id, call.files),
      reference: resolveReference(backend, channel, body['message_reference']),
      nonce,
      tts: body['tts'] === true,
    });
    if (nonce !== null) nonces.set(String(nonce), { message, atMs: world.clock.now() });
    return ok(write(message));
  };

  const limitOldEdits = (channel: ChannelRecord, message: MessageRecord) => {
    if (world.clock.now() - message.createdAtMs <= hourMs) return;
    const standing = buckets.take(`old-edits/${channel.id}`, settings.limits.oldEdits);
    if (standing.allowed) return;
    const text = 'Maximum number of edits to messages older than 1 hour reached. Try again later.';
    throw new DiscordError(429, 30046, text, undefined, standing.resetAtMs - world.clock.now());
  };

  const edit = (call: RestCall) => {
    const { channel, message } = messageOf(call);
    const body = isObject(call.body) ? call.body : {};
    if (message.author.id !== world.bot.id) throw refusal('other-author');
    if (message.type === 21) throw refusal('system-message');
    if (channel.thread?.archived === true) throw refusal('archived-thread');
    limitOldEdits(channel, message);
    editFromBody(backend, message, body, 'message', call);
    return ok(write(message));
  };

  const remove = (call: RestCall) => {
    const { channel, message } = messageOf(call);
    if (message.author.id !== world.bot.id) requirePermission(backend, channel, PermissionFlagsBits.ManageMessages);
    if (channel.thread?.archived === true) throw refusal('archived-thread');
    desk.remove(message);
    return done;
  };

  const one = (call: RestCall) => {
    const { channel, message } = messageOf(call);
    requirePermission(backend, channel, PermissionFlagsBits.ReadMessageHistory);
    return ok(write(message));
  };

  const messages = '/channels/:channel/messages';
  return [
    {
      method: 'GET',
      pattern: messages,
      auth: true,
      limit: 'others',
      major: 'channel',
      bodyKind: null,
      handle: (call) => ok(listMessages(backend, call).map(write)),
    },
    {
      method: 'POST',
      pattern: messages,
      auth: true,
      limit: 'creates',
      major: 'channel',
      bodyKind: 'message',
      handle: create,
    },
    {
      method: 'GET',
      pattern: `${messages}/:message`,
      auth: true,
      limit: 'others',
      major: 'channel',
      bodyKind: null,
      handle: one,
    },
    {
      method: 'PATCH',
      pattern: `${messages}/:message`,
      auth: true,
      limit: 'edits',
      major: 'channel',
      bodyKind: 'message-edit',
      flagsBefore: (call) => findMessage(world, call.params['channel'] ?? '', call.params['message'] ?? '')?.flags ?? 0,
      handle: edit,
    },
    {
      method: 'DELETE',
      pattern: `${messages}/:message`,
      auth: true,
      limit: 'others',
      major: 'channel',
      bodyKind: null,
      handle: remove,
    },
  ];
}

/** Changes a message as an edit's body says; what it does not name stays. Refuses when nothing would be left. */
export function editFromBody(
  backend: Backend,
  message: MessageRecord,
  body: JsonObject,
  kind: 'message' | 'interaction',
  call: Pick<RestCall, 'files'>,
): void {
  const { desk, world } = backend;
  const kept = body['attachments'];
  const keptIds = toObjects(kept).map((each) => String(each['id']));
  const attachments = [
    ...(Array.isArray(kept) ? message.attachments.filter((each) => keptIds.includes(each.id)) : message.attachments),
    ...attachFiles(world, message.channelId, call.files),
  ];
  const content = body['content'] === undefined ? message.content : (toText(body['content']) ?? '');
  const embeds = body['embeds'] === undefined ? message.embeds : toObjects(body['embeds']);
  const components = body['components'] === undefined ? message.components : toObjects(body['components']);
  if (isEmptyMessage({ content, embeds, components }, attachments.length)) throw refusal('empty-message');
  const settable = MessageFlags.SuppressEmbeds | MessageFlags.IsComponentsV2;
  const flags = body['flags'] === undefined || body['flags'] === null ? message.flags : toNumber(body['flags'], 0);
  const before = message.flags & ~MessageFlags.Loading;
  desk.change(message, {
    content,
    embeds,
    components,
    attachments,
    flags: (before & ~MessageFlags.SuppressEmbeds) | (flags & settable),
    rules: toMentionRules(body['allowed_mentions'], kind),
  });
}
