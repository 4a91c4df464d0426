import { afterEach, describe, expect, it } from 'vitest';
import { createDiscordRest } from '../../../../adapters/discord/rest/rest.ts';
import type { InboxEvent, Receipt } from '../../../../src/turn/inbox.ts';
import { createDiscordRig, unprivilegedIntents } from '../../../fakes/discord/discord-rig.ts';
import type { KeptSession } from '../../../fakes/discord/in-process-gateway.ts';
import type { MessageRecord } from '../../../fakes/discord/records.ts';
import { createMemoryStore } from '../../../fakes/memory-store.ts';
import { createMessageRig, ids, readFixture } from './message-rig.ts';

const running: { end(): Promise<void> }[] = [];
afterEach(async () => {
  for (const bot of running.splice(0)) await bot.end();
});

const ofType0 = (id: string) => ({ id, type: 0 });

/** A Discord, and bots that start on the same store one after the other. */
function createWorldRig() {
  const { clock, discord, guild, channel, person } = createDiscordRig();
  const store = createMemoryStore();

  async function start(
    options: {
      sessions?: Map<number, KeptSession>;
      onEvent?: (event: InboxEvent) => Promise<Receipt>;
      /** Whether to go on only when everything was caught up with: yes unless told otherwise. */
      waits?: boolean;
    } = {},
  ) {
    const rest = createDiscordRest({
      token: discord.token,
      apiUrl: 'https://discord.com/api',
      userAgent: 'Sightline/test',
      clock,
      onRefused: () => {},
      makeRequest: discord.makeRequest,
    });
    const { onEvent } = options;
    const rig = createMessageRig({ rest, clock, store, botId: discord.bot.id, ...(onEvent ? { onEvent } : {}) });
    const sessions = options.sessions ?? new Map<number, KeptSession>();
    const gateway = discord.connect({ intents: unprivilegedIntents, sessions });
    const connected = gateway.run(rig.inbox.onDispatch, rig.stop.signal);
    await clock.runUntil(gateway.ready);
    if (options.waits !== false) await rig.idle();
    let ended: Promise<void> | null = null;
    const bot = {
      ...rig,
      sessions,
      heard: () => rig.turns().map(({ text }) => text),
      async end() {
        ended ??= rig.end().then(() => connected);
        await ended;
      },
    };
    running.push(bot);
    return bot;
  }

  const ask = (text: string, to = channel): MessageRecord =>
    discord.people.say(person, to, { text, mentionsBot: true });
  const reads = () => discord.requests({ method: 'GET', route: '/channels/:channel/messages' });
  return { clock, discord, guild, channel, person, store, start, ask, reads };
}

