import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { Failure } from '../../../src/lib/errors.ts';
import type { InspectionJob } from './wire.ts';

/** One child process; it does one job at a time. */
export type InspectionChild = {
  /** Resolves with the unchecked reply. Rejects when the child ends first, or with the signal's reason after killing it. */
  run(job: InspectionJob, bytes: Uint8Array, signal: AbortSignal): Promise<unknown>;
  isAlive(): boolean;
  /** Ends it at once; resolves when it is gone. */
  end(): Promise<void>;
};

const entry = fileURLToPath(new URL('./child/main.ts', import.meta.url));
/** Of JavaScript. Pixels and WebAssembly live outside of the heap; the pool replaces a child that has grown. */
const heapMegabytes = 192;

/** Starts a child with an environment of its own and no way to print: nothing of the bot's secrets is handed to a decoder. */
export function startInspectionChild(): InspectionChild {
  const child = fork(entry, [], {
    // One setting, no secrets: fewer arenas of glibc's malloc give memory back sooner after large pictures.
    env: { MALLOC_ARENA_MAX: '2' },
    execArgv: [`--max-old-space-size=${heapMegabytes}`, '--disable-warning=ExperimentalWarning'],
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  });
  let alive = true;
  const gone = new Promise<void>((resolve) => {
    const onGone = () => {
      alive = false;
      resolve();
    };
    child.once('exit', onGone);
    // An error while starting comes without an exit; one while sending is followed by it, because the child is killed.
    child.on('error', () => (child.pid === undefined ? onGone() : child.kill('SIGKILL')));
  });

  function run(job: InspectionJob, bytes: Uint8Array, signal: AbortSignal): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const settle = (finish: () => void) => {
        child.off('message', onReply);
        child.off('exit', onExit);
        signal.removeEventListener('abort', onAbort);
        finish();
      };
      const onReply = (reply: unknown) => settle(() => resolve(reply));
      const onExit = (code: number | null, signalName: string | null) =>
        settle(() => reject(crashed(job, code, signalName)));
      const onAbort = () => {
        child.kill('SIGKILL');
        settle(() => reject(signal.reason));
      };
      if (signal.aborted) return onAbort();
      if (!alive) return reject(crashed(job, child.exitCode, child.signalCode));
      child.on('message', onReply);
      child.on('exit', onExit);
      signal.addEventListener('abort', onAbort, { once: true });
      child.send({ job, bytes });
    });
  }

  return {
    run,
    isAlive: () => alive,
    async end() {
      if (alive) child.kill('SIGKILL');
      await gone;
    },
  };
}

function crashed(job: InspectionJob, code: number | null, signalName: string | null): Failure {
  return new Failure(
    'chat-image-refused',
    'The picture could not be looked at: its decoder broke down. Send it in another format, or another picture.',
    { facts: { job, exit: signalName ?? code ?? 'not started' } },
  );
}
