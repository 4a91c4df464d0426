import { afterEach, describe, expect, it } from 'vitest';
import { limitsAt, type Outbox, type Part, type Place } from '../../src/delivery/outbox.ts';
import { Failure } from '../../src/lib/errors.ts';
import type { Inbox, InboxEvent, Receipt } from '../../src/turn/inbox.ts';
import type { Turn } from '../../src/turn/turn.ts';
import { namedSkip } from './named-skip.ts';

/** A message as people see it. */
export type SeenMessage = { readonly ref: string; readonly text: string; readonly state: Part['state'] };

/** A platform under test, with what the suite has to know about it. */
export type PlatformHarness = {
  readonly inbox: Inbox;
  readonly outbox: Outbox;
  /** A person writes something that the bot has to answer. Resolves when the platform was told that it arrived. */
  say(text: string): Promise<void>;
  /** What people see of the bot at a place, in order. */
  seen(place: Place): readonly SeenMessage[];
  /** The place disappears. */
  removePlace(place: Place): void;
  /** Runs a promise that waits on the harness's clock. */
  run<Value>(promise: Promise<Value>): Promise<Value>;
  /** Lets so much time pass. */
  pass(durationMs: number): Promise<void>;
  /** The same platform after the program was started anew. */
  restart(): Promise<PlatformHarness>;
  close(): Promise<void>;
};

type Skips = { readonly restart?: { readonly reason: string } };

const never = new AbortController().signal;
const part = (text: string, state: Part['state'] = 'final'): Part => ({ text, state, controls: null });

/** Each turn once, whenever and however often it came. */
const distinct = (turns: readonly Turn[]) => [
  ...new Map(turns.map((turn) => [turn.id, { ...turn, receivedAtMs: 0 }])).values(),
];

/** The `Failure` a promise rejects with. */
async function failureOf(promise: Promise<unknown>): Promise<Failure> {
  const error = await promise.then(
    () => new Error('nothing was refused'),
    (reason: unknown) => reason,
  );
  if (!(error instanceof Failure)) throw error;
  return error;
}

