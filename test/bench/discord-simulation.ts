import { renderRoute } from '../../adapters/discord/answers/answer-route.ts';
import { createThreadMemory } from '../../adapters/discord/directory/thread-memory.ts';
import { createDiscordOutbox } from '../../adapters/discord/outbox.ts';
import { discordLimits } from '../../adapters/discord/render.ts';
import { createDiscordRest } from '../../adapters/discord/rest/rest.ts';
import type { AnswerEvent } from '../../src/answer/answer-event.ts';
import { noUsage } from '../../src/answer/say.ts';
import { createDeliverer } from '../../src/delivery/deliver.ts';
import { createBudgetsByOutbox } from '../../src/delivery/edit-budgets.ts';
import { createFailureText } from '../../src/delivery/failure-text.ts';
import type { Clock } from '../../src/lib/clock.ts';
import { noMetrics } from '../../src/lib/metrics.ts';
import { createDiscordRig } from '../fakes/discord/discord-rig.ts';
import { createFakeIds } from '../fakes/fake-ids.ts';
import { createMemoryProgress } from '../fakes/memory-progress.ts';
import { createMemoryStore } from '../fakes/memory-store.ts';
import { createSamplePerson, createSampleTurn } from '../fakes/sample-turn.ts';
import { createSilentLogger } from '../fakes/silent-logger.ts';
import { arrivals, createDice, type SimulatedAnswer, type SimulatedFigures } from './delivery-simulation.ts';
import { judgeWords } from './judge-words.ts';

/** What people saw on Discord, and what it took. */
export type DiscordFigures = SimulatedFigures & {
  readonly editsEach: number;
  /** Edits made, of those that the limits allow while words come. */
  readonly editShare: number;
  /** Most calls that arrived within a second. */
  readonly busiestSecond: number;
};

/** Mean one-way delay to Discord; each request is up to 15 ms faster or slower, each way. */
export const discordOneWayMs = 125;
/** Discord lets so many threads be opened in a channel in five minutes; the questions of more come from several channels. */
const questionsEach = 40;
/** A thread is opened and typing shown before the model says its first word. */
const thinkingMs = 2_000;

const message = '/channels/:channel/messages/:message';

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

function countInBusiestSecond(timesMs: readonly number[]): number {
  let first = 0;
  let most = 0;
  for (const [index, atMs] of timesMs.entries()) {
    while ((timesMs[first] ?? atMs) <= atMs - 1_000) first += 1;
    most = Math.max(most, index - first + 1);
  }
  return most;
}

/**
 * Runs the real delivery through the real outbox and calls against the fake Discord on a simulated clock. `threads`: each answer
 * in a thread that is opened for it; `channel`: all of them as replies in one channel.
 */
export async function simulateDiscord(
  answers: readonly SimulatedAnswer[],
  where: 'threads' | 'channel',
  seed = 7,
): Promise<DiscordFigures> {
  const dice = createDice(seed);
  const { clock, discord, guild, channel, person, stop } = createDiscordRig({
    oneWayMs: () => discordOneWayMs - 15 + 30 * dice(),
  });
  const logger = createSilentLogger();
  const store = createMemoryStore();
  const rest = createDiscordRest({
    token: discord.token,
    apiUrl: discord.world.origins.api,
    userAgent: 'Sightline/bench',
    clock,
    onRefused: () => {},
    makeRequest: discord.makeRequest,
  });
  const outbox = createDiscordOutbox({
    rest,
    clock,
    store,
    memory: createThreadMemory(store, logger),
    logger,
    me: () => ({ userId: discord.bot.id }),
    messageContent: false,
    mayWriteInThreads: () => true,
    listModels: async () => [],
  });
  const deliver = createDeliverer({
    clock,
    logger,
    metrics: noMetrics,
    budgets: createBudgetsByOutbox(clock),
    failureText: createFailureText({ ids: createFakeIds(), logger }),
  });

  const channels = answers.map((_, index) =>
    index % questionsEach === 0 && index > 0 ? discord.places.createChannel(guild, { name: `more-${index}` }) : channel,
  );
  const beganMs = clock.now() + thinkingMs;
  const outcomes = answers.map(async (answer, index) => {
    await clock.sleep(answer.startMs, stop.signal);
    const asked = channels[index - (index % questionsEach)] ?? channel;
    const question = discord.people.say(person, asked, { text: `question ${index}`, mentionsBot: true });
    const turn = createSampleTurn(`discord:${question.id}`, question.id, {
      platform: 'discord',
      channel: asked.id,
      opensThread: where === 'threads',
      message: question.id,
      route: where === 'threads' ? '' : renderRoute({ type: 'reply' }),
      person: createSamplePerson(person.id, 'Ada'),
    });
    const place = await outbox.open(turn, stop.signal);
    const wordsMs = arrivals(answer).map((atMs) => beganMs + atMs);
    const answered = { turn, attempt: 1, progress: createMemoryProgress(), question: turn.subject };
    return deliver(answered, place, outbox, speak(clock, index, wordsMs, stop.signal), stop.signal);
  });
  await clock.runUntil(Promise.all(outcomes), 86_400_000);
  discord.expectNoViolations();

  const { screen } = discord;
  const { count, windowMs } = discordLimits.edits;
  const words = new Map(answers.map((answer, index) => [`${index}`, arrivals(answer)]));
  const changes = screen
    .changes()
    .filter(({ byBot }) => byBot)
    .map(({ text, atMs }) => ({ id: /^a(\d+)w/.exec(text ?? '')?.[1] ?? '', text, atMs: atMs - beganMs }));
  const figures = judgeWords(
    words,
    changes,
    ((where === 'channel' ? answers.length : 1) * windowMs) / count,
    discordOneWayMs,
  );
  const misplaced = countMisplaced(
    screen.botMessages().map(({ text }) => text),
    answers,
  );
  const edits = discord.requests({ method: 'PATCH', route: message, status: 200 }).length;
  const spansMs =
    where === 'threads'
      ? answers.map(({ durationMs }) => durationMs)
      : [Math.max(...answers.map(({ startMs, durationMs }) => startMs + durationMs))];
  const allowed = spansMs.reduce((sum, spanMs) => sum + count * Math.max(1, spanMs / windowMs), 0);
  return {
    ...figures,
    lostWords: misplaced + screen.vanishedWords().length,
    refusedShare: discord.requests({ status: 429 }).length / discord.requests().length,
    editsEach: edits / answers.length,
    editShare: edits / allowed,
    busiestSecond: countInBusiestSecond(discord.requests().map(({ atMs }) => atMs)),
  };
}
