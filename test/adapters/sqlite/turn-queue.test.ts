import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { killProcess, type QueueProcess, startProcess, stopProcess } from '../../contracts/turn-queue-rig.ts';
import { createSampleTurn } from '../../fakes/sample-turn.ts';
import { createFileQueueRig, type SqliteQueueRig } from './sqlite-queue-rig.ts';

describe('sqlite turn queue', () => {
  let rig: SqliteQueueRig;
  let process: QueueProcess;

  beforeEach(async () => {
    rig = createFileQueueRig();
    process = await startProcess(rig);
  });
  afterEach(async () => {
    await stopProcess(process);
    rig.close();
  });

  const rows = () => rig.database().prepare('SELECT * FROM turns ORDER BY sequence').all();
  const accept = async (id: string, thread?: string) => {
    const receipt = await process.queue.accept(createSampleTurn(id, thread));
    await rig.settled();
    return receipt;
  };
  const finish = async (id: string) => {
    process.desk.finish(id);
    await rig.settled();
  };
  const refuseWrites = (event: string) =>
    rig
      .database()
      .exec(`CREATE TRIGGER refuse BEFORE ${event} ON turns BEGIN SELECT RAISE(ABORT, 'the disk is full'); END`);
  const allowWrites = () => rig.database().exec('DROP TRIGGER refuse');

  it('keeps of a done turn its id, state and time alone', async () => {
    await accept('a');
    await process.desk.claimed('a').save({ parts: [], recordId: null, finalText: 'a secret answer' });
    await finish('a');
    const kept = { id: 'a', state: 'done', changed_at_ms: rig.clock.now(), attempts: 1 };
    expect(rows()).toEqual([{ sequence: 1, ...kept, conversation: null, turn: null, progress: null }]);
  });

  const crash = async (times: number) => {
    for (let count = 0; count < times; count += 1) {
      await killProcess(rig, process);
      process = await startProcess(rig);
    }
  };
  const forgotten = { id: 'a', state: 'failed', conversation: null, turn: null, progress: null };

  it('keeps no text of a turn that was cut short when it was handed out for the last time', async () => {
    await accept('a');
    await crash(4);
    expect(rows()).toMatchObject([forgotten]);
  });

  it('keeps no text of a turn whose last handler rejected', async () => {
    await accept('a');
    await crash(3);
    process.desk.fail('a');
    await rig.settled();
    expect(rows()).toMatchObject([forgotten]);
  });

  const damages = [
    ['text that is no JSON', "turn = '{'"],
    ['a turn of another shape', `turn = '{"id":"a"}'`],
    ['progress of another shape', `progress = '{"parts":1}'`],
  ] as const;
  it.each(damages)('gives up a stored turn with %s and goes on', async (_, change) => {
    await accept('runs');
    await accept('damaged');
    await accept('next');
    rig.database().exec(`UPDATE turns SET ${change} WHERE id = 'damaged'`);
    await finish('runs');
    expect(process.desk.running()).toEqual(['next']);
    expect(rows()).toMatchObject([{ state: 'done' }, { state: 'failed', turn: null }, { state: 'started' }]);
    expect(rig.lines).toMatchObject([{ level: 'error', facts: { sequence: 2 } }]);
  });

  it('sweeps a few old rows with each turn that ends, not all at once', async () => {
    const old = rig.database().prepare("INSERT INTO turns (id, state, changed_at_ms) VALUES (?, 'done', 0)");
    for (let index = 0; index < 20; index += 1) old.run(`old-${index}`);
    await accept('a');
    await finish('a');
    expect(rows()).toHaveLength(13);
    for (const id of ['b', 'c']) {
      await accept(id);
      await finish(id);
    }
    expect(rows().map((row) => row['id'])).toEqual(['a', 'b', 'c']);
  });

  it('rejects instead of accepting when the database refuses to write', async () => {
    refuseWrites('INSERT');
    await expect(accept('a')).rejects.toMatchObject({ name: 'Failure', code: 'store-failed', retryable: true });
    allowWrites();
    expect(await accept('a')).toBe('accepted');
    expect(process.desk.running()).toEqual(['a']);
  });

  it('rejects a save that the database refuses, and leaves the rest to the handler', async () => {
    await accept('a');
    refuseWrites('UPDATE');
    const saved = process.desk.claimed('a').save({ parts: [], recordId: null, finalText: null });
    await expect(saved).rejects.toMatchObject({ code: 'store-failed' });
    allowWrites();
    expect(process.desk.running()).toEqual(['a']);
  });

  it('hands out a waiting turn as soon as the database writes again', async () => {
    refuseWrites('UPDATE');
    await accept('a');
    await rig.clock.advance(5_000);
    expect(process.desk.running()).toEqual([]);
    allowWrites();
    await rig.clock.advance(1_000);
    expect(process.desk.running()).toEqual(['a']);
    expect(process.desk.claimed('a').attempt).toBe(1);
  });

  it('writes down the end of a turn as soon as the database writes again', async () => {
    await accept('a');
    await accept('b');
    refuseWrites('UPDATE');
    await finish('a');
    expect(process.desk.running()).toEqual([]);
    allowWrites();
    await rig.clock.advance(1_000);
    expect(process.desk.handedOut).toEqual(['a', 'b']);
    expect(rows()).toMatchObject([{ state: 'done' }, { state: 'started' }]);
  });

  it('ends although the database still refuses to write, and repeats the turn at the next start', async () => {
    await accept('a');
    refuseWrites('UPDATE');
    await finish('a');
    await stopProcess(process);
    expect(rig.clock.pending()).toBe(0);
    allowWrites();
    process = await startProcess(rig);
    expect(process.desk.handedOut).toEqual(['a#2']);
  });

  it('counts a conversation and the whole queue by index, without reading the texts', () => {
    const plan = rig
      .database()
      .prepare(
        `EXPLAIN QUERY PLAN SELECT (SELECT count(*) FROM turns WHERE state = 'waiting' AND conversation = 'c'),
         (SELECT count(*) FROM turns WHERE state IN ('waiting', 'started'))`,
      )
      .all()
      .map((step) => String(step['detail']));
    expect(plan.filter((detail) => detail.includes('turns')).every((detail) => detail.includes('COVERING'))).toBe(true);
    expect(plan.filter((detail) => detail.includes('turns'))).toHaveLength(2);
  });
});
