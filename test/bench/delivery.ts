import { sanitise } from '../../src/delivery/sanitise.ts';
import { createSplitter } from '../../src/delivery/split.ts';
import { measureDeliveryCpu } from './delivery-cpu.ts';
import {
  answersInARow,
  loneAnswers,
  oneWayMs,
  type SimulatedAnswer,
  type SimulatedFigures,
  type SimulatedMessages,
  similarAnswers,
  simulateDelivery,
  simulateYardstick,
} from './delivery-simulation.ts';
import { atMost, type Figure, integrity, milliseconds, seconds } from './figure.ts';

type Window = { readonly count: number; readonly windowMs: number; readonly name: string } & {
  readonly messages: SimulatedMessages;
};
const bucket: Window = { count: 5, windowMs: 5_000, name: '5 edits in 5 s', messages: {} };
const minute: Window = { count: 50, windowMs: 60_000, name: '50 edits a minute', messages: {} };
const streams: Window = {
  count: 100,
  windowMs: 60_000,
  name: '100 additions a minute',
  messages: {
    text: { max: 9_000, unit: 'utf8-bytes' },
    growth: { forMs: 210_000, refusesAfterMs: 285_000 },
  },
};

/** Forty answers, each alone in its scope. Delays are without the way to the platform. */
async function benchAlone(window: Window, meanGoalMs: number, longestMs: number): Promise<Figure[]> {
  const figures = await simulateDelivery(loneAnswers(40, longestMs / 4, longestMs), window, true, window.messages);
  const name = `one answer of up to ${seconds(longestMs)} alone, ${window.name}`;
  return [
    atMost(
      `${name}: mean delay of a word (the least possible is half a gap)`,
      figures.meanDelayMs,
      meanGoalMs,
      seconds,
    ),
    atMost(`${name}: first word`, figures.firstWordMs, 50, milliseconds),
    atMost(`${name}: last word, mean`, figures.lastWordMeanMs, 150, milliseconds),
    atMost(`${name}: last word, worst`, figures.lastWordWorstMs, 1_050, milliseconds),
    ...integrity(name, figures),
  ];
}

/** Answers that share a scope, beside a client that knows the future. */
function compare(
  name: string,
  figures: SimulatedFigures,
  answers: readonly SimulatedAnswer[],
  window: Window,
): Figure[] {
  const yardstickMs = simulateYardstick(answers, window);
  const ratio = (figures.meanDelayMs + oneWayMs) / (yardstickMs + oneWayMs);
  const title = `${name}, ${window.name}`;
  return [
    {
      ...atMost(`${title}: mean delay beside the yardstick`, ratio, 1.1),
      value: `${ratio.toFixed(2)} (${seconds(figures.meanDelayMs)} beside ${seconds(yardstickMs)})`,
    },
    {
      name: `${title}: last word, mean and worst`,
      value: `${milliseconds(figures.lastWordMeanMs)}, ${milliseconds(figures.lastWordWorstMs)}`,
      goal: 'none',
      ok: null,
    },
    ...integrity(title, figures),
  ];
}

async function benchSharing(count: number, window: Window): Promise<Figure[]> {
  const fairMs = (count * window.windowMs) / window.count;
  const durationMs = Math.max(60_000, fairMs * 4);
  const answers = similarAnswers(count, window, durationMs, Math.max(50, durationMs / 800));
  const figures = await simulateDelivery(answers, window, false, window.messages);
  return [
    ...compare(`${count} answers in a scope`, figures, answers, window),
    atMost(
      `${count} answers in a scope, ${window.name}: longest gap beside the fair one`,
      figures.longestGapShare,
      1.5,
    ),
  ];
}

async function benchInARow(window: Window): Promise<Figure[]> {
  const answers = answersInARow(4, 60_000);
  const figures = await simulateDelivery(answers, window, false, window.messages);
  return compare('four answers of a minute in a row', figures, answers, window);
}

