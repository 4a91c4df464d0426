import { ApplicationCommandOptionType, ApplicationCommandType } from 'discord-api-types/v10';
import { describe, expect, it } from 'vitest';
import {
  commandDefinitions,
  commandNames,
  optionNames,
} from '../../../../adapters/discord/commands/command-definitions.ts';
import { modelScopes } from '../../../../src/turn/commands.ts';
import { validateBody } from '../../../fakes/discord/validate-request.ts';

const locales = ['de', 'es-419', 'es-ES', 'fr', 'ja'];

type Named = {
  readonly name: string;
  readonly name_localizations?: object | null | undefined;
  readonly description?: string | undefined;
  readonly description_localizations?: object | null | undefined;
};

const optionsOf = (command: object) =>
  'options' in command && Array.isArray(command.options) ? (command.options satisfies unknown[]) : [];
const namesOf = (named: Named): readonly string[] => [named.name, ...Object.values(named.name_localizations ?? {})];
const descriptionsOf = (named: Named): readonly string[] => [
  named.description ?? '',
  ...Object.values(named.description_localizations ?? {}),
];
const chatCommands = commandDefinitions.filter((command) => command.type === ApplicationCommandType.ChatInput);
const definitionOf = (name: string) => commandDefinitions.find((command) => command.name === name);

/** https://docs.discord.com/developers/interactions/application-commands#application-command-object-application-command-naming */
const namePattern = /^[-_'\p{L}\p{N}\p{sc=Deva}\p{sc=Thai}]{1,32}$/u;

describe('the commands', () => {
  it('are the ones that the bot knows', () => {
    expect(commandDefinitions.map(({ name }) => name).toSorted()).toEqual(Object.values(commandNames).toSorted());
  });

  it('pass the schema that Discord publishes, and its rules beyond that', () => {
    const rules = { mentionsNobody: true, suppressesEmbeds: true, enforcesNonce: true };

    expect(validateBody('commands', commandDefinitions, { route: 'PUT commands', rules }).violations).toEqual([]);
  });

  it('stand everywhere: in servers, in direct messages, and with people who installed the bot', () => {
    for (const command of commandDefinitions) {
      expect(command).toMatchObject({ integration_types: [0, 1], contexts: [0, 1, 2] });
    }
  });

  it.each(chatCommands)('are named as Discord wants them in every language: /$name', (command) => {
    for (const named of [command, ...optionsOf(command)]) {
      expect(Object.keys(named.name_localizations ?? {}).toSorted()).toEqual(locales);
      for (const name of namesOf(named)) {
        expect(name).toMatch(namePattern);
        expect(name).toBe(name.toLowerCase());
      }
    }
  });

  it.each(chatCommands)('are described in up to a hundred characters in every language: /$name', (command) => {
    for (const described of [command, ...optionsOf(command)]) {
      expect(Object.keys(described.description_localizations ?? {}).toSorted()).toEqual(locales);
      for (const description of descriptionsOf(described)) {
        expect(description.length).toBeGreaterThan(0);
        expect(description.length).toBeLessThanOrEqual(100);
      }
    }
  });

  it.each(chatCommands)('have no two options or choices of one name in any language: /$name', (command) => {
    const options = optionsOf(command);
    for (const siblings of [options, ...options.map((option) => option.choices ?? [])]) {
      for (const locale of [null, ...locales]) {
        const names = siblings.map((named: Named) =>
          locale === null ? named.name : new Map(Object.entries(named.name_localizations ?? {})).get(locale),
        );
        expect(new Set(names).size).toBe(siblings.length);
      }
    }
  });

  it('have no two names alike in any language', () => {
    for (const locale of locales) {
      const names = commandDefinitions.map((command) =>
        new Map(Object.entries(command.name_localizations ?? {})).get(locale),
      );
      expect(new Set(names).size).toBe(commandDefinitions.length);
    }
  });

  it.each(commandDefinitions)('fit into eight thousand characters with all their languages: $name', (command) => {
    const texts = [command, ...optionsOf(command)].flatMap((part) => [
      ...namesOf(part),
      ...descriptionsOf(part),
      ...('choices' in part && Array.isArray(part.choices) ? part.choices : []).flatMap((choice: Named) =>
        namesOf(choice),
      ),
    ]);

    expect(texts.join('').length).toBeLessThanOrEqual(8_000);
  });

  it.each(chatCommands)('put what is required first, and at most 25 options: /$name', (command) => {
    const required = optionsOf(command).map((option) => option.required === true);

    expect(required).toEqual(required.toSorted((left, right) => Number(right) - Number(left)));
    expect(required.length).toBeLessThanOrEqual(25);
  });

  it('ask for a picture, and leave the question and more pictures to the person', () => {
    const options = optionsOf(definitionOf(commandNames.ask) ?? {});

    expect(options.map(({ name, type, required }) => [name, type, required])).toEqual([
      ['image', ApplicationCommandOptionType.Attachment, true],
      ['question', ApplicationCommandOptionType.String, false],
      ['image2', ApplicationCommandOptionType.Attachment, false],
      ['image3', ApplicationCommandOptionType.Attachment, false],
      ['image4', ApplicationCommandOptionType.Attachment, false],
    ]);
    expect(options[1]).toMatchObject({ max_length: 2_000 });
    expect([...optionNames.ask.images, optionNames.ask.question].toSorted()).toEqual(
      options.map(({ name }) => name).toSorted(),
    );
  });

  it('offer models while they are typed, and the scopes that the bot understands', () => {
    const [name, scope] = optionsOf(definitionOf(commandNames.model) ?? {});

    expect(name).toMatchObject({ name: optionNames.model.name, autocomplete: true, required: false });
    expect(scope).toMatchObject({ name: optionNames.model.scope, required: false });
    expect(scope?.choices?.map(({ value }: { value: string }) => value)).toEqual(modelScopes);
  });

  it('take on or off for the search', () => {
    const [mode] = optionsOf(definitionOf(commandNames.search) ?? {});

    expect(mode).toMatchObject({
      name: optionNames.search.mode,
      required: true,
      choices: [{ value: 'on' }, { value: 'off' }],
    });
  });

  it('have one in the menu of a message, without description and options', () => {
    const command = definitionOf('Ask about this image');

    expect(command).toMatchObject({ type: ApplicationCommandType.Message });
    expect(command).not.toHaveProperty('description');
    expect(command).not.toHaveProperty('options');
    for (const name of namesOf(command ?? { name: '' })) expect(name).toMatch(/^.{1,32}$/u);
  });
});
