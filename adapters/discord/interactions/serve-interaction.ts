import type { ModelInfo } from '../../../src/answer/models.ts';
import type { Clock } from '../../../src/lib/clock.ts';
import { errorMessage } from '../../../src/lib/errors.ts';
import type { Logger } from '../../../src/lib/logger.ts';
import type { InboxEvent } from '../../../src/turn/inbox.ts';
import type { Turn } from '../../../src/turn/turn.ts';
import type { PrivateAnswers } from '../answers/private-answers.ts';
import type { PublicShower } from '../answers/show-publicly.ts';
import type { Acknowledge, FirstResponse } from './acknowledge.ts';
import { planPress } from './answer-press.ts';
import { type Acknowledged, type CarryOut, type OnEvent, receiptSentence } from './carry-out.ts';
import type { AnswerPress, Interaction, InteractionRequest, ShowPress } from './decode-interaction.ts';
import { deferAnswer, deferUpdate, sayPrivately } from './first-responses.ts';
import { giveUpAfter } from './give-up-after.ts';
import type { InteractionReplies } from './interaction-replies.ts';
import { interactionSentences as sentences } from './interaction-sentences.ts';
import { toInteractionRoute, toInteractionTurn } from './interaction-turn.ts';
import type { PendingQuestions } from './pending-questions.ts';
import { renderQuestionForm } from './question-form.ts';
import { rowsWithout } from './rows-without.ts';
import { suggestModels } from './suggest-models.ts';

/** What serving needs. */
export type ServeInteractionParts = {
  readonly acknowledge: Acknowledge;
  readonly carryOut: CarryOut;
  readonly replies: InteractionReplies;
  readonly pending: PendingQuestions;
  readonly shower: PublicShower;
  readonly privateAnswers: PrivateAnswers;
  readonly clock: Clock;
  readonly logger: Logger;
  listModels(signal: AbortSignal): Promise<readonly ModelInfo[]>;
};

/** Does what was asked for. The acknowledgement comes first, before anything that could take time. */
export type ServeInteraction = (interaction: Interaction, onEvent: OnEvent) => Promise<void>;

type Request<Type extends InteractionRequest['type']> = Extract<InteractionRequest, { type: Type }>;

/** Not longer is waited until pictures are stored that are in memory anyway. */
const keepLimitMs = 30_000;