/** What a lone answer of more than the usual length pays for leaving something to the next one; no goal is set for it. */
async function benchLongAlone(window: Window): Promise<Figure[]> {
  const answers = loneAnswers(10, 25_000, 35_000);
  const { meanDelayMs } = await simulateDelivery(answers, window, true, window.messages);
  const name = `one answer of half a minute alone, ${window.name}: mean delay of a word`;
  return [{ name, value: seconds(meanDelayMs), goal: 'none', ok: null }];
}

/** The least CPU of three runs, so that neighbours on the machine count less. */
async function benchCpu(): Promise<Figure[]> {
  const dense = { answers: 50, tokens: 2_000, tokensPerLoopTurn: 10 };
  const sparse = { answers: 50, tokens: 4_000, tokensPerLoopTurn: 400 };
  await measureDeliveryCpu({ ...dense, answers: 10 });
  let perEdit = Number.POSITIVE_INFINITY;
  let perToken = Number.POSITIVE_INFINITY;
  for (let round = 0; round < 3; round += 1) {
    const edits = await measureDeliveryCpu(dense);
    perEdit = Math.min(perEdit, edits.microseconds / edits.edits);
    const tokens = await measureDeliveryCpu(sparse);
    perToken = Math.min(perToken, tokens.microseconds / tokens.tokens);
  }
  return [
    atMost(
      'CPU for each delivered edit, its tokens included',
      perEdit / 1_000,
      0.5,
      (spent) => `${spent.toFixed(3)} ms`,
    ),
    atMost(
      'CPU for each streamed token, its share of the edits included',
      perToken,
      20,
      (spent) => `${spent.toFixed(1)} µs`,
    ),
  ];
}

/** Texts made to be slow: the cost has to grow with their length, not with its square. */
function benchHostileTexts(): Figure[] {
  const pieces = [
    '[',
    '](',
    '[a](',
    '<a:',
    '`',
    '``` ',
    '[x](u "',
    '![',
    '<',
    '\u200d',
    '\\',
    '[a](b)',
    '`a` ',
    '|a|\n',
    '```\n',
    ' ',
  ];
  const cost = (piece: string, length: number) => {
    const text = piece.repeat(length / piece.length);
    const started = process.cpuUsage();
    createSplitter({ max: 2_000, unit: 'utf16' }).finish(sanitise(text));
    const used = process.cpuUsage(started);
    return (used.user + used.system) / 1_000;
  };
  let worstMs = 0;
  let worstGrowth = 0;
  for (const piece of pieces) {
    const part = Math.min(cost(piece, 131_072), cost(piece, 131_072));
    const whole = cost(piece, 524_288);
    worstMs = Math.max(worstMs, whole);
    worstGrowth = Math.max(worstGrowth, whole / Math.max(part, 5));
  }
  return [
    atMost('512 KiB of hostile text made safe and split: CPU, worst of 16', worstMs, 1_000, milliseconds),
    atMost('four times the hostile text: times the CPU, worst of 16 (16 would be quadratic)', worstGrowth, 10),
  ];
}

/**
 * How fast answers get in front of people, on a simulated clock with 100 ± 15 ms to the platform, against the least that the
 * platform's limits allow; and what it costs, on the machine's own clock.
 */
export async function benchDelivery(): Promise<Figure[]> {
  const figures: Figure[] = [];
  figures.push(...(await benchAlone(bucket, 530, 24_000)));
  figures.push(...(await benchAlone(minute, 260, 10_000)));
  figures.push(...(await benchAlone(streams, 200, 10_000)));
  for (const window of [bucket, minute, streams]) {
    for (const count of [5, 10, 30, 100]) figures.push(...(await benchSharing(count, window)));
    figures.push(...(await benchInARow(window)), ...(await benchLongAlone(window)));
  }
  figures.push(...(await benchCpu()), ...benchHostileTexts());
  return figures;
}
