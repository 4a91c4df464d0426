import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runProgram } from '../e2e/run-program.ts';
import type { Figure } from './figure.ts';

const runs = 5;
const goal = { readyMs: 600, residentMb: 110 } as const;

function median(values: readonly number[]): number {
  return [...values].sort((left, right) => left - right)[Math.floor(values.length / 2)] ?? Number.NaN;
}

/** Resident memory of a process in megabytes, as Linux counts it; NaN elsewhere. */
async function residentMb(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1] ?? Number.NaN) / 1_000;
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

/** Start to ready and resident memory, nothing configured: the median of five starts after one that warms the disk cache. */
export async function benchStart(): Promise<Figure[]> {
  await startOnce();
  const starts = [];
  for (let run = 0; run < runs; run += 1) starts.push(await startOnce());
  const readyMs = median(starts.map((start) => start.readyMs));
  const memoryMb = median(starts.map((start) => start.residentMb));
  return [
    {
      name: 'start to ready, nothing configured',
      value: `${(readyMs / 1_000).toFixed(2)} s`,
      goal: `≤ ${goal.readyMs / 1_000} s`,
      ok: readyMs <= goal.readyMs,
    },
    {
      name: 'resident memory when ready',
      value: `${memoryMb.toFixed(0)} MB`,
      goal: `≤ ${goal.residentMb} MB`,
      ok: memoryMb <= goal.residentMb,
    },
  ];
}
