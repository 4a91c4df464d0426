import type { ModelInfo } from '../../../src/answer/models.ts';
import type { Clock } from '../../../src/lib/clock.ts';
import { errorMessage } from '../../../src/lib/errors.ts';
import type { Logger } from '../../../src/lib/logger.ts';
import type { Store } from '../../../src/memory/store.ts';
import type { MayUse } from '../../../src/turn/access.ts';
import { createPrivateAnswers } from '../answers/private-answers.ts';
import { createPublicShower } from '../answers/show-publicly.ts';
import type { ThreadMemory } from '../directory/thread-memory.ts';
import type { DiscordRest } from '../rest/discord-call.ts';
import { createAcknowledge } from './acknowledge.ts';
import { createCarryOut, type OnEvent } from './carry-out.ts';
import { decodeInteraction, type Interaction } from './decode-interaction.ts';
import { sayPrivately } from './first-responses.ts';
import { createInteractionReplies } from './interaction-replies.ts';
import { interactionSentences as sentences } from './interaction-sentences.ts';
import { createPendingQuestions } from './pending-questions.ts';
import { createServeInteraction } from './serve-interaction.ts';
import { noChoices } from './suggest-models.ts';

/** Commands, buttons and forms, as they come by the gateway. */
export type Interactions = {
  /** Takes an INTERACTION_CREATE, leaves every other event alone. Returns at once; what it starts goes on by itself. */
  onDispatch(dispatch: { readonly name: string; readonly data: unknown }): void;
  /** Until the signal aborts, what people do is handed over; before and after that they are told to try again. */
  connect(onEvent: OnEvent, signal: AbortSignal): void;
  /** Resolves when nothing is under way. */
  idle(): Promise<void>;
};

/** What interactions need. */
export type InteractionsParts = {
  readonly rest: DiscordRest;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly store: Store;
  readonly memory: ThreadMemory;
  readonly access: MayUse;
  listModels(signal: AbortSignal): Promise<readonly ModelInfo[]>;
};

/** Under way at once; who comes then is told that there is too much to do. */
const mostAtOnce = 200;
/** Saying that is work too: beyond this nothing is said any more. */
const mostAnswered = 400;

/** Each interaction goes its own way: none waits for another. */
export function createInteractions(parts: InteractionsParts): Interactions {
  const { clock, logger, access } = parts;
  const acknowledge = createAcknowledge(parts);
  const replies = createInteractionReplies(parts);
  const carryOut = createCarryOut({ replies, clock, logger });
  const serve = createServeInteraction({
    ...parts,
    acknowledge,
    carryOut,
    replies,
    pending: createPendingQuestions(parts),
    privateAnswers: createPrivateAnswers(parts.store, logger),
    shower: createPublicShower(parts),
  });
  const running = new Set<Promise<void>>();
  let listener: OnEvent | null = null;

  /** Why nothing is done for them; null when it is done. */
  function refusalOf({ place, person, roles }: Interaction): string | null {
    const { server, location, parent } = place;
    if (!access({ server, channel: location, parent, roles, person: person.id })) return sentences.mayNot;
    if (listener === null) return sentences.notListening;
    return running.size >= mostAtOnce ? sentences.busy : null;
  }

  async function refuse(interaction: Interaction, sentence: string): Promise<void> {
    await acknowledge(interaction, interaction.request.type === 'suggest' ? noChoices : sayPrivately(sentence));
  }

  async function begin(interaction: Interaction): Promise<void> {
    try {
      const refusal = refusalOf(interaction);
      if (refusal !== null || listener === null) await refuse(interaction, refusal ?? sentences.notListening);
      else await serve(interaction, listener);
    } catch (error) {
      logger.error({ interaction: interaction.id, reason: errorMessage(error) }, 'An interaction came to nothing.');
    }
  }

  return {
    onDispatch({ name, data }) {
      if (name !== 'INTERACTION_CREATE') return;
      const interaction = decodeInteraction(data, clock.now());
      if (interaction === null) {
        logger.warn({}, 'Discord sent an interaction that cannot be read.');
        return;
      }
      if (running.size >= mostAnswered) {
        logger.warn({ interaction: interaction.id }, 'An interaction was dropped: too many are under way.');
        return;
      }
      const work = begin(interaction).finally(() => running.delete(work));
      running.add(work);
    },
    connect(onEvent, signal) {
      if (signal.aborted) return;
      listener = onEvent;
      signal.addEventListener(
        'abort',
        () => {
          if (listener === onEvent) listener = null;
        },
        { once: true },
      );
    },
    async idle() {
      while (running.size > 0) await Promise.all(running);
    },
  };
}
