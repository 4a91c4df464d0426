import { PermissionFlagsBits } from 'discord-api-types/v10';
import { attachFiles, type FileToAttach } from './attachments.ts';
import type { Backend } from './backend.ts';
import { isObject, type JsonObject, toNumber, toObjects, toText } from './json.ts';
import { toMember, toUser } from './payloads.ts';
import { may, permissionsIn } from './permissions.ts';
import type {
  AttachmentRecord,
  ChannelRecord,
  CommandRecord,
  InteractionRecord,
  MessageRecord,
  UserRecord,
} from './records.ts';
import { commandKey, findMessage } from './world.ts';

/** What somebody gives to a command: values by the names of its options. */
export type OptionValues = { readonly [name: string]: string | number | boolean | FileToAttach };

/** A command that somebody gives. */
export type CommandWords = {
  readonly name: string;
  /** The subcommand, where it has some. */
  readonly subcommand?: string;
  readonly options?: OptionValues;
};

/** What somebody enters in a form: by the ids of its fields, a text, chosen values, or files. */
export type FormValues = { readonly [customId: string]: string | readonly string[] | readonly FileToAttach[] };

/** People who give commands, press buttons and fill in forms. Each returns the interaction, whose `response` fills when the bot answers. */
export type Clicks = {
  /** Somebody gives a slash command. Fails when no such command was registered, or an option does not fit. */
  slash(user: UserRecord, channel: ChannelRecord, words: CommandWords): InteractionRecord;
  /** Somebody types in an option that completes itself; `response.choices` are what they are offered. */
  autocomplete(
    user: UserRecord,
    channel: ChannelRecord,
    words: CommandWords & { readonly focused: string },
  ): InteractionRecord;
  /** Somebody uses a command from the menu of a message. */
  messageCommand(user: UserRecord, target: MessageRecord, name: string): InteractionRecord;
  /** Somebody presses a button. Fails when the message shows no such button, or it is disabled. */
  press(user: UserRecord, message: MessageRecord, customId: string): InteractionRecord;
  /** Somebody chooses in a select. */
  choose(user: UserRecord, message: MessageRecord, customId: string, values: readonly string[]): InteractionRecord;
  /** Somebody sends the form that the bot opened in answer to `opened`. */
  submit(opened: InteractionRecord, values: FormValues): InteractionRecord;
  /** Interactions that were never answered in time: people saw "did not respond". */
  unanswered(): readonly InteractionRecord[];
  /** The message that an interaction was answered with, as it is now. */
  answerOf(interaction: InteractionRecord): MessageRecord | null;
};

const optionTypes = { string: 3, integer: 4, boolean: 5, number: 10, attachment: 11 } as const;

function isFile(value: unknown): value is FileToAttach {
  return isObject(value) && value['bytes'] instanceof Uint8Array;
}

/** Every component, however deep it lies. */
function flatten(components: readonly JsonObject[]): readonly JsonObject[] {
  return components.flatMap((component) => [
    component,
    ...flatten(toObjects(component['components'])),
    ...[component['accessory'], component['component']].filter(isObject),
  ]);
}

