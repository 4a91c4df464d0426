import { isObject, type JsonObject, toObject, toObjects, toText } from '../discord/json.ts';
import { textsOfBlocks } from './block-texts.ts';

const mostMarkdownChars = 12_000;
const mostBlockChars = 13_200;

const messageBlocks = [
  'section',
  'header',
  'context',
  'actions',
  'context_actions',
  'divider',
  'image',
  'markdown',
  'rich_text',
  'table',
  'video',
  'file',
  'input',
  'task_card',
  'plan',
];
const viewBlocks = messageBlocks.filter((type) => !['context_actions', 'task_card', 'plan', 'table'].includes(type));
const mostElements: { readonly [type: string]: number } = { actions: 25, context: 10, context_actions: 5 };

/** What is wrong, and where: as Slack puts it into `errors`. */
type Problems = readonly string[];

const at = (pointer: string, said: string) => `${said} [json-pointer:${pointer}]`;
const tooLong = (pointer: string, most: number) => at(pointer, `must be less than ${most + 1} characters`);

function lengthProblems(text: string | null, most: number, pointer: string): Problems {
  return text !== null && [...text].length > most ? [tooLong(pointer, most)] : [];
}

function textObjectProblems(value: unknown, most: number, pointer: string, kinds: readonly string[]): Problems {
  if (!isObject(value)) return [at(pointer, 'missing required field')];
  const type = toText(value['type']) ?? '';
  const text = toText(value['text']);
  if (!kinds.includes(type)) return [at(`${pointer}/type`, `must be one of ${kinds.join(', ')}`)];
  if (text === null || text === '') return [at(`${pointer}/text`, 'must be more than 0 characters')];
  return lengthProblems(text, most, `${pointer}/text`);
}

const plain = ['plain_text'] as const;
const either = ['plain_text', 'mrkdwn'] as const;

function optional(value: unknown, check: (given: unknown) => Problems): Problems {
  return value === undefined || value === null ? [] : check(value);
}

function optionProblems(option: unknown, pointer: string): Problems {
  const { text, value, description } = toObject(option);
  return [
    ...textObjectProblems(text, 75, `${pointer}/text`, either),
    ...(toText(value) === null ? [at(`${pointer}/value`, 'missing required field')] : []),
    ...lengthProblems(toText(value), 150, `${pointer}/value`),
    ...optional(description, (given) => textObjectProblems(given, 75, `${pointer}/description`, either)),
  ];
}

/** What is wrong with a list of options: of a menu, or in the answer to a request for suggestions. */
export function optionsProblems(options: unknown, pointer: string): Problems {
  if (!Array.isArray(options)) return [at(pointer, 'missing required field')];
  return [
    ...(options.length > 100 ? [at(pointer, 'no more than 100 items allowed')] : []),
    ...options.flatMap((option: unknown, index) => optionProblems(option, `${pointer}/${index}`)),
  ];
}

function groupsProblems(groups: unknown, pointer: string): Problems {
  if (!Array.isArray(groups)) return [at(pointer, 'missing required field')];
  return [
    ...(groups.length > 100 ? [at(pointer, 'no more than 100 items allowed')] : []),
    ...groups.flatMap((group: unknown, index) => [
      ...textObjectProblems(toObject(group)['label'], 75, `${pointer}/${index}/label`, plain),
      ...optionsProblems(toObject(group)['options'], `${pointer}/${index}/options`),
    ]),
  ];
}

function confirmProblems(value: unknown, pointer: string): Problems {
  const { title, text, confirm, deny } = toObject(value);
  return [
    ...textObjectProblems(title, 100, `${pointer}/title`, plain),
    ...textObjectProblems(text, 300, `${pointer}/text`, either),
    ...textObjectProblems(confirm, 30, `${pointer}/confirm`, plain),
    ...textObjectProblems(deny, 30, `${pointer}/deny`, plain),
  ];
}

function choiceProblems(element: JsonObject, pointer: string): Problems {
  const hasGroups = element['option_groups'] !== undefined;
  return hasGroups
    ? groupsProblems(element['option_groups'], `${pointer}/option_groups`)
    : optionsProblems(element['options'], `${pointer}/options`);
}

