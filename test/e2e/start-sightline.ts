import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runProgram } from './run-program.ts';

/** The whole program in a folder of its own. */
export type Sightline = {
  readonly address: string;
  readonly folder: string;
  /** Ends it by SIGKILL. */
  kill(): Promise<void>;
  /** Starts it anew over the same data, at the same port. */
  start(): Promise<void>;
  /** Everything it logged. */
  stderr(): string;
  close(): Promise<void>;
};

/** Starts the program with nothing configured but these variables, and waits until it is ready. */
export async function startSightline(variables: Record<string, string> = {}): Promise<Sightline> {
  const folder = await mkdtemp(join(tmpdir(), 'sightline-e2e-'));
  const database = `sqlite:${join(folder, 'data', 'sightline.db')}`;
  const start = (port: string) =>
    runProgram({ folder, variables: { DATABASE_URL: database, ...variables, PORT: port } });
  let program = start('0');
  const address = await program.ready;
  return {
    address,
    folder,
    async kill() {
      await program.kill();
    },
    async start() {
      program = start(new URL(address).port);
      await program.ready;
    },
    stderr: () => program.stderr(),
    async close() {
      await program.kill();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