/** What every platform promises: inbox and outbox together. */
export function platformContract(
  name: string,
  make: () => Promise<PlatformHarness>,
  options: { readonly skip?: Skips } = {},
): void {
  describe(`${name} keeps the contract of a platform`, () => {
    const endings: (() => Promise<void>)[] = [];
    afterEach(async () => {
      for (const end of endings.splice(0).reverse()) await end();
    });

    async function listenTo(harness: PlatformHarness, onTurn: (turn: Turn) => Promise<Receipt>) {
      const stop = new AbortController();
      const onEvent = async (event: InboxEvent) => (event.type === 'turn' ? onTurn(event.turn) : 'refused');
      const listening = harness.inbox.listen(onEvent, stop.signal);
      const end = async () => {
        stop.abort();
        await harness.run(listening);
      };
      endings.push(end);
      return end;
    }

    async function start(onTurn: (turn: Turn) => Promise<Receipt> = async () => 'accepted') {
      const harness = await make();
      endings.push(harness.close);
      const turns: Turn[] = [];
      const end = await listenTo(harness, async (turn) => {
        turns.push(turn);
        return onTurn(turn);
      });
      return { ...harness, harness, turns, end };
    }

    /** A question has arrived and its place is open. */
    async function startAnswer() {
      const started = await start();
      await started.run(started.say('what is this?'));
      const turn = started.turns[0];
      if (turn === undefined) throw new Error('no turn arrived');
      const place = await started.run(started.outbox.open(turn, never));
      return {
        ...started,
        turn,
        place,
        limits: limitsAt(place, started.outbox),
        post: (text: string, key = `${turn.id}:0`) => post(started.harness, place, text, key),
      };
    }

    const post = (harness: PlatformHarness, place: Place, text: string, key: string) =>
      harness.run(harness.outbox.post(place, part(text, 'streaming'), key, never));

    describe('taking messages in', () => {
      it('makes a turn of what a person writes to the bot', async () => {
        const { say, run, turns, inbox } = await start();
        await run(say('what is this?'));
        expect(turns.map((turn) => [turn.platform, turn.text])).toEqual([[inbox.name, 'what is this?']]);
      });

      it('gives every message a turn id of its own', async () => {
        const { say, run, turns } = await start();
        await run(say('one'));
        await run(say('one'));
        expect(new Set(turns.map((turn) => turn.id)).size).toBe(2);
      });

      it('tells the sender only after the turn was taken', async () => {
        const timeline: string[] = [];
        const taken = Promise.withResolvers<Receipt>();
        const { harness } = await start(() => {
          timeline.push('handed over');
          return taken.promise;
        });
        const told = harness.say('what is this?').then(() => timeline.push('told'));
        await harness.pass(10);
        timeline.push('taken');
        taken.resolve('accepted');
        await harness.run(told);
        expect(timeline).toEqual(['handed over', 'taken', 'told']);
      });

      it('never makes a turn of its own messages', async () => {
        const { post, turns, pass } = await startAnswer();
        await post('@sightline /help');
        await pass(1_000);
        expect(turns).toHaveLength(1);
      });

      it('ends listening when the signal aborts, and hands nothing over after that', async () => {
        const { end, harness, turns } = await start();
        await end();
        await harness.run(harness.say('too late').catch(() => {}));
        expect(turns).toEqual([]);
      });

      it.skipIf(options.skip?.restart)(
        namedSkip('hands over again after a restart what was not taken before', options.skip?.restart?.reason),
        async () => {
          const first = await start(() => Promise.reject(new Error('the queue is down')));
          await first.run(first.say('are you there?').catch(() => {}));
          const second = await first.harness.restart();
          const again: Turn[] = [];
          await listenTo(second, async (turn) => {
            again.push(turn);
            return 'accepted';
          });
          await second.pass(100);
          expect(distinct(again)).toEqual(distinct(first.turns));
        },
      );
    });

    describe('sending messages out', () => {
      it('opens the same place for the same turn', async () => {
        const { outbox, turn, place, run } = await startAnswer();
        expect(await run(outbox.open(turn, never))).toEqual(place);
      });

      it('shows what was posted, and what it was edited to', async () => {
        const { post, outbox, place, run, seen } = await startAnswer();
        const ref = await post('a first');
        expect(seen(place)).toEqual([{ ref, text: 'a first', state: 'streaming' }]);
        await run(outbox.edit(place, ref, part('a first and a second'), never));
        expect(seen(place)).toEqual([{ ref, text: 'a first and a second', state: 'final' }]);
      });

      it('posts once for each key', async () => {
        const { post, place, seen } = await startAnswer();
        const ref = await post('once', 'turn:0');
        expect(await post('once', 'turn:0')).toBe(ref);
        expect(await post('twice', 'turn:1')).not.toBe(ref);
        expect(seen(place).map((message) => message.text)).toEqual(['once', 'twice']);
      });

      it.skipIf(options.skip?.restart)(
        namedSkip('posts once for each key, also after a restart', options.skip?.restart?.reason),
        async () => {
          const { post: first, harness, place } = await startAnswer();
          const ref = await first('once', 'turn:0');
          const restarted = await harness.restart();
          expect(await post(restarted, place, 'once', 'turn:0')).toBe(ref);
          expect(restarted.seen(place)).toHaveLength(1);
        },
      );

      it('keeps the messages of different places apart', async () => {
        const { say, outbox, turns, place, run, seen, post: first, harness } = await startAnswer();
        await run(say('and this?'));
        const other = turns[1];
        if (other === undefined) throw new Error('no second turn arrived');
        const otherPlace = await run(outbox.open(other, never));
        await first('here', 'same-key');
        await post(harness, otherPlace, 'there', 'same-key');
        expect([seen(place), seen(otherPlace)].map((messages) => messages.map(({ text }) => text))).toEqual([
          ['here'],
          ['there'],
        ]);
      });

      it('takes a text of exactly the longest length and refuses a longer one', async () => {
        const { post, limits, place, seen } = await startAnswer();
        const longest = 'x'.repeat(limits.text.max);
        await post(longest);
        const refusal = await failureOf(post(`${longest}x`, 'longer'));
        expect(refusal).toMatchObject({ code: 'platform-text-too-long', retryable: false });
        expect(seen(place).map((message) => message.text)).toEqual([longest]);
      });

      it('counts the length in the unit it declares', async () => {
        const { post, limits } = await startAnswer();
        const { max, unit } = limits.text;
        const unitsOfSmile = unit === 'utf16' ? 2 : 4;
        await post('😀'.repeat(Math.floor(max / unitsOfSmile)), 'fits');
        const refusal = await failureOf(post('😀'.repeat(Math.floor(max / unitsOfSmile) + 1), 'longer'));
        expect(refusal.code).toBe('platform-text-too-long');
      });

      it('refuses a message that shows nothing', async () => {
        const { post } = await startAnswer();
        expect(await failureOf(post(' \n '))).toMatchObject({ code: 'platform-rejected', retryable: false });
      });

      it('takes the edits it declares, refuses one more, and says when to come back', async () => {
        const { post, outbox, limits, place, pass, run, seen, turn } = await startAnswer();
        let text = '0';
        const ref = await post(text);
        const { count, windowMs } = limits.edits;
        // Each text continues the one before, so that messages of either kind take it.
        const edit = (more: string) => {
          text += more;
          return outbox.edit(place, ref, part(text, 'streaming'), never);
        };
        const outcomes: PromiseSettledResult<unknown>[] = [];
        if (limits.growth.type === 'continued') {
          for (let index = 0; index <= count; index += 1)
            outcomes.push(...(await run(Promise.allSettled([edit('.')]))));
        } else {
          const edits = Promise.allSettled(Array.from({ length: count + 1 }, () => edit('.')));
          await pass(Math.min(windowMs, 400));
          outcomes.push(...(await edits));
        }
        const refused = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason] : []));
        expect(refused).toHaveLength(1);
        expect(refused[0]).toMatchObject({ code: 'platform-rate-limited', retryable: true });
        expect(refused[0].retryAfterMs).toBeGreaterThan(0);
        expect(refused[0].retryAfterMs).toBeLessThanOrEqual(windowMs);
        await pass(refused[0].retryAfterMs);
        const last = edit(`last of ${turn.id}`);
        await pass(400);
        await last;
        expect(seen(place)[0]?.text).toBe(text);
      });

      it('shows every text that continues the one before, to the end of the time that a message may grow', async () => {
        const { post, outbox, limits, place, run, pass, seen } = await startAnswer();
        let text = 'It is';
        const ref = await post(text);
        const growsForMs = limits.growth.type === 'continued' ? limits.growth.forMs : 60_000;
        for (const more of [' a ', 'bicycle:\n\n```js\n', 'const a', ' = 1;']) {
          text += more;
          await run(outbox.edit(place, ref, part(text.trimEnd(), 'streaming'), never));
          expect(seen(place).map((message) => [message.text, message.state])).toEqual([[text.trimEnd(), 'streaming']]);
          await pass(growsForMs / 4);
        }
        text += '\n```\nDone.';
        await run(outbox.edit(place, ref, part(text), never));
        expect(seen(place).map((message) => [message.text, message.state])).toEqual([[text, 'final']]);
      });

      it('shows a last text that is another one altogether, also long after', async () => {
        const { post, outbox, place, run, pass, seen } = await startAnswer();
        const ref = await post('I see a bicy');
        await run(outbox.edit(place, ref, part('I see a bicycle', 'streaming'), never));
        await pass(600_000);
        await run(outbox.edit(place, ref, part('It is a cat.'), never));
        expect(seen(place)).toEqual([{ ref, text: 'It is a cat.', state: 'final' }]);
        await run(outbox.edit(place, ref, part('It is a dog.'), never));
        expect(seen(place)).toEqual([{ ref, text: 'It is a dog.', state: 'final' }]);
      });

      it.skipIf(options.skip?.restart)(
        namedSkip('takes any text for a message of before a restart, and then goes on', options.skip?.restart?.reason),
        async () => {
          const { post: first, harness, place } = await startAnswer();
          const ref = await first('I see a red bicycle', 'turn:0');
          const { outbox, run, seen } = await harness.restart();
          for (const text of ['Now it', 'Now it is a', 'Now it is a cat']) {
            await run(outbox.edit(place, ref, part(text, 'streaming'), never));
            expect(seen(place).map((message) => message.text)).toEqual([text]);
          }
          await run(outbox.edit(place, ref, part('Now it is a cat.'), never));
          expect(seen(place)).toEqual([{ ref, text: 'Now it is a cat.', state: 'final' }]);
        },
      );

      it('takes a message away, and does not mind that it is gone already', async () => {
        const { post, outbox, place, run, seen } = await startAnswer();
        const ref = await post('a mistake');
        await run(outbox.remove(place, ref, never));
        await run(outbox.remove(place, ref, never));
        expect(seen(place)).toEqual([]);
      });

      it('says that a message is gone', async () => {
        const { post, outbox, place, run } = await startAnswer();
        const ref = await post('soon gone');
        await run(outbox.remove(place, ref, never));
        const refusal = await failureOf(run(outbox.edit(place, ref, part('more'), never)));
        expect(refusal).toMatchObject({ code: 'platform-message-gone', retryable: false });
      });

      it('says that a place is gone', async () => {
        const { post, outbox, place, run, removePlace } = await startAnswer();
        const ref = await post('here');
        removePlace(place);
        const refusals = [
          await failureOf(post('still here?', 'second')),
          await failureOf(run(outbox.edit(place, ref, part('x'), never))),
        ];
        expect(refusals.map(({ code, retryable }) => [code, retryable])).toEqual([
          ['platform-place-gone', false],
          ['platform-place-gone', false],
        ]);
      });

      it('rejects with the reason of an aborted signal, and shows nothing', async () => {
        const { outbox, place, run, seen, turn } = await startAnswer();
        const stop = new AbortController();
        stop.abort(new Error('shutting down'));
        await expect(run(outbox.post(place, part('never'), `${turn.id}:0`, stop.signal))).rejects.toThrow(
          'shutting down',
        );
        await expect(run(outbox.open(turn, stop.signal))).rejects.toThrow('shutting down');
        expect(seen(place)).toEqual([]);
      });

      it.each([false, true])(
        'never fails to say that it is typing, or (%s) that it is not any more',
        async (isOver) => {
          const { outbox, place, run, removePlace } = await startAnswer();
          const nowhere = {
            id: 'nowhere',
            scope: 'nowhere',
            hint: null,
            mostMessages: null,
            limits: null,
            commandSign: '/' as const,
          };
          const stop = new AbortController();
          await run(outbox.typing(place, isOver, stop.signal));
          await run(outbox.typing(nowhere, isOver, never));
          removePlace(place);
          await run(outbox.typing(place, isOver, stop.signal));
          stop.abort();
          await run(outbox.typing(place, isOver, stop.signal));
        },
      );
    });
  });
}
