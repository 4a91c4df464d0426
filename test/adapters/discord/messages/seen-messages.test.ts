import { describe, expect, it } from 'vitest';
import { createSeenMessages } from '../../../../adapters/discord/messages/seen-messages.ts';
import { createFakeClock } from '../../../fakes/fake-clock.ts';
import { createMemoryStore } from '../../../fakes/memory-store.ts';
import { createSilentLogger } from '../../../fakes/silent-logger.ts';

const place = (channel: string, message: string, direct = false) => ({ channel, message, direct });

async function createRig(store = createMemoryStore()) {
  const clock = createFakeClock();
  const logger = createSilentLogger();
  const seen = createSeenMessages({ store, clock, logger });
  const stop = new AbortController();
  const kept = seen.keep(stop.signal);
  await clock.advance(0);
  return {
    store,
    clock,
    logger,
    seen,
    /** The run ends properly; the next one starts. */
    async restart() {
      stop.abort();
      await kept;
      await seen.finish();
      return createRig(store);
    },
    /** The run dies; the next one starts. */
    async crash() {
      stop.abort();
      await kept;
      return createRig(store);
    },
  };
}

const sinceOf = async ({ seen }: { seen: ReturnType<typeof createSeenMessages> }, shard = 0) =>
  (await seen.before)?.since(shard);
const leftOf = async ({ seen }: { seen: ReturnType<typeof createSeenMessages> }) => (await seen.before)?.left;

describe('how far messages were seen', () => {
  it('is not known before the very first start', async () => {
    const rig = await createRig();
    expect([await sinceOf(rig), await leftOf(rig)]).toEqual([null, []]);
    await rig.crash();
  });

  it('is the newest message of each shard at the end of the last run', async () => {
    const rig = await createRig();
    for (const [shard, message] of [
      [0, '20'],
      [0, '10'],
      [1, '9'],
    ] as const)
      rig.seen.note(shard, message);
    const next = await rig.restart();
    expect([await sinceOf(next, 0), await sinceOf(next, 1)]).toEqual(['20', '9']);
    await next.crash();
  });

  it('is the oldest of all where the number of shards has changed', async () => {
    const rig = await createRig();
    rig.seen.note(0, '20');
    rig.seen.note(1, '100');
    const next = await rig.restart();
    expect(await sinceOf(next, 7)).toBe('20');
    await next.crash();
  });

  it('is written every two seconds, for a run that dies', async () => {
    const rig = await createRig();
    rig.seen.note(0, '20');
    await rig.clock.advance(2_000);
    rig.seen.note(0, '30');
    const next = await rig.crash();
    expect(await sinceOf(next)).toBe('20');
    await next.crash();
  });

  it('stays where it is as long as somebody still reads what was missed', async () => {
    const first = await createRig();
    first.seen.note(0, '20');
    const second = await first.restart();
    second.seen.hold(0);
    second.seen.note(0, '50');
    const third = await second.restart();
    expect(await sinceOf(third)).toBe('20');
    third.seen.hold(0);
    third.seen.note(0, '60');
    third.seen.release(0);
    const fourth = await third.restart();
    expect(await sinceOf(fourth)).toBe('60');
    await fourth.crash();
  });

  it('remembers what nobody took, and what somebody worked on when it ended', async () => {
    const rig = await createRig();
    for (const message of ['5', '6', '7', '8']) rig.seen.begin(place('a', message));
    rig.seen.end(place('a', '5'), 'taken');
    rig.seen.end(place('a', '7'), 'left');
    rig.seen.end(place('a', '6'), 'left');
    rig.seen.begin(place('b', '9'));
    rig.seen.end(place('b', '9'), 'nothing');
    rig.seen.begin(place('c', '10', true));
    const next = await rig.restart();
    expect(await leftOf(next)).toEqual([place('a', '6'), place('c', '10', true)]);
    next.seen.forgetLeft('a');
    const last = await next.restart();
    expect(await leftOf(last)).toEqual([place('c', '10', true)]);
    await last.crash();
  });

  it('remembers where the bot was used, the latest first, two hundred places at the most', async () => {
    const rig = await createRig();
    for (let index = 0; index < 205; index += 1) rig.seen.end(place(`c${index}`, `${index + 1}`), 'taken');
    rig.seen.end(place('c10', '900'), 'taken');
    const next = await rig.restart();
    const used = next.seen.used();
    expect([used.length, used[0], used[1], used.at(-1)]).toEqual([
      200,
      place('c10', '900'),
      place('c204', '205'),
      place('c5', '6'),
    ]);
    await next.crash();
  });

  it('goes on without a store that fails, and tries again', async () => {
    const store = createMemoryStore();
    store.fail();
    const rig = await createRig(store);
    rig.seen.note(0, '20');
    await rig.clock.advance(2_000);
    expect(rig.logger.lines.map(({ level }) => level)).toEqual(['warn', 'warn']);
    await rig.crash();
    await rig.seen.finish();
    expect(await rig.seen.before).toBeNull();
  });
});
