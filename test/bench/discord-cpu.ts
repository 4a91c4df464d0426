import { REST, RequestMethod } from '@discordjs/rest';
import { renderPlaceId } from '../../adapters/discord/answers/place.ts';
import { createThreadMemory } from '../../adapters/discord/directory/thread-memory.ts';
import { createDiscordOutbox } from '../../adapters/discord/outbox.ts';
import { toMessageBody } from '../../adapters/discord/render.ts';
import { createDiscordRest } from '../../adapters/discord/rest/rest.ts';
import type { AnswerControls, Outbox } from '../../src/delivery/outbox.ts';
import { type Clock, createSystemClock } from '../../src/lib/clock.ts';
import { createMemoryStore } from '../fakes/memory-store.ts';
import { createSilentLogger } from '../fakes/silent-logger.ts';
import { measureDeliveryCpu } from './delivery-cpu.ts';

/** CPU of one delivered edit, in microseconds. */
export type DiscordCpu = { readonly whole: number; readonly sdk: number };

const channel = '1456000000000000777';
const message = '1456000000000000778';
const controls: AnswerControls = { type: 'stop', subject: `discord:${message}` };
const author = { id: '1299000000000000001', username: 'sightline', discriminator: '0', avatar: null, bot: true };
const headers = {
  'content-type': 'application/json',
  'x-ratelimit-limit': '5',
  'x-ratelimit-remaining': '4',
  'x-ratelimit-reset-after': '4.500',
};

/** What Discord gives back for a message, about as long as it is. */
function replyTo(body: unknown): Response {
  const sent: unknown = JSON.parse(String(body));
  return new Response(JSON.stringify({ id: message, channel_id: channel, type: 0, author, tts: false, sent }), {
    status: 200,
    headers,
  });
}

/** Every look is a second later, so that no limit of calls a second is ever reached. */
function createHurriedClock(): Clock {
  const system = createSystemClock();
  let lookedAt = 0;
  return {
    now() {
      lookedAt += 1;
      return lookedAt * 1_000;
    },
    sleep: system.sleep,
  };
}

/** The real outbox and calls over replies that cost next to nothing, with no limit of edits. */
function createHurriedOutbox(): Outbox {
  const clock = createHurriedClock();
  const logger = createSilentLogger();
  const store = createMemoryStore();
  const outbox = createDiscordOutbox({
    rest: createDiscordRest({
      token: 'token',
      apiUrl: 'http://discord.test/api',
      userAgent: 'Sightline/bench',
      clock,
      onRefused: () => {},
      makeRequest: async (_url, { body }) => replyTo(body),
    }),
    clock: createSystemClock(),
    store,
    memory: createThreadMemory(store, logger),
    logger,
    me: () => ({ userId: author.id }),
    messageContent: false,
    mayWriteInThreads: () => true,
    listModels: async () => [],
  });
  return { ...outbox, limits: { ...outbox.limits, edits: { count: 1_000_000, windowMs: 1_000 } } };
}

/** What the SDK alone takes for an edit with a text of a thousand characters, in microseconds. */
async function measureSdk(edits: number): Promise<number> {
  const body = toMessageBody({ content: 'word '.repeat(200), components: [] });
  const started = process.cpuUsage();
  for (let edit = 0; edit < edits; edit += 1) {
    const rest = new REST({
      api: 'http://discord.test/api',
      retries: 0,
      hashSweepInterval: 0,
      handlerSweepInterval: 0,
      makeRequest: async () => new Response(null, { status: 204 }),
    }).setToken('token');
    await rest.queueRequest({
      method: RequestMethod.Patch,
      fullRoute: `/channels/${channel}/messages/${message}`,
      body,
      signal: new AbortController().signal,
    });
  }
  const used = process.cpuUsage(started);
  return (used.user + used.system) / edits;
}

/** The least of three runs: from the token to the request, and from the reply to the next edit. */
export async function measureDiscordCpu(): Promise<DiscordCpu> {
  const load = { answers: 20, tokens: 1_000, tokensPerLoopTurn: 10 };
  const place = renderPlaceId({
    type: 'channel',
    channel,
    subject: controls.subject,
    conversation: null,
    question: channel,
    isReply: false,
  });
  let whole = Number.POSITIVE_INFINITY;
  let sdk = Number.POSITIVE_INFINITY;
  for (let round = 0; round < 4; round += 1) {
    const { microseconds, edits } = await measureDeliveryCpu(load, {
      outbox: createHurriedOutbox(),
      placeId: place,
      question: controls.subject,
    });
    const alone = await measureSdk(2_000);
    if (round === 0) continue;
    whole = Math.min(whole, microseconds / edits);
    sdk = Math.min(sdk, alone);
  }
  return { whole, sdk };
}
