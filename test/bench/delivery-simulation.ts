import type { FakePlatformOptions } from '../fakes/fake-platform.ts';
import { createDeliveryRig, play, type Script } from '../src/delivery/delivery-rig.ts';
import { judgeWords, meanOf, type WordFigures } from './judge-words.ts';

type Window = { readonly count: number; readonly windowMs: number };

/** How the platform's messages grow, where that is not the fake's own way. */
export type SimulatedMessages = Pick<FakePlatformOptions, 'text' | 'growth'>;

/** One answer of a simulation: when it starts, how long its words come, and how often. */
export type SimulatedAnswer = { readonly startMs: number; readonly durationMs: number; readonly wordEveryMs: number };

/** What people saw of all answers together. */
export type SimulatedFigures = WordFigures & { readonly refusedShare: number };

/** Mean one-way delay; each request is up to 15 ms faster or slower. */
export const oneWayMs = 100;

/** Numbers that look like chance and are the same in every run. */
export function createDice(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) % 4_294_967_296;
    return state / 4_294_967_296;
  };
}

/** Answers that have nothing to do with each other, of any length between the two. */
export function loneAnswers(count: number, shortestMs: number, longestMs: number): SimulatedAnswer[] {
  const dice = createDice(count);
  return Array.from({ length: count }, () => ({
    startMs: dice() * 1_000,
    durationMs: shortestMs + (longestMs - shortestMs) * dice(),
    wordEveryMs: 50,
  }));
}

/** Answers of the same length, each beginning half a second after the one before has ended. */
export function answersInARow(count: number, durationMs: number): SimulatedAnswer[] {
  return Array.from({ length: count }, (_, index) => ({
    startMs: index * (durationMs + 500),
    durationMs,
    wordEveryMs: 50,
  }));
}

/** Answers of about the same length that start within one fair gap of each other. */
export function similarAnswers(
  count: number,
  window: Window,
  durationMs: number,
  wordEveryMs: number,
): SimulatedAnswer[] {
  const dice = createDice(count);
  const fairMs = (count * window.windowMs) / window.count;
  return Array.from({ length: count }, () => ({
    startMs: dice() * fairMs,
    durationMs: durationMs * (0.8 + 0.4 * dice()),
    wordEveryMs,
  }));
}

/** When each word of an answer comes. */
export function arrivals({ startMs, durationMs, wordEveryMs }: SimulatedAnswer): number[] {
  return Array.from({ length: Math.ceil(durationMs / wordEveryMs) }, (_, index) => startMs + (index + 1) * wordEveryMs);
}

/** Runs the real delivery against the fake platform on a simulated clock. `apart`: each answer in a scope of its own. */
export async function simulateDelivery(
  answers: readonly SimulatedAnswer[],
  window: Window,
  apart = false,
  messages: SimulatedMessages = {},
): Promise<SimulatedFigures> {
  const dice = createDice(7);
  const rig = createDeliveryRig({
    ...messages,
    edits: { count: window.count, windowMs: window.windowMs },
    reportsLimit: window.windowMs < 10_000,
    oneWayMs: () => oneWayMs - 15 + 30 * dice(),
  });
  const startedMs = rig.clock.now();
  const outcomes = answers.map(async (answer, index) => {
    const script: Script = arrivals(answer).map((_, word) => [answer.wordEveryMs, `w${word} `]);
    await rig.clock.sleep(answer.startMs, rig.stop.signal);
    const place = {
      id: `place-of-${index}`,
      scope: apart ? `scope-${index}` : 'scope',
      hint: null,
      mostMessages: null,
      limits: null,
      commandSign: '/' as const,
    };
    return rig.begin(play(rig.clock, script, rig.stop.signal), { id: `${index}`, place }).outcome;
  });
  await rig.clock.runUntil(Promise.all(outcomes), 86_400_000);

  const { screen, calls, badAdditions } = rig.platform;
  const placeIds = answers.map((_, index) => `place-of-${index}`);
  const words = new Map(answers.map((answer, index) => [placeIds[index] ?? '', arrivals(answer)]));
  const changes = screen.changes().map(({ placeId, text, atMs }) => ({ id: placeId, text, atMs: atMs - startedMs }));
  const figures = judgeWords(words, changes, ((apart ? 1 : answers.length) * window.windowMs) / window.count, oneWayMs);
  return {
    ...figures,
    lostWords:
      figures.lostWords + screen.vanishedWords().length + screen.doubledMessages().length + badAdditions.length,
    refusedShare: calls.rateLimited / Math.max(1, calls.edits),
  };
}

/**
 * The mean delay of a client that knows the future: it spends the window's edits in equal gaps over exactly the time they are needed,
 * always on the answer that has stood still longest, and is never refused. Without the way to the platform.
 */
export function simulateYardstick(answers: readonly SimulatedAnswer[], window: Window, wayMs = oneWayMs): number {
  const words = answers.map(arrivals);
  const startMs = Math.min(...words.map((each) => each[0] ?? 0));
  const endMs = Math.max(...words.map((each) => each.at(-1) ?? 0));
  const spanMs = endMs - startMs;
  const affordable = window.count * Math.max(1, spanMs / window.windowMs);
  // A message's next edit waits for the reply to the one before.
  const gapMs = Math.max(spanMs / affordable, (2 * wayMs) / answers.length);
  // The first word of each answer is a new message, which costs no edit.
  const state = words.map((each) => ({ each, shown: 1, atMs: each[0] ?? 0 }));
  const delays: number[] = state.map(() => 0);
  const arrivedBy = (each: readonly number[], nowMs: number, from: number) => {
    let count = from;
    while (count < each.length && (each[count] ?? 0) <= nowMs) count += 1;
    return count;
  };
  for (let nowMs = startMs + gapMs; state.some(({ each, shown }) => shown < each.length); nowMs += gapMs) {
    const withNews = state.filter(({ each, shown, atMs }) => atMs <= nowMs && arrivedBy(each, nowMs, shown) > shown);
    const next = withNews.sort((left, right) => left.atMs - right.atMs)[0];
    if (next === undefined) continue;
    const count = arrivedBy(next.each, nowMs, next.shown);
    for (let word = next.shown; word < count; word += 1) delays.push(nowMs - (next.each[word] ?? 0));
    next.shown = count;
    next.atMs = nowMs;
  }
  return meanOf(delays);
}
