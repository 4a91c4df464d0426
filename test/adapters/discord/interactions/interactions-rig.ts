import { Routes } from 'discord-api-types/v10';
import { readRoute } from '../../../../adapters/discord/answers/answer-route.ts';
import { createPrivateAnswers } from '../../../../adapters/discord/answers/private-answers.ts';
import { commandDefinitions } from '../../../../adapters/discord/commands/command-definitions.ts';
import { createThreadMemory } from '../../../../adapters/discord/directory/thread-memory.ts';
import { createInteractions, type InteractionsParts } from '../../../../adapters/discord/interactions/interactions.ts';
import type { DiscordRest } from '../../../../adapters/discord/rest/discord-call.ts';
import { createDiscordRest } from '../../../../adapters/discord/rest/rest.ts';
import type { ModelInfo } from '../../../../src/answer/models.ts';
import type { Store } from '../../../../src/memory/store.ts';
import { createAccess } from '../../../../src/turn/access.ts';
import type { InboxEvent, Receipt } from '../../../../src/turn/inbox.ts';
import type { Turn } from '../../../../src/turn/turn.ts';
import { createFakeDiscord, type FakeDiscordOptions } from '../../../fakes/discord/fake-discord.ts';
import { createFakeClock } from '../../../fakes/fake-clock.ts';
import { createMemoryStore } from '../../../fakes/memory-store.ts';
import { createSilentLogger } from '../../../fakes/silent-logger.ts';

const nobody = { servers: [], channels: [], roles: [], people: [] };

/** What differs from interactions that work and are accepted at once. */
export type RigOptions = Partial<FakeDiscordOptions> & {
  readonly store?: Store;
  readonly deniedPeople?: readonly string[];
  /** Whether what people do arrives by itself: yes unless told otherwise. */
  readonly isConnected?: boolean;
  onEvent?(event: InboxEvent): Promise<Receipt>;
  listModels?(signal: AbortSignal): Promise<readonly ModelInfo[]>;
};

/** A model that can be asked. */
function createModel(id: string): ModelInfo {
  return {
    id,
    name: id,
    vendor: 'vendor',
    contextTokens: null,
    price: null,
    seesPictures: true,
    maxPictures: 10,
    bestAt: '',
    unavailableBecause: null,
  };
}

/** Interactions on a Discord of their own, with a server, a channel and people in it, and the commands registered. */
export async function createInteractionsRig(options: RigOptions = {}) {
  const clock = createFakeClock();
  const discord = createFakeDiscord({ clock, ...options });
  const logger = createSilentLogger();
  const store = options.store ?? createMemoryStore();
  const rest: DiscordRest = createDiscordRest({
    token: discord.token,
    apiUrl: 'https://discord.com/api',
    userAgent: 'Sightline/1.0.0',
    clock,
    onRefused: (failure) => {
      throw failure;
    },
    makeRequest: discord.makeRequest,
  });
  const stop = new AbortController();
  await rest(
    { method: 'PUT', route: Routes.applicationCommands(discord.applicationId), body: commandDefinitions },
    stop.signal,
  );
  const events: InboxEvent[] = [];
  const parts: InteractionsParts = {
    rest,
    clock,
    logger,
    store,
    memory: createThreadMemory(store, logger),
    access: createAccess({ allowed: nobody, denied: { ...nobody, people: options.deniedPeople ?? [] } }),
    listModels: options.listModels ?? (async () => [createModel('inspector'), createModel('gpt-5')]),
  };
  const interactions = createInteractions(parts);
  const onEvent = async (event: InboxEvent): Promise<Receipt> => {
    events.push(event);
    return options.onEvent?.(event) ?? 'accepted';
  };
  interactions.connect(onEvent, stop.signal);
  const gateway = discord.connect({ intents: 0 });
  const listening = gateway.run(options.isConnected === false ? () => {} : interactions.onDispatch, stop.signal);
  await gateway.ready;

  const guild = discord.places.createGuild({ name: 'Home' });
  const channel = discord.places.createChannel(guild);
  const ada = discord.places.createPerson({ name: 'ada', displayName: 'Ada' });
  discord.places.join(guild, ada);

  return {
    ...discord,
    clock,
    discord,
    logger,
    rest,
    store,
    interactions,
    onEvent,
    events,
    privateAnswers: createPrivateAnswers(store, logger),
    /** Further ones on the same Discord, with other parts. */
    createInteractions(other: Partial<InteractionsParts>) {
      const created = createInteractions({ ...parts, ...other });
      created.connect(onEvent, stop.signal);
      return created;
    },
    guild,
    channel,
    ada,
    stop,
    /** What people did has arrived, and everything that it started has ended. */
    async settle() {
      await clock.advance(0);
      await clock.runUntil(interactions.idle());
    },
    /** The calls since the commands were registered, in order. */
    calls: () =>
      discord
        .requests()
        .filter(({ route }) => !route.includes('/commands'))
        .map(({ method, route }) => `${method} ${route}`),
    /** What the bot sent to a person, as it stands. */
    shownTo: (person: { readonly id: string }) =>
      discord.screen.botMessages().filter(({ visibleTo }) => visibleTo === person.id),
    async close() {
      stop.abort();
      await clock.runUntil(Promise.all([listening, interactions.idle()]));
      discord.expectNoViolations();
    },
  };
}

/** The one turn that was handed over. */
export function onlyTurn(events: readonly InboxEvent[]): Turn {
  const [event] = events;
  if (events.length !== 1 || event?.type !== 'turn') throw new Error(`not one turn: ${JSON.stringify(events)}`);
  return event.turn;
}

/** Where the answer to the turn goes. */
export function routeOf(turn: { readonly route: string | null }) {
  return readRoute(turn.route ?? '');
}
