import { loneAnswers, type SimulatedAnswer, similarAnswers, simulateYardstick } from './delivery-simulation.ts';
import { atMost, type Figure, integrity, milliseconds, seconds } from './figure.ts';
import { meanOf } from './judge-words.ts';
import { type SlackFigures, type SlackLane, simulateSlack, slackOneWayMs, slackWindows } from './slack-simulation.ts';

/** As the delivery’s own figures have it: most answers are over by then. */
const longestMs = 10_000;
const halfMinuteMs = 30_000;
const goalMs = { native: 200, update: 260 } as const;
const names = { native: 'streamed', update: 'by changing messages' } as const;

const plain = (name: string, value: string): Figure => ({ name, value, goal: '–', ok: null });
const percent = (share: number) => `${(share * 100).toFixed(0)} %`;

/** The figures of runs that have nothing to do with each other. */
function together(runs: readonly SlackFigures[]): SlackFigures {
  const mean = (read: (run: SlackFigures) => number) => meanOf(runs.map(read));
  const most = (read: (run: SlackFigures) => number) => Math.max(...runs.map(read));
  return {
    meanDelayMs: mean((run) => run.meanDelayMs),
    firstWordMs: mean((run) => run.firstWordMs),
    lastWordMeanMs: mean((run) => run.lastWordMeanMs),
    lastWordWorstMs: most((run) => run.lastWordWorstMs),
    longestGapShare: most((run) => run.longestGapShare),
    refusedShare: mean((run) => run.refusedShare),
    lostWords: mean((run) => run.lostWords) * runs.length,
    streamedShare: mean((run) => run.streamedShare),
    editsEach: mean((run) => run.editsEach),
  };
}

async function benchAlone(lane: SlackLane): Promise<Figure[]> {
  const runs: SlackFigures[] = [];
  for (const [index, answer] of loneAnswers(20, longestMs / 4, longestMs).entries()) {
    runs.push(await simulateSlack([answer], lane, index + 1));
  }
  const figures = together(runs);
  const long = await simulateSlack([{ startMs: 0, durationMs: halfMinuteMs, wordEveryMs: 50 }], lane);
  const name = `1 answer in Slack, ${names[lane]}`;
  return [
    atMost(`${name}: mean delay of a word`, figures.meanDelayMs, goalMs[lane], seconds),
    atMost(`${name}: first word`, figures.firstWordMs, 50, milliseconds),
    atMost(`${name}: last word, mean`, figures.lastWordMeanMs, 150, milliseconds),
    atMost(`${name}: last word, worst`, figures.lastWordWorstMs, 1_050, milliseconds),
    ...integrity(name, figures),
    plain(`${name}: calls for an answer`, figures.editsEach.toFixed(1)),
    plain(`${name}, of half a minute: mean delay of a word`, seconds(long.meanDelayMs)),
  ];
}

/** What a client that knows the future needs: those that can be streamed share one window, the rest the other. */
function yardstickOf(answers: readonly SimulatedAnswer[], lane: SlackLane, streamed: number): number {
  if (lane === 'update') return simulateYardstick(answers, slackWindows.update, slackOneWayMs);
  const groups = [
    [answers.slice(0, streamed), slackWindows.native],
    [answers.slice(streamed), slackWindows.update],
  ] as const;
  const weighed = groups.flatMap(([group, window]) =>
    group.length === 0 ? [] : [[group.length, simulateYardstick(group, window, slackOneWayMs)] as const],
  );
  return weighed.reduce((sum, [count, delayMs]) => sum + count * delayMs, 0) / answers.length;
}

async function benchTogether(count: number, lane: SlackLane): Promise<Figure[]> {
  const { count: calls, windowMs } = slackWindows[lane];
  const durationMs = Math.max(60_000, (4 * count * windowMs) / calls);
  const answers = similarAnswers(count, slackWindows[lane], durationMs, Math.max(50, durationMs / 800));
  const figures = await simulateSlack(answers, lane);
  const streamed = Math.round(figures.streamedShare * count);
  const yardstickMs = yardstickOf(answers, lane, streamed);
  const ratio = (figures.meanDelayMs + slackOneWayMs) / (yardstickMs + slackOneWayMs);
  // With updates every T the mean age is T / 2.
  const boundMs = (count * windowMs) / calls / 2;
  const name = `${count} answers in one workspace of Slack, ${names[lane]}`;
  return [
    {
      ...atMost(`${name}: mean delay beside the yardstick`, ratio, 1.1),
      value: `${ratio.toFixed(2)} (${seconds(figures.meanDelayMs)} beside ${seconds(yardstickMs)}; ${seconds(boundMs)} by one window alone)`,
    },
    atMost(`${name}: longest gap beside the fair one`, figures.longestGapShare, 1.5),
    plain(`${name}: first word`, milliseconds(figures.firstWordMs)),
    plain(
      `${name}: last word, mean and worst`,
      `${milliseconds(figures.lastWordMeanMs)}, ${milliseconds(figures.lastWordWorstMs)}`,
    ),
    ...integrity(name, figures),
    plain(
      `${name}: streamed, calls for an answer`,
      `${percent(figures.streamedShare)}, ${figures.editsEach.toFixed(1)}`,
    ),
  ];
}

/**
 * How fast answers get in front of people in Slack: the real delivery, outbox, windows and calls against a fake with Slack's limits, on
 * a simulated clock with 125 ± 15 ms each way. Delays are without the way. Beyond 20 at once not all can be streamed.
 */
export async function benchSlack(): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const lane of ['native', 'update'] as const) {
    figures.push(...(await benchAlone(lane)));
    for (const count of [5, 10, 30]) figures.push(...(await benchTogether(count, lane)));
  }
  return figures;
}
