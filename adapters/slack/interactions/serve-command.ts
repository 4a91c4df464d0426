import { slackCommandSentence } from '../commands/slack-command-sentence.ts';
import type { FindAsker } from '../directory/asker.ts';
import type { SlackMayUse } from '../directory/slack-access.ts';
import type { OnEvent } from '../inbox.ts';
import type { CarryOut } from './carry-out.ts';
import type { Interaction } from './decode-interaction.ts';
import type { DirectMessages } from './direct-messages.ts';
import { interactionSentences as sentences } from './interaction-sentences.ts';
import { toCommandTurn } from './interaction-turn.ts';
import type { OpenForm } from './open-form.ts';
import { renderQuestionForm } from './question-form.ts';
import { receiptSentence } from './receipt-sentence.ts';
import { nothingMore, type Served } from './served.ts';

/** What slash commands need. */
export type ServeCommandParts = {
  readonly carryOut: CarryOut;
  readonly openForm: OpenForm;
  readonly directMessages: DirectMessages;
  readonly findAsker: FindAsker;
  readonly mayUse: SlackMayUse;
};

/** Slash commands. Whatever there is to be said at once goes into the acknowledgement, for the person alone. */
export type ServeCommand = {
  ask(interaction: Interaction, question: string): Promise<Served>;
  command(interaction: Interaction, text: string, onEvent: OnEvent): Promise<Served>;
};

/** An acknowledgement of a command, with a sentence or without a word. */
export function toCommandAnswer(sentence: string | null): unknown {
  return sentence === null ? undefined : { response_type: 'ephemeral', text: sentence };
}

/** Nothing is remembered from one command to the next. */
export function createServeCommand(parts: ServeCommandParts): ServeCommand {
  const { carryOut, openForm, directMessages, findAsker, mayUse } = parts;

  const serve = async (interaction: Interaction, work: Parameters<CarryOut>[1]): Promise<Served> => {
    const { sentence, rest } = await carryOut(interaction, work);
    return { answer: toCommandAnswer(sentence), rest };
  };

  /** People write to each other directly, too; a direct conversation that cannot be told from the bot's counts as that. */
  const isWithBot = async (via: string, { channel, user }: Interaction, signal: AbortSignal): Promise<boolean> => {
    if (!channel.startsWith('D')) return false;
    return ((await directMessages.find(via, user, signal)) ?? channel) === channel;
  };

  return {
    ask: (interaction, question) =>
      serve(interaction, async (via) => {
        const { channel, user, userTeam } = interaction;
        // What costs a question to Slack is asked when the form comes back: the trigger does not wait.
        const direct = channel.startsWith('D');
        if (!mayUse({ via, tenant: via, userTeam, channel, direct, person: user })) return sentences.mayNot;
        return openForm(interaction, via, renderQuestionForm({ via, channel, about: null }, question));
      }),
    command: (interaction, text, onEvent) =>
      serve(interaction, async (via, signal) => {
        const { channel, user, userTeam, trigger, responseUrl, receivedAtMs } = interaction;
        if (trigger === null || responseUrl === null) return sentences.unknownCommand;
        const isDirect = channel.startsWith('D');
        const [asker, direct] = await Promise.all([
          findAsker({ via, channel, isDirect, isShared: false, user, userTeam }, signal),
          isWithBot(via, interaction, signal),
        ]);
        const { person, tenant } = asker;
        if (!mayUse({ via, tenant, userTeam: asker.userTeam, channel, direct, person: user })) return sentences.mayNot;
        const sentence = slackCommandSentence(text, direct);
        if (sentence !== null) return sentence;
        // By now the person may have been told that it failed.
        signal.throwIfAborted();
        const standing = { via, tenant, channel, person, receivedAtMs };
        const event = { type: 'turn', turn: toCommandTurn(standing, { trigger, responseUrl, text, direct }) } as const;
        return receiptSentence(event, await onEvent(event));
      }),
  };
}

/** A command that this version does not have. */
export function refuseCommand(): Served {
  return { answer: toCommandAnswer(sentences.unknownCommand), rest: nothingMore };
}
