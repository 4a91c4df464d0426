import type { AnswerEvent } from './answer/answer-event.ts';
import { StopRequest } from './answer/stop-request.ts';
import { createAskings } from './askings.ts';
import { createChangeDesk } from './change-desk.ts';
import type { Deliver, DeliveryOutcome } from './delivery/deliver.ts';
import type { Outbox, Place } from './delivery/outbox.ts';
import type { ImageSource } from './images/image-source.ts';
import { createLeaving } from './leave-tenant.ts';
import type { Clock } from './lib/clock.ts';
import { errorMessage } from './lib/errors.ts';
import type { Logger } from './lib/logger.ts';
import type { Metrics } from './lib/metrics.ts';
import type { Answers, RememberedAnswer } from './memory/answers.ts';
import type { Feedback } from './memory/feedback.ts';
import { removeAnswer } from './remove-answer.ts';
import type { SayPlainly } from './say-plainly.ts';
import { isQuestion } from './turn/commands.ts';
import type { Inbox, Receipt } from './turn/inbox.ts';
import { createProgressKeeper, type ProgressKeeper } from './turn/progress-keeper.ts';
import type { Turn } from './turn/turn.ts';
import type { ClaimedTurn, TurnQueue } from './turn/turn-queue.ts';

/** A place where people talk: turns come in by its inbox, answers leave by its outbox. */
export type Platform = {
  readonly inbox: Inbox;
  readonly outbox: Outbox;
  readonly downloadImage: ImageSource;
  /** What to say to whoever asks for help there, where commands are given in another way than elsewhere. */
  readonly help?: string;
};

/** A turn that is being answered. `attempt` is 1 the first time, more after a crash. */
export type RunningTurn = {
  readonly turn: Turn;
  readonly attempt: number;
  readonly progress: ProgressKeeper;
  /** The question to be stopped and asked again; null when the turn is a command. */
  readonly question: string | null;
  /** The asset keys that an earlier asking of the same question was about; empty the first time. */
  askedAbout(): readonly string[];
  noteAskedAbout(imageKeys: readonly string[]): Promise<void>;
};

