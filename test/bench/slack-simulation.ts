import { createThreadStatus } from '../../adapters/slack/agent/thread-status.ts';
import { renderRoute } from '../../adapters/slack/answers/answer-route.ts';
import { createRespondToUrl } from '../../adapters/slack/answers/response-url.ts';
import { createMethodWindows } from '../../adapters/slack/api/method-windows.ts';
import { createWebApi } from '../../adapters/slack/api/web-api.ts';
import { createThreadMemory } from '../../adapters/slack/directory/thread-memory.ts';
import { createSlackOutbox } from '../../adapters/slack/outbox.ts';
import type { AnswerEvent } from '../../src/answer/answer-event.ts';
import { noUsage } from '../../src/answer/say.ts';
import { createDeliverer } from '../../src/delivery/deliver.ts';
import { createBudgetsByOutbox } from '../../src/delivery/edit-budgets.ts';
import { createFailureText } from '../../src/delivery/failure-text.ts';
import type { Clock } from '../../src/lib/clock.ts';
import { noMetrics } from '../../src/lib/metrics.ts';
import { createFakeIds } from '../fakes/fake-ids.ts';
import { createMemoryProgress } from '../fakes/memory-progress.ts';
import { createMemoryStore } from '../fakes/memory-store.ts';
import { createSamplePerson, createSampleTurn } from '../fakes/sample-turn.ts';
import { createSilentLogger } from '../fakes/silent-logger.ts';
import { createSlackRig } from '../fakes/slack/slack-rig.ts';
import { arrivals, createDice, type SimulatedAnswer, type SimulatedFigures } from './delivery-simulation.ts';
import { judgeWords } from './judge-words.ts';

/** By Slack's streams where it takes them, or by changing messages. */
export type SlackLane = 'native' | 'update';

/** What people saw in Slack, and what it took. */
export type SlackFigures = SimulatedFigures & {
  /** Answers that were streamed, of all. */
  readonly streamedShare: number;
  /** Calls that show more of an answer, for each. */
  readonly editsEach: number;
};

/** Mean one-way delay to Slack; each request is up to 15 ms faster or slower, each way. */
export const slackOneWayMs = 125;
/** Calls in a minute that Slack documents (docs.slack.dev, tiers 4 and 3). */
export const slackWindows = {
  native: { count: 100, windowMs: 60_000 },
  update: { count: 50, windowMs: 60_000 },
} as const;
/** A status is shown before the model says its first word. */
const thinkingMs = 2_000;

/** Words that say whose they are: `a3w17` is the eighteenth of the fourth answer. */
async function* speak(
  clock: Clock,
  index: number,
  wordsMs: readonly number[],
  signal: AbortSignal,
): AsyncIterable<AnswerEvent> {
  let text = '';
  for (const [word, atMs] of wordsMs.entries()) {
    const delayMs = atMs - clock.now();
    if (delayMs > 0) await clock.sleep(delayMs, signal);
    const delta = `a${index}w${word} `;
    text += delta;
    yield { type: 'text-delta', text: delta };
  }
  yield { type: 'answer-end', finish: 'stop', text, usage: noUsage };
}

/** Words of the answers that stand on the screen less or more than once, in all messages together. */
function countMisplaced(texts: readonly string[], answers: readonly SimulatedAnswer[]): number {
  const stands = new Map<string, number>();
  for (const word of texts.flatMap((text) => text.match(/a\d+w\d+/g) ?? [])) {
    stands.set(word, (stands.get(word) ?? 0) + 1);
  }
  return answers
    .flatMap((answer, index) => arrivals(answer).map((_, word) => stands.get(`a${index}w${word}`) ?? 0))
    .reduce((sum, count) => sum + Math.abs(count - 1), 0);
}

/** Runs the real delivery through the real outbox, windows and calls against the fake Slack on a simulated clock: answers in one workspace, each in a thread. */
export async function simulateSlack(
  answers: readonly SimulatedAnswer[],
  lane: SlackLane,
  seed = 7,
): Promise<SlackFigures> {
  const dice = createDice(seed);
  const { clock, slack, team, person, installation, channel } = createSlackRig({
    oneWayMs: () => slackOneWayMs - 15 + 30 * dice(),
  });
  const stop = new AbortController();
  const logger = createSilentLogger();
  const store = createMemoryStore();
  const ids = createFakeIds();
  const windows = createMethodWindows(clock);
  const apiUrl = slack.world.origins.api;
  const { fetch } = slack;
  const api = createWebApi({ tokenFor: async () => installation.token, apiUrl, clock, windows, fetch });
  const outbox = createSlackOutbox({
    api,
    windows,
    store,
    memory: createThreadMemory(store, logger),
    respond: createRespondToUrl({ apiUrl, clock, fetch }),
    status: createThreadStatus({ api, clock, logger }),
    clock,
    ids,
    logger,
  });
  const deliver = createDeliverer({
    clock,
    logger,
    metrics: noMetrics,
    budgets: createBudgetsByOutbox(clock),
    failureText: createFailureText({ ids: createFakeIds(), logger }),
  });
  // Whom Slack cannot stream to gets messages that are changed.
  const route = renderRoute({ type: 'messages', via: team.id, askerTeam: lane === 'native' ? team.id : null });

  const beganMs = clock.now() + thinkingMs;
  const outcomes = answers.map(async (answer, index) => {
    await clock.sleep(answer.startMs, stop.signal);
    const { ts } = slack.people.say(person, channel, { text: `question ${index}`, mentionsBot: true });
    const turn = createSampleTurn(`slack:${team.id}:${channel.id}:${ts}`, ts, {
      platform: 'slack',
      tenant: team.id,
      channel: channel.id,
      thread: ts,
      opensThread: true,
      message: ts,
      route,
      person: createSamplePerson(person.id, 'Ada'),
      text: `question ${index}`,
    });
    const place = await outbox.open(turn, stop.signal);
    const wordsMs = arrivals(answer).map((atMs) => beganMs + atMs);
    const answered = { turn, attempt: 1, progress: createMemoryProgress(), question: turn.subject };
    await deliver(answered, place, outbox, speak(clock, index, wordsMs, stop.signal), stop.signal);
    return place.scope.startsWith('append');
  });
  const streamed = await clock.runUntil(Promise.all(outcomes), 86_400_000);
  slack.expectNoViolations();
  slack.end();

  const { screen } = slack;
  const { count, windowMs } = slackWindows[lane];
  const changes = screen
    .changes()
    .filter(({ byBot }) => byBot)
    .map(({ text, atMs }) => ({ id: /a(\d+)w/.exec(text ?? '')?.[1] ?? '', text, atMs: atMs - beganMs }));
  const words = new Map(answers.map((answer, index) => [`${index}`, arrivals(answer)]));
  const figures = judgeWords(words, changes, (answers.length * windowMs) / count, slackOneWayMs);
  const misplaced = countMisplaced(
    screen.botMessages().map(({ text }) => text),
    answers,
  );
  const shows = slack
    .requests({ status: 200 })
    .filter(({ method }) => method === 'chat.update' || method === 'chat.appendStream');
  return {
    ...figures,
    lostWords: misplaced + screen.vanishedWords().length,
    refusedShare: slack.requests({ status: 429 }).length / slack.requests().length,
    streamedShare: streamed.filter(Boolean).length / answers.length,
    editsEach: shows.length / answers.length,
  };
}
