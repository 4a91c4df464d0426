import type { FormProblem } from './discord-error.ts';
import { type JsonObject, toNumber, toObject, toObjects, toText } from './json.ts';

type Path = readonly (string | number)[];

const namePattern = /^[-_'\p{L}\p{N}\p{Script=Devanagari}\p{Script=Thai}]{1,32}$/u;
const mostChars = 8_000;
const mostOfKind = [0, 100, 15, 15] as const;

const invalidName = (path: Path): FormProblem => ({
  path,
  code: 'APPLICATION_COMMAND_INVALID_NAME',
  message: 'Command name is invalid',
});

function nameProblems(definition: JsonObject, path: Path): readonly FormProblem[] {
  const names: readonly (readonly [Path, unknown])[] = [
    [[...path, 'name'], definition['name']],
    ...Object.entries(toObject(definition['name_localizations'])).map(
      ([locale, name]) => [[...path, 'name_localizations', locale], name] as const,
    ),
  ];
  return names.flatMap(([at, value]) => {
    const name = toText(value) ?? '';
    return namePattern.test(name) && name === name.toLowerCase() ? [] : [invalidName(at)];
  });
}

function descriptionProblems(definition: JsonObject, path: Path): readonly FormProblem[] {
  const description = toText(definition['description']) ?? '';
  return description.length >= 1 && description.length <= 100
    ? []
    : [
        {
          path: [...path, 'description'],
          code: 'BASE_TYPE_BAD_LENGTH',
          message: 'Must be between 1 and 100 in length.',
        },
      ];
}

function optionProblems(definition: JsonObject, path: Path): readonly FormProblem[] {
  const options = toObjects(definition['options']);
  const names = options.map((option) => toText(option['name']));
  const firstOptional = options.findIndex((option) => option['required'] !== true);
  const late = options.findIndex(
    (option, index) => option['required'] === true && firstOptional !== -1 && index > firstOptional,
  );
  return [
    ...(new Set(names).size === names.length
      ? []
      : [
          {
            path: [...path, 'options'],
            code: 'APPLICATION_COMMAND_OPTIONS_NAME_ALREADY_EXISTS',
            message: 'Option name already exists',
          },
        ]),
    ...(late === -1
      ? []
      : [
          {
            path: [...path, 'options', late],
            code: 'APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID',
            message: 'Required options must be placed before non-required options',
          },
        ]),
    ...options.flatMap((option, index) => {
      const at = [...path, 'options', index];
      const choices = toObjects(option['choices']);
      return [
        ...nameProblems(option, at),
        ...descriptionProblems(option, at),
        ...(choices.length > 0 && option['autocomplete'] === true
          ? [
              {
                path: [...at, 'choices'],
                code: 'APPLICATION_COMMAND_OPTIONS_CHOICES_AUTOCOMPLETE',
                message: 'Choices and autocomplete exclude each other',
              },
            ]
          : []),
        ...optionProblems(option, at),
      ];
    }),
  ];
}

/** The characters that count towards 8,000: names, descriptions and values, each in its longest language. */
function charsOf(definition: JsonObject): number {
  const longest = (value: unknown, localised: unknown) =>
    Math.max(
      (toText(value) ?? '').length,
      ...Object.values(toObject(localised)).map((each) => (toText(each) ?? '').length),
    );
  const own =
    longest(definition['name'], definition['name_localizations']) +
    longest(definition['description'], definition['description_localizations']);
  const choices = toObjects(definition['choices']).reduce(
    (sum, choice) => sum + longest(choice['name'], choice['name_localizations']) + String(choice['value'] ?? '').length,
    0,
  );
  return own + choices + toObjects(definition['options']).reduce((sum, option) => sum + charsOf(option), 0);
}

/** What Discord refuses in one command although its published schema lets it pass. */
export function commandProblems(definition: JsonObject, path: Path): readonly FormProblem[] {
  const type = toNumber(definition['type'], 1);
  if (charsOf(definition) > mostChars) {
    return [{ path, code: 'APPLICATION_COMMAND_TOO_LARGE', message: `Command exceeds maximum size (${mostChars})` }];
  }
  if (type === 1) {
    return [
      ...nameProblems(definition, path),
      ...descriptionProblems(definition, path),
      ...optionProblems(definition, path),
    ];
  }
  const hasDescription = (toText(definition['description']) ?? '') !== '';
  const hasOptions = toObjects(definition['options']).length > 0;
  return [
    ...(hasDescription
      ? [
          {
            path: [...path, 'description'],
            code: 'APPLICATION_COMMAND_CONTEXT_MENU_DESCRIPTION_CANNOT_EXIST',
            message: 'Context menu commands cannot have description',
          },
        ]
      : []),
    ...(hasOptions
      ? [
          {
            path: [...path, 'options'],
            code: 'APPLICATION_COMMAND_CONTEXT_MENU_OPTIONS_CANNOT_EXIST',
            message: 'Context menu commands cannot have options',
          },
        ]
      : []),
  ];
}

/** What Discord refuses in a whole list of commands: too many of a kind, names twice. */
export function commandListProblems(definitions: readonly JsonObject[]): readonly FormProblem[] {
  const typeOf = (definition: JsonObject) => toNumber(definition['type'], 1);
  const identities = definitions.map((definition) => `${typeOf(definition)}/${toText(definition['name'])}`);
  const tooMany = mostOfKind.flatMap((most, type) =>
    definitions.filter((definition) => typeOf(definition) === type).length > most && type > 0
      ? [
          {
            path: [],
            code: 'APPLICATION_COMMAND_TOO_MANY',
            message: `Maximum number of application commands reached (${most})`,
          },
        ]
      : [],
  );
  const doubled = identities.flatMap((identity, index) =>
    identities.indexOf(identity) === index
      ? []
      : [
          {
            path: [index],
            code: 'APPLICATION_COMMANDS_DUPLICATE_NAME',
            message: 'Application command names must be unique',
          },
        ],
  );
  return [...tooMany, ...doubled, ...definitions.flatMap((definition, index) => commandProblems(definition, [index]))];
}
