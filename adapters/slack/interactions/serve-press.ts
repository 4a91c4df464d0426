import type { InboxEvent } from '../../../src/turn/inbox.ts';
import type { Person } from '../../../src/turn/turn.ts';
import type { AnswerAction } from '../answers/custom-ids.ts';
import type { FindAsker } from '../directory/asker.ts';
import type { SlackMayUse } from '../directory/slack-access.ts';
import type { OnEvent } from '../inbox.ts';
import type { CarryOut } from './carry-out.ts';
import type { Interaction } from './decode-interaction.ts';
import { interactionSentences as sentences } from './interaction-sentences.ts';
import { receiptSentence } from './receipt-sentence.ts';
import type { Served } from './served.ts';
import type { Whisper } from './whisper.ts';

/** A button under an answer, or a choice in its menu of models. */
export type ServePress = (
  interaction: Interaction,
  press: { readonly id: string; readonly action: AnswerAction | null },
  onEvent: OnEvent,
) => Promise<Served>;

function toEvent(action: AnswerAction, id: string, person: Person, receivedAtMs: number): InboxEvent {
  const { type, subject } = action;
  switch (type) {
    case 'stop':
      return { type, subject, person };
    case 'feedback':
      return { type, subject, person, verdict: action.verdict };
    case 'again':
    case 'model': {
      const model = type === 'model' ? action.model : null;
      // Into the same messages.
      return { type: 'again', subject, id, model, route: null, person, receivedAtMs };
    }
    default:
      return action satisfies never;
  }
}

/** An acknowledgement has no words here: what there is to be said is said after it. */
export function createServePress(parts: {
  readonly carryOut: CarryOut;
  readonly whisper: Whisper;
  readonly findAsker: FindAsker;
  readonly mayUse: SlackMayUse;
}): ServePress {
  const { carryOut, whisper, findAsker, mayUse } = parts;

  return async function servePress(interaction, { id, action }, onEvent) {
    const { channel, user, userTeam, receivedAtMs } = interaction;
    const direct = channel.startsWith('D');
    const { sentence, via, rest } = await carryOut(interaction, async (through, signal) => {
      if (action === null) return sentences.unknownButton;
      const where = { via: through, channel, isDirect: direct, isShared: false, user, userTeam };
      const asker = await findAsker(where, signal);
      const access = { via: through, tenant: asker.tenant, userTeam: asker.userTeam, channel, direct, person: user };
      if (!mayUse(access)) return sentences.mayNot;
      signal.throwIfAborted();
      const event = toEvent(action, id, asker.person, receivedAtMs);
      return receiptSentence(event, await onEvent(event));
    });
    return { answer: undefined, rest: sentence === null ? rest : whisper(interaction, via, sentence) };
  };
}
