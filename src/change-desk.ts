import { type Askings, mayControl } from './askings.ts';
import type { Outbox } from './delivery/outbox.ts';
import type { Leaving } from './leave-tenant.ts';
import type { Clock } from './lib/clock.ts';
import type { Logger } from './lib/logger.ts';
import type { Metrics } from './lib/metrics.ts';
import type { Answers, RememberedAnswer } from './memory/answers.ts';
import type { Feedback } from './memory/feedback.ts';
import { removeAnswer } from './remove-answer.ts';
import type { InboxEvent, Receipt } from './turn/inbox.ts';
import type { Person, Turn } from './turn/turn.ts';

type DeskParts = {
  /** The platform's name, as in `Turn.platform`. */
  readonly platform: string;
  readonly askings: Askings;
  readonly answers: Answers;
  readonly outbox: Outbox;
  /** Takes a turn into the queue. */
  take(turn: Turn): Promise<Receipt>;
  sayBusy(turn: Turn, outbox: Outbox, signal: AbortSignal): Promise<void>;
  readonly feedback: Feedback;
  readonly leaving: Pick<Leaving, 'leave'>;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: Metrics;
};

/** An answer of which there is nothing to be seen yet. */
function notBegun(turn: Turn): RememberedAnswer {
  return {
    turn,
    place: { id: '', scope: '', hint: null, mostMessages: null, limits: null, commandSign: '/' },
    refs: [],
    pictures: [],
    isDeleted: false,
  };
}

type FeedbackEvent = Extract<InboxEvent, { type: 'feedback' }>;
type AgainEvent = Extract<InboxEvent, { type: 'again' }>;

/** Sees to everything that a platform reports: new questions, and what people want of those they have asked. */
export function createChangeDesk(parts: DeskParts): (event: InboxEvent, signal: AbortSignal) => Promise<Receipt> {
  const { askings, answers, take } = parts;

  async function stop(subject: string, person: Person): Promise<Receipt> {
    const asked = askings.newest(subject) ?? (await answers.get(subject))?.turn;
    if (asked === undefined) return 'unknown';
    if (!mayControl(asked, person)) return 'refused';
    return askings.end(subject, 'stop') === null ? 'unknown' : 'accepted';
  }

  async function askAgain({ subject, id, model, route, person, receivedAtMs }: AgainEvent): Promise<Receipt> {
    const known = await answers.get(subject);
    if (known === undefined || known.isDeleted) return 'unknown';
    if (!mayControl(known.turn, person)) return 'refused';
    // It is being answered already.
    if (askings.newest(subject) !== undefined) return 'duplicate';
    // Named after the first question, so that repeating a repetition makes no name longer.
    const [first] = subject.split('~', 1);
    const asking = { ...known.turn, id: `${first}~${id}`, model, receivedAtMs };
    return take(route === null ? asking : { ...asking, subject: asking.id, route });
  }

  async function forget(subject: string, signal: AbortSignal): Promise<Receipt> {
    const waiting = askings.newest(subject);
    const known = (await answers.get(subject)) ?? (waiting === undefined ? undefined : notBegun(waiting));
    if (known === undefined) return 'unknown';
    const deleted = await answers.update(subject, (current) => ({ ...(current ?? known), isDeleted: true }));
    // Whoever is answering it removes what there is of it by then, and forgets it.
    if (askings.end(subject, 'withdraw') !== null) return 'accepted';
    await removeAnswer(deleted, parts.outbox, parts, signal);
    if (waiting === undefined) await answers.delete(subject);
    return 'accepted';
  }

  async function giveFeedback({ subject, person, verdict }: FeedbackEvent): Promise<Receipt> {
    const known = await answers.get(subject);
    if (known === undefined || known.isDeleted) return 'unknown';
    const isNew = await parts.feedback.give(known.turn, person.id, verdict, parts.clock.now());
    if (isNew && verdict !== null) {
      parts.metrics.count('answer_feedback_total', { platform: known.turn.platform, verdict });
    }
    return 'accepted';
  }

  async function ask(turn: Turn, signal: AbortSignal): Promise<Receipt> {
    const receipt = await take(turn);
    // Whoever asks again sees an answer already, which must not be written over: there the receipt has to do.
    if (receipt === 'busy') await parts.sayBusy(turn, parts.outbox, signal);
    return receipt;
  }

  return async function onEvent(event, signal) {
    switch (event.type) {
      case 'turn':
      case 'changed':
        return ask(event.turn, signal);
      case 'deleted':
        return forget(event.subject, signal);
      case 'stop':
        return stop(event.subject, event.person);
      case 'again':
        return askAgain(event);
      case 'feedback':
        return giveFeedback(event);
      case 'left':
        await parts.leaving.leave(parts.platform, event.tenant, signal);
        return 'accepted';
      default:
        return event satisfies never;
    }
  };
}