/** One way for each kind of request. */
export function createServeInteraction(parts: ServeInteractionParts): ServeInteraction {
  const { acknowledge, carryOut, replies, pending, privateAnswers, clock, logger } = parts;

  /** Acknowledges, then does the work, unless nobody would see it any more. */
  async function after(
    interaction: Interaction,
    response: FirstResponse,
    isThinking: boolean,
    work: (acknowledged: Acknowledged, signal: AbortSignal) => Promise<string | null>,
    failureSentence: string = sentences.notKept,
  ): Promise<void> {
    const outcome = await acknowledge(interaction, response);
    if (outcome === 'lost') return;
    const acknowledged = { isThinking, isFirst: outcome === 'done' };
    await carryOut(interaction, acknowledged, (signal) => work(acknowledged, signal), failureSentence);
  }

  async function submit(event: InboxEvent, onEvent: OnEvent, acknowledged: Acknowledged): Promise<string | null> {
    return receiptSentence(event, await onEvent(event), acknowledged);
  }

  function take(interaction: Interaction, turn: Turn, visibility: 'public' | 'private', onEvent: OnEvent) {
    return after(interaction, deferAnswer(visibility), true, (acknowledged) =>
      submit({ type: 'turn', turn }, onEvent, acknowledged),
    );
  }

  function ask(interaction: Interaction, { question, images }: Request<'ask'>, onEvent: OnEvent) {
    const turn = toInteractionTurn(interaction, {
      text: `/ask ${question}`,
      images,
      visibility: 'public',
      about: null,
      aside: false,
      conversation: 'in threads',
    });
    return take(interaction, turn, 'public', onEvent);
  }

  function command(interaction: Interaction, { text }: Request<'command'>, onEvent: OnEvent) {
    const turn = toInteractionTurn(interaction, {
      text,
      images: [],
      visibility: 'private',
      about: null,
      aside: true,
      conversation: 'here',
    });
    return take(interaction, turn, 'private', onEvent);
  }

  async function point(interaction: Interaction, { message, images }: Request<'point'>) {
    if (images.length === 0) {
      await acknowledge(interaction, sayPrivately(sentences.noPicture));
      return;
    }
    // Before the form is there, so that it cannot come back too early.
    pending.note(interaction.id, { person: interaction.person.id, message, images });
    if ((await acknowledge(interaction, renderQuestionForm(interaction.id))) === 'lost') return;
    try {
      await giveUpAfter(clock, keepLimitMs, () => pending.keep(interaction.id));
    } catch (error) {
      logger.warn(
        { interaction: interaction.id, reason: errorMessage(error) },
        'Pictures that wait for their question are in memory only.',
      );
    }
  }

  function form(interaction: Interaction, { key, question }: Request<'form'>, onEvent: OnEvent) {
    return after(interaction, deferAnswer('private'), true, async (acknowledged, signal) => {
      const pointed = await pending.find(key, interaction.person.id);
      // By now the person may have been told that it failed.
      signal.throwIfAborted();
      if (pointed === null) return sentences.picturesGone;
      const turn = toInteractionTurn(interaction, {
        text: `/ask ${question}`,
        images: pointed.images,
        visibility: 'private',
        about: pointed.message,
        aside: false,
        conversation: 'own',
      });
      return submit({ type: 'turn', turn }, onEvent, acknowledged);
    });
  }

  /** The message that the private answer of before was about: the new one is about the same. */
  async function aboutOf({ subject, isPrivate }: AnswerPress): Promise<string | null> {
    const [before] = /\d+$/.exec(subject) ?? [];
    if (!isPrivate || before === undefined) return null;
    return (await privateAnswers.get(before))?.about ?? null;
  }

  function press(interaction: Interaction, pressed: AnswerPress, onEvent: OnEvent) {
    const plan = planPress(interaction, pressed);
    return after(interaction, plan.response, plan.isThinking, async (acknowledged, signal) => {
      const about = plan.isThinking ? await aboutOf(pressed) : null;
      signal.throwIfAborted();
      return submit(plan.event(about), onEvent, acknowledged);
    });
  }

  /** The button goes when the answer is shown: until then it can be pressed again. */
  function show(interaction: Interaction, { answer, customId, rows }: ShowPress) {
    const route = toInteractionRoute(interaction, 'private', null);
    const work = async (_: Acknowledged, signal: AbortSignal) => {
      if ((await parts.shower.show(answer, route, interaction.place.location, signal)) === 'unknown') {
        return sentences.answerGone;
      }
      const left = rowsWithout(rows, customId);
      if (left !== null) await replies.changeRows(interaction, left);
      return null;
    };
    return after(interaction, deferUpdate, false, work, sentences.notShown);
  }

  async function suggest(interaction: Interaction, { typed }: Request<'suggest'>) {
    const { receivedAtMs } = interaction;
    await acknowledge(interaction, await suggestModels({ typed, receivedAtMs }, parts));
  }

  async function refuseUnknown(interaction: Interaction, { what }: Request<'unknown'>) {
    const sentence = what === 'button' ? sentences.unknownButton : sentences.unknownCommand;
    await acknowledge(interaction, sayPrivately(sentence));
  }

  return async function serve(interaction, onEvent) {
    const { request } = interaction;
    switch (request.type) {
      case 'ask':
        return ask(interaction, request, onEvent);
      case 'command':
        return command(interaction, request, onEvent);
      case 'suggest':
        return suggest(interaction, request);
      case 'point':
        return point(interaction, request);
      case 'form':
        return form(interaction, request, onEvent);
      case 'press':
        return press(interaction, request.press, onEvent);
      case 'show':
        return show(interaction, request.show);
      case 'unknown':
        return refuseUnknown(interaction, request);
      default:
        return request satisfies never;
    }
  };
}
