import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { describe, it, type TestContext } from 'vitest';
import { createSystemClock } from '../../../src/lib/clock.ts';
import { createFakeDiscord, type FakeDiscordOptions } from '../../fakes/discord/fake-discord.ts';
import { listenAsDiscord } from '../../fakes/discord/listen.ts';
import type { ChannelRecord, MessageRecord } from '../../fakes/discord/records.ts';
import { type RunningProgram, runProgram } from '../run-program.ts';

/** Several programs share the machine here. */
const patiently = { timeout: 40_000 } as const;
const token = 'MTIzNDU2Nzg5MDEyMzQ1Njc4.secret.of-this-bot';

function drawSign(text: string): Promise<Uint8Array> {
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="800" height="400"><rect width="800" height="400" fill="#fff"/><text x="60" y="220" font-family="DejaVu Sans" font-size="90">${text}</text></svg>`;
  return sharp(Buffer.from(svg)).png().toBuffer();
}

/** A listening Discord with a server in it, and the program in a folder of its own beside it. */
async function createStage({ expect, onTestFinished }: TestContext, options: Partial<FakeDiscordOptions> = {}) {
  const clock = createSystemClock();
  const discord = createFakeDiscord({ clock, token, ...options });
  const guild = discord.places.createGuild({ name: 'Painters' });
  const channel = discord.places.createChannel(guild, { name: 'pictures' });
  const person = discord.places.createPerson({ name: 'ada' });
  discord.places.join(guild, person);
  const addresses = await listenAsDiscord(discord, clock);
  const folder = await mkdtemp(join(tmpdir(), 'sightline-discord-'));
  const started: RunningProgram[] = [];
  onTestFinished(async () => {
    await Promise.all(started.map((program) => program.kill()));
    for (const program of started) expect(`${program.stdout()}${program.stderr()}`).not.toContain(token);
    await addresses.close();
    await rm(folder, { recursive: true, force: true });
  });

  const start = (variables: Record<string, string> = {}): RunningProgram => {
    const program = runProgram({
      folder,
      variables: {
        PORT: '0',
        LOG_LEVEL: 'debug',
        DISCORD_TOKEN: token,
        DISCORD_API_URL: addresses.apiUrl,
        DISCORD_CDN_URL: `${addresses.cdnUrl},${addresses.mediaUrl}`,
        ...variables,
      },
    });
    started.push(program);
    return program;
  };

  const threadOn = (message: MessageRecord): ChannelRecord | undefined =>
    discord.world.channels.get(message.threadId ?? '');

  return {
    discord,
    guild,
    person,
    channel,
    start,
    threadOn,
    /** Somebody asks about a sign in the channel. */
    async ask(text: string): Promise<MessageRecord> {
      const files = [{ name: 'sign.png', bytes: await drawSign('OPEN DAILY') }];
      return discord.people.say(person, channel, { text, mentionsBot: true, files });
    },
    /** What the bot shows in the thread on that message. */
    shown(message: MessageRecord): readonly string[] {
      const thread = threadOn(message);
      return thread === undefined ? [] : discord.screen.botMessages(thread.id).map((each) => each.text);
    },
    /** Whether the bot has said its last word under every message of its answers. */
    isDone: () =>
      discord.screen.botMessages().length > 0 &&
      discord.screen.botMessages().every(({ id, channelId }) => {
        const message = discord.world.messages.get(channelId)?.get(id);
        return message !== undefined && !JSON.stringify(message.components).includes('stop|');
      }),
    judge(allow: { readonly vanished?: boolean } = {}) {
      expect(discord.screen.pings()).toEqual([]);
      expect(discord.screen.previews()).toEqual([]);
      expect(discord.screen.doubledMessages()).toEqual([]);
      if (allow.vanished !== true) expect(discord.screen.vanishedWords()).toEqual([]);
      discord.expectNoViolations();
    },
  };
}

describe.concurrent('the program beside Discord', () => {
  it('says who it is and how to invite it, answers a mention and what follows, and finishes when it is told to end', async (context) => {
    const { expect } = context;
    const stage = await createStage(context);
    const program = stage.start();
    await program.ready;
    const { applicationId } = stage.discord;
    expect(program.stdout()).toMatch(/^Discord: signed in as sightline\.$/m);
    expect(program.stdout()).toMatch(/^ +Intents: .*none of them privileged/m);
    expect(program.stdout()).toMatch(
      new RegExp(`Add it to a server: https://discord\\.com/\\S*client_id=${applicationId}`),
    );

    const question = await stage.ask('what does the sign say?');
    await expect.poll(() => stage.shown(question)[0], patiently).toMatch(/OPEN DAILY[\s\S]*To ask more/);
    const thread = stage.threadOn(question);
    expect(thread?.name).toBe('what does the sign say?');
    if (thread === undefined) return;
    stage.discord.people.say(stage.person, thread, { text: 'what colours are in it?', mentionsBot: true });
    await expect.poll(() => stage.shown(question), patiently).toHaveLength(2);
    expect(await program.stop()).toEqual({ code: 0, signal: null });
    expect(stage.isDone()).toBe(true);
    expect(stage.shown(question)[1]).toMatch(/White[\s\S]*Black/);
    stage.judge();
  });

  it('ends with one sentence when the token is refused', async (context) => {
    const { expect } = context;
    const stage = await createStage(context, { token: 'another-token-than-the-one.given.here' });
    const program = stage.start({ LOG_LEVEL: 'fatal' });
    expect(await program.exited).toEqual({ code: 1, signal: null });
    expect(program.stderr().trim().split('\n')).toHaveLength(1);
    expect(program.stderr()).toMatch(/DISCORD_TOKEN.*https:\/\/discord\.com\/developers/);
  });

  it('ends with one sentence when the intent is not switched on', async (context) => {
    const { expect } = context;
    const stage = await createStage(context);
    const program = stage.start({ LOG_LEVEL: 'fatal', DISCORD_MESSAGE_CONTENT: 'true' });
    expect(await program.exited).toEqual({ code: 1, signal: null });
    expect(program.stderr().trim().split('\n')).toHaveLength(1);
    expect(program.stderr()).toMatch(/message content.*https:\/\/discord\.com\/developers/i);
  });

  it('goes on when its socket is cut in the middle of an answer, and says meanwhile that it is not ready', async (context) => {
    const { expect } = context;
    const stage = await createStage(context);
    const program = stage.start();
    const address = await program.ready;
    const readiness = async () => (await fetch(`${address}/readyz`)).status;
    expect(await readiness()).toBe(200);
    const question = await stage.ask('what is this?');
    await expect.poll(() => stage.shown(question)[0]?.length ?? 0, patiently).toBeGreaterThan(10);
    stage.discord.gateway.refuseFor(60_000);
    stage.discord.gateway.cut();
    await expect.poll(readiness, patiently).toBe(503);
    stage.discord.gateway.refuseFor(0);
    await expect.poll(readiness, patiently).toBe(200);
    await expect.poll(() => stage.shown(question)[0], patiently).toMatch(/To ask more/);
    const next = await stage.ask('which colours are in it?');
    await expect.poll(() => stage.shown(next)[0], patiently).toMatch(/White[\s\S]*To ask more/);
    expect(stage.shown(question)).toHaveLength(1);
    stage.judge();
  });

  it('that was killed in the middle of an answer finishes the same message with the next start', async (context) => {
    const { expect } = context;
    const stage = await createStage(context);
    const first = stage.start();
    await first.ready;
    const question = await stage.ask('what is this?');
    await expect.poll(() => stage.shown(question)[0]?.length ?? 0, patiently).toBeGreaterThan(40);
    const thread = stage.threadOn(question);
    const [before] = stage.discord.screen.botMessages(thread?.id);
    await first.kill();
    const second = stage.start();
    await second.ready;
    await expect.poll(() => stage.shown(question)[0], patiently).toMatch(/OPEN DAILY[\s\S]*To ask more/);
    expect(stage.discord.screen.botMessages(thread?.id)).toMatchObject([{ id: before?.id }]);
    await expect.poll(stage.isDone, patiently).toBe(true);
    // On a machine that is busy the answer may come to where it was later than it is waited for; restarts are judged on a clock.
    stage.judge({ vanished: true });
  });
});
