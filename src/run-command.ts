import { canAnswer, describeModel, findModel, type ModelInfo } from './answer/models.ts';
import { chooseModel, type ModelChoices, modelRefusal, resolveModel } from './choose-model.ts';
import type { Conversation } from './memory/conversation.ts';
import type { Command, ModelScope } from './turn/commands.ts';
import type { Person, Turn } from './turn/turn.ts';

/** What commands need to know. */
export type CommandTools = ModelChoices & {
  listModels(signal: AbortSignal): Promise<readonly ModelInfo[]>;
  /** A conversation before its first question, for `/new`. */
  freshConversation(turn: Turn): Conversation;
};

/** The bot's sentence, and what becomes of the conversation; null when nothing does. */
export type CommandResult = {
  readonly text: string;
  readonly change: ((conversation: Conversation) => Conversation) | null;
};

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

function maySet(scope: ModelScope, { managesChannel, managesServer }: Person): boolean {
  switch (scope) {
    case 'thread':
    case 'me':
      return true;
    case 'channel':
      return managesChannel;
    case 'server':
      return managesServer;
    default:
      return scope satisfies never;
  }
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

async function listText(
  turn: Turn,
  conversation: Conversation,
  tools: CommandTools,
  signal: AbortSignal,
): Promise<string> {
  const models = await tools.listModels(signal);
  const choice = await chooseModel(turn, conversation, tools);
  const current = resolveModel(choice, models, tools);
  const why = choice.scope === null ? '' : `, as chosen ${scopeWords(choice.scope)}`;
  const ready = models.filter(canAnswer);
  const others = models.filter((model) => !canAnswer(model));
  return [
    current === undefined ? 'No model can answer now.' : `Answers come from \`${current.id}\`${why}.`,
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

async function setModel(
  command: Extract<Command, { name: 'model-set' }>,
  turn: Turn,
  conversation: Conversation,
  tools: CommandTools,
  signal: AbortSignal,
): Promise<CommandResult> {
  const models = await tools.listModels(signal);
  const model = findModel(models, command.model);
  const refused = modelRefusal(models, command.model);
  if (refused !== null || model === undefined) return { text: refused ?? '', change: null };
  const scope = command.scope ?? (isInConversation(turn) ? 'thread' : 'me');
  if (scope === 'thread' && !isInConversation(turn)) {
    return {
      text: 'There is no thread here. Write that in a thread, or add “me”, “channel” or “server”.',
      change: null,
    };
  }
  if (!maySet(scope, turn.person)) {
    return {
      text: `Only people who manage this ${scope} can switch its model. Try /model ${model.id} me.`,
      change: null,
    };
  }
  if (scope === 'thread') {
    return {
      text: `\`${model.id}\` answers ${scopeWords(scope)} from now on.`,
      change: (current) => ({ ...current, model: model.id }),
    };
  }
  await tools.preferences.set(scope, turn, model.id);
  const isHeld = conversation.model !== null && conversation.model !== model.id;
  const held = isHeld ? ` This conversation stays with \`${conversation.model}\`.` : '';
  return { text: `\`${model.id}\` answers ${scopeWords(scope)} from now on.${held}`, change: null };
}

/** Carries a command out. A refusal is a sentence like any other; nothing is changed then. The change of the conversation is left to the caller. */
export async function runCommand(
  command: Command,
  turn: Turn,
  conversation: Conversation,
  tools: CommandTools,
  signal: AbortSignal,
): Promise<CommandResult> {
  switch (command.name) {
    case 'model-list':
      return { text: await listText(turn, conversation, tools, signal), change: null };
    case 'model-set':
      return setModel(command, turn, conversation, tools, signal);
    case 'new':
      if (!isInConversation(turn)) {
        return {
          text: 'Each mention in a channel starts afresh already. Use /new in a thread or a direct message.',
          change: null,
        };
      }
      return {
        text: 'A new conversation starts here. Earlier pictures and questions are left behind.',
        change: (current) => ({ ...tools.freshConversation(turn), model: current.model }),
      };
    case 'help':
      return { text: helpText, change: null };
    case 'search':
      if (!isInConversation(turn)) {
        return {
          text: 'Web search is set for a conversation. Write that in a thread or a direct message.',
          change: null,
        };
      }
      return {
        text: command.on
          ? 'Models may search the web in this conversation.'
          : 'Web search is off in this conversation.',
        change: (current) => ({ ...current, webSearch: command.on }),
      };
    case 'not-understood':
      return { text: command.sentence, change: null };
    default:
      return command satisfies never;
  }
}
