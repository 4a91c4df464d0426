import type { Clock } from '../../../src/lib/clock.ts';
import { errorMessage } from '../../../src/lib/errors.ts';
import type { Logger } from '../../../src/lib/logger.ts';
import type { ImageRef } from '../../../src/turn/image-ref.ts';
import type { SlackMayUse } from '../directory/slack-access.ts';
import { mayHavePicture, toBlockRefs, toFileRefs, toPreviewRefs } from '../pictures/picture-refs.ts';
import type { CarryOut } from './carry-out.ts';
import type { Interaction, InteractionRequest } from './decode-interaction.ts';
import { giveUpAfter } from './give-up-after.ts';
import { interactionSentences as sentences } from './interaction-sentences.ts';
import type { ShownMessage } from './interaction-wire.ts';
import type { OpenForm } from './open-form.ts';
import type { PendingKey, PendingQuestions } from './pending-questions.ts';
import { renderNotice, renderQuestionForm } from './question-form.ts';
import type { Served } from './served.ts';
import type { Whisper } from './whisper.ts';

type Point = Extract<InteractionRequest, { type: 'point' }>;

/** “Ask about this image” on a message: the form for the question opens, or a notice why it does not. */
export type ServePoint = (interaction: Interaction, point: Point) => Promise<Served>;

/** Not longer is waited until pictures are stored that are in memory anyway. */
const keepLimitMs = 10_000;

function imagesOf(message: ShownMessage, via: string, channel: string, ts: string): readonly ImageRef[] {
  const files = message.files ?? [];
  const attachments = message.attachments ?? [];
  const blocks = toBlockRefs(message.blocks ?? []);
  if (!mayHavePicture(files, attachments)) return blocks;
  const origin = { via, channel, ts };
  return [...toFileRefs(files, origin), ...toPreviewRefs(attachments, origin), ...blocks];
}

/** The pictures are noted before the form is there, so that it cannot come back too early. */
export function createServePoint(parts: {
  readonly carryOut: CarryOut;
  readonly openForm: OpenForm;
  readonly pending: PendingQuestions;
  readonly mayUse: SlackMayUse;
  readonly whisper: Whisper;
  readonly clock: Clock;
  readonly logger: Logger;
}): ServePoint {
  const { carryOut, openForm, pending, mayUse, whisper, clock, logger } = parts;

  async function keep(of: PendingKey): Promise<void> {
    try {
      await giveUpAfter(clock, keepLimitMs, () => pending.keep(of));
    } catch (error) {
      logger.warn({ reason: errorMessage(error) }, 'Pictures that wait for their question are in memory only.');
    }
  }

  /** Where the trigger is not used yet, a notice is seen for sure; else the sentence is left to be said otherwise. */
  async function show(interaction: Interaction, via: string, sentence: string): Promise<string | null> {
    return (await openForm(interaction, via, renderNotice(sentence))) === null ? null : sentence;
  }

  return async function servePoint(interaction, { ts, message }) {
    const { channel, user, userTeam, trigger } = interaction;
    let toBeKept: PendingKey | null = null;
    const carried = await carryOut(interaction, async (via) => {
      const direct = channel.startsWith('D');
      if (!mayUse({ via, tenant: via, userTeam, channel, direct, person: user })) {
        return show(interaction, via, sentences.mayNot);
      }
      const images = imagesOf(message, via, channel, ts);
      if (images.length === 0) return show(interaction, via, sentences.noPicture);
      const of = { via, key: trigger ?? '', person: user };
      pending.note(of, images);
      const thread = message.thread_ts && message.thread_ts !== ts ? message.thread_ts : null;
      const memo = { via, channel, about: { message: ts, thread, key: of.key } };
      const sentence = await openForm(interaction, via, renderQuestionForm(memo, ''));
      if (sentence === null) toBeKept = of;
      return sentence;
    });
    const last = async () => {
      if (carried.sentence !== null) await whisper(interaction, carried.via, carried.sentence);
      if (toBeKept !== null) await keep(toBeKept);
    };
    return { answer: undefined, rest: Promise.all([carried.rest, last()]).then(() => {}) };
  };
}
