import { canAnswer, defaultModel, describeModel, findModel, type ModelInfo } from './answer/models.ts';
import type { Conversation } from './memory/conversation.ts';
import type { Preferences } from './memory/preferences.ts';
import type { Command, ModelScope } from './turn/commands.ts';
import type { Turn } from './turn/turn.ts';

/** What commands need to know. */
export type CommandTools = {
  listModels(signal: AbortSignal): Promise<readonly ModelInfo[]>;
  readonly preferences: Preferences;
  readonly configuredModel: string | null;
  /** A conversation before its first question, for `/new`. */
  freshConversation(): Conversation;
};

/** The bot's sentence, and the conversation as it is from now on. */
export type CommandResult = { readonly text: string; readonly conversation: Conversation };

const helpText = [
  'Mention me with a picture and a question, and I answer in a thread. Write on in the thread to ask more about the same pictures.',
  '',
  '- `/model` lists the models; `/model NAME` switches. Add `thread`, `me`, `channel` or `server` to say for whom.',
  '- `!m MODEL question` asks another model once.',
  '- `/search on` and `/search off`: whether models may search the web in this conversation.',
  '- `/new` starts afresh here: earlier pictures and questions are left behind.',
  '',
  'I take JPEG, PNG, WebP and GIF pictures of up to 20 MB and 50 megapixels, ten at a time.',
].join('\n');

/** Whether the turn was written where a conversation is: in a thread or a direct message, not openly in a channel. */
function isInConversation(turn: Turn): boolean {
  return turn.direct || (turn.thread !== turn.channel && !turn.opensThread);
}

function scopeWords(scope: ModelScope): string {
  switch (scope) {
    case 'thread':
      return 'in this conversation';
    case 'me':
      return 'whenever you ask';
    case 'channel':
      return 'in this channel';
    case 'server':
      return 'on this server';
    default:
      return scope satisfies never;
  }
}

/** The model that would answer now, and why that one. */
export async function chosenModel(
  turn: Turn,
  conversation: Conversation,
  models: readonly ModelInfo[],
  tools: Pick<CommandTools, 'preferences' | 'configuredModel'>,
): Promise<{ model: ModelInfo | undefined; scope: ModelScope | null; written: string | null }> {
  const preferred = conversation.model === null ? await tools.preferences.chosenModel(turn) : null;
  const written = conversation.model ?? preferred?.model ?? null;
  if (written === null) return { model: defaultModel(models, tools.configuredModel), scope: null, written };
  return {
    model: findModel(models, written),
    scope: conversation.model === null ? (preferred?.scope ?? null) : 'thread',
    written,
  };
}

async function listText(
  turn: Turn,
  conversation: Conversation,
  tools: CommandTools,
  signal: AbortSignal,
): Promise<string> {
  const models = await tools.listModels(signal);
  const current = await chosenModel(turn, conversation, models, tools);
  const why = current.scope === null ? '' : `, chosen ${scopeWords(current.scope)}`;
  const ready = models.filter(canAnswer);
  const others = models.filter((model) => !canAnswer(model));
  return [
    current.model === undefined ? 'No model can answer now.' : `Answers come from \`${current.model.id}\`${why}.`,
    '',
    '**Ready**',
    ...(ready.length === 0 ? ['- none'] : ready.map((model) => `- ${describeModel(model)}`)),
    ...(others.length === 0 ? [] : ['', '**Not available**']),
    ...others.map(
      (model) => `- ${describeModel(model)} · ${model.unavailableBecause ?? 'cannot be asked about pictures'}`,
    ),
    '',
    'Switch with `/model NAME`.',
  ].join('\n');
}

function refusal(models: readonly ModelInfo[], written: string, model: ModelInfo | undefined): string | null {
  if (model === undefined) {
    const near = models.filter((each) => each.id.toLowerCase().includes(written.toLowerCase())).slice(0, 3);
    const hint = near.length === 0 ? '' : ` Did you mean ${near.map((each) => `\`${each.id}\``).join(' or ')}?`;
    return `There is no model “${written.slice(0, 80)}”.${hint} Write /model to see them all.`;
  }
  if (model.unavailableBecause !== null) return `\`${model.id}\` cannot be asked: ${model.unavailableBecause}`;
  if (!model.seesPictures) return `\`${model.id}\` does not see pictures. Write /model to see which ones do.`;
  return null;
}

/** Why that model cannot answer about pictures now, as a sentence; null when it can. */
export function modelRefusal(models: readonly ModelInfo[], written: string): string | null {
  return refusal(models, written, findModel(models, written));
}

async function setModel(
  command: Extract<Command, { name: 'model-set' }>,
  turn: Turn,
  conversation: Conversation,
  tools: CommandTools,
  signal: AbortSignal,
): Promise<CommandResult> {
  const models = await tools.listModels(signal);
  const model = findModel(models, command.model);
  const refused = refusal(models, command.model, model);
  if (refused !== null || model === undefined) return { text: refused ?? '', conversation };
  const scope = command.scope ?? (isInConversation(turn) ? 'thread' : 'me');
  if (scope === 'thread' && !isInConversation(turn)) {
    return {
      text: 'There is no thread here. Write that in a thread, or add “me”, “channel” or “server”.',
      conversation,
    };
  }
  if ((scope === 'channel' || scope === 'server') && !turn.person.moderator) {
    return {
      text: `Only moderators can switch the model for the whole ${scope}. Try /model ${model.id} me.`,
      conversation,
    };
  }
  if (scope === 'thread') {
    return {
      text: `\`${model.id}\` answers ${scopeWords(scope)} from now on.`,
      conversation: { ...conversation, model: model.id },
    };
  }
  await tools.preferences.set(scope, turn, model.id);
  const held = conversation.model !== null ? ` This conversation stays with \`${conversation.model}\`.` : '';
  return { text: `\`${model.id}\` answers ${scopeWords(scope)} from now on.${held}`, conversation };
}

/** Carries a command out. A refusal is a sentence like any other; nothing is changed then. */
export async function runCommand(
  command: Command,
  turn: Turn,
  conversation: Conversation,
  tools: CommandTools,
  signal: AbortSignal,
): Promise<CommandResult> {
  switch (command.name) {
    case 'model-list':
      return { text: await listText(turn, conversation, tools, signal), conversation };
    case 'model-set':
      return setModel(command, turn, conversation, tools, signal);
    case 'new':
      if (!isInConversation(turn)) {
        return {
          text: 'Each mention in a channel starts afresh already. Use /new in a thread or a direct message.',
          conversation,
        };
      }
      return {
        text: 'A new conversation starts here. Earlier pictures and questions are left behind.',
        conversation: { ...tools.freshConversation(), model: conversation.model },
      };
    case 'help':
      return { text: helpText, conversation };
    case 'search':
      if (!isInConversation(turn)) {
        return {
          text: 'Web search is set for a conversation. Write that in a thread or a direct message.',
          conversation,
        };
      }
      return {
        text: command.on
          ? 'Models may search the web in this conversation.'
          : 'Web search is off in this conversation.',
        conversation: { ...conversation, webSearch: command.on },
      };
    case 'not-understood':
      return { text: command.sentence, conversation };
    default:
      return command satisfies never;
  }
}