/** Everything the bot is made of. */
export type BotParts = {
  readonly platforms: readonly Platform[];
  readonly queue: TurnQueue;
  readonly answers: Answers;
  readonly feedback: Feedback;
  /** Forgets all that is kept of a server or workspace of a platform, and gives the ids of its conversations. */
  forgetTenant(platform: string, tenant: string, signal: AbortSignal): Promise<readonly string[]>;
  /** Has the Chat with Image API forget a conversation; best effort. */
  forgetConversation(conversationId: string, signal: AbortSignal): Promise<void>;
  /** What to say to a turn: a command's sentence or a model's answer. Nothing happens before its events are read. */
  compose(running: RunningTurn, platform: Platform, signal: AbortSignal): AsyncIterable<AnswerEvent>;
  /** Brings the words to the place, whatever it takes. */
  readonly deliver: Deliver;
  sayBusy(turn: Turn, outbox: Outbox, signal: AbortSignal): Promise<void>;
  readonly sayPlainly: SayPlainly;
  /** The sentence for anything that goes wrong. */
  readonly failureText: (error: unknown) => string;
  readonly clock: Clock;
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
  const { platforms, queue, answers, logger, metrics } = parts;
  const askings = createAskings();
  const leaving = createLeaving({ ...parts, askings });

  async function takeTurn(turn: Turn): Promise<Receipt> {
    const taken = await queue.accept(turn);
    if (taken === 'accepted') {
      askings.add(turn);
      metrics.count('turns_accepted_total', { platform: turn.platform });
    }
    if (taken !== 'full') return taken;
    metrics.count('turns_refused_total', { platform: turn.platform });
    return 'busy';
  }

  function listen(platform: Platform, signal: AbortSignal): Promise<void> {
    const { inbox, outbox } = platform;
    const desk = createChangeDesk({ ...parts, askings, platform: inbox.name, outbox, take: takeTurn, leaving });
    return platform.inbox.listen((event) => desk(event, signal), signal);
  }

  /** What is known of the question by now, and of the messages that an earlier asking left. */
  async function remember(claimed: ClaimedTurn, place: Place, progress: ProgressKeeper): Promise<RememberedAnswer> {
    const { turn } = claimed;
    const known = await answers.update(turn.subject, (current) => ({
      turn,
      place,
      refs: current?.refs ?? [],
      pictures: current?.pictures ?? [],
      isDeleted: current?.isDeleted ?? false,
    }));
    if (progress.current().parts.length === 0 && known.refs.length > 0) {
      await progress.update({ parts: known.refs.map((ref) => ({ ref })) });
    }
    return known;
  }

  async function answer(
    claimed: ClaimedTurn,
    before: RememberedAnswer | undefined,
    platform: Platform,
    signal: AbortSignal,
  ): Promise<DeliveryOutcome['type']> {
    const { turn, attempt } = claimed;
    const progress = createProgressKeeper(claimed);
    // Messages stay where they are, whatever the question has become.
    const isShown = before !== undefined && before.refs.length > 0;
    const place = isShown ? before.place : await platform.outbox.open(turn, signal);
    const known = await remember(claimed, place, progress);
    const question = isQuestion(turn.text) ? turn.subject : null;
    const running: RunningTurn = {
      turn,
      attempt,
      progress,
      question,
      askedAbout: () => known.pictures,
      async noteAskedAbout(imageKeys) {
        await answers.update(turn.subject, (current) => ({ ...(current ?? known), pictures: [...imageKeys] }));
      },
    };
    try {
      const events = parts.compose(running, platform, signal);
      return (await parts.deliver(running, place, platform.outbox, events, signal)).type;
    } finally {
      const refs = progress.current().parts.flatMap(({ ref }) => (ref === '' ? [] : [ref]));
      await answers.update(turn.subject, (current) => ({ ...(current ?? known), refs }));
    }
  }

  /** Answers a turn unless nobody wants it any more; ends quietly when a person withdraws the question meanwhile. */
  async function answerIfWanted(claimed: ClaimedTurn, platform: Platform, stopped: AbortSignal, abandon: AbortSignal) {
    const { turn } = claimed;
    const isWithdrawn = () => stopped.reason instanceof StopRequest && stopped.reason.wish === 'withdraw';
    let outcome: DeliveryOutcome['type'] | 'withdrawn' = 'withdrawn';
    const before = await answers.get(turn.subject);
    if (before?.isDeleted !== true && !askings.isOutdated(turn)) {
      try {
        outcome = await answer(claimed, before, platform, AbortSignal.any([abandon, stopped]));
      } catch (error) {
        if (abandon.aborted || !isWithdrawn()) throw error;
      }
    }
    metrics.count('answers_total', { platform: turn.platform, outcome });
    const after = await answers.get(turn.subject);
    if (after?.isDeleted !== true) return;
    await removeAnswer(after, platform.outbox, parts, abandon);
    abandon.throwIfAborted();
    // A newer asking that still waits has to find it deleted.
    if (!askings.isOutdated(turn)) await answers.delete(turn.subject);
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
    try {
      await askings.run(turn, (stopped) => answerIfWanted(claimed, platform, stopped, abandon));
    } catch (error) {
      if (abandon.aborted) throw error;
      // Trying again for ever would help nobody. What is in the way of an answer need not be in the way of a sentence.
      metrics.count('answers_total', { platform: turn.platform, outcome: 'lost' });
      logger.error({ turn: turn.id, reason: errorMessage(error) }, 'An answer could not be delivered.');
      await parts.sayPlainly(turn, parts.failureText(error), `${turn.id}:lost`, platform.outbox, abandon);
    }
  }

  return {
    async run(intake, abandon) {
      const inboxes = platforms.map((platform) => listen(platform, intake));
      await Promise.all([...inboxes, queue.work((claimed) => work(claimed, abandon), intake)]);
      await leaving.ended();
    },
  };
}
