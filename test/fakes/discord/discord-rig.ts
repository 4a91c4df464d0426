import { GatewayIntentBits } from 'discord-api-types/v10';
import { createFakeClock } from '../fake-clock.ts';
import { callApi } from './call-api.ts';
import { createFakeDiscord, type FakeDiscordOptions } from './fake-discord.ts';
import type { InProcessDispatch, InProcessGatewayOptions } from './in-process-gateway.ts';
import { isObject, type JsonObject } from './json.ts';

/** The intents of a bot that reads mentions, replies and direct messages, without the privileged one. */
export const unprivilegedIntents =
  GatewayIntentBits.Guilds | GatewayIntentBits.GuildMessages | GatewayIntentBits.DirectMessages;

/** A fake Discord on a fake clock with one server, one text channel and one person in it. */
export function createDiscordRig(options: Omit<FakeDiscordOptions, 'clock'> = {}) {
  const clock = createFakeClock();
  const discord = createFakeDiscord({ ...options, clock });
  const guild = discord.places.createGuild({ name: 'Painters' });
  const channel = discord.places.createChannel(guild, { name: 'pictures' });
  const person = discord.places.createPerson({ name: 'ada' });
  discord.places.join(guild, person);
  const stop = new AbortController();
  const heard: InProcessDispatch[] = [];

  return {
    clock,
    discord,
    guild,
    channel,
    person,
    stop,
    heard,
    /** Everything that was dispatched under a name, as objects. */
    heardOf: (name: string): readonly JsonObject[] =>
      heard.flatMap((dispatch) => (dispatch.name === name && isObject(dispatch.data) ? [dispatch.data] : [])),
    /** A call of the API with the bot's token. */
    call: (method: Parameters<typeof callApi>[1], path: string, body?: unknown) => callApi(discord, method, path, body),
    /** Connects a gateway client in process, which lists in `heard` what comes. */
    async connect(client: Partial<InProcessGatewayOptions> = {}) {
      const gateway = discord.connect({ intents: unprivilegedIntents, ...client });
      const running = gateway.run((dispatch) => heard.push(dispatch), stop.signal);
      await clock.runUntil(gateway.ready);
      return { gateway, running };
    },
  };
}