function elementProblems(element: JsonObject, pointer: string): Problems {
  const type = toText(element['type']) ?? '';
  const common = [
    ...lengthProblems(toText(element['action_id']), 255, `${pointer}/action_id`),
    ...optional(element['confirm'], (given) => confirmProblems(given, `${pointer}/confirm`)),
    ...optional(element['placeholder'], (given) => textObjectProblems(given, 150, `${pointer}/placeholder`, plain)),
  ];
  switch (type) {
    case 'button':
      return [
        ...common,
        ...textObjectProblems(element['text'], 75, `${pointer}/text`, plain),
        ...lengthProblems(toText(element['value']), 2_000, `${pointer}/value`),
        ...lengthProblems(toText(element['url']), 3_000, `${pointer}/url`),
        ...optional(element['style'], (style) =>
          ['primary', 'danger'].includes(String(style)) ? [] : [at(`${pointer}/style`, 'must be a valid style')],
        ),
      ];
    case 'static_select':
    case 'multi_static_select':
    case 'radio_buttons':
    case 'checkboxes':
    case 'overflow': {
      const most = type === 'overflow' ? 5 : ['radio_buttons', 'checkboxes'].includes(type) ? 10 : 100;
      const count = Array.isArray(element['options']) ? element['options'].length : 0;
      return [
        ...common,
        ...choiceProblems(element, pointer),
        ...(most < 100 && count > most ? [at(`${pointer}/options`, `no more than ${most} items allowed`)] : []),
      ];
    }
    case 'external_select':
    case 'multi_external_select':
      return [
        ...common,
        ...optional(element['initial_option'], (given) => optionProblems(given, `${pointer}/initial_option`)),
      ];
    case 'feedback_buttons':
      return [
        ...common,
        ...['positive_button', 'negative_button'].flatMap((name) => [
          ...textObjectProblems(toObject(element[name])['text'], 75, `${pointer}/${name}/text`, plain),
          ...lengthProblems(toText(toObject(element[name])['value']), 2_000, `${pointer}/${name}/value`),
        ]),
      ];
    case 'icon_button':
      return [...common, ...textObjectProblems(element['text'], 75, `${pointer}/text`, plain)];
    case 'image':
      return imageProblems(element, pointer);
    case 'plain_text_input':
    case 'users_select':
    case 'conversations_select':
    case 'channels_select':
    case 'datepicker':
    case 'timepicker':
    case 'url_text_input':
    case 'number_input':
    case 'email_text_input':
    case 'file_input':
    case 'rich_text_input':
      return common;
    default:
      return [at(`${pointer}/type`, `unsupported type: ${type}`)];
  }
}

function imageProblems(image: JsonObject, pointer: string): Problems {
  const isFromSlack = image['slack_file'] !== undefined;
  return [
    ...(isFromSlack || toText(image['image_url']) !== null
      ? []
      : [at(`${pointer}/image_url`, 'missing required field')]),
    ...lengthProblems(toText(image['image_url']), 3_000, `${pointer}/image_url`),
    ...(toText(image['alt_text']) === null ? [at(`${pointer}/alt_text`, 'missing required field')] : []),
    ...lengthProblems(toText(image['alt_text']), 2_000, `${pointer}/alt_text`),
  ];
}

function sectionProblems(block: JsonObject, pointer: string): Problems {
  const fields = block['fields'];
  const hasText = block['text'] !== undefined;
  return [
    ...(hasText || fields === undefined ? textObjectProblems(block['text'], 3_000, `${pointer}/text`, either) : []),
    ...(Array.isArray(fields) && fields.length > 10 ? [at(`${pointer}/fields`, 'no more than 10 items allowed')] : []),
    ...toObjects(fields).flatMap((field, index) =>
      textObjectProblems(field, 2_000, `${pointer}/fields/${index}`, either),
    ),
    ...optional(block['accessory'], (given) => elementProblems(toObject(given), `${pointer}/accessory`)),
  ];
}

