import type { PastTurn, RequestPicture, VisionRequest } from '../../../src/engine/vision-model.ts';
import { choosePictures, type PictureChoice } from './choose-pictures.ts';
import { asksToRecognise, findTopics, type Topic, toPlain } from './topics.ts';

/** A picture with the name the answer calls it by, e.g. `Picture 2`. */
export type NamedPicture = { readonly name: string; readonly picture: RequestPicture };

/** What is to be answered. */
export type Question = {
  readonly topics: readonly Topic[];
  /** The pictures it is about, in order; empty only when it names none that exists. */
  readonly pictures: readonly NamedPicture[];
  /** Positions that were asked for and do not exist, from 1. */
  readonly missing: readonly number[];
  /** How many pictures there are to choose from. */
  readonly pictureCount: number;
  /** Whether nothing was answered before in this conversation. */
  readonly isFirst: boolean;
};

/** What a conversation was about when the next question came. */
type Thread = { readonly topics: readonly Topic[]; readonly keys: readonly string[]; readonly narrowed: boolean };

/** More than this is not looked back at. */
const maxPastTurns = 20;

/** Too few words for a question of its own: it asks the last one again, of another picture or more closely. */
function isFollowUp(question: string, choice: PictureChoice): boolean {
  if (asksToRecognise(question)) return false;
  const plain = toPlain(question).trim();
  if (/^(?:and|what about|how about|same|also|und|et|y|now)\b/.test(plain)) return true;
  return choice.type !== 'unsaid' && plain.split(/\s+/).length <= 5;
}

function topicsOf(question: string, choice: PictureChoice, before: Thread | null): readonly Topic[] {
  const found = findTopics(question);
  if (found.length > 0) return found;
  return before !== null && isFollowUp(question, choice) ? before.topics : ['recognise'];
}

function chosen(
  choice: PictureChoice,
  pictures: readonly RequestPicture[],
  earlier: readonly RequestPicture[],
  before: Thread | null,
): readonly RequestPicture[] {
  switch (choice.type) {
    case 'all':
      return pictures;
    case 'some':
      return choice.positions.flatMap((position) => pictures[position] ?? []);
    case 'earlier':
      return earlier.slice(-1);
    case 'other':
      return others(pictures, earlier, before);
    case 'unsaid':
      return before?.narrowed === true && pictures.some((picture) => before.keys.includes(picture.key))
        ? pictures.filter((picture) => before.keys.includes(picture.key))
        : pictures;
    default:
      return choice satisfies never;
  }
}

function others(
  pictures: readonly RequestPicture[],
  earlier: readonly RequestPicture[],
  before: Thread | null,
): readonly RequestPicture[] {
  const rest = pictures.filter((picture) => before?.narrowed !== true || !before.keys.includes(picture.key));
  if (pictures.length > 1) return rest.length < pictures.length ? rest : pictures.slice(-1);
  const wasSpokenOf = pictures.some((picture) => before?.keys.includes(picture.key));
  const isOther = !wasSpokenOf && before !== null && before.keys.length > 0;
  return isOther || earlier.length === 0 ? pictures : earlier.slice(-1);
}

function follow(
  question: string,
  pictures: readonly RequestPicture[],
  earlier: readonly RequestPicture[],
  before: Thread | null,
): Thread & { readonly choice: PictureChoice; readonly pictures: readonly RequestPicture[] } {
  const choice = choosePictures(question, pictures.length);
  const topics = topicsOf(question, choice, before);
  const picked = chosen(choice, pictures, earlier, before);
  const nowhere = choice.type === 'some' && picked.length === 0;
  const about = nowhere ? [] : withPartner(picked.length > 0 ? picked : pictures, topics, pictures, earlier);
  return {
    topics,
    choice,
    pictures: about,
    keys: about.map((each) => each.key),
    narrowed: about.length < pictures.length,
  };
}

/** A comparison takes two: what is compared with is the other pictures of the question, or the last one before. */
function withPartner(
  picked: readonly RequestPicture[],
  topics: readonly Topic[],
  pictures: readonly RequestPicture[],
  earlier: readonly RequestPicture[],
): readonly RequestPicture[] {
  if (picked.length !== 1 || !topics.includes('difference')) return picked;
  if (pictures.length > 1 && picked.every((picture) => pictures.includes(picture))) return pictures;
  const current = pictures.filter((picture) => !picked.includes(picture));
  return current.length > 0 ? [...picked, ...current] : [...earlier.slice(-1), ...picked];
}

/** Pictures of the conversation that this question does not bring along, oldest first, each once. */
function earlierPictures(history: readonly PastTurn[], pictures: readonly RequestPicture[]): RequestPicture[] {
  const current = new Set(pictures.map((picture) => picture.key));
  const byKey = new Map<string, RequestPicture>();
  for (const picture of history.flatMap((turn) => turn.pictures)) {
    if (current.has(picture.key)) continue;
    byKey.delete(picture.key);
    byKey.set(picture.key, picture);
  }
  return [...byKey.values()];
}

function threadBefore(history: readonly PastTurn[]): Thread | null {
  let thread: Thread | null = null;
  history.forEach((turn, index) => {
    const earlier = earlierPictures(history.slice(0, index), turn.pictures);
    thread = follow(turn.prompt, turn.pictures, earlier, thread);
  });
  return thread;
}

/** The turns, where one that brings no pictures is about those of the turn before it. */
function carryPictures(turns: readonly PastTurn[]): PastTurn[] {
  let last: readonly RequestPicture[] = [];
  return turns.map((turn) => {
    if (turn.pictures.length > 0) last = turn.pictures;
    return { ...turn, pictures: last };
  });
}

/** The pictures a question is asked about: its own, or else the last ones of the conversation. */
function currentPictures({ pictures }: VisionRequest, history: readonly PastTurn[]): readonly RequestPicture[] {
  return pictures.length > 0 ? pictures : (history.at(-1)?.pictures ?? []);
}

/** Finds out what a question is about, from its words and from what was said before. */
export function understandQuestion(request: VisionRequest): Question {
  const history = carryPictures(request.history.slice(-maxPastTurns));
  const current = currentPictures(request, history);
  const earlier = earlierPictures(history, current);
  const { topics, choice, pictures } = follow(request.prompt, current, earlier, threadBefore(history));
  const nameOf = (picture: RequestPicture): string => {
    const position = current.indexOf(picture);
    return position === -1 ? 'The earlier picture' : `Picture ${position + 1}`;
  };
  const positions = choice.type === 'some' ? choice.positions : [];
  return {
    topics,
    pictures: pictures.map((picture) => ({ name: nameOf(picture), picture })),
    missing: positions.filter((position) => position >= current.length).map((position) => position + 1),
    pictureCount: current.length,
    isFirst: history.length === 0,
  };
}
