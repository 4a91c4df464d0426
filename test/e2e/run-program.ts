import { spawn } from 'node:child_process';
import { join, resolve } from 'node:path';
import manifest from '../../package.json' with { type: 'json' };

const root = resolve(import.meta.dirname, '../..');

/** What `npm start` gives to node, with the paths made absolute: the program runs in a folder of the test's own. */
const startArguments = manifest.scripts.start
  .split(' ')
  .slice(1)
  .map((argument) => (/^(\.\/)?src\//.test(argument) ? join(root, argument) : argument));

type Exit = { readonly code: number | null; readonly signal: NodeJS.Signals | null };

/** The program in a process of its own, as a person would start it. */
export type RunningProgram = {
  readonly pid: number;
  /** The address it printed; rejects with everything it wrote when it ends before that. */
  readonly ready: Promise<string>;
  readonly exited: Promise<Exit>;
  stdout(): string;
  stderr(): string;
  /** SIGTERM, and waits. */
  stop(): Promise<Exit>;
  /** SIGKILL, and waits; harmless when it has ended. */
  kill(): Promise<Exit>;
};

/** Starts the program as `npm start` does, in `folder`, with these variables and nothing else of ours. */
export function runProgram(options: { folder: string; variables: Record<string, string> }): RunningProgram {
  const child = spawn(join(root, 'node_modules/.bin/node'), startArguments, {
    cwd: options.folder,
    env: { PATH: process.env['PATH'] ?? '', HOME: options.folder, ...options.variables },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  let errors = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    errors += text;
  });
  const exited = new Promise<Exit>((done) => {
    child.on('close', (code, signal) => done({ code, signal }));
  });
  const ready = new Promise<string>((found, failed) => {
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      output += text;
      const address = /ready: (http:\/\/\S+)/.exec(output)?.[1];
      if (address !== undefined) found(address);
    });
    child.on('error', failed);
    void exited.then((exit) => failed(new Error(`ended with ${exit.code ?? exit.signal}\n${output}\n${errors}`)));
  });
  ready.catch(() => {});
  const end = (signal: NodeJS.Signals) => {
    child.kill(signal);
    return exited;
  };
  return {
    pid: child.pid ?? -1,
    ready,
    exited,
    stdout: () => output,
    stderr: () => errors,
    stop: () => end('SIGTERM'),
    kill: () => end('SIGKILL'),
  };
}
