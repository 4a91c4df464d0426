import { ComponentType, MessageFlags } from 'discord-api-types/v10';
import type { FormProblem } from './discord-error.ts';
import { isObject, type JsonObject, toNumber, toObjects, toText, toTexts } from './json.ts';

type Path = readonly (string | number)[];

const v2Types: readonly number[] = [
  ComponentType.Section,
  ComponentType.TextDisplay,
  ComponentType.Thumbnail,
  ComponentType.MediaGallery,
  ComponentType.File,
  ComponentType.Separator,
  ComponentType.Container,
];
const selectTypes: readonly number[] = [
  ComponentType.StringSelect,
  ComponentType.UserSelect,
  ComponentType.RoleSelect,
  ComponentType.MentionableSelect,
  ComponentType.ChannelSelect,
];
const mostContentChars = 2_000;
const mostEmbedChars = 6_000;
const mostComponents = 40;
const mostV2Chars = 4_000;

type Located = { readonly component: JsonObject; readonly path: Path };

/** Every component of a message with its place, however deep it lies. */
function allComponents(components: readonly JsonObject[], path: Path): readonly Located[] {
  return components.flatMap((component, index) => {
    const here = [...path, index];
    const accessory = component['accessory'];
    return [
      { component, path: here },
      ...allComponents(toObjects(component['components']), [...here, 'components']),
      ...(isObject(accessory) ? [{ component: accessory, path: [...here, 'accessory'] }] : []),
    ];
  });
}

const required = (path: Path): FormProblem => ({ path, code: 'BASE_TYPE_REQUIRED', message: 'This field is required' });
const tooLong = (path: Path, most: number): FormProblem => ({
  path,
  code: 'BASE_TYPE_MAX_LENGTH',
  message: `Must be ${most} or fewer in length.`,
});

function buttonProblems({ component, path }: Located): readonly FormProblem[] {
  const style = toNumber(component['style'], 0);
  const hasFace = (toText(component['label']) ?? '') !== '' || isObject(component['emoji']);
  const face = hasFace || style === 6 ? [] : [required([...path, 'label'])];
  if (style === 5) {
    const url = toText(component['url']) === null ? [required([...path, 'url'])] : [];
    const both =
      component['custom_id'] === undefined
        ? []
        : [
            {
              path: [...path, 'custom_id'],
              code: 'BUTTON_COMPONENT_CUSTOM_ID_URL_MUTUALLY_EXCLUSIVE',
              message: 'A custom id and url cannot both be specified',
            },
          ];
    return [...face, ...url, ...both];
  }
  return style >= 1 && style <= 4 && toText(component['custom_id']) === null
    ? [...face, required([...path, 'custom_id'])]
    : face;
}

function selectProblems({ component, path }: Located): readonly FormProblem[] {
  if (component['type'] !== ComponentType.StringSelect) return [];
  const options = toObjects(component['options']);
  const values = options.map((option) => toText(option['value']));
  const doubled = new Set(values).size !== values.length;
  const least = toNumber(component['min_values'], 1);
  const most = toNumber(component['max_values'], 1);
  const chosen = options.filter((option) => option['default'] === true).length;
  return [
    ...(options.length === 0 ? [required([...path, 'options'])] : []),
    ...(doubled
      ? [
          {
            path: [...path, 'options'],
            code: 'SELECT_COMPONENT_OPTION_VALUE_DUPLICATED',
            message: 'The specified option value is already used',
          },
        ]
      : []),
    ...(least > most || chosen > most
      ? [
          {
            path: [...path, 'max_values'],
            code: 'SELECT_COMPONENT_MAX_VALUES',
            message: 'Too few values may be chosen',
          },
        ]
      : []),
  ];
}

function rowProblems({ component, path }: Located): readonly FormProblem[] {
  if (component['type'] !== ComponentType.ActionRow) return [];
  const children = toObjects(component['components']);
  const selects = children.filter((child) => selectTypes.includes(toNumber(child['type'], 0))).length;
  if (selects === 0 || children.length === 1) return [];
  return [
    {
      path: [...path, 'components'],
      code: 'COMPONENT_LAYOUT_WIDTH_EXCEEDED',
      message: 'The specified component exceeds the maximum width',
    },
  ];
}

function customIdProblems(located: readonly Located[]): readonly FormProblem[] {
  const seen = new Set<string>();
  return located.flatMap(({ component, path }) => {
    const customId = toText(component['custom_id']);
    if (customId === null) return [];
    if (!seen.has(customId)) {
      seen.add(customId);
      return [];
    }
    return [
      {
        path: [...path, 'custom_id'],
        code: 'COMPONENT_CUSTOM_ID_DUPLICATED',
        message: 'Component custom id cannot be duplicated',
      },
    ];
  });
}

