/** The names behind the ids in a text. Null where a name is not known. */
export type NamesInText = {
  person(id: string): string | null;
  channel(id: string): string | null;
};

// Slack writes what it knows as `<…>`, and every other `<`, `>` and `&` as an entity
// (https://docs.slack.dev/messaging/formatting-message-text).
const special = /<([^<>]*)>/g;
const mention = /<@([UW][A-Z0-9]+)(?:\|[^<>]*)?>/g;

/** Whether the text calls the person of that id. */
export function mentionsPerson(text: string, id: string): boolean {
  return [...text.matchAll(mention)].some(([, called]) => called === id);
}

/** Whom the text begins by calling: a person's id, or `everybody` for groups and all; null when it begins with anything else. */
export function firstCalled(text: string): string | null {
  const match = /^\s*<(?:@([UW][A-Z0-9]+)|!(?:subteam\^|channel|here|everyone)[^<>]*)(?:\|[^<>]*)?>/.exec(text);
  return match === null ? null : (match[1] ?? 'everybody');
}

/** The ids in a text that come without a name: first of people, then of channels; each once. */
export function namelessIds(text: string): {
  readonly people: readonly string[];
  readonly channels: readonly string[];
} {
  const idsBy = (pattern: RegExp) => [...new Set([...text.matchAll(pattern)].flatMap(([, id]) => id ?? []))];
  return { people: idsBy(/<@([UW][A-Z0-9]+)\|?>/g), channels: idsBy(/<#([CGD][A-Z0-9]+)\|?>/g) };
}

/** A mention together with the comma or colon behind it; before the end of a sentence with the one in front of it. */
function withoutMention(text: string, id: string): string {
  const call = `<@${id}(?:\\|[^<>]*)?>`;
  return text
    .replace(new RegExp(`,? ?${call}(?= ?[?.!](?!\\S))`, 'g'), '')
    .replace(new RegExp(` ?${call}[,:]? ?`, 'g'), ' ');
}

function toCommand(name: string, label: string): string {
  switch (name.split('^')[0]) {
    case 'here':
    case 'channel':
    case 'everyone':
      return `@${name}`;
    case 'subteam':
      return label === '' ? '@group' : `@${label.replace(/^@/, '')}`;
    // `<!date^1392734382^{date}|Feb 18>`: what people see where nothing can be made of it.
    default:
      return label === '' ? '' : label;
  }
}

function toReadable(inside: string, names: NamesInText): string {
  const bar = inside.indexOf('|');
  const target = bar === -1 ? inside : inside.slice(0, bar);
  const label = bar === -1 ? '' : inside.slice(bar + 1);
  const id = target.slice(1);
  switch (target[0]) {
    case '@':
      return `@${label || names.person(id) || 'somebody'}`;
    case '#':
      return `#${label || names.channel(id) || 'channel'}`;
    case '!':
      return toCommand(id, label);
    default:
      // Slack makes links of what looks like one: `<http://gpt-4.1|gpt-4.1>` was typed without the rest.
      return label || target.replace(/^(?:mailto|tel):/, '');
  }
}

const entities: Readonly<Record<string, string>> = { '&lt;': '<', '&gt;': '>', '&amp;': '&' };

/**
 * The text as a person reads it: without the call of the bot, with names for ids, links as they were written. Nobody is called by
 * what comes out of it.
 */
export function readableText(text: string, botUserId: string, names: NamesInText): string {
  return withoutMention(text, botUserId)
    .replace(special, (_, inside: string) => toReadable(inside, names))
    .replace(/&(?:lt|gt|amp);/g, (entity) => entities[entity] ?? entity)
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n')
    .trim();
}

const quoted = /(^|\s)[`"'“”‘’]+([\w.:/-]+)[`"'“”‘’]+(?=\s|$)/;

/** A command whose model was put into quotes or marked as code, or that is called otherwise here, as it was meant; every other text as it is. */
export function withPlainCommand(text: string): string {
  const search = /^\s*([!/]?)websearch(\s+(?:on|off))?\s*$/i.exec(text);
  // The slash command for it has this name in Slack.
  if (search !== null) return `${search[1] || '/'}search${search[2] ?? ''}`;
  const match = /^(\s*(?:!m|[!/]?models?)\b)([\s\S]*)$/i.exec(text);
  if (match === null) return text;
  const [, command = '', rest = ''] = match;
  const [first = '', ...more] = rest.split('\n');
  return [`${command}${first.replace(quoted, '$1$2')}`, ...more].join('\n');
}
