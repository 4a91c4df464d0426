import { PermissionFlagsBits } from 'discord-api-types/v10';
import { expect } from 'vitest';
import { type InteractionRoute, renderRoute } from '../../../adapters/discord/answers/answer-route.ts';
import { createPublicShower } from '../../../adapters/discord/answers/show-publicly.ts';
import { createThreadMemory } from '../../../adapters/discord/directory/thread-memory.ts';
import { createDiscordOutbox } from '../../../adapters/discord/outbox.ts';
import { createDiscordRest } from '../../../adapters/discord/rest/rest.ts';
import type { ModelInfo } from '../../../src/answer/models.ts';
import type { AnswerControls, Part } from '../../../src/delivery/outbox.ts';
import { Failure } from '../../../src/lib/errors.ts';
import type { Turn } from '../../../src/turn/turn.ts';
import { createDiscordRig } from '../../fakes/discord/discord-rig.ts';
import type { ChannelRecord, InteractionRecord, MessageRecord } from '../../fakes/discord/records.ts';
import { createMemoryStore } from '../../fakes/memory-store.ts';
import { createSamplePerson, createSampleTurn } from '../../fakes/sample-turn.ts';
import { createSilentLogger } from '../../fakes/silent-logger.ts';

export const never = new AbortController().signal;

/** One part of an answer; final and without controls unless told otherwise. */
export function part(text: string, state: Part['state'] = 'final', controls: AnswerControls | null = null): Part {
  return { text, state, controls };
}

/** The `Failure` that a promise rejects with. */
export async function failureOf(promise: Promise<unknown>): Promise<Failure> {
  const error: unknown = await promise.then(
    () => new Error('nothing was refused'),
    (reason: unknown) => reason,
  );
  if (!(error instanceof Failure)) throw error;
  return error;
}

/** A model that can see and be asked. */
export function sampleModel(id: string): ModelInfo {
  return {
    id,
    name: id,
    vendor: 'made',
    contextTokens: null,
    price: null,
    seesPictures: true,
    maxPictures: 4,
    bestAt: '',
    unavailableBecause: null,
  };
}

