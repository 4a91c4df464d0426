import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { createSystemClock } from '../../src/lib/clock.ts';
import { type RunningProgram, runProgram } from '../e2e/run-program.ts';
import { createFakeDiscord, type FakeDiscord } from '../fakes/discord/fake-discord.ts';
import { listenAsDiscord } from '../fakes/discord/listen.ts';
import { cpuMs, residentMb } from './process-figures.ts';

/** The program on Discord: when it has started, after a while of nothing, and after some answers and the same while. */
export type DiscordStart = {
  readonly readyMs: number;
  readonly residentMb: number;
  readonly idle: Idleness | null;
  readonly answered: Idleness | null;
};

/** `busy`: share of a core that it used meanwhile. */
type Idleness = { readonly residentMb: number; readonly busy: number };

const answers = 20;
const idleMs = 10_000;
const answersLimitMs = 60_000;

const sleep = (delayMs: number) => new Promise((resolve) => setTimeout(resolve, delayMs));

async function rest({ pid }: RunningProgram): Promise<Idleness> {
  const before = await cpuMs(pid);
  await sleep(idleMs);
  return { residentMb: await residentMb(pid), busy: ((await cpuMs(pid)) - before) / idleMs };
}

/** Somebody asks about pictures; resolves when every answer has its last words, which come with the wish for another one. */
async function ask(discord: FakeDiscord): Promise<void> {
  const guild = discord.places.createGuild({ name: 'Painters' });
  const channel = discord.places.createChannel(guild, { name: 'pictures' });
  const person = discord.places.createPerson({ name: 'ada' });
  discord.places.join(guild, person);
  const bytes = await sharp({ create: { width: 800, height: 600, channels: 3, background: '#3060c0' } })
    .png()
    .toBuffer();
  for (let index = 0; index < answers; index += 1) {
    const files = [{ name: `${index}.png`, bytes, contentType: 'image/png' }];
    discord.people.say(person, channel, { text: 'what colour is this?', mentionsBot: true, files });
    await sleep(250);
  }
  const untilMs = performance.now() + answersLimitMs;
  while (countAnswered(discord) < answers) {
    if (performance.now() > untilMs) throw new Error(`${countAnswered(discord)} of ${answers} questions were answered`);
    await sleep(100);
  }
}

function countAnswered(discord: FakeDiscord): number {
  return [...discord.world.messages.values()]
    .flatMap((messages) => [...messages.values()])
    .filter(({ author, components }) => author.bot && JSON.stringify(components).includes('"again|')).length;
}

/** From `node src/main.ts` to ready with a fake Discord on real sockets; `isLong`: what comes after it too. */
export async function startOnDiscord(isLong: boolean): Promise<DiscordStart> {
  const folder = await mkdtemp(join(tmpdir(), 'sightline-bench-'));
  const clock = createSystemClock();
  const discord = createFakeDiscord({ clock });
  const addresses = await listenAsDiscord(discord, clock);
  const beganMs = performance.now();
  const program = runProgram({
    folder,
    variables: {
      PORT: '0',
      DISCORD_TOKEN: discord.token,
      DISCORD_API_URL: addresses.apiUrl,
      DISCORD_CDN_URL: `${addresses.cdnUrl},${addresses.mediaUrl}`,
    },
  });
  try {
    await program.ready;
    const readyMs = performance.now() - beganMs;
    const started = { readyMs, residentMb: await residentMb(program.pid) };
    if (!isLong) return { ...started, idle: null, answered: null };
    const idle = await rest(program);
    await ask(discord);
    return { ...started, idle, answered: await rest(program) };
  } finally {
    await program.stop();
    await addresses.close();
    await rm(folder, { recursive: true, force: true });
  }
}
