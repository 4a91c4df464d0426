import type { AnswerEvent } from './answer/answer-event.ts';
import { StopRequest } from './answer/stop-request.ts';
import type { Deliver, DeliveryOutcome } from './delivery/deliver.ts';
import type { Outbox } from './delivery/outbox.ts';
import type { ImageSource } from './images/image-source.ts';
import { errorMessage } from './lib/errors.ts';
import type { Logger } from './lib/logger.ts';
import type { Metrics } from './lib/metrics.ts';
import type { Inbox, InboxEvent, Receipt } from './turn/inbox.ts';
import { createProgressKeeper, type ProgressKeeper } from './turn/progress-keeper.ts';
import type { Turn } from './turn/turn.ts';
import type { ClaimedTurn, TurnQueue } from './turn/turn-queue.ts';

/** A place where people talk: turns come in by its inbox, answers leave by its outbox. */
export type Platform = { readonly inbox: Inbox; readonly outbox: Outbox; readonly downloadImage: ImageSource };

/** A turn that is being answered. `attempt` is 1 the first time, more after a crash. */
export type RunningTurn = { readonly turn: Turn; readonly attempt: number; readonly progress: ProgressKeeper };

/** Everything the bot is made of. */
export type BotParts = {
  readonly platforms: readonly Platform[];
  readonly queue: TurnQueue;
  /** What to say to a turn: a command's sentence or a model's answer. Nothing happens before its events are read. */
  compose(running: RunningTurn, platform: Platform, signal: AbortSignal): AsyncIterable<AnswerEvent>;
  /** Brings the words to the place, whatever it takes. */
  readonly deliver: Deliver;
  sayBusy(turn: Turn, outbox: Outbox, signal: AbortSignal): Promise<void>;
  readonly logger: Logger;
  readonly metrics: Metrics;
};

/** The bot. */
export type Bot = {
  /**
   * Takes turns and answers them. `intake` ends the taking; answers that are running then go on. `abandon` breaks them off:
   * the next start finishes them. Resolves when nothing runs any more.
   */
  run(intake: AbortSignal, abandon: AbortSignal): Promise<void>;
};

/** The path of a turn: in by an inbox, durable in the queue, composed, delivered, remembered. */
export function createBot(parts: BotParts): Bot {
  const { platforms, queue, logger, metrics } = parts;
  const running = new Map<string, { readonly turn: Turn; readonly stop: AbortController }>();

  function stopAnswer(turnId: string, person: Turn['person']): Receipt {
    const answer = running.get(turnId);
    if (answer === undefined) return 'refused';
    if (answer.turn.person.id !== person.id && !person.moderator) return 'refused';
    answer.stop.abort(new StopRequest());
    return 'accepted';
  }

  async function takeTurn(turn: Turn, outbox: Outbox, signal: AbortSignal): Promise<Receipt> {
    const taken = await queue.accept(turn);
    if (taken !== 'full') {
      if (taken === 'accepted') metrics.count('turns_accepted_total', { platform: turn.platform });
      return taken;
    }
    metrics.count('turns_refused_total', { platform: turn.platform });
    await parts.sayBusy(turn, outbox, signal);
    return 'busy';
  }

  function listen({ inbox, outbox }: Platform, signal: AbortSignal): Promise<void> {
    const onEvent = async (event: InboxEvent) =>
      event.type === 'stop' ? stopAnswer(event.turnId, event.person) : takeTurn(event.turn, outbox, signal);
    return inbox.listen(onEvent, signal);
  }

  async function answer(turn: RunningTurn, platform: Platform, signal: AbortSignal): Promise<DeliveryOutcome> {
    const place = await platform.outbox.open(turn.turn, signal);
    return parts.deliver(turn, place, platform.outbox, parts.compose(turn, platform, signal), signal);
  }

  async function work(claimed: ClaimedTurn, abandon: AbortSignal): Promise<void> {
    const { turn } = claimed;
    const platform = platforms.find(({ inbox }) => inbox.name === turn.platform);
    if (platform === undefined) {
      logger.warn(
        { turn: turn.id, platform: turn.platform },
        'A turn of a platform that is not configured any more was dropped.',
      );
      return;
    }
    const stop = new AbortController();
    running.set(turn.id, { turn, stop });
    try {
      const runningTurn = { turn, attempt: claimed.attempt, progress: createProgressKeeper(claimed) };
      const outcome = await answer(runningTurn, platform, AbortSignal.any([abandon, stop.signal]));
      metrics.count('answers_total', { platform: turn.platform, outcome: outcome.type });
    } catch (error) {
      if (abandon.aborted) throw error;
      // Not even a failure sentence got through: trying again for ever would help nobody.
      metrics.count('answers_total', { platform: turn.platform, outcome: 'lost' });
      logger.error({ turn: turn.id, reason: errorMessage(error) }, 'An answer could not be delivered.');
    } finally {
      running.delete(turn.id);
    }
  }

  return {
    async run(intake, abandon) {
      const inboxes = platforms.map((platform) => listen(platform, intake));
      await Promise.all([...inboxes, queue.work((claimed) => work(claimed, abandon), intake)]);
    },
  };
}