/** What is wrong with components as a whole: ids twice, buttons without ids, selects beside others. */
export function componentProblems(components: readonly JsonObject[], path: Path): readonly FormProblem[] {
  const located = allComponents(components, path);
  return [
    ...customIdProblems(located),
    ...located.flatMap((each) => (each.component['type'] === ComponentType.Button ? buttonProblems(each) : [])),
    ...located.flatMap(selectProblems),
    ...located.flatMap(rowProblems),
    ...(located.length > mostComponents
      ? [
          {
            path,
            code: 'COMPONENT_MAX_TOTAL_COMPONENTS_EXCEEDED',
            message: `The total number of components cannot exceed ${mostComponents}`,
          },
        ]
      : []),
  ];
}

function embedProblems(embeds: readonly JsonObject[], path: Path): readonly FormProblem[] {
  const charsOf = (value: unknown) => (toText(value) ?? '').length;
  const sum = embeds.reduce((total, embed) => {
    const { footer, author } = embed;
    const fields = toObjects(embed['fields']).reduce(
      (chars, field) => chars + charsOf(field['name']) + charsOf(field['value']),
      0,
    );
    const ends = charsOf(isObject(footer) ? footer['text'] : null) + charsOf(isObject(author) ? author['name'] : null);
    return total + charsOf(embed['title']) + charsOf(embed['description']) + fields + ends;
  }, 0);
  return sum > mostEmbedChars
    ? [{ path, code: 'MAX_EMBED_SIZE_EXCEEDED', message: `Embed size exceeds maximum size of ${mostEmbedChars}` }]
    : [];
}

function v2Problems(body: JsonObject, components: readonly JsonObject[], path: Path): readonly FormProblem[] {
  const legacy = ['content', 'embeds', 'poll', 'sticker_ids'].filter((key) => {
    const value = body[key];
    return value !== undefined && value !== null && value !== '' && !(Array.isArray(value) && value.length === 0);
  });
  const chars = allComponents(components, []).reduce(
    (sum, { component }) =>
      sum + (component['type'] === ComponentType.TextDisplay ? (toText(component['content']) ?? '').length : 0),
    0,
  );
  return [
    ...legacy.map((key) => ({
      path: [...path, key],
      code: 'MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2',
      message: `The '${key}' field cannot be used when using MessageFlags.IS_COMPONENTS_V2`,
    })),
    ...(chars > mostV2Chars
      ? [
          {
            path: [...path, 'components'],
            code: 'COMPONENT_DISPLAYABLE_TEXT_SIZE_EXCEEDED',
            message: `Displayable text exceeds ${mostV2Chars} characters`,
          },
        ]
      : []),
  ];
}

function mentionProblems(allowed: unknown, path: Path): readonly FormProblem[] {
  if (!isObject(allowed)) return [];
  const parse = toTexts(allowed['parse']);
  return ['users', 'roles'].flatMap((kind) => {
    const named = allowed[kind];
    if (!parse.includes(kind) || !Array.isArray(named) || named.length === 0) return [];
    return [
      {
        path: [...path, kind],
        code: 'MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE',
        message: `parse:["${kind}"] and ${kind}: [ids...] are mutually exclusive.`,
      },
    ];
  });
}

/** What Discord refuses in a message although its published schema lets it pass. `flagsBefore` are those of the message that is edited. */
export function messageProblems(body: JsonObject, path: Path, flagsBefore = 0): readonly FormProblem[] {
  const content = toText(body['content']) ?? '';
  const components = toObjects(body['components']);
  const isV2 = ((toNumber(body['flags'], 0) | flagsBefore) & MessageFlags.IsComponentsV2) !== 0;
  const strangers = components.flatMap((component, index) =>
    v2Types.includes(toNumber(component['type'], 0)) ? [[...path, 'components', index, 'type']] : [],
  );
  return [
    ...(content.length > mostContentChars ? [tooLong([...path, 'content'], mostContentChars)] : []),
    ...embedProblems(toObjects(body['embeds']), [...path, 'embeds']),
    ...mentionProblems(body['allowed_mentions'], [...path, 'allowed_mentions']),
    ...componentProblems(components, [...path, 'components']),
    ...(isV2
      ? v2Problems(body, components, path)
      : [
          ...strangers.map((each) => ({
            path: each,
            code: 'UNION_TYPE_CHOICES',
            message: 'Value of field "type" must be one of (1,).',
          })),
          ...(components.length > 5 ? [tooLong([...path, 'components'], 5)] : []),
        ]),
  ];
}

/** Whether a message would show nothing. */
export function isEmptyMessage(body: JsonObject, files: number): boolean {
  const filled = ['embeds', 'components', 'sticker_ids', 'attachments'].some((key) => {
    const value = body[key];
    return Array.isArray(value) && value.length > 0;
  });
  return (toText(body['content']) ?? '').trim() === '' && !filled && files === 0 && !isObject(body['poll']);
}