describe('catching up with what a new session missed', () => {
  it('reads nothing at the very first start', async () => {
    const { clock, start, ask, reads } = createWorldRig();
    ask('before anybody knew the bot');
    await clock.advance(1_000);
    const bot = await start();
    expect([bot.heard(), reads()]).toEqual([[], []]);
  });

  it('takes what was written meanwhile, the oldest first, and only what is for the bot', async () => {
    const { clock, discord, channel, person, start, ask, reads } = createWorldRig();
    const first = await start();
    await first.end();
    await clock.advance(60_000);
    ask('one');
    discord.people.say(person, channel, { text: 'not for the bot' });
    await clock.advance(1_000);
    ask('two');
    const second = await start();
    expect(second.heard()).toEqual(['one', 'two']);
    expect(second.turns()[0]).toMatchObject({ tenant: channel.guildId, opensThread: true, person: { id: person.id } });
    expect(reads()).toHaveLength(1);
    discord.expectNoViolations();
  });

  it('reads no channel in which nothing was written since', async () => {
    const { clock, start, ask, reads } = createWorldRig();
    const first = await start();
    ask('taken');
    await first.idle();
    expect(first.heard()).toEqual(['taken']);
    await first.end();
    await clock.advance(60_000);
    const second = await start();
    expect([second.heard(), reads()]).toEqual([[], []]);
  });

  it('reads nothing where the session goes on', async () => {
    const { clock, start, ask, reads } = createWorldRig();
    const first = await start();
    await first.end();
    await clock.advance(10_000);
    ask('repeated by Discord');
    const second = await start({ sessions: first.sessions });
    await second.idle();
    expect([second.heard(), reads()]).toEqual([['repeated by Discord'], []]);
  });

  it('reads what came while a running bot lost its session', async () => {
    const { clock, discord, start, ask } = createWorldRig();
    const bot = await start();
    await clock.advance(60_000);
    discord.gateway.loseSessions();
    discord.gateway.refuseFor(20_000);
    discord.gateway.cut();
    ask('during the outage');
    await clock.advance(60_000);
    await bot.idle();
    expect(bot.heard()).toEqual(['during the outage']);
  });

  it('leaves alone what is older than a quarter of an hour', async () => {
    const { clock, start, ask } = createWorldRig();
    const first = await start();
    await first.end();
    await clock.advance(1_000);
    ask('too long ago');
    await clock.advance(901_000);
    ask('lately');
    const second = await start();
    expect(second.heard()).toEqual(['lately']);
  });

  it('reads direct messages where the bot was used', async () => {
    const { clock, discord, person, start, reads } = createWorldRig();
    const direct = discord.places.direct(person);
    const first = await start();
    discord.people.say(person, direct, { text: 'hello' });
    await first.idle();
    await first.end();
    await clock.advance(60_000);
    discord.people.say(person, direct, { text: 'still there?' });
    const second = await start();
    expect(second.heard()).toEqual(['still there?']);
    expect(reads()).toHaveLength(1);
  });

  it('reads a channel where the bot was used although nothing is said of its last message', async () => {
    const question = readFixture('message-mention-in-text');
    const missed = readFixture('message-mention-in-text', { id: '1456100000000000999' });
    const rig = createMessageRig({ replies: { [`/channels/${ids.text}/messages`]: [missed] } });
    running.push(rig);
    const begin = async () => {
      rig.dispatch('READY', { guilds: [{ id: ids.guild }] });
      await rig.take('GUILD_CREATE', { id: ids.guild, channels: [ids.text, ids.announcement].map(ofType0) });
    };
    await begin();
    await rig.take('MESSAGE_CREATE', question);
    await begin();
    expect(rig.turns().map(({ message }) => message)).toEqual([question['id'], missed['id']]);
    expect(rig.paper.routes()).not.toContain(`/channels/${ids.announcement}/messages`);
  });

  it('reads threads, and fifty channels at the most, those in use first', async () => {
    const { clock, discord, guild, channel, person, start, ask, reads } = createWorldRig();
    const channels = Array.from({ length: 60 }, (_, index) =>
      discord.places.createChannel(guild, { name: `c${index}` }),
    );
    const first = await start();
    ask('used');
    const thread = discord.people.openThread(person, channel, 'talk');
    await first.idle();
    await first.end();
    await clock.advance(60_000);
    ask('in the channel in use');
    await clock.advance(10);
    for (const each of channels) discord.people.say(person, each, { text: 'talk' });
    await clock.advance(10);
    ask('in a thread', thread);
    const second = await start();
    expect(second.heard()).toEqual(['in the channel in use', 'in a thread']);
    expect(reads()).toHaveLength(50);
  });

  it('reads page after page', async () => {
    const { clock, discord, channel, person, start, ask, reads } = createWorldRig();
    const first = await start();
    await first.end();
    await clock.advance(1_000);
    for (let index = 0; index < 150; index += 1) discord.people.say(person, channel, { text: 'talk' });
    ask('at the end');
    const second = await start();
    expect([second.heard(), reads().length]).toEqual([['at the end'], 2]);
  });

  it('goes on where one channel cannot be read', async () => {
    const { clock, discord, guild, channel, start, ask } = createWorldRig();
    const other = discord.places.createChannel(guild, { name: 'other' });
    const first = await start();
    await first.end();
    await clock.advance(1_000);
    ask('readable', channel);
    await clock.advance(10);
    ask('hidden', other);
    discord.places.denyBot(other, 0x10000n);
    const second = await start();
    expect(second.heard()).toEqual(['readable']);
  });

  it('takes at the next start what the last one could not hand over, even where the session goes on', async () => {
    const { clock, start, ask } = createWorldRig();
    const first = await start({
      onEvent: async () => {
        throw new Error('the database is locked');
      },
    });
    ask('not taken');
    await clock.advance(130_000);
    await first.idle();
    await first.end();
    const second = await start({ sessions: first.sessions });
    await second.idle();
    expect(second.heard()).toEqual(['not taken']);
    await second.end();
    const third = await start({ sessions: second.sessions });
    await third.idle();
    expect(third.heard()).toEqual([]);
  });

  it('takes at the next start what was still waiting when the last one ended', async () => {
    const { clock, start, ask } = createWorldRig();
    const first = await start();
    ask('what is https://example.com/sunset.png');
    await clock.advance(1_000);
    await first.end();
    expect(first.heard()).toEqual([]);
    const second = await start({ sessions: first.sessions });
    await second.idle();
    expect(second.heard()).toEqual(['what is https://example.com/sunset.png']);
  });

  it('takes at the next start what could not be handed over while it caught up', async () => {
    const { clock, start, ask } = createWorldRig();
    const first = await start();
    await first.end();
    await clock.advance(1_000);
    ask('missed');
    const onEvent = () => Promise.reject(new Error('the database is locked'));
    const second = await start({ onEvent });
    await second.end();
    expect(clock.pending()).toBe(0);
    const third = await start();
    expect(third.heard()).toEqual(['missed']);
  });

  it.each([
    ['is in trouble', { type: 'status', status: 503 } as const],
    ['asks it to wait', { type: 'rate-limited', retryAfterMs: 3_000 } as const],
    ['does not answer', { type: 'silent' } as const],
  ])('asks again where Discord %s', async (_, fault) => {
    const { clock, discord, start, ask } = createWorldRig();
    const first = await start();
    await first.end();
    await clock.advance(1_000);
    ask('missed');
    discord.faults.next({ method: 'GET', path: /messages$/ }, fault, 2);
    const second = await start();
    expect(second.heard()).toEqual(['missed']);
  });

  it('ends at once when it is told to stop, and begins anew at the next start', async () => {
    const { clock, discord, start, ask, reads } = createWorldRig();
    const first = await start();
    await first.end();
    await clock.advance(1_000);
    ask('missed');
    discord.faults.next({ method: 'GET', path: /messages$/ }, { type: 'silent' });
    const second = await start({ waits: false });
    await clock.advance(2_000);
    expect(reads()).toHaveLength(1);
    await second.end();
    expect([second.heard(), clock.pending()]).toEqual([[], 0]);
    const third = await start();
    expect(third.heard()).toEqual(['missed']);
  });

  it('reads channels in use where the last run ended before it had, although the session goes on', async () => {
    const { clock, discord, start, ask } = createWorldRig();
    const first = await start();
    ask('used');
    await first.idle();
    await first.end();
    await clock.advance(1_000);
    ask('missed');
    discord.faults.next({ method: 'GET', path: /messages$/ }, { type: 'silent' });
    const second = await start({ waits: false });
    await clock.advance(2_000);
    await second.end();
    const third = await start({ sessions: second.sessions });
    await third.idle();
    expect(third.heard()).toEqual(['missed']);
    expect(third.turns()[0]).toMatchObject({ direct: false, opensThread: true });
  });
});
