/** Whom a choice of model is for. */
export const modelScopes = ['thread', 'me', 'channel', 'server'] as const;
export type ModelScope = (typeof modelScopes)[number];

/** What can be told to the bot besides asking it. */
export type Command =
  | { readonly name: 'model-list' }
  /** `scope` null: whatever fits where it was said. */
  | { readonly name: 'model-set'; readonly model: string; readonly scope: ModelScope | null }
  | { readonly name: 'new' }
  | { readonly name: 'help' }
  | { readonly name: 'search'; readonly on: boolean }
  /** Looks like a command but is none: `sentence` says what would be right. */
  | { readonly name: 'not-understood'; readonly sentence: string };

/** What a turn's text asks for. */
export type Request =
  | {
      readonly type: 'question';
      readonly text: string /** For this turn alone, by `!m`. */;
      readonly model: string | null;
    }
  | { readonly type: 'command'; readonly command: Command };

const usage = {
  model:
    'Write /model to see the models, or /model NAME to switch, with “thread”, “me”, “channel” or “server” behind it.',
  search: 'Write /search on or /search off.',
  once: 'Write !m MODEL and your question, for example: !m inspector what is this?',
  unknown: 'The commands are /model, /new, /search and /help.',
} as const;

function toScope(word: string): ModelScope | null {
  return modelScopes.find((scope) => scope === word.toLowerCase()) ?? null;
}

function toModelCommand(words: readonly string[]): Command {
  const [model, ...rest] = words;
  if (model === undefined) return { name: 'model-list' };
  const [word, extra] = rest.filter((each) => each.toLowerCase() !== 'for');
  const scope = word === undefined ? null : toScope(word);
  if (extra !== undefined || (word !== undefined && scope === null))
    return { name: 'not-understood', sentence: usage.model };
  return { name: 'model-set', model, scope };
}

function toSearchCommand(words: readonly string[]): Command {
  const word = words[0]?.toLowerCase();
  if (words.length !== 1 || (word !== 'on' && word !== 'off'))
    return { name: 'not-understood', sentence: usage.search };
  return { name: 'search', on: word === 'on' };
}

function toCommand(name: string, words: readonly string[]): Command | null {
  switch (name) {
    case 'model':
    case 'models':
      return toModelCommand(words);
    case 'search':
      return toSearchCommand(words);
    case 'new':
      return { name: 'new' };
    case 'help':
      return { name: 'help' };
    default:
      return null;
  }
}

function toQuestionForModel(rest: string): Request {
  const match = /^(\S+)(?:\s+([\s\S]+))?$/.exec(rest);
  const model = match?.[1];
  if (model === undefined) return { type: 'command', command: { name: 'not-understood', sentence: usage.once } };
  return { type: 'question', text: match?.[2]?.trim() ?? '', model };
}

/** A bare word is a command only when the whole text is one: “model of this car?” stays a question. */
function toBareCommand(name: string, words: readonly string[]): Command | null {
  const command = toCommand(name, words);
  if (command === null || command.name === 'not-understood') return null;
  return command.name === 'new' || command.name === 'help' ? (words.length === 0 ? command : null) : command;
}

/** Whether a turn's text asks something, rather than telling the bot what to do. */
export function isQuestion(text: string): boolean {
  return parseRequest(text).type === 'question';
}

/**
 * Reads a turn's text: commands with `/` or `!` in front, the same as bare words after a mention (slash commands cannot go
 * everywhere), `!m MODEL question` for one turn with another model; everything else is a question.
 */
export function parseRequest(text: string): Request {
  const trimmed = text.trim();
  const match = /^([/!]?)([a-z]+)(?=\s|$)([\s\S]*)$/i.exec(trimmed);
  if (match === null) return { type: 'question', text: trimmed, model: null };
  const [, mark = '', word = '', rest = ''] = match;
  const name = word.toLowerCase();
  const words = rest.trim() === '' ? [] : rest.trim().split(/\s+/);
  if (mark === '!' && name === 'm') return toQuestionForModel(rest.trim());
  if (mark === '/' && name === 'ask') return { type: 'question', text: rest.trim(), model: null };
  const command = mark === '' ? toBareCommand(name, words) : toCommand(name, words);
  if (command !== null) return { type: 'command', command };
  if (mark === '/') {
    return {
      type: 'command',
      command: { name: 'not-understood', sentence: `There is no command /${name}. ${usage.unknown}` },
    };
  }
  return { type: 'question', text: trimmed, model: null };
}
