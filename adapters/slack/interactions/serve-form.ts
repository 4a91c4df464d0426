import type { Clock } from '../../../src/lib/clock.ts';
import { errorMessage } from '../../../src/lib/errors.ts';
import type { Logger } from '../../../src/lib/logger.ts';
import type { ImageRef } from '../../../src/turn/image-ref.ts';
import type { Turn } from '../../../src/turn/turn.ts';
import type { Asker, FindAsker } from '../directory/asker.ts';
import type { SlackMayUse } from '../directory/slack-access.ts';
import type { OnEvent } from '../inbox.ts';
import { toFileRefs } from '../pictures/picture-refs.ts';
import type { Workspaces } from '../workspaces/workspace.ts';
import { acknowledgeWithinMs } from './carry-out.ts';
import type { Interaction } from './decode-interaction.ts';
import type { DirectMessages } from './direct-messages.ts';
import { findVia } from './find-via.ts';
import { closeForm, errorAt, noticeInstead } from './form-answers.ts';
import { giveUpAfter } from './give-up-after.ts';
import { interactionSentences as sentences } from './interaction-sentences.ts';
import { toDirectTurn, toThreadTurn } from './interaction-turn.ts';
import type { LookAtMessage } from './look-at-message.ts';
import type { PendingQuestions } from './pending-questions.ts';
import { formIds, hasChoiceOfPlace } from './question-form.ts';
import type { FilledForm } from './read-form.ts';
import type { Served } from './served.ts';
import { nothingMore } from './served.ts';

/** What a question of a form needs. */
export type ServeFormParts = {
  readonly workspaces: Workspaces;
  readonly pending: PendingQuestions;
  readonly directMessages: DirectMessages;
  readonly lookAtMessage: LookAtMessage;
  readonly findAsker: FindAsker;
  readonly mayUse: SlackMayUse;
  readonly clock: Clock;
  readonly logger: Logger;
};

/** The form came back: it closes when its question is durable, and else says why not. */
export type ServeForm = (interaction: Interaction, form: FilledForm | null, onEvent: OnEvent) => Promise<Served>;

/** What is known before it is decided where the answer goes. */
type Question = {
  readonly interaction: Interaction;
  readonly form: FilledForm;
  readonly via: string;
  readonly images: readonly ImageRef[];
  readonly asker: Asker;
};

/** The turn, or what the form shows instead. */
type Decided = { readonly turn: Turn } | { readonly answer: unknown };

/** There is no later for a form: what takes longer than Slack waits has failed, and may be sent once more. */
export function createServeForm(parts: ServeFormParts): ServeForm {
  const { workspaces, pending, directMessages, lookAtMessage, findAsker, mayUse, clock, logger } = parts;

  async function findImages(via: string, form: FilledForm, person: string): Promise<readonly ImageRef[] | null> {
    const { about } = form.memo;
    if (about === null) return toFileRefs(form.files, { via, channel: '', ts: '' });
    return pending.find({ via, key: about.key, person });
  }

  async function decideThread(question: Question, signal: AbortSignal): Promise<Decided> {
    const { interaction, form, via, images, asker } = question;
    const { channel, about } = form.memo;
    if (about === null) return { answer: noticeInstead(sentences.unknownForm) };
    const standing = await lookAtMessage({ via, channel, message: about.message }, signal);
    if (standing === 'gone') return { answer: errorAt(formIds.visibility, sentences.messageGone) };
    if (standing === 'out of reach') return { answer: errorAt(formIds.visibility, sentences.notInChannel) };
    const { person, tenant, userTeam } = asker;
    const at = { via, tenant, channel, person, receivedAtMs: interaction.receivedAtMs };
    return { turn: toThreadTurn(at, form, { userTeam, images }, about) };
  }

  async function decideDirect(question: Question, signal: AbortSignal): Promise<Decided> {
    const { interaction, form, via, images, asker } = question;
    const { user, userTeam, receivedAtMs } = interaction;
    const input = hasChoiceOfPlace(form.memo) ? formIds.visibility : formIds.question;
    const channel = await directMessages.find(via, user, signal);
    if (channel === null) return { answer: errorAt(input, sentences.noDirectMessages) };
    if (!mayUse({ via, tenant: via, userTeam: asker.userTeam, channel, direct: true, person: user })) {
      return { answer: errorAt(input, sentences.mayNotDirect) };
    }
    // Who it is, is known by now; what they may there is something else than where they asked.
    const there = await findAsker({ via, channel, isDirect: true, isShared: false, user, userTeam }, signal);
    const at = { via, tenant: there.tenant, channel, person: there.person, receivedAtMs };
    return { turn: toDirectTurn(at, form, { userTeam: there.userTeam, images }) };
  }

  async function decide(interaction: Interaction, form: FilledForm, signal: AbortSignal): Promise<Decided> {
    const { user, userTeam } = interaction;
    const { channel, about } = form.memo;
    const via = await findVia(workspaces, interaction, signal);
    if (via === null) return { answer: noticeInstead(sentences.notInstalled) };
    if (about === null && form.files.length === 0) {
      return { answer: errorAt(formIds.pictures, sentences.noPictureGiven) };
    }
    const isDirect = channel.startsWith('D');
    const [images, asker] = await Promise.all([
      findImages(via, form, user),
      findAsker({ via, channel, isDirect, isShared: false, user, userTeam }, signal),
    ]);
    const access = { via, tenant: asker.tenant, userTeam: asker.userTeam, channel, direct: isDirect, person: user };
    if (!mayUse(access)) return { answer: noticeInstead(sentences.mayNot) };
    if (images === null) return { answer: noticeInstead(sentences.picturesGone) };
    const question = { interaction, form, via, images, asker };
    return form.visibility === 'everyone' ? decideThread(question, signal) : decideDirect(question, signal);
  }

  async function submit(
    interaction: Interaction,
    form: FilledForm,
    onEvent: OnEvent,
    signal: AbortSignal,
  ): Promise<unknown> {
    const decided = await decide(interaction, form, signal);
    if ('answer' in decided) return decided.answer;
    // By now the person may have been told that it failed.
    signal.throwIfAborted();
    const receipt = await onEvent({ type: 'turn', turn: decided.turn });
    // A form that was sent again after a failure may have been taken the first time.
    return receipt === 'busy' ? errorAt(formIds.question, sentences.busy) : closeForm;
  }

  return async function serveForm(interaction, form, onEvent) {
    if (form === null) return { answer: noticeInstead(sentences.unknownForm), rest: nothingMore };
    const leftMs = Math.max(0, interaction.receivedAtMs + acknowledgeWithinMs - clock.now());
    try {
      const answer = await giveUpAfter(clock, leftMs, (signal) => submit(interaction, form, onEvent, signal));
      return { answer, rest: nothingMore };
    } catch (error) {
      logger.error({ reason: errorMessage(error) }, 'A question from a form could not be taken.');
      return { answer: errorAt(formIds.question, sentences.notKept), rest: nothingMore };
    }
  };
}
