import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { conversationKey } from '../../src/turn/turn.ts';
import { mostAttempts, type TurnProgress } from '../../src/turn/turn-queue.ts';
import { createSampleTurn } from '../fakes/sample-turn.ts';
import { checkTurnQueueModel } from './turn-queue-model.ts';
import { killProcess, type QueueProcess, startProcess, stopProcess, type TurnQueueRig } from './turn-queue-rig.ts';

const progress: TurnProgress = { parts: [{ ref: 'one' }], recordId: 'record', finalText: 'Straße 🐈' };
const hourMs = 3_600_000;

/** What every turn queue promises. `make` gives a rig on empty storage. */
export function turnQueueContract(name: string, make: () => TurnQueueRig): void {
  describe(`turn queue: ${name}`, () => {
    let rig: TurnQueueRig;
    let running: QueueProcess | null = null;

    beforeEach(() => {
      rig = make();
    });
    afterEach(async () => {
      if (running !== null) await stopProcess(running);
      running = null;
      rig.close();
    });

    const start = async (bounds = {}): Promise<QueueProcess> => {
      running = await startProcess(rig, bounds);
      return running;
    };
    const restartAfterCrash = async (): Promise<QueueProcess> => {
      if (running !== null) await killProcess(rig, running);
      return start();
    };
    const acceptAll = async ({ queue }: QueueProcess, ids: string[], thread?: string): Promise<string[]> => {
      const receipts = await Promise.all(ids.map((id) => queue.accept(createSampleTurn(id, thread))));
      await rig.settled();
      return receipts;
    };
    const finish = async ({ desk }: QueueProcess, id: string): Promise<void> => {
      desk.finish(id);
      await rig.settled();
    };

    describe('accepting', () => {
      it('stores a turn once when it arrives twice at the same time', async () => {
        const process = await start();
        const receipts = await acceptAll(process, ['a', 'a']);
        expect(receipts.sort()).toEqual(['accepted', 'duplicate']);
        expect(process.desk.handedOut).toEqual(['a']);
      });

      it('calls a turn a duplicate while it runs, after it is done and after a crash', async () => {
        const process = await start();
        await acceptAll(process, ['running', 'done'], 'one');
        await finish(process, 'running');
        expect(await acceptAll(process, ['running', 'done'])).toEqual(['duplicate', 'duplicate']);
        const next = await restartAfterCrash();
        expect(await acceptAll(next, ['running', 'done'])).toEqual(['duplicate', 'duplicate']);
      });

      it('remembers a done turn for a day and forgets it some time later', async () => {
        const process = await start();
        await acceptAll(process, ['old']);
        await finish(process, 'old');
        await rig.clock.advance(24 * hourMs);
        await acceptAll(process, ['other']);
        await finish(process, 'other');
        expect(await acceptAll(process, ['old'])).toEqual(['duplicate']);
        await rig.clock.advance(1);
        await acceptAll(process, ['third']);
        await finish(process, 'third');
        expect(await acceptAll(process, ['old'])).toEqual(['accepted']);
      });

      it('is full for a conversation whose waiting turns are at the bound, and only for that one', async () => {
        const process = await start({ perConversation: 2 });
        await acceptAll(process, ['runs']);
        expect(await acceptAll(process, ['b', 'c', 'd', 'b'])).toEqual(['accepted', 'accepted', 'full', 'duplicate']);
        expect(await acceptAll(process, ['e'], 'elsewhere')).toEqual(['accepted']);
      });

      it('stores nothing of a turn it had no room for', async () => {
        const process = await start({ perConversation: 1 });
        await acceptAll(process, ['runs', 'waits', 'late'].slice(0, 1));
        expect(await acceptAll(process, ['waits', 'late'])).toEqual(['accepted', 'full']);
        await finish(process, 'runs');
        expect(await acceptAll(process, ['late'])).toEqual(['accepted']);
      });

      it('is full for everybody when the whole queue is at its bound', async () => {
        const process = await start({ total: 2 });
        await acceptAll(process, ['a'], 'one');
        await acceptAll(process, ['b'], 'two');
        expect(await acceptAll(process, ['c'], 'three')).toEqual(['full']);
        await finish(process, 'a');
        expect(await acceptAll(process, ['c'], 'three')).toEqual(['accepted']);
      });

      it('lets whoever accepted acknowledge before the work begins', async () => {
        const timeline: string[] = [];
        const queue = rig.open({});
        const controller = new AbortController();
        const worked = queue.work(async ({ turn }) => void timeline.push(`work ${turn.id}`), controller.signal);
        timeline.push(await queue.accept(createSampleTurn('a')));
        await rig.settled();
        controller.abort();
        await worked;
        expect(timeline).toEqual(['accepted', 'work a']);
      });

      it('keeps what is accepted while nobody works', async () => {
        const queue = rig.open({});
        await queue.accept(createSampleTurn('early'));
        expect((await start()).desk.running()).toEqual(['early']);
      });
    });

    describe('handing out', () => {
      it('gives back the turn as it was, shared with nobody', async () => {
        const process = await start();
        const turn = createSampleTurn('a', 'thread', { text: 'Ünïcode 🐈\u0000\ud800 "quoted"\n', quotedImages: [] });
        await process.queue.accept(turn);
        await rig.settled();
        const { turn: given, attempt, progress: before } = process.desk.claimed('a');
        expect(given).toEqual(turn);
        expect(given.images).not.toBe(turn.images);
        expect({ attempt, before }).toEqual({
          attempt: 1,
          before: { parts: [], recordId: null, finalText: null },
        });
      });

      it('wakes for a new turn without waiting on the clock', async () => {
        const process = await start();
        await acceptAll(process, ['a']);
        expect(process.desk.running()).toEqual(['a']);
        expect(rig.clock.pending()).toBe(0);
      });

      it('works a conversation one turn at a time in the order of arrival', async () => {
        const process = await start();
        await acceptAll(process, ['a', 'b']);
        await acceptAll(process, ['x'], 'elsewhere');
        await acceptAll(process, ['c']);
        expect(process.desk.running()).toEqual(['a', 'x']);
        for (const id of ['a', 'b', 'c']) await finish(process, id);
        expect(process.desk.handedOut).toEqual(['a', 'x', 'b', 'c']);
      });

      it('keeps conversations apart whose names only look alike', async () => {
        const process = await start();
        const first = createSampleTurn('a', 'b:c', { channel: 'a' });
        const second = createSampleTurn('b', 'c', { channel: 'a:b' });
        expect(conversationKey(first)).not.toBe(conversationKey(second));
        await Promise.all([process.queue.accept(first), process.queue.accept(second)]);
        await rig.settled();
        expect(process.desk.running()).toEqual(['a', 'b']);
      });

      it('works 64 conversations side by side and no more', async () => {
        const process = await start();
        const ids = Array.from({ length: 66 }, (_, index) => `turn-${index}`);
        for (const id of ids) await acceptAll(process, [id], id);
        expect(process.desk.running()).toEqual(ids.slice(0, 64));
        await finish(process, 'turn-5');
        expect(process.desk.handedOut).toEqual(ids.slice(0, 65));
      });

      it('lets a waiting conversation go before the next turn of a busy one', async () => {
        const process = await start({ concurrency: 1 });
        await acceptAll(process, ['a', 'b'], 'busy');
        await acceptAll(process, ['x'], 'quiet');
        await finish(process, 'a');
        expect(process.desk.running()).toEqual(['x']);
      });

      it('misses no turn that arrives in the moment the one before it ends', async () => {
        const process = await start();
        await acceptAll(process, ['a']);
        process.desk.finish('a');
        const receipts = [process.queue.accept(createSampleTurn('b'))];
        await Promise.resolve();
        receipts.push(process.queue.accept(createSampleTurn('c')));
        await Promise.all(receipts);
        await rig.settled();
        expect(process.desk.running()).toEqual(['b']);
        await finish(process, 'b');
        expect(process.desk.running()).toEqual(['c']);
      });

      it('goes on with the conversation and with others when a handler rejects', async () => {
        const process = await start();
        await acceptAll(process, ['a', 'b']);
        await acceptAll(process, ['x'], 'elsewhere');
        process.desk.fail('a');
        await rig.settled();
        expect(process.desk.running()).toEqual(['x', 'b']);
        expect(rig.lines.map((line) => line.level)).toEqual(['error']);
        expect(rig.lines[0]?.facts).toMatchObject({ turnId: 'a' });
      });

      it('is not worked twice at once', async () => {
        const process = await start();
        const second = process.queue.work(async () => {}, new AbortController().signal);
        await expect(second).rejects.toThrow('already');
      });
    });

    describe('ending', () => {
      it('starts nothing after the abort and waits for what is running', async () => {
        const process = await start();
        await acceptAll(process, ['a', 'b']);
        const timeline: string[] = [];
        const ended = process.desk.worked.then(() => timeline.push('ended'));
        process.desk.abort();
        await acceptAll(process, ['c'], 'elsewhere');
        timeline.push('a finishes');
        process.desk.finish('a');
        await ended;
        expect(timeline).toEqual(['a finishes', 'ended']);
        expect(process.desk.handedOut).toEqual(['a']);
      });

      it('hands out at the next start what was left, the rejected turn first and as a second attempt', async () => {
        const process = await start();
        await acceptAll(process, ['a', 'b', 'c']);
        process.desk.fail('a');
        await rig.settled();
        await finish(process, 'b');
        await stopProcess(process);
        const next = await start();
        await finish(next, 'a');
        expect(next.desk.handedOut).toEqual(['a#2', 'c#2']);
      });
    });

    describe('after a crash', () => {
      it('hands out what was running first, with its saved progress, as a second attempt', async () => {
        const process = await start({ concurrency: 2 });
        await acceptAll(process, ['a1', 'a2'], 'a');
        await acceptAll(process, ['b1'], 'b');
        await acceptAll(process, ['c1'], 'c');
        await finish(process, 'a1');
        await process.desk.claimed('b1').save(progress);
        expect(process.desk.running()).toEqual(['b1', 'c1']);
        const next = await restartAfterCrash();
        expect(next.desk.handedOut).toEqual(['b1#2', 'c1#2', 'a2']);
        expect(next.desk.claimed('b1').progress).toEqual(progress);
      });

      it('keeps every turn that was accepted', async () => {
        const queue = rig.open({});
        await queue.accept(createSampleTurn('a'));
        rig.crash();
        expect((await start()).desk.handedOut).toEqual(['a']);
      });

      it('never hands out a done turn again and takes no more progress of it', async () => {
        const process = await start();
        await acceptAll(process, ['a']);
        const { save } = process.desk.claimed('a');
        await finish(process, 'a');
        await expect(save(progress)).rejects.toMatchObject({ code: 'store-failed' });
        expect((await restartAfterCrash()).desk.handedOut).toEqual([]);
      });

      const crashUntilGivenUp = async (): Promise<QueueProcess> => {
        let process = await start();
        await acceptAll(process, ['poison', 'after']);
        for (let attempt = 1; attempt <= mostAttempts; attempt += 1) process = await restartAfterCrash();
        expect(process.desk.running()).toEqual(['poison']);
        expect(process.desk.claimed('poison').attempt).toBe(mostAttempts + 1);
        return process;
      };
      const givenUpLines = () => rig.lines.filter((line) => line.sentence.includes('given up'));

      it('hands out a turn that crashed three times once more to say so, and logs it', async () => {
        const process = await crashUntilGivenUp();
        await process.desk.claimed('poison').save(progress);
        expect(givenUpLines()).toMatchObject([{ level: 'error', facts: { turnId: 'poison' } }]);
        await finish(process, 'poison');
        expect(process.desk.running()).toEqual(['after']);
        expect((await restartAfterCrash()).desk.running()).toEqual(['after']);
      });

      it('is through with a given-up turn when the last handler rejects', async () => {
        const process = await crashUntilGivenUp();
        process.desk.fail('poison');
        await rig.settled();
        expect(process.desk.running()).toEqual(['after']);
        const next = await restartAfterCrash();
        expect(next.desk.running()).toEqual(['after']);
        expect(await acceptAll(next, ['poison'])).toEqual(['duplicate']);
      });

      it('is through with a given-up turn when the process crashes once more', async () => {
        await crashUntilGivenUp();
        expect((await restartAfterCrash()).desk.running()).toEqual(['after']);
        expect(givenUpLines()).toHaveLength(1);
      });
    });

    it('agrees with a simple model under any mix of deliveries, ends and crashes', () => checkTurnQueueModel(make));
  });
}
