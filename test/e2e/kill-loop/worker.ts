import { openDatabase } from '../../../adapters/sqlite/open-database.ts';
import { createSqliteTurnQueue } from '../../../adapters/sqlite/turn-queue.ts';
import { createSystemClock } from '../../../src/lib/clock.ts';
import type { ClaimedTurn } from '../../../src/turn/turn-queue.ts';
import { createSampleTurn } from '../../fakes/sample-turn.ts';
import { createSilentLogger } from '../../fakes/silent-logger.ts';
import { writeJournal } from './journal.ts';

// Accepts and works turns until it is killed. Arguments: database, journal, name of this process, ids to deliver again.
const [databasePath = '', journalPath = '', name = '', ...redelivered] = process.argv.slice(2);
const conversations = 8;
const clock = createSystemClock();
const { signal } = new AbortController();
const queue = createSqliteTurnQueue({ database: openDatabase(databasePath), clock, logger: createSilentLogger() });

async function answer({ turn, attempt, progress, save }: ClaimedTurn): Promise<void> {
  writeJournal(journalPath, { event: 'begin', id: turn.id, attempt, finalText: progress.finalText });
  await clock.sleep(2, signal);
  await save({ ...progress, finalText: `answer to ${turn.id}` });
  writeJournal(journalPath, { event: 'saved', id: turn.id });
  await clock.sleep(3, signal);
}

async function deliver(): Promise<void> {
  for (const id of redelivered) {
    writeJournal(journalPath, { event: 'redelivered', id, receipt: await queue.accept(createSampleTurn(id)) });
  }
  for (let count = 0; ; count += 1) {
    const turn = createSampleTurn(`${name}-${count}`, `thread-${count % conversations}`);
    if ((await queue.accept(turn)) === 'accepted') writeJournal(journalPath, { event: 'accepted', id: turn.id });
    await clock.sleep(1, signal);
  }
}

process.send?.('ready');
await Promise.all([queue.work(answer, signal), deliver()]);
