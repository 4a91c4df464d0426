import { type ChildProcess, fork, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { cpus } from 'node:os';
import { fileURLToPath } from 'node:url';
import { type Notice, noticeSchema, type Order, type Role, type Usage } from './api-messages.ts';

/** Of util-linux. */
const pinCommand = 'taskset';
const childFile = fileURLToPath(new URL('./api-child.ts', import.meta.url));

/** A part of the bench in a process of its own. */
export type BenchProcess = {
  readonly url: string;
  readonly key: string;
  tell(order: Exclude<Order, { type: 'report' }>): Promise<void>;
  /** What it used since it was told to measure. */
  report(): Promise<Usage>;
  close(): Promise<void>;
};

/** Puts a process, or this one, on one core of its own where the machine has two and `taskset`; true when that worked. */
export function pinToCore(pid: number, core: number): boolean {
  if (cpus().length < 2) return false;
  return spawnSync(pinCommand, ['-a', '-p', '-c', String(core), String(pid)], { stdio: 'ignore' }).status === 0;
}

async function next(child: ChildProcess): Promise<Notice> {
  const waiting = new AbortController();
  const { signal } = waiting;
  const message = once(child, 'message', { signal }).then(([first]) => noticeSchema.parse(first));
  const gone = once(child, 'exit', { signal }).then(() => {
    throw new Error('a part of the bench ended by itself');
  });
  try {
    return await Promise.race([message, gone]);
  } finally {
    waiting.abort();
    await Promise.allSettled([message, gone]);
  }
}

/** Starts a part. */
export async function startProcess(role: Role, core: number, vendorUrl = ''): Promise<BenchProcess> {
  const child = fork(childFile, [role, vendorUrl], {
    execArgv: ['--expose-gc', '--disable-warning=ExperimentalWarning'],
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const ready = await next(child);
  if (ready.type !== 'ready') throw new Error(`${role} did not start`);
  if (child.pid !== undefined) pinToCore(child.pid, core);
  return {
    url: ready.url,
    key: ready.key,
    async tell(order) {
      const told = next(child);
      child.send(order);
      await told;
    },
    async report() {
      const told = next(child);
      child.send({ type: 'report' } satisfies Order);
      const notice = await told;
      if (notice.type !== 'usage') throw new Error(`${role} said ${notice.type}`);
      return notice.usage;
    },
    async close() {
      const gone = once(child, 'exit');
      child.disconnect();
      await gone;
    },
  };
}
