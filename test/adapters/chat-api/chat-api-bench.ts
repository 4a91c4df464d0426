import { onTestFinished } from 'vitest';
import { createImageChat } from '../../../adapters/chat-api/create-image-chat.ts';
import type { DialectChoice } from '../../../adapters/chat-api/dialect.ts';
import type { AnswerEvent } from '../../../src/answer/answer-event.ts';
import type { ApiCall } from '../../../src/answer/api-call.ts';
import type { ImageChat, ImageQuestion } from '../../../src/answer/image-chat.ts';
import type { Clock } from '../../../src/lib/clock.ts';
import { createFakeClock, type FakeClock } from '../../fakes/fake-clock.ts';
import { createFakeIds } from '../../fakes/fake-ids.ts';
import { createMemoryStore } from '../../fakes/memory-store.ts';
import { type ScriptedChatApi, startScriptedChatApi } from '../../fakes/scripted-chat-api/scripted-chat-api.ts';
import { friendlyServer, hostedService } from '../../fakes/scripted-chat-api/scripted-rules.ts';
import { createSilentLogger } from '../../fakes/silent-logger.ts';

/** Bytes that begin like a PNG: the scripted server looks no further. */
export const smallPicture = {
  bytes: Buffer.from('\x89PNG\r\n\x1a\n and so on', 'latin1'),
  mimeType: 'image/png',
  fileName: 'bicycle.png',
  original: { format: 'PNG', width: 2_560, height: 1_600, sizeBytes: 1_843_200, frames: 1 },
} as const;

export const never = new AbortController().signal;

type Hosted = NonNullable<Parameters<typeof createImageChat>[0]['hosted']>;

/** A client of an API, with what the tests want to vary. */
export function createClient(
  api: ScriptedChatApi,
  clock: Clock,
  change: { apiKey?: string; baseUrl?: string; requestsPerMinute?: number | null; hosted?: Hosted } = {},
) {
  const calls: ApiCall[] = [];
  const logger = createSilentLogger();
  const chat = createImageChat({
    baseUrl: change.baseUrl ?? api.url,
    apiKey: change.apiKey ?? api.apiKey,
    version: '1.2.3',
    requestsPerMinute: change.requestsPerMinute ?? null,
    clock,
    ids: createFakeIds(),
    logger,
    watch: (call) => calls.push(call),
    ...(change.hosted === undefined ? {} : { hosted: change.hosted }),
  });
  return { chat, calls, logger };
}

/** The scripted API and a client of it with a simulated clock, both closed when the test is over. */
export async function startBench(change: Parameters<typeof createClient>[2] = {}, rules = friendlyServer) {
  const api = await startScriptedChatApi('acknowledged', rules);
  const clock = createFakeClock();
  const client = createClient(api, clock, change);
  onTestFinished(async () => {
    await client.chat.close();
    await api.close();
  });
  return { api, clock, ...client };
}

/** The same for a service of somebody else's; `again` makes another client over the same store, as after a restart. */
export async function startHostedBench(dialect: DialectChoice = 'unified', rules = hostedService) {
  const store = createMemoryStore();
  const hosted = { dialect, store };
  const bench = await startBench({ hosted }, rules);
  const again = (choice = dialect, change: Parameters<typeof createClient>[2] = {}) => {
    const client = createClient(bench.api, bench.clock, { hosted: { dialect: choice, store }, ...change });
    onTestFinished(() => client.chat.close());
    return client;
  };
  const asked = () => bench.api.requests.map(({ method, path }) => `${method} ${path}`);
  const bodies = (start: string) =>
    bench.api.requests
      .filter(({ method, path }) => `${method} ${path}`.startsWith(start))
      .map(({ body }) => JSON.parse(body));
  return { ...bench, store, again, asked, bodies };
}

/** Uploads a picture and asks about it. */
export async function* askAbout(
  chat: ImageChat,
  change: Partial<ImageQuestion> = {},
  signal = never,
): AsyncGenerator<AnswerEvent> {
  const key = await chat.upload({ conversationKey: 'k', ...smallPicture }, never);
  const question: ImageQuestion = {
    conversationKey: 'k',
    conversationId: 'c',
    model: 'gpt-4o',
    prompt: 'What is this?',
    imageKeys: [key],
    isMixed: false,
    webSearch: null,
    ...change,
  };
  yield* chat.ask(question, async () => {}, signal);
}

/** All events, or what was thrown beside those that came before. */
export async function collect(events: AsyncIterable<AnswerEvent>) {
  const seen: AnswerEvent[] = [];
  let thrown: unknown = null;
  try {
    for await (const event of events) seen.push(event);
  } catch (error) {
    thrown = error;
  }
  const text = seen.map((event) => (event.type === 'text-delta' ? event.text : '')).join('');
  return { seen, text, end: seen.at(-1), thrown };
}

/** Lets real sockets do their work, then moves the simulated clock, until the promise settles or `steps` are over. */
export async function runInSteps<Value>(clock: FakeClock, stepMs: number, work: Promise<Value>): Promise<Value> {
  let settled = false;
  const settle = () => {
    settled = true;
  };
  work.then(settle, settle);
  for (let steps = 0; steps < 400 && !settled; steps += 1) {
    for (let turns = 0; turns < 20 && !settled; turns += 1) await new Promise((resolve) => setTimeout(resolve, 1));
    if (!settled) await clock.advance(stepMs);
  }
  return work;
}
