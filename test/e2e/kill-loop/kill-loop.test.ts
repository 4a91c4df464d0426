import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openDatabase } from '../../../adapters/sqlite/open-database.ts';
import { createSqliteTurnQueue } from '../../../adapters/sqlite/turn-queue.ts';
import { createSystemClock } from '../../../src/lib/clock.ts';
import { createSilentLogger } from '../../fakes/silent-logger.ts';
import { type JournalLine, readJournal } from './journal.ts';

const kills = 20;
const seed = 20_261_122;
const node = resolve(import.meta.dirname, '../../../node_modules/.bin/node');
const worker = fileURLToPath(new URL('./worker.ts', import.meta.url));
const clock = createSystemClock();
const { signal } = new AbortController();

/** Mulberry32 (public domain): the same moments in every run. */
function createRandom(start: number): () => number {
  let state = start;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

describe('the turn queue under kill -9', () => {
  let folder: string;
  const databasePath = () => join(folder, 'test.db');

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'sightline-kill-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  /** Runs a worker, kills it `lifeMs` after it is ready, and gives what it wrote. */
  const runAndKill = async (name: string, redelivered: string[], lifeMs: number): Promise<JournalLine[]> => {
    const journal = join(folder, `${name}.journal`);
    const child = spawn(node, [worker, databasePath(), journal, name, ...redelivered], {
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    const closed = once(child, 'close');
    // A worker that cannot start ends here, with its words on stderr.
    await Promise.race([once(child, 'message'), closed]);
    await clock.sleep(lifeMs, signal);
    child.kill('SIGKILL');
    expect((await closed)[1], 'how the worker ended').toBe('SIGKILL');
    return readJournal(journal);
  };

  const readRows = () => {
    const database = openDatabase(databasePath());
    const rows = database.prepare('SELECT sequence, id, state FROM turns ORDER BY sequence').all();
    database.close();
    return rows.map((row) => ({ id: String(row['id']), state: String(row['state']) }));
  };

  /** Works off what is left, and gives the ids in the order they were handed out. */
  const drain = async (): Promise<string[]> => {
    const database = openDatabase(databasePath());
    const handedOut: string[] = [];
    const controller = new AbortController();
    const queue = createSqliteTurnQueue({ database, clock, logger: createSilentLogger() });
    const worked = queue.work(async ({ turn }) => void handedOut.push(turn.id), controller.signal);
    const open = database.prepare("SELECT count(*) AS count FROM turns WHERE state IN ('waiting', 'started')");
    while (Number(open.get()?.['count']) > 0) await clock.sleep(5, signal);
    controller.abort();
    await worked;
    database.close();
    return handedOut;
  };

  it(`loses none of the accepted turns and repeats no finished one in ${kills} kills`, {
    timeout: 60_000,
  }, async () => {
    const random = createRandom(seed);
    const accepted = new Set<string>();
    const saved = new Set<string>();
    const finished = new Set<string>();
    const attempts = new Map<string, number>();
    for (let kill = 0; kill < kills; kill += 1) {
      const lines = await runAndKill(`process${kill}`, [...accepted].slice(-20), 5 + random() * 120);
      for (const line of lines) {
        if (line.event === 'accepted') accepted.add(line.id);
        if (line.event === 'saved') saved.add(line.id);
        if (line.event === 'redelivered') expect(line, 'a redelivery').toMatchObject({ receipt: 'duplicate' });
        if (line.event !== 'begin') continue;
        expect(finished.has(line.id), `${line.id} was done and is handed out again`).toBe(false);
        expect(line.attempt, `attempt of ${line.id}`).toBeGreaterThan(attempts.get(line.id) ?? 0);
        attempts.set(line.id, line.attempt);
        if (saved.has(line.id)) expect(line.finalText, `progress of ${line.id}`).toBe(`answer to ${line.id}`);
      }
      const rows = readRows();
      const stored = new Set(rows.map((row) => row.id));
      expect(
        [...accepted].filter((id) => !stored.has(id)),
        'lost',
      ).toEqual([]);
      for (const row of rows) if (row.state === 'done') finished.add(row.id);
    }

    const pending = readRows().filter((row) => row.state === 'waiting' || row.state === 'started');
    const drained = await drain();
    expect([...drained].sort(), 'each handed out once more').toEqual(pending.map((row) => row.id).sort());
    expect(readRows().filter((row) => row.state !== 'done' && row.state !== 'failed')).toEqual([]);
    // The run was worth something: turns were done, and some were cut short.
    expect(finished.size).toBeGreaterThan(kills / 2);
    expect([...attempts.values()].filter((attempt) => attempt > 1).length).toBeGreaterThan(kills / 2);
  });
});