function blockProblems(block: JsonObject, pointer: string, allowed: readonly string[]): Problems {
  const type = toText(block['type']) ?? '';
  if (!allowed.includes(type)) return [at(`${pointer}/type`, `unsupported type: ${type}`)];
  const elements = toObjects(block['elements']);
  const most = mostElements[type];
  const common = [
    ...lengthProblems(toText(block['block_id']), 255, `${pointer}/block_id`),
    ...(most !== undefined && elements.length > most
      ? [at(`${pointer}/elements`, `no more than ${most} items allowed`)]
      : []),
    ...(most !== undefined && elements.length === 0
      ? [at(`${pointer}/elements`, 'no fewer than 1 items allowed')]
      : []),
  ];
  switch (type) {
    case 'section':
      return [...common, ...sectionProblems(block, pointer)];
    case 'header':
      return [...common, ...textObjectProblems(block['text'], 150, `${pointer}/text`, plain)];
    case 'context':
      return [
        ...common,
        ...elements.flatMap((element, index) =>
          element['type'] === 'image'
            ? imageProblems(element, `${pointer}/elements/${index}`)
            : textObjectProblems(element, 3_000, `${pointer}/elements/${index}`, either),
        ),
      ];
    case 'actions':
    case 'context_actions':
      return [
        ...common,
        ...elements.flatMap((element, index) => elementProblems(element, `${pointer}/elements/${index}`)),
      ];
    case 'input':
      return [
        ...common,
        ...textObjectProblems(block['label'], 2_000, `${pointer}/label`, plain),
        ...optional(block['hint'], (given) => textObjectProblems(given, 2_000, `${pointer}/hint`, plain)),
        ...elementProblems(toObject(block['element']), `${pointer}/element`),
      ];
    case 'markdown':
      return [
        ...common,
        ...(toText(block['text']) === null ? [at(`${pointer}/text`, 'missing required field')] : []),
        ...lengthProblems(toText(block['text']), mostMarkdownChars, `${pointer}/text`),
      ];
    case 'image':
      return [...common, ...imageProblems(block, pointer)];
    default:
      return common;
  }
}

function doubled(values: readonly string[]): readonly string[] {
  return [...new Set(values.filter((value, index) => values.indexOf(value) !== index))];
}

function identityProblems(blocks: readonly JsonObject[], pointer: string): Problems {
  const blockIds = blocks.flatMap((block) => toText(block['block_id']) ?? []);
  const actionIds = blocks.map((block) =>
    toObjects([...toObjects(block['elements']), block['accessory'], block['element']]).flatMap(
      (element) => toText(element['action_id']) ?? [],
    ),
  );
  return [
    ...doubled(blockIds).map((id) => at(pointer, `\`block_id\` must be unique: "${id}"`)),
    ...actionIds.flatMap((ids, index) =>
      doubled(ids).map((id) => at(`${pointer}/${index}`, `\`action_id\` "${id}" already exists`)),
    ),
  ];
}

/** What Slack refuses in the blocks of a message. */
export function messageBlocksProblems(blocks: readonly JsonObject[], pointer = '/blocks'): Problems {
  return [
    ...(blocks.length > 50 ? [at(pointer, 'no more than 50 items allowed')] : []),
    ...blocks.flatMap((block, index) => blockProblems(block, `${pointer}/${index}`, messageBlocks)),
    ...identityProblems(blocks, pointer),
  ];
}

/** Whether blocks that are right one by one are too much together. */
export function blocksAreTooLong(blocks: readonly JsonObject[]): boolean {
  const texts = textsOfBlocks(blocks);
  const sum = (each: typeof texts) => each.reduce((total, { text }) => total + [...text].length, 0);
  return (
    sum(texts.filter(({ notation }) => notation === 'markdown')) > mostMarkdownChars || sum(texts) > mostBlockChars
  );
}

/** What Slack refuses in a modal or a home view. */
export function viewProblems(view: JsonObject): Problems {
  const blocks = toObjects(view['blocks']);
  const isModal = view['type'] === 'modal';
  const hasInput = blocks.some((block) => block['type'] === 'input');
  return [
    ...(isModal || view['type'] === 'home' ? [] : [at('/view/type', 'must be modal or home')]),
    ...(isModal ? textObjectProblems(view['title'], 24, '/view/title', plain) : []),
    ...optional(view['submit'], (given) => textObjectProblems(given, 24, '/view/submit', plain)),
    ...optional(view['close'], (given) => textObjectProblems(given, 24, '/view/close', plain)),
    ...(isModal && hasInput && view['submit'] === undefined ? [at('/view', 'missing required field: submit')] : []),
    ...lengthProblems(toText(view['private_metadata']), 3_000, '/view/private_metadata'),
    ...lengthProblems(toText(view['callback_id']), 255, '/view/callback_id'),
    ...(blocks.length > 100 ? [at('/view/blocks', 'no more than 100 items allowed')] : []),
    ...blocks.flatMap((block, index) => blockProblems(block, `/view/blocks/${index}`, viewBlocks)),
    ...identityProblems(blocks, '/view/blocks'),
  ];
}
