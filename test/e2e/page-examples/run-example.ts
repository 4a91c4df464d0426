import { execFile, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';

/** Debian's own interpreter: its packages (python3-requests) are not seen by others that may be on the PATH. */
const pythons = ['/usr/bin/python3', 'python3'] as const;

/** One example of the page as it stands there; `name` is that of its file without the ending. */
export function readExample(name: string): Promise<string> {
  return readFile(new URL(`../../fixtures/page-examples/${name}.txt`, import.meta.url), 'utf8');
}

/** What a caller of the page has to put in: nothing else of an example is changed. */
export type Personal = {
  readonly url: string;
  readonly key: string;
  /** Keys of uploaded pictures by the names they have on the page. */
  readonly pictures: Readonly<Record<string, string>>;
};

/** An example with address, key and picture keys in place of the page's. */
export function personalise(example: string, { url, key, pictures }: Personal): string {
  const named = example.replaceAll('https://api.1min.ai', url).replace(/<api-key>|<your-api-key>|YOUR_API_KEY/, key);
  return Object.entries(pictures).reduce((text, [name, picture]) => text.replaceAll(name, picture), named);
}

/** Runs a program to its end and gives what it wrote; rejects with its error output when it fails or takes over 30 s. */
export function runToEnd(command: string, args: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile(command, args, { timeout: 30_000 }, (error, stdout, stderr) =>
      error === null ? resolve(stdout) : reject(new Error(`${command}: ${error.message}\n${stderr}`)),
    );
  });
}

const works = (command: string, ...args: string[]) => spawnSync(command, args, { timeout: 30_000 }).status === 0;

/** A Python that has `requests`; null where there is none. */
export function findPython(): string | null {
  const found = pythons.filter((python) => !python.startsWith('/') || existsSync(python));
  return found.find((python) => works(python, '-c', 'import requests')) ?? null;
}

/** Whether an example is left out because its program is missing: never in CI. Says so when it is true. */
export function isWithout(what: string, isThere: boolean): boolean {
  if (isThere || (process.env['CI'] ?? '') !== '') return false;
  process.stderr.write(`${what} was not found: the page's example for it is left out.\n`);
  return true;
}

/** Whether there is a cURL. */
export const hasCurl = () => works('curl', '--version');
