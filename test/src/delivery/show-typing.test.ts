import { describe, expect, it } from 'vitest';
import { StopRequest } from '../../../src/answer/stop-request.ts';
import type { Outbox } from '../../../src/delivery/outbox.ts';
import { createTyping } from '../../../src/delivery/show-typing.ts';
import { createFakeClock } from '../../fakes/fake-clock.ts';
import { createFakePlatform } from '../../fakes/fake-platform.ts';
import { createSilentLogger } from '../../fakes/silent-logger.ts';
import { createDeliveryRig, wordScript } from './delivery-rig.ts';

const place = { id: 'place', scope: 'scope', hint: null, mostMessages: null, limits: null, commandSign: '/' as const };

describe('that an answer is on its way', () => {
  it('is taken back once, when its first words stand', async () => {
    const rig = createDeliveryRig();
    const { outcome } = rig.begin(rig.play([[2_000, 'one '], ...wordScript(20, 1_000)]));
    await rig.clock.advance(3_000);
    expect(rig.platform.calls).toMatchObject({ typings: 1, typingEnds: 1 });
    await rig.clock.runUntil(outcome);
    expect(rig.platform.calls).toMatchObject({ typings: 1, typingEnds: 1 });
  });

  it('is not taken back where it was never shown', async () => {
    const rig = createDeliveryRig();
    await rig.run(rig.play([[0, 'at once']]));
    expect(rig.platform.calls).toMatchObject({ typings: 0, typingEnds: 0 });
  });

  it.each([
    ['stopped', new StopRequest(), 'a sentence'],
    ['withdrawn', new StopRequest('withdraw'), 'nothing'],
    ['broken off by a shutdown', new Error('shutting down'), 'nothing'],
  ])('is taken back when the answer is %s before its first word', async (_how, reason, said) => {
    const rig = createDeliveryRig();
    const { outcome } = rig.begin(rig.play([[60_000, 'too late']]));
    await rig.clock.advance(20_000);
    rig.stop.abort(reason);
    await rig.clock.runUntil(outcome.catch(() => {}));
    expect(rig.platform.calls).toMatchObject({ typings: 3, typingEnds: 1 });
    expect(rig.texts()).toHaveLength(said === 'nothing' ? 0 : 1);
    expect(rig.clock.pending()).toBe(0);
  });

  it('is taken back when the place is gone', async () => {
    const rig = createDeliveryRig();
    rig.platform.removePlace('place-of-turn');
    await rig.run(rig.play(wordScript(3, 2_000)));
    expect(rig.platform.calls).toMatchObject({ typings: 1, typingEnds: 1 });
  });

  it('is given up after five seconds where a platform does not reply, and fails nothing', async () => {
    const clock = createFakeClock();
    const calls: boolean[] = [];
    const outbox: Outbox = {
      ...createFakePlatform({ clock }).outbox,
      typing: (_place, isOver) => {
        calls.push(isOver);
        return new Promise(() => {});
      },
    };
    const typing = createTyping(outbox, place, { clock, logger: createSilentLogger() });
    typing.start();
    await clock.advance(200);
    typing.stop();
    const startedMs = clock.now();
    await clock.runUntil(typing.ended());
    expect(calls).toEqual([false, true]);
    expect(clock.now() - startedMs).toBeLessThanOrEqual(6_000);
    expect(clock.pending()).toBe(0);
  });

  it('fails nothing when a platform breaks its promise and rejects', async () => {
    const clock = createFakeClock();
    const logger = createSilentLogger();
    const outbox: Outbox = {
      ...createFakePlatform({ clock }).outbox,
      typing: () => Promise.reject(new Error('a defect')),
    };
    const typing = createTyping(outbox, place, { clock, logger });
    typing.start();
    await clock.advance(200);
    typing.stop();
    await clock.runUntil(typing.ended());
    expect(logger.lines).toHaveLength(2);
  });

  it('does not hold up the answer while it is taken back', async () => {
    const quick = createDeliveryRig();
    const stuck = createDeliveryRig();
    Object.assign(stuck.platform.outbox, { typing: () => new Promise(() => {}) });
    for (const each of [quick, stuck]) await each.run(each.play(wordScript(5, 400)));
    expect(stuck.platform.screen.timeline()).toEqual(quick.platform.screen.timeline());
  });
});
