import { errorMessage } from '../../../src/lib/errors.ts';
import { keepNewest } from '../../../src/lib/keep-newest.ts';
import { tupleKey } from '../../../src/lib/tuple-key.ts';
import type { DeliveryTaker, OnEvent } from '../inbox.ts';
import { decodeInteraction, type Interaction } from './decode-interaction.ts';
import { createServe, type InteractionsParts } from './serve.ts';
import { nothingMore, type Served } from './served.ts';

/** Under way at once; who comes then is told that there is too much to do. */
const mostAtOnce = 200;
/** Saying that is work too: beyond this nothing is said any more. */
const mostAnswered = 400;
/** Deliveries that are known when they come again; after a restart turns are known by their ids. */
const mostKnown = 2_000;

/** Takes commands, interactions and questions for options: each goes its own way, none waits for another. */
export function createInteractions(parts: InteractionsParts): DeliveryTaker {
  const { clock, logger } = parts;
  const { serve, refuse } = createServe(parts);
  const running = new Set<Promise<void>>();
  const known = new Map<string, Promise<unknown>>();

  async function serveSafely(interaction: Interaction, onEvent: OnEvent): Promise<Served> {
    try {
      return running.size >= mostAtOnce ? refuse(interaction) : await serve(interaction, onEvent);
    } catch (error) {
      logger.error({ reason: errorMessage(error) }, 'Something that somebody did came to nothing.');
      return { answer: undefined, rest: nothingMore };
    }
  }

  async function begin(interaction: Interaction, onEvent: OnEvent): Promise<unknown> {
    if (running.size >= mostAnswered) {
      logger.warn({}, 'Something that somebody did was dropped: too much is under way.');
      return undefined;
    }
    const served = serveSafely(interaction, onEvent);
    const whole: Promise<void> = served.then(({ rest }) => rest).finally(() => running.delete(whole));
    running.add(whole);
    return (await served).answer;
  }

  return {
    take(delivery, onEvent) {
      if (delivery.kind === 'event') return null;
      const interaction = decodeInteraction(delivery, clock.now());
      if (interaction === null) {
        logger.warn({ kind: delivery.kind }, 'Slack sent something that somebody did, which cannot be read.');
        return Promise.resolve(undefined);
      }
      const key = interaction.key === null ? null : tupleKey(interaction.teams[0]?.team ?? '', interaction.key);
      const before = key === null ? undefined : known.get(key);
      if (before !== undefined) return before;
      const answer = begin(interaction, onEvent);
      if (key !== null) keepNewest(known, key, answer, mostKnown);
      return answer;
    },
    async idle() {
      while (running.size > 0) await Promise.all(running);
    },
  };
}
