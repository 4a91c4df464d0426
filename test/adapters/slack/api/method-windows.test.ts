import { describe, expect, it } from 'vitest';
import { createMethodWindows } from '../../../../adapters/slack/api/method-windows.ts';
import type { SlackCall } from '../../../../adapters/slack/api/slack-call.ts';
import { createFakeClock } from '../../../fakes/fake-clock.ts';
import { createApiRig, failureOf } from './api-rig.ts';

const callOf = (method: string, team = 'T1', args: SlackCall['arguments'] = {}): SlackCall => ({
  team,
  method,
  arguments: args,
});
const update = callOf('chat.update');
const postIn = (channel: string) => callOf('chat.postMessage', 'T1', { channel });

/** Windows on a clock that stands still. */
function createWindowsRig() {
  const clock = createFakeClock();
  const windows = createMethodWindows(clock);
  const sendMany = (call: SlackCall, count: number) => {
    for (let sent = 0; sent < count; sent += 1) windows.sent(call);
  };
  return { clock, windows, sendMany };
}

describe('a method in a workspace', () => {
  it.each([
    ['chat.startStream', 20],
    ['chat.stopStream', 20],
    ['chat.update', 50],
    ['chat.appendStream', 100],
    ['a.method.of.next.year', 20],
  ])('has room for the calls of its tier: %s', (method, count) => {
    const { windows, sendMany } = createWindowsRig();
    const call = callOf(method);

    sendMany(call, count - 1);
    expect(windows.waitMs(call)).toBe(0);
    expect(windows.room(call)).toMatchObject({ count, remaining: 1 });
    sendMany(call, 1);

    expect(windows.waitMs(call)).toBeGreaterThan(0);
    expect(windows.room(call)).toMatchObject({ count, remaining: 0 });
  });

  it('has room again when the oldest call is a minute and a moment old', async () => {
    const { clock, windows, sendMany } = createWindowsRig();
    sendMany(update, 1);
    await clock.advance(20_000);
    sendMany(update, 49);

    expect(windows.waitMs(update)).toBe(41_000);
    expect(windows.room(update)).toEqual({ count: 50, remaining: 0, resetAfterMs: 41_000 });
    await clock.advance(41_000);

    expect(windows.waitMs(update)).toBe(0);
    expect(windows.room(update)).toEqual({ count: 50, remaining: 1, resetAfterMs: 20_000 });
  });

  it('shares its room with no other method and no other workspace', () => {
    const { windows, sendMany } = createWindowsRig();

    sendMany(update, 50);

    expect(windows.waitMs(callOf('chat.delete'))).toBe(0);
    expect(windows.waitMs(callOf('chat.update', 'T2'))).toBe(0);
    expect(windows.room(callOf('chat.update', 'T2'))).toEqual({ count: 50, remaining: 50, resetAfterMs: 0 });
  });

  it('keeps workspaces apart whose names run into the method’s', () => {
    const { windows, sendMany } = createWindowsRig();

    sendMany(callOf('b', 'T1","a'), 20);

    expect(windows.waitMs(callOf('a","b', 'T1'))).toBe(0);
  });
});

describe('new messages', () => {
  it('come five at once in a channel, and one a second from then on', async () => {
    const { clock, windows, sendMany } = createWindowsRig();
    sendMany(postIn('C1'), 5);

    expect(windows.waitMs(postIn('C1'))).toBe(6_000);
    expect(windows.waitMs(postIn('C2'))).toBe(0);
    await clock.advance(6_000);
    expect(windows.waitMs(postIn('C1'))).toBe(0);
  });

  it('share the room of the workspace', () => {
    const { windows, sendMany } = createWindowsRig();
    for (let channel = 0; channel < 60; channel += 1) sendMany(postIn(`C${channel}`), 4);

    expect(windows.waitMs(postIn('C999'))).toBe(61_000);
    expect(windows.room(postIn('C999'))).toMatchObject({ count: 240, remaining: 0 });
  });

  it('that are refused hold back their channel alone', () => {
    const { windows } = createWindowsRig();
    windows.sent(postIn('C1'));

    windows.refused(postIn('C1'), 3_000);

    expect(windows.waitMs(postIn('C1'))).toBe(3_000);
    expect(windows.waitMs(postIn('C2'))).toBe(0);
  });
});

