import { readPlace } from '../../../adapters/discord/answers/place.ts';
import { createChannelDirectory } from '../../../adapters/discord/directory/channel-directory.ts';
import { createGuildDirectory } from '../../../adapters/discord/directory/guild-directory.ts';
import { createThreadMemory } from '../../../adapters/discord/directory/thread-memory.ts';
import { createDiscordInbox } from '../../../adapters/discord/inbox.ts';
import { createMessageInbox } from '../../../adapters/discord/messages/message-inbox.ts';
import { createDiscordOutbox } from '../../../adapters/discord/outbox.ts';
import { toPictureLocator } from '../../../adapters/discord/pictures/picture-links.ts';
import { createDiscordRest } from '../../../adapters/discord/rest/rest.ts';
import type { Outbox, Part } from '../../../src/delivery/outbox.ts';
import { createAccess } from '../../../src/turn/access.ts';
import type { Inbox, InboxEvent, Receipt } from '../../../src/turn/inbox.ts';
import { type PlatformHarness, platformContract } from '../../contracts/platform.contract.ts';
import { createDiscordRig, unprivilegedIntents } from '../../fakes/discord/discord-rig.ts';
import type { KeptSession } from '../../fakes/discord/in-process-gateway.ts';
import { createMemoryStore } from '../../fakes/memory-store.ts';
import { createSilentLogger } from '../../fakes/silent-logger.ts';

/** What outlives the program: Discord itself, the store, the gateway's sessions, and what people know of states. */
function createSurroundings() {
  return {
    rig: createDiscordRig(),
    store: createMemoryStore(),
    sessions: new Map<number, KeptSession>(),
    states: new Map<string, Part['state']>(),
  };
}

const nobody = { servers: [], channels: [], roles: [], people: [] };

/** A message does not show whether it will grow: what was sent last tells. */
function noteStates(outbox: Outbox, states: Map<string, Part['state']>): Outbox {
  return {
    ...outbox,
    async post(place, part, key, signal) {
      const ref = await outbox.post(place, part, key, signal);
      if (!states.has(ref)) states.set(ref, part.state);
      return ref;
    },
    async edit(place, ref, part, signal) {
      const report = await outbox.edit(place, ref, part, signal);
      states.set(ref, part.state);
      return report;
    },
  };
}

function startDiscord(surroundings: ReturnType<typeof createSurroundings>): PlatformHarness {
  const { rig, store, sessions, states } = surroundings;
  const { clock, discord, channel, person } = rig;
  const logger = createSilentLogger();
  const rest = createDiscordRest({
    token: discord.token,
    apiUrl: discord.world.origins.api,
    userAgent: 'Sightline/test',
    clock,
    onRefused: () => {},
    makeRequest: discord.makeRequest,
  });
  const me = () => ({ userId: discord.bot.id });
  const memory = createThreadMemory(store, logger);
  const base = { rest, store, clock, logger, memory, me, messageContent: false };
  const messages = createMessageInbox({
    ...base,
    directory: createChannelDirectory({ rest, logger }),
    guilds: createGuildDirectory({ rest, logger }),
    mayUse: createAccess({ allowed: nobody, denied: nobody }),
    toLocator: toPictureLocator,
  });
  const gateway = discord.connect({ intents: unprivilegedIntents, sessions });
  const killed = new AbortController();
  const discordInbox = createDiscordInbox({
    gateway,
    listeners: [],
    takers: [messages],
    prepare: async () => {},
    settle: async () => {},
    refusal: killed.signal,
    onRefused: () => {},
  });

  let arrived = Promise.withResolvers<void>();
  arrived.promise.catch(() => {});
  let listening: Promise<void> = Promise.resolve();
  let isListening = false;
  const inbox: Inbox = {
    name: discordInbox.name,
    async listen(onEvent, signal) {
      const take = async (event: InboxEvent): Promise<Receipt> => {
        try {
          const receipt = await onEvent(event);
          arrived.resolve();
          return receipt;
        } catch (error) {
          arrived.reject(error);
          throw error;
        }
      };
      isListening = true;
      listening = discordInbox.listen(take, AbortSignal.any([signal, killed.signal]));
      await listening;
      isListening = false;
    },
  };

  return {
    inbox,
    outbox: noteStates(
      createDiscordOutbox({ ...base, mayWriteInThreads: () => true, listModels: async () => [] }),
      states,
    ),
    async say(text) {
      if (isListening) await gateway.ready;
      arrived = Promise.withResolvers<void>();
      arrived.promise.catch(() => {});
      const files = [{ name: 'a.png', bytes: Buffer.from('a picture') }];
      discord.people.say(person, channel, { text, mentionsBot: true, files });
      if (isListening) await arrived.promise;
    },
    seen: (place) =>
      discord.screen
        .botMessages(readPlace(place).channel)
        .map(({ id, text }) => ({ ref: id, text, state: states.get(id) ?? 'final' })),
    removePlace(place) {
      const thread = discord.world.channels.get(readPlace(place).channel);
      if (thread !== undefined) discord.places.deleteChannel(thread);
    },
    run: (promise) => clock.runUntil(promise),
    pass: (durationMs) => clock.advance(durationMs),
    async restart() {
      killed.abort(new Error('the program ended'));
      await clock.runUntil(listening);
      return startDiscord(surroundings);
    },
    async close() {
      killed.abort(new Error('the test ended'));
      await clock.runUntil(listening);
      discord.expectNoViolations();
    },
  };
}

platformContract('Discord', async () => startDiscord(createSurroundings()));
