import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runProgram } from '../e2e/run-program.ts';
import { atMost, type Figure, seconds } from './figure.ts';
import { residentMb } from './process-figures.ts';
import { startOnDiscord } from './start-on-discord.ts';
import { startOnPlatforms } from './start-on-platforms.ts';

const runs = 5;
const goal = { readyMs: 600, residentMb: 110 } as const;
/** With every platform on. */
const platformsGoal = { readyMs: 1_200, residentMb: 160 } as const;

const megabytes = (size: number) => `${size.toFixed(0)} MB`;

function median(values: readonly number[]): number {
  return [...values].sort((left, right) => left - right)[Math.floor(values.length / 2)] ?? Number.NaN;
}

/** From `node src/main.ts` in an empty folder to the printed address, and the memory it then holds. */
async function startOnce(): Promise<{ readyMs: number; residentMb: number }> {
  const folder = await mkdtemp(join(tmpdir(), 'sightline-bench-'));
  const beganMs = performance.now();
  const program = runProgram({ folder, variables: { PORT: '0' } });
  try {
    await program.ready;
    const readyMs = performance.now() - beganMs;
    return { readyMs, residentMb: await residentMb(program.pid) };
  } finally {
    await program.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

/** The median of five starts after one that warms the disk cache. */
async function medianStart<Start extends { readyMs: number; residentMb: number }>(
  name: string,
  goals: { readonly readyMs: number; readonly residentMb: number },
  start: () => Promise<Start>,
): Promise<Figure[]> {
  await start();
  const starts = [];
  for (let run = 0; run < runs; run += 1) starts.push(await start());
  const memoryMb = median(starts.map((each) => each.residentMb));
  return [
    atMost(`start to ready, ${name}`, median(starts.map((each) => each.readyMs)), goals.readyMs, seconds),
    atMost(`resident memory when ready, ${name}`, memoryMb, goals.residentMb, megabytes),
  ];
}

/** What the program on Discord holds and uses while nothing happens, before and after its first answers. */
async function benchLater(): Promise<Figure[]> {
  const { idle, answered } = await startOnDiscord(true);
  const used = (share: number) => `${(share * 100).toFixed(1)} % of a core`;
  const figures = (name: string, measured: typeof idle): Figure[] => [
    { name: `resident memory ${name}`, value: megabytes(measured?.residentMb ?? Number.NaN), goal: '–', ok: null },
    { name: `processor used ${name}`, value: used(measured?.busy ?? Number.NaN), goal: '–', ok: null },
  ];
  return [
    ...figures('in the ten seconds after the start, on Discord', idle),
    ...figures('in the ten seconds after 20 answers, on Discord', answered),
  ];
}

/** Start to ready and resident memory: with nothing configured, on each platform, on both; on Discord idle time and answers follow. */
export async function benchStart(): Promise<Figure[]> {
  return [
    ...(await medianStart('nothing configured', goal, startOnce)),
    ...(await medianStart('on Discord', platformsGoal, () => startOnDiscord(false))),
    ...(await medianStart('on Slack', platformsGoal, () => startOnPlatforms(false))),
    ...(await medianStart('on Discord and Slack', platformsGoal, () => startOnPlatforms(true))),
    ...(await benchLater()),
  ];
}