describe('a refusal', () => {
  it('holds the method back for as long as Slack says, also when there was room', async () => {
    const { clock, windows } = createWindowsRig();
    windows.sent(update);

    windows.refused(update, 30_000);

    expect(windows.waitMs(update)).toBe(30_000);
    expect(windows.room(update)).toEqual({ count: 50, remaining: 0, resetAfterMs: 30_000 });
    await clock.advance(30_000);
    expect(windows.waitMs(update)).toBe(0);
  });

  it('that names no time holds it back for ten seconds', () => {
    const { windows } = createWindowsRig();

    windows.refused(update, null);

    expect(windows.waitMs(update)).toBe(10_000);
  });

  it('teaches a lower limit for five minutes', async () => {
    const { clock, windows, sendMany } = createWindowsRig();
    await clock.advance(60_000);
    sendMany(update, 11);
    windows.refused(update, 1_000);

    expect(windows.room(update).count).toBe(10);
    await clock.advance(61_000);
    sendMany(update, 10);
    expect(windows.waitMs(update)).toBe(61_000);
    await clock.advance(300_000);

    expect(windows.room(update)).toMatchObject({ count: 50, remaining: 50 });
  });

  it('teaches nothing in the first minute: what an earlier start sent is not counted', async () => {
    const { clock, windows } = createWindowsRig();
    windows.sent(update);

    windows.refused(update, 1_000);
    await clock.advance(1_000);

    expect(windows.room(update)).toMatchObject({ count: 50, remaining: 49 });
  });

  it('after a few calls teaches no less than a fifth of what is documented', async () => {
    const { clock, windows } = createWindowsRig();
    await clock.advance(60_000);
    windows.sent(update);

    windows.refused(update, 1_000);

    expect(windows.room(update)).toMatchObject({ count: 10, remaining: 0, resetAfterMs: 1_000 });
  });
});

describe('so many windows', () => {
  it('are kept that the newest are always counted, and the oldest are forgotten', () => {
    const { windows, sendMany } = createWindowsRig();
    sendMany(callOf('chat.update', 'T0'), 50);

    for (let team = 1; team <= 5_000; team += 1) sendMany(callOf('chat.update', `T${team}`), 50);

    expect(windows.waitMs(callOf('chat.update', 'T5000'))).toBe(61_000);
    expect(windows.waitMs(callOf('chat.update', 'T0'))).toBe(0);
  });
});

describe('calls through them', () => {
  it('are never refused by Slack, however many there are', async () => {
    const { send, slack, clock } = createApiRig();
    const codes: string[] = [];
    for (let tick = 0; tick < 240; tick += 1) {
      const outcome = await send('team.info').then(
        () => 'done',
        () => 'unsent',
      );
      codes.push(outcome);
      await clock.advance(500);
    }

    expect(slack.requests({ status: 429 })).toEqual([]);
    expect(codes.filter((code) => code === 'done').length).toBeGreaterThanOrEqual(100);
    expect(codes).toContain('unsent');
  });

  it('are counted by the workspace that they are for', async () => {
    const { send, windows, callOf: ownCall } = createApiRig();

    await send('team.info');

    expect(windows.room(ownCall('team.info')).remaining).toBe(49);
  });

  it('that got no reply count all the same', async () => {
    const { send, slack, windows, callOf: ownCall } = createApiRig();
    slack.faults.next({ method: 'team.info' }, { type: 'lost-reply' });

    await failureOf(send('team.info'));

    expect(windows.room(ownCall('team.info')).remaining).toBe(49);
  });
});