/** An outbox on a Discord of its own, with a server, a channel and a person in it. */
export function createOutboxRig(
  options: {
    readonly messageContent?: boolean;
    readonly mayWriteInThreads?: boolean;
    readonly discord?: Parameters<typeof createDiscordRig>[0];
  } = {},
) {
  const rig = createDiscordRig(options.discord);
  const { clock, discord, channel, person } = rig;
  const store = createMemoryStore();
  const logger = createSilentLogger();
  const memory = createThreadMemory(store, logger);
  const rest = createDiscordRest({
    token: discord.token,
    apiUrl: discord.world.origins.api,
    userAgent: 'Sightline/1.0.0',
    clock,
    onRefused: () => {},
    makeRequest: discord.makeRequest,
  });
  const models = { list: async (): Promise<readonly ModelInfo[]> => [sampleModel('one'), sampleModel('two')] };
  /** As a new start of the program has it: only the store stays. */
  const start = () =>
    createDiscordOutbox({
      rest,
      clock,
      store,
      memory: createThreadMemory(store, logger),
      logger,
      me: () => ({ userId: discord.bot.id }),
      messageContent: options.messageContent ?? false,
      mayWriteInThreads: () => options.mayWriteInThreads ?? true,
      listModels: () => models.list(),
    });

  const toTurn = (message: MessageRecord, where: ChannelRecord, overrides: Partial<Turn> = {}): Turn =>
    createSampleTurn(`discord:${message.id}`, message.id, {
      platform: 'discord',
      channel: where.parentId !== null && where.thread !== null ? where.parentId : where.id,
      thread: where.thread === null ? message.id : where.id,
      opensThread: where.thread === null,
      message: message.id,
      text: 'what is this?',
      person: createSamplePerson(person.id, 'Ada'),
      receivedAtMs: clock.now(),
      ...overrides,
    });

  /** The person asks something; gives the message and its turn. */
  const ask = (where: ChannelRecord = channel, overrides: Partial<Turn> = {}) => {
    const message = discord.people.say(person, where, { text: 'what is this?', mentionsBot: true });
    return { message, turn: toTurn(message, where, overrides) };
  };

  /** The person gives a command, which is acknowledged with “is thinking…”. */
  const command = async (
    where: ChannelRecord = channel,
    visibility: InteractionRoute['visibility'] = 'public',
    changes: { readonly about?: string; readonly botIsMember?: boolean } = {},
  ) => {
    const ids = `/applications/${discord.applicationId}/commands`;
    const contexts = { integration_types: [0, 1], contexts: [0, 1, 2] };
    await rig.call('PUT', ids, [{ name: 'ask', description: 'Asks.', type: 1, ...contexts }]);
    const interaction = discord.clicks.slash(person, where, { name: 'ask' });
    await acknowledge(interaction, visibility);
    const route = toRoute(interaction, visibility, changes);
    const isInThread = where.thread !== null;
    const turn = createSampleTurn(`discord:${interaction.id}`, isInThread ? where.id : interaction.id, {
      platform: 'discord',
      channel: isInThread ? (where.parentId ?? '') : where.id,
      message: interaction.id,
      route: renderRoute(route),
      person: createSamplePerson(person.id, 'Ada'),
      receivedAtMs: clock.now(),
    });
    return { interaction, route, turn };
  };

  const acknowledge = (interaction: InteractionRecord, visibility: InteractionRoute['visibility']) =>
    rig.call('POST', `/interactions/${interaction.id}/${interaction.token}/callback`, {
      type: interaction.type === 3 ? 6 : 5,
      ...(visibility === 'private' && interaction.type !== 3 ? { data: { flags: 64 } } : {}),
    });

  const toRoute = (
    interaction: InteractionRecord,
    visibility: InteractionRoute['visibility'],
    changes: { readonly about?: string; readonly botIsMember?: boolean } = {},
  ): InteractionRoute => ({
    type: 'interaction',
    applicationId: discord.applicationId,
    interactionId: interaction.id,
    token: interaction.token,
    visibility,
    botIsMember: changes.botIsMember ?? !interaction.userInstallOnly,
    about: changes.about ?? null,
  });

  const isThread = (id: string): ChannelRecord => {
    const thread = discord.world.channels.get(id);
    if (thread === undefined) throw new Error(`there is no thread ${id}`);
    return thread;
  };

  return {
    /** The database breaks for good. */
    breakStore: store.fail,
    ...rig,
    store,
    memory,
    models,
    logger,
    outbox: start(),
    start,
    shower: createPublicShower({ rest, clock, store, logger, memory }),
    ask,
    command,
    acknowledge,
    toRoute,
    thread: isThread,
    /** What the bot shows, in order. */
    shown: (id?: string) => discord.screen.botMessages(id).map(({ text }) => text),
    /** The bodies that were sent by a method to a route, oldest first. */
    bodies: (method: string, route: string) => discord.requests({ method, route }).map(({ body }) => body),
    /** How many requests there were. */
    count: (method: string, route: string) => discord.requests({ method, route }).length,
    denyThreads: () => discord.places.denyBot(channel, PermissionFlagsBits.CreatePublicThreads),
    /** Nobody was called, nothing is previewed and nothing that was sent breaks a rule. */
    expectQuiet() {
      discord.expectNoViolations();
      expect(discord.screen.pings()).toEqual([]);
      expect(discord.screen.previews()).toEqual([]);
      expectNobodyIsCalled(discord.requests().map(({ body }) => body));
    },
  };
}

/** Every body that carries a text forbids all mentions and previews. */
function expectNobodyIsCalled(bodies: readonly unknown[]): void {
  for (const body of bodies) {
    if (typeof body !== 'object' || body === null || !('content' in body)) continue;
    expect(body).toMatchObject({ allowed_mentions: { parse: [], replied_user: false } });
    const { flags } = { flags: 0, ...body };
    expect(Number(flags) & 4).toBe(4);
  }
}

const messages = '/channels/:channel/messages';
/** The routes as the fake names them. */
export const routes = {
  messages,
  message: `${messages}/:message`,
  threads: `${messages}/:message/threads`,
  channel: '/channels/:channel',
  typing: '/channels/:channel/typing',
  followUps: '/webhooks/:application/:token',
  answer: '/webhooks/:application/:token/messages/:message',
} as const;
