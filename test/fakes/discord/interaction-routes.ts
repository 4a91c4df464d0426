import { InteractionResponseType, MessageFlags } from 'discord-api-types/v10';
import { attachFiles } from './attachments.ts';
import type { Backend } from './backend.ts';
import type { Buckets } from './buckets.ts';
import { DiscordError, invalidForm, refusal } from './discord-error.ts';
import { type JsonObject, toNumber, toObject, toObjects, toText } from './json.ts';
import { toMentionRules } from './message-desk.ts';
import { editFromBody } from './message-routes.ts';
import { isEmptyMessage } from './message-rules.ts';
import type { InteractionRecord, MessageRecord } from './records.ts';
import { done, ok, type RestAnswer, type RestCall, type RestRoute } from './rest-route.ts';
import { findMessage } from './world.ts';

const mostFollowUps = 5;

/** The routes that the token of an interaction opens. */
export function createInteractionRoutes(backend: Backend, buckets: Buckets): readonly RestRoute[] {
  const { world, desk, payloads, settings } = backend;
  const write = (message: MessageRecord) => payloads.toMessage(message, { readsContent: true });

  const post = (
    interaction: InteractionRecord,
    body: JsonObject,
    call: RestCall,
    options: { loading?: boolean; reference?: boolean } = {},
  ) => {
    const channel = world.channels.get(interaction.channelId);
    if (channel === undefined) throw refusal('unknown-channel');
    const flags = toNumber(body['flags'], 0);
    const hidden = (flags & MessageFlags.Ephemeral) !== 0 || interaction.forcedEphemeral;
    const source = interaction.sourceMessageId;
    const repliesTo = options.reference === true ? interaction.originalMessageId : source;
    return desk.post({
      channel,
      author: world.bot,
      content: toText(body['content']) ?? '',
      rules: toMentionRules(body['allowed_mentions'], 'interaction'),
      type: options.reference === true || source !== null ? 19 : interaction.type === 2 ? typeOfAnswer(interaction) : 0,
      flags: (options.loading === true ? MessageFlags.Loading : flags) | (hidden ? MessageFlags.Ephemeral : 0),
      embeds: toObjects(body['embeds']),
      components: toObjects(body['components']),
      attachments: attachFiles(world, channel.id, call.files),
      reference:
        repliesTo === null ? null : { type: 0, messageId: repliesTo, channelId: channel.id, guildId: channel.guildId },
      webhookId: world.applicationId,
      applicationId: world.applicationId,
      interaction,
      visibleTo: hidden ? interaction.user.id : null,
    });
  };

  // 20 answers a slash command, 23 a command from the menu of a message.
  const typeOfAnswer = (interaction: InteractionRecord) =>
    toNumber(toObject(interaction.payload['data'])['type'], 1) === 1 ? 20 : 23;

  const findByToken = (call: RestCall): InteractionRecord => {
    const interaction = world.interactions.get(call.params['token'] ?? '');
    if (interaction === undefined || call.params['application'] !== world.applicationId)
      throw refusal('unknown-webhook');
    if (world.clock.now() - interaction.createdAtMs >= settings.interactionTokenMs)
      throw refusal('invalid-webhook-token');
    if (interaction.response === null) throw refusal('unknown-webhook');
    return interaction;
  };

  const answerWith = (
    interaction: InteractionRecord,
    type: number,
    body: JsonObject,
    call: RestCall,
  ): MessageRecord | null => {
    const data = toObject(body['data']);
    const source = findMessage(world, interaction.channelId, interaction.sourceMessageId ?? '');
    switch (type) {
      case InteractionResponseType.ChannelMessageWithSource:
        if (isEmptyMessage(data, call.files.length)) throw refusal('empty-message');
        return post(interaction, data, call);
      case InteractionResponseType.DeferredChannelMessageWithSource:
        return post(interaction, { flags: data['flags'] }, call, { loading: true });
      case InteractionResponseType.DeferredMessageUpdate:
      case InteractionResponseType.UpdateMessage:
        if (source === undefined)
          throw invalidForm([
            { path: ['type'], code: 'INTERACTION_RESPONSE_INVALID', message: 'There is no message to update' },
          ]);
        if (type === InteractionResponseType.UpdateMessage) editFromBody(backend, source, data, 'interaction', call);
        return source;
      default:
        return null;
    }
  };

  const checkFit = (interaction: InteractionRecord, type: number) => {
    const isAutocomplete = interaction.type === 4;
    const wrong =
      isAutocomplete !== (type === InteractionResponseType.ApplicationCommandAutocompleteResult) ||
      (interaction.type === 5 && type === InteractionResponseType.Modal);
    if (wrong) {
      throw invalidForm([
        {
          path: ['type'],
          code: 'INTERACTION_RESPONSE_INVALID',
          message: 'This kind of answer does not fit the interaction',
        },
      ]);
    }
  };

  const callback = (call: RestCall): RestAnswer => {
    const interaction = world.interactions.get(call.params['token'] ?? '');
    if (interaction === undefined || interaction.id !== call.params['interaction'])
      throw refusal('unknown-interaction');
    if (interaction.response !== null) throw refusal('already-acknowledged');
    if (world.clock.now() - interaction.createdAtMs > settings.callbackMs) throw refusal('unknown-interaction');
    const body = toObject(call.body);
    const data = toObject(body['data']);
    const type = toNumber(body['type'], 0);
    checkFit(interaction, type);
    const message = answerWith(interaction, type, body, call);
    const ephemeral = (message?.visibleTo ?? null) !== null;
    interaction.originalMessageId = message?.id ?? null;
    interaction.response = {
      type,
      atMs: world.clock.now(),
      choices: toObjects(data['choices']),
      modal: type === InteractionResponseType.Modal ? data : null,
      ephemeral,
    };
    if (call.query.get('with_response') !== 'true') return done;
    return ok({
      interaction: {
        id: interaction.id,
        type: interaction.type,
        channel_id: interaction.channelId,
        ...(interaction.guildId === null ? {} : { guild_id: interaction.guildId }),
        response_message_id: message?.id ?? null,
        response_message_loading: type === InteractionResponseType.DeferredChannelMessageWithSource,
        response_message_ephemeral: ephemeral,
      },
      ...(message === null ? {} : { resource: { type, message: write(message) } }),
    });
  };

  const messageOf = (interaction: InteractionRecord, name: string): MessageRecord => {
    const messageId = name === '@original' ? interaction.originalMessageId : name;
    const isOurs =
      messageId !== null &&
      (messageId === interaction.originalMessageId || interaction.followUpIds.includes(messageId));
    const message = isOurs ? findMessage(world, interaction.channelId, messageId) : undefined;
    if (message === undefined) throw refusal('unknown-message');
    return message;
  };

  const countHidden = (interaction: InteractionRecord) => {
    const standing = buckets.take(`hidden-answers/${interaction.channelId}`, settings.limits.hiddenAnswers);
    if (standing.allowed) return;
    const waitMs = standing.resetAtMs - world.clock.now();
    throw new DiscordError(429, 0, 'You are being rate limited.', undefined, waitMs);
  };

  const followUp = (call: RestCall) => {
    const interaction = findByToken(call);
    countHidden(interaction);
    const body = toObject(call.body);
    if (isEmptyMessage(body, call.files.length)) throw refusal('empty-message');
    const original = findMessage(world, interaction.channelId, interaction.originalMessageId ?? '');
    // The first follow-up after a deferral takes the place of "is thinking…".
    if (original !== undefined && (original.flags & MessageFlags.Loading) !== 0) {
      editFromBody(backend, original, body, 'interaction', call);
      return ok(write(original));
    }
    if (interaction.userInstallOnly && interaction.followUps >= mostFollowUps) throw refusal('too-many-follow-ups');
    const message = post(interaction, body, call, { reference: interaction.originalMessageId !== null });
    interaction.followUps += 1;
    interaction.followUpIds.push(message.id);
    return ok(write(message));
  };

  const edit = (call: RestCall) => {
    const interaction = findByToken(call);
    if (settings.hiddenLimitCountsEdits) countHidden(interaction);
    const message = messageOf(interaction, call.params['message'] ?? '');
    editFromBody(backend, message, toObject(call.body), 'interaction', call);
    return ok(write(message));
  };

  const remove = (call: RestCall) => {
    desk.remove(messageOf(findByToken(call), call.params['message'] ?? ''));
    return done;
  };

  const flagsBefore = (call: RestCall) => {
    const interaction = world.interactions.get(call.params['token'] ?? '');
    const name = call.params['message'] ?? '';
    const messageId = name === '@original' ? interaction?.originalMessageId : name;
    return findMessage(world, interaction?.channelId ?? '', messageId ?? '')?.flags ?? 0;
  };

  const ofToken = { auth: false, limit: 'interactionToken', major: 'token', bodyKind: null } as const;
  const message = '/webhooks/:application/:token/messages/:message';
  return [
    {
      ...ofToken,
      method: 'POST',
      pattern: '/interactions/:interaction/:token/callback',
      limit: 'others',
      bodyKind: 'callback',
      handle: callback,
    },
    { ...ofToken, method: 'POST', pattern: '/webhooks/:application/:token', bodyKind: 'follow-up', handle: followUp },
    {
      ...ofToken,
      method: 'GET',
      pattern: message,
      handle: (call) => ok(write(messageOf(findByToken(call), call.params['message'] ?? ''))),
    },
    { ...ofToken, method: 'PATCH', pattern: message, bodyKind: 'follow-up-edit', flagsBefore, handle: edit },
    { ...ofToken, method: 'DELETE', pattern: message, handle: remove },
  ];
}
