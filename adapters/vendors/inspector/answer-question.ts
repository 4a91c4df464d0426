import { answerAboutDifference } from './answer-about-difference.ts';
import { answerAboutPicture } from './answer-about-picture.ts';
import type { Looks } from './looks.ts';
import type { Piece } from './piece.ts';
import { type SeenPicture, seePictures } from './see-pictures.ts';
import {
  tellCannotExplain,
  tellCannotRecognise,
  tellCannotSearch,
  tellCannotTranslate,
  tellLimits,
  tellSearchUnused,
  tellSelf,
  tellWhatICan,
} from './tell/tell-limits.ts';
import type { Topic } from './topics.ts';
import type { Question } from './understand-question.ts';

/** Topics for which the pictures have to be looked at. */
const aboutPictures: ReadonlySet<Topic> = new Set([
  'overview',
  'recognise',
  'text',
  'translation',
  'explanation',
  'codes',
  'colours',
  'file',
  'camera',
  'place',
  'quality',
]);
const withText: ReadonlySet<Topic> = new Set([
  'overview',
  'recognise',
  'text',
  'translation',
  'explanation',
  'difference',
]);
const withCodes: ReadonlySet<Topic> = new Set(['overview', 'codes']);

const paragraph = (text: string): Piece => ({ type: 'paragraph', text });

function describeMissing({ missing, pictureCount }: Question): string {
  const has = pictureCount === 1 ? 'there is only one' : `there are ${pictureCount}`;
  return `There is no picture ${missing.join(' and no picture ')}: ${has}.`;
}

/**
 * Starts every look before it is needed; the answer asks again and joins it. What takes longer waits for the first facts, so
 * that the first words come soon and one child is enough for one picture. Never rejects.
 */
async function lookAhead({ topics, pictures }: Question, looks: Looks, signal: AbortSignal): Promise<void> {
  const needs = (set: ReadonlySet<Topic>) => topics.some((topic) => set.has(topic));
  const facts = pictures.map(({ picture }) => looks.facts(picture, signal));
  const allFacts = Promise.allSettled(facts);
  await Promise.allSettled(facts.slice(0, 1));
  const slow = pictures.flatMap(({ picture }) => [
    ...(needs(withText) ? [looks.text(picture, signal)] : []),
    ...(needs(withCodes) ? [looks.codes(picture, signal)] : []),
  ]);
  await Promise.allSettled([allFacts, ...slow]);
}

/** What needs no more than the words of the question, before the pictures. */
function* opening(question: Question): Generator<Piece> {
  if (question.topics.includes('self')) yield paragraph(tellSelf);
  if (question.missing.length > 0) yield paragraph(describeMissing(question));
  if (question.topics.includes('recognise')) yield paragraph(tellCannotRecognise);
  const isIdle = question.topics.includes('recognise') && !question.isFirst;
  if (isIdle || question.topics.includes('small-talk')) yield paragraph(tellWhatICan);
}

function* closing(question: Question, searchIsOn: boolean): Generator<Piece> {
  const { topics, isFirst } = question;
  if (topics.includes('translation')) yield paragraph(tellCannotTranslate);
  else if (topics.includes('explanation')) yield paragraph(tellCannotExplain);
  if (topics.includes('web-search')) yield paragraph(tellCannotSearch);
  else if (searchIsOn) yield paragraph(tellSearchUnused);
  if (isFirst && topics.includes('overview') && !topics.includes('recognise')) yield paragraph(tellLimits);
}

async function* middle(question: Question, looks: Looks, signal: AbortSignal): AsyncGenerator<Piece> {
  const seen: SeenPicture[] = [];
  const topics = question.topics.filter((topic) => aboutPictures.has(topic));
  const named = question.pictures.length > 1 || question.pictureCount > 1;
  for await (const each of seePictures(question.pictures, looks, signal)) {
    if (seen.length === 0) yield* opening(question);
    seen.push(each);
    if (topics.length > 0 || each.facts === null)
      yield* answerAboutPicture(each, named, topics, question.isFirst, looks, signal);
  }
  if (question.topics.includes('difference')) yield* answerAboutDifference(seen, looks, signal);
}

/**
 * Answers in pieces, each as soon as it is known. Rejects as `seePictures` does, before its first piece when no picture can
 * be decoded. Every look it started has ended when it ends.
 */
export async function* answerQuestion(
  question: Question,
  searchIsOn: boolean,
  looks: Looks,
  signal: AbortSignal,
): AsyncGenerator<Piece> {
  const needsPictures = question.topics.some((topic) => aboutPictures.has(topic) || topic === 'difference');
  if (!needsPictures || question.pictures.length === 0) {
    yield* opening(question);
    yield* closing(question, searchIsOn);
    return;
  }
  const stop = new AbortController();
  const inner = AbortSignal.any([signal, stop.signal]);
  const ahead = lookAhead(question, looks, inner);
  try {
    yield* middle(question, looks, inner);
    yield* closing(question, searchIsOn);
  } finally {
    stop.abort(new Error('the answer has ended'));
    await ahead;
  }
}
