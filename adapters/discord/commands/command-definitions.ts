import type {
  APIApplicationCommandOption,
  LocalizationMap,
  RESTPostAPIChatInputApplicationCommandsJSONBody,
  RESTPutAPIApplicationCommandsJSONBody,
} from 'discord.js';
import {
  ApplicationCommandOptionType,
  ApplicationCommandType,
  ApplicationIntegrationType,
  InteractionContextType,
} from 'discord-api-types/v10';
import { modelScopes } from '../../../src/turn/commands.ts';
import {
  askAboutImageName,
  askTexts,
  type CommandText,
  helpTexts,
  type LabelTexts,
  modelScopeTexts,
  modelTexts,
  newTexts,
  searchModeTexts,
  searchTexts,
} from './command-texts.ts';

/** Commands by their base names: interactions carry these, whatever a person sees. */
export const commandNames = {
  ask: askTexts.command.name.en,
  model: modelTexts.command.name.en,
  new: newTexts.command.name.en,
  search: searchTexts.command.name.en,
  help: helpTexts.command.name.en,
  askAboutImage: askAboutImageName.en,
} as const;

/** Options by their base names. */
export const optionNames = {
  ask: {
    question: askTexts.question.name.en,
    images: [askTexts.image.name.en, askTexts.image2.name.en, askTexts.image3.name.en, askTexts.image4.name.en],
  },
  model: { name: modelTexts.name.name.en, scope: modelTexts.scope.name.en },
  search: { mode: searchTexts.mode.name.en },
} as const;

/** The longest question that fits into the box. */
const longestQuestion = 2_000;

// In servers, in direct messages with the bot, and among people elsewhere, for servers and people who installed it.
const everywhere = {
  integration_types: [ApplicationIntegrationType.GuildInstall, ApplicationIntegrationType.UserInstall],
  contexts: [InteractionContextType.Guild, InteractionContextType.BotDM, InteractionContextType.PrivateChannel],
};

function toLocalizations({ de, fr, es, ja }: CommandText): LocalizationMap {
  return { de, fr, 'es-ES': es, 'es-419': es, ja };
}

function toName(name: CommandText) {
  return { name: name.en, name_localizations: toLocalizations(name) };
}

function toLabel({ name, description }: LabelTexts) {
  return {
    ...toName(name),
    description: description.en,
    description_localizations: toLocalizations(description),
  };
}

function toImageOption(texts: LabelTexts, required: boolean): APIApplicationCommandOption {
  return { type: ApplicationCommandOptionType.Attachment, ...toLabel(texts), required };
}

function toCommand(
  texts: LabelTexts,
  options: APIApplicationCommandOption[],
): RESTPostAPIChatInputApplicationCommandsJSONBody {
  return { type: ApplicationCommandType.ChatInput, ...toLabel(texts), options, ...everywhere };
}

/** Every command of the bot, as it is registered with Discord. */
export const commandDefinitions: Readonly<RESTPutAPIApplicationCommandsJSONBody> = [
  toCommand(askTexts.command, [
    toImageOption(askTexts.image, true),
    {
      type: ApplicationCommandOptionType.String,
      ...toLabel(askTexts.question),
      required: false,
      max_length: longestQuestion,
    },
    toImageOption(askTexts.image2, false),
    toImageOption(askTexts.image3, false),
    toImageOption(askTexts.image4, false),
  ]),
  toCommand(modelTexts.command, [
    { type: ApplicationCommandOptionType.String, ...toLabel(modelTexts.name), required: false, autocomplete: true },
    {
      type: ApplicationCommandOptionType.String,
      ...toLabel(modelTexts.scope),
      required: false,
      choices: modelScopes.map((scope) => ({ ...toName(modelScopeTexts[scope]), value: scope })),
    },
  ]),
  toCommand(newTexts.command, []),
  toCommand(searchTexts.command, [
    {
      type: ApplicationCommandOptionType.String,
      ...toLabel(searchTexts.mode),
      required: true,
      choices: [
        { ...toName(searchModeTexts.on), value: 'on' },
        { ...toName(searchModeTexts.off), value: 'off' },
      ],
    },
  ]),
  toCommand(helpTexts.command, []),
  { type: ApplicationCommandType.Message, ...toName(askAboutImageName), ...everywhere },
];
