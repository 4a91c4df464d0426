import { loneAnswers, type SimulatedAnswer, similarAnswers, simulateYardstick } from './delivery-simulation.ts';
import { measureDiscordCpu } from './discord-cpu.ts';
import { type DiscordFigures, discordOneWayMs, simulateDiscord } from './discord-simulation.ts';
import { soakDiscord } from './discord-soak.ts';
import { atMost, type Figure, integrity, milliseconds, seconds } from './figure.ts';
import { meanOf } from './judge-words.ts';

const bucket = { count: 5, windowMs: 5_000 };
const shortestMs = 6_000;
const longestMs = 24_000;

const plain = (name: string, value: string): Figure => ({ name, value, goal: '–', ok: null });
const percent = (share: number) => `${(share * 100).toFixed(0)} %`;
const inMilliseconds = (microseconds: number) => `${(microseconds / 1_000).toFixed(3)} ms`;

/** The figures of runs that have nothing to do with each other. */
function together(runs: readonly DiscordFigures[]): DiscordFigures {
  const mean = (read: (run: DiscordFigures) => number) => meanOf(runs.map(read));
  const most = (read: (run: DiscordFigures) => number) => Math.max(...runs.map(read));
  return {
    meanDelayMs: mean((run) => run.meanDelayMs),
    firstWordMs: mean((run) => run.firstWordMs),
    lastWordMeanMs: mean((run) => run.lastWordMeanMs),
    lastWordWorstMs: most((run) => run.lastWordWorstMs),
    longestGapShare: most((run) => run.longestGapShare),
    refusedShare: mean((run) => run.refusedShare),
    lostWords: mean((run) => run.lostWords) * runs.length,
    editsEach: mean((run) => run.editsEach),
    editShare: mean((run) => run.editShare),
    busiestSecond: most((run) => run.busiestSecond),
  };
}

function usage(name: string, { editsEach, editShare, busiestSecond }: DiscordFigures): Figure[] {
  return [
    plain(`${name}: edits of an answer, of those allowed`, `${editsEach.toFixed(1)}, ${percent(editShare)}`),
    atMost(`${name}: calls in the busiest second`, busiestSecond, 50, (count) => `${count}`),
  ];
}

/** Answers in threads of their own: each has a limit of edits to itself. */
function inThreads(name: string, figures: DiscordFigures): Figure[] {
  return [
    atMost(`${name}: mean delay of a word`, figures.meanDelayMs, 530, seconds),
    atMost(`${name}: first word`, figures.firstWordMs, 50, milliseconds),
    atMost(`${name}: last word, mean`, figures.lastWordMeanMs, 150, milliseconds),
    atMost(`${name}: last word, worst`, figures.lastWordWorstMs, 1_050, milliseconds),
    ...integrity(name, figures),
    ...usage(name, figures),
  ];
}

/** Answers that share the limit of one channel, beside a client that knows the future. */
function inChannel(name: string, figures: DiscordFigures, answers: readonly SimulatedAnswer[]): Figure[] {
  const yardstickMs = simulateYardstick(answers, bucket, discordOneWayMs);
  const ratio = (figures.meanDelayMs + discordOneWayMs) / (yardstickMs + discordOneWayMs);
  return [
    {
      ...atMost(`${name}: mean delay beside the yardstick`, ratio, 1.1),
      value: `${ratio.toFixed(2)} (${seconds(figures.meanDelayMs)} beside ${seconds(yardstickMs)})`,
    },
    atMost(`${name}: longest gap beside the fair one`, figures.longestGapShare, 1.5),
    plain(
      `${name}: last word, mean and worst`,
      `${milliseconds(figures.lastWordMeanMs)}, ${milliseconds(figures.lastWordWorstMs)}`,
    ),
    ...integrity(name, figures),
    ...usage(name, figures),
  ];
}

/** More answers than the bot's fifty calls a second can keep up with; no goal is set for it. */
function inACrowd(name: string, figures: DiscordFigures): Figure[] {
  return [
    plain(
      `${name}: mean delay, first word, last word`,
      [figures.meanDelayMs, figures.firstWordMs, figures.lastWordMeanMs].map(seconds).join(', '),
    ),
    ...integrity(name, figures).slice(1),
    plain(`${name}: refused calls`, percent(figures.refusedShare)),
    ...usage(name, figures).slice(0, 1),
  ];
}

async function benchCpu(): Promise<Figure[]> {
  const { whole, sdk } = await measureDiscordCpu();
  return [
    atMost('CPU for an edit on Discord, without the SDK’s own', whole - sdk, 500, inMilliseconds),
    plain('CPU for an edit on Discord, with the SDK’s own', inMilliseconds(whole)),
  ];
}

async function benchSoak(): Promise<Figure[]> {
  const soak = await soakDiscord();
  const name = '2,000 questions on Discord';
  const megabytes = (size: number) => `${size.toFixed(1)} MB`;
  return [
    { name: `${name}: answered`, value: percent(soak.answered), goal: '100 %', ok: soak.answered === 1 },
    // What is remembered of messages and threads fills up to its bounds: 6 MB after 4,000 questions, no more after 12,000.
    atMost(`${name}: growth of the heap`, soak.heapGrowthMb, 8, megabytes),
    plain(`${name}: growth of resident memory, the fake’s included`, megabytes(soak.residentGrowthMb)),
    atMost(`${name}: timers left`, soak.timersGrown, 0, (count) => `${count}`),
    atMost(`${name}: listeners left`, soak.listenersGrown, 0, (count) => `${count}`),
    plain(`${name}: in a second, the fake’s work included`, soak.perSecond.toFixed(0)),
  ];
}

/**
 * How fast answers get in front of people on Discord: the real delivery, outbox and calls against a fake with Discord's limits,
 * on a simulated clock with 125 ± 15 ms each way; what an edit costs; and what two thousand questions leave behind. Delays are
 * without the way.
 */
export async function benchDiscord(): Promise<Figure[]> {
  const alone: DiscordFigures[] = [];
  for (const [index, answer] of loneAnswers(20, shortestMs, longestMs).entries()) {
    alone.push(await simulateDiscord([answer], 'threads', index + 1));
  }
  const thirty = await simulateDiscord(loneAnswers(30, shortestMs, longestMs), 'threads');
  const hundred = await simulateDiscord(loneAnswers(100, shortestMs, longestMs), 'threads');
  const sharing = similarAnswers(5, bucket, 60_000, 75);
  return [
    ...inThreads('1 answer on Discord', together(alone)),
    ...inThreads('30 answers on Discord, each in its thread', thirty),
    ...inACrowd('100 answers on Discord, each in its thread', hundred),
    ...inChannel('5 answers in one channel of Discord', await simulateDiscord(sharing, 'channel'), sharing),
    ...(await benchCpu()),
    ...(await benchSoak()),
  ];
}
