import type { Failure } from '../../lib/errors.ts';
import type { AskableModel, Catalogue } from '../catalogue.ts';
import { type Attempt, retiredSentence } from './attempt.ts';
import { leaveOutPicture, onlyPicture } from './leave-out-picture.ts';
import { limitPictures, shortenRequest } from './shorten-request.ts';

/** Who else can be asked, and chance, for waits that do not come all at once. */
export type NextParts = {
  readonly catalogue: Pick<Catalogue, 'askable' | 'successorOf'>;
  readonly fallbackModel: string | null;
  /** A number from 0 up to 1. */
  random(): number;
};

/** Longer than this nobody who waits for a first word is made to wait again. */
const longestWaitMs = 5_000;
/** A pause before the one retry: at random, so that many callers do not come back at the same moment. */
const retryWaitMs = 1_000;
const mostShortenings = 2;

/** A silent model has had its time; whoever asked has waited long enough. */
const notRetried = ['chat-stalled', 'chat-timeout'];

/** What another model may do better. What is wrong with the question, or was refused for its content, is not passed on. */
const passedOn = [
  'chat-unauthorized',
  'chat-out-of-credits',
  'chat-model-unknown',
  'chat-model-unavailable',
  'chat-invalid-request',
  'chat-rate-limited',
  'chat-timeout',
  'chat-stalled',
  'chat-unreachable',
  'chat-broken-stream',
  'chat-empty-answer',
  'chat-failed',
];

/** What to try after a failure that came before the first word; null when there is nothing left to try. */
export function nextAttempt(attempt: Attempt, failure: Failure, parts: NextParts): Attempt | null {
  switch (failure.code) {
    case 'chat-image-refused':
      return withoutPicture(attempt, failure);
    case 'chat-too-many-images':
    case 'chat-prompt-too-long':
      return shortened(attempt);
    default:
      return (
        succeeded(attempt, failure, parts) ?? retried(attempt, failure, parts) ?? fellBack(attempt, failure, parts)
      );
  }
}

/** The model that is asked where this one does not answer; null where there is none, or it was asked already. */
export function fallbackOf(attempt: Attempt, { catalogue, fallbackModel }: NextParts): AskableModel | null {
  const other = fallbackModel === null || attempt.fellBackAfter !== null ? null : catalogue.askable(fallbackModel);
  if (other === null || other.entry.id === attempt.model.entry.id) return null;
  return limitPictures(attempt.request, other.entry.maxImages) === null ? null : other;
}

function withoutPicture(attempt: Attempt, failure: Failure): Attempt | null {
  const { picture } = failure.facts;
  const number = typeof picture === 'number' ? picture : onlyPicture(attempt.request);
  const left = attempt.leftOut || number === null ? null : leaveOutPicture(attempt.request, number);
  if (left === null) return null;
  return again(attempt, { request: left.request, leftOut: true, notices: [...attempt.notices, left.sentence] });
}

function shortened(attempt: Attempt): Attempt | null {
  const round = attempt.shortened + 1;
  const short = round > mostShortenings ? null : shortenRequest(attempt.request, round);
  if (short === null) return null;
  const sentence = `The conversation is too long for ${attempt.model.entry.id}: ${describe(short)} left out.`;
  // What was left out the first time is said again with the rest of it.
  const notices = attempt.notices.filter((notice) => !notice.startsWith('The conversation is too long'));
  return again(attempt, { request: short.request, shortened: round, notices: [...notices, sentence] });
}

function describe({ pictures, turns }: { readonly pictures: number; readonly turns: number }): string {
  if (turns === 0) return pictures === 1 ? 'its oldest picture was' : 'its older pictures were';
  return pictures === 0 ? 'its older messages were' : 'its older messages and pictures were';
}

function succeeded(attempt: Attempt, failure: Failure, { catalogue }: NextParts): Attempt | null {
  if (failure.code !== 'chat-model-unknown' || attempt.succeeded) return null;
  const { entry } = attempt.model;
  const model = catalogue.successorOf(entry);
  const request = model === null ? null : limitPictures(attempt.request, model.entry.maxImages);
  if (model === null || request === null) return null;
  const notices = [...attempt.notices, retiredSentence(entry.id, model.entry.id)];
  return again(attempt, { model, request, succeeded: true, notices });
}

function retried(attempt: Attempt, failure: Failure, { random }: NextParts): Attempt | null {
  const { retryable, retryAfterMs, code } = failure;
  if (attempt.retried || attempt.fellBackAfter !== null || !retryable || notRetried.includes(code)) return null;
  if (retryAfterMs !== undefined && retryAfterMs > longestWaitMs) return null;
  return again(attempt, { retried: true, waitMs: (retryAfterMs ?? 0) + random() * retryWaitMs });
}

function fellBack(attempt: Attempt, failure: Failure, parts: NextParts): Attempt | null {
  const model = passedOn.includes(failure.code) ? fallbackOf(attempt, parts) : null;
  const request = model === null ? null : limitPictures(attempt.request, model.entry.maxImages);
  if (model === null || request === null) return null;
  const notices = [...attempt.notices, `${attempt.model.entry.id} did not answer; ${model.entry.id} answers.`];
  return again(attempt, { model, request, notices, fellBackAfter: failure });
}

function again(attempt: Attempt, changes: Partial<Attempt>): Attempt {
  return { ...attempt, waitMs: 0, ...changes };
}