/** Hands of the people in the fake's world. */
export function createClicks(backend: Backend): Clicks {
  const { world, gateway, payloads, settings } = backend;

  const guildOf = (channel: ChannelRecord) => world.guilds.get(channel.guildId ?? '');

  const placeOf = (user: UserRecord, channel: ChannelRecord) => {
    const guild = guildOf(channel);
    const botIsHere =
      guild === undefined ? channel.recipientIds.includes(world.bot.id) : guild.members.has(world.bot.id);
    const context = guild !== undefined ? 0 : botIsHere ? 1 : 2;
    const member = guild?.members.get(user.id);
    if (guild !== undefined && member === undefined) throw new Error(`${user.username} is no member of ${guild.name}`);
    const owners: JsonObject = botIsHere ? { '0': guild?.id ?? '0' } : { '1': user.id };
    const hidden =
      guild !== undefined && !botIsHere && !may(world, channel, user.id, PermissionFlagsBits.UseExternalApps);
    const writer: JsonObject =
      member === undefined
        ? { user: toUser(user) }
        : {
            member: {
              ...toMember(member),
              user: toUser(user),
              permissions: String(permissionsIn(world, channel, user.id)),
            },
          };
    const appPermissions = botIsHere
      ? permissionsIn(world, channel, world.bot.id)
      : PermissionFlagsBits.AttachFiles | PermissionFlagsBits.EmbedLinks | PermissionFlagsBits.MentionEveryone;
    return { guild, context, owners, hidden, writer, appPermissions, userInstallOnly: !botIsHere } as const;
  };

  const start = (
    user: UserRecord,
    channel: ChannelRecord,
    fields: {
      readonly type: number;
      readonly data: JsonObject;
      readonly message?: MessageRecord;
      readonly commandName?: string;
    },
  ): InteractionRecord => {
    const place = placeOf(user, channel);
    const id = world.snowflakes.next();
    const token = `aW50ZXJhY3Rpb246${Buffer.from(`${id}:${world.interactions.size}`).toString('base64url')}`;
    const { message } = fields;
    const payload: JsonObject = {
      id,
      application_id: world.applicationId,
      type: fields.type,
      data: fields.data,
      token,
      version: 1,
      channel_id: channel.id,
      channel: {
        ...payloads.toChannel(channel),
        permissions: String(permissionsIn(world, channel, user.id)),
      },
      ...(place.guild === undefined
        ? {}
        : {
            guild_id: place.guild.id,
            guild: { id: place.guild.id, locale: place.guild.locale, features: [] },
            guild_locale: place.guild.locale,
          }),
      ...place.writer,
      locale: user.locale,
      app_permissions: String(place.appPermissions),
      attachment_size_limit: place.guild?.attachmentSizeLimit ?? 10_485_760,
      authorizing_integration_owners: place.owners,
      context: place.context,
      entitlements: [],
      entitlement_sku_ids: [],
      ...(message === undefined ? {} : { message: payloads.toMessage(message, { readsContent: true, open: true }) }),
    };
    const interaction: InteractionRecord = {
      id,
      token,
      type: fields.type,
      user,
      guildId: channel.guildId,
      channelId: channel.id,
      createdAtMs: world.clock.now(),
      userInstallOnly: place.userInstallOnly,
      forcedEphemeral: place.hidden,
      context: place.context,
      commandName: fields.commandName ?? null,
      sourceMessageId: message?.id ?? null,
      payload,
      response: null,
      originalMessageId: null,
      followUps: 0,
      followUpIds: [],
    };
    world.interactions.set(token, interaction);
    gateway.publish({ name: 'INTERACTION_CREATE', guildId: channel.guildId, intents: 0, data: () => payload });
    return interaction;
  };

  const commandOf = (channel: ChannelRecord, type: number, name: string): CommandRecord => {
    const command =
      world.commands.get(commandKey(channel.guildId, type, name)) ?? world.commands.get(commandKey(null, type, name));
    if (command === undefined) throw new Error(`no command "${name}" of type ${type} was registered`);
    return command;
  };

  const checkContext = (command: CommandRecord, user: UserRecord, channel: ChannelRecord) => {
    const { context, userInstallOnly } = placeOf(user, channel);
    const { contexts, integration_types: kinds } = command.definition;
    if (Array.isArray(contexts) && !contexts.includes(context)) {
      throw new Error(`the command is not offered in context ${context}`);
    }
    if (userInstallOnly && !(Array.isArray(kinds) && kinds.includes(1))) {
      throw new Error('the command is not offered where the bot is no member');
    }
  };

  /** The values in the order and with the types of the command's options, and the files that they name. */
  const fillOptions = (options: readonly JsonObject[], values: OptionValues, focused: string | null) => {
    const attachments: AttachmentRecord[] = [];
    const unknown = Object.keys(values).filter((name) => !options.some((option) => option['name'] === name));
    if (unknown.length > 0) throw new Error(`the command has no option ${unknown.join(', ')}`);
    const filled = options.flatMap((option): readonly JsonObject[] => {
      const name = toText(option['name']) ?? '';
      const type = toNumber(option['type'], 0);
      const value = values[name];
      if (value === undefined) {
        if (option['required'] === true && focused === null) throw new Error(`the option ${name} is required`);
        return [];
      }
      if (isFile(value)) {
        if (type !== optionTypes.attachment) throw new Error(`the option ${name} takes no file`);
        const attached = attachFiles(world, null, [value]);
        attachments.push(...attached);
        return attached.map((each) => ({ name, type, value: each.id }));
      }
      const choices = toObjects(option['choices']);
      if (choices.length > 0 && !choices.some((choice) => choice['value'] === value)) {
        throw new Error(`the option ${name} offers no ${value}`);
      }
      return [{ name, type, value, ...(focused === name ? { focused: true } : {}) }];
    });
    return { filled, attachments };
  };

  const resolveFiles = (attachments: readonly AttachmentRecord[]): JsonObject =>
    attachments.length === 0
      ? {}
      : {
          resolved: {
            attachments: Object.fromEntries(attachments.map((each) => [each.id, payloads.toAttachment(each)])),
          },
        };

  const give = (user: UserRecord, channel: ChannelRecord, words: CommandWords, focused: string | null) => {
    const command = commandOf(channel, 1, words.name);
    checkContext(command, user, channel);
    const offered = toObjects(command.definition['options']);
    const sub = words.subcommand === undefined ? undefined : offered.find((each) => each['name'] === words.subcommand);
    if (words.subcommand !== undefined && sub === undefined)
      throw new Error(`there is no subcommand ${words.subcommand}`);
    if (words.subcommand === undefined && offered.some((each) => each['type'] === 1))
      throw new Error(`${words.name} needs a subcommand`);
    const { filled, attachments } = fillOptions(
      sub === undefined ? offered : toObjects(sub['options']),
      words.options ?? {},
      focused,
    );
    const options = sub === undefined ? filled : [{ name: words.subcommand, type: 1, options: filled }];
    return start(user, channel, {
      type: focused === null ? 2 : 4,
      commandName: words.name,
      data: {
        id: command.id,
        name: words.name,
        type: 1,
        ...(options.length === 0 ? {} : { options }),
        ...(command.guildId === null ? {} : { guild_id: command.guildId }),
        ...resolveFiles(attachments),
      },
    });
  };

  const componentIn = (
    user: UserRecord,
    message: MessageRecord,
    customId: string,
  ): { component: JsonObject; channel: ChannelRecord } => {
    const channel = world.channels.get(message.channelId);
    const current = findMessage(world, message.channelId, message.id);
    if (channel === undefined || current === undefined) throw new Error('the message is gone');
    if (current.visibleTo !== null && current.visibleTo !== user.id)
      throw new Error(`${user.username} does not see the message`);
    const component = flatten(current.components).find((each) => each['custom_id'] === customId);
    if (component === undefined) throw new Error(`the message shows no component "${customId}"`);
    if (component['disabled'] === true) throw new Error(`the component "${customId}" is disabled`);
    return { component, channel };
  };

  const fieldOf = (component: JsonObject, values: FormValues, attachments: AttachmentRecord[]): JsonObject => {
    const customId = toText(component['custom_id']) ?? '';
    const type = toNumber(component['type'], 0);
    const value = values[customId];
    const common = { type, id: toNumber(component['id'], 1), custom_id: customId };
    if (type === 4) {
      const text = typeof value === 'string' ? value : '';
      if (text === '' && component['required'] !== false) throw new Error(`the field "${customId}" is required`);
      return { ...common, value: text };
    }
    const given = Array.isArray(value) ? value : [];
    const files = given.filter(isFile);
    if (files.length === 0) return { ...common, values: given };
    const attached = attachFiles(world, null, files);
    attachments.push(...attached);
    return { ...common, values: attached.map((each) => each.id) };
  };

  const fillForm = (modal: JsonObject, values: FormValues) => {
    const attachments: AttachmentRecord[] = [];
    const components = toObjects(modal['components']).flatMap((row, index): readonly JsonObject[] => {
      const id = toNumber(row['id'], index + 1);
      const field = row['component'];
      if (isObject(field)) return [{ type: row['type'], id, component: fieldOf(field, values, attachments) }];
      const fields = toObjects(row['components']);
      if (fields.length === 0) return [{ type: row['type'], id }];
      return [{ type: row['type'], id, components: fields.map((each) => fieldOf(each, values, attachments)) }];
    });
    return { components, attachments };
  };

  return {
    slash: (user, channel, words) => give(user, channel, words, null),
    autocomplete: (user, channel, words) => give(user, channel, words, words.focused),
    messageCommand(user, target, name) {
      const channel = world.channels.get(target.channelId);
      if (channel === undefined) throw new Error('the channel is gone');
      const command = commandOf(channel, 3, name);
      checkContext(command, user, channel);
      const author = world.users.get(target.author.id) ?? target.author;
      return start(user, channel, {
        type: 2,
        commandName: name,
        data: {
          id: command.id,
          name,
          type: 3,
          target_id: target.id,
          resolved: {
            messages: { [target.id]: payloads.toMessage(target, { readsContent: true, open: true }) },
            users: { [author.id]: toUser(author) },
          },
        },
      });
    },
    press(user, message, customId) {
      const { component, channel } = componentIn(user, message, customId);
      if (component['type'] !== 2) throw new Error(`"${customId}" is no button`);
      const data = { id: toNumber(component['id'], 1), custom_id: customId, component_type: 2 };
      return start(user, channel, { type: 3, data, message });
    },
    choose(user, message, customId, values) {
      const { component, channel } = componentIn(user, message, customId);
      const type = toNumber(component['type'], 0);
      const offered = toObjects(component['options']).map((option) => option['value']);
      const strange = type === 3 ? values.filter((value) => !offered.includes(value)) : [];
      if (strange.length > 0) throw new Error(`"${customId}" does not offer ${strange.join(', ')}`);
      const data = { id: toNumber(component['id'], 1), custom_id: customId, component_type: type, values };
      return start(user, channel, { type: 3, data, message });
    },
    submit(opened, values) {
      const modal = opened.response?.modal ?? null;
      const channel = world.channels.get(opened.channelId);
      if (modal === null || channel === undefined) throw new Error('the bot opened no form');
      const { components, attachments } = fillForm(modal, values);
      const source = findMessage(world, opened.channelId, opened.sourceMessageId ?? '');
      const data = { custom_id: modal['custom_id'], components, ...resolveFiles(attachments) };
      return start(opened.user, channel, { type: 5, data, ...(source === undefined ? {} : { message: source }) });
    },
    unanswered: () =>
      [...world.interactions.values()].filter(
        (each) => each.response === null && world.clock.now() - each.createdAtMs > settings.callbackMs,
      ),
    answerOf: (interaction) => findMessage(world, interaction.channelId, interaction.originalMessageId ?? '') ?? null,
  };
}
