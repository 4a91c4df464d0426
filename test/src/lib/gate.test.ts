import { describe, expect, it } from 'vitest';
import { createGate, type Leave } from '../../../src/lib/gate.ts';

const never = new AbortController().signal;

async function entered(way: Promise<Leave | 'full'>): Promise<Leave> {
  const leave = await way;
  if (leave === 'full') throw new Error('the gate is full');
  return leave;
}

describe('createGate', () => {
  it('lets the waiting ones in by order of arrival', async () => {
    const gate = createGate(1, 10);
    const timeline: string[] = [];
    const leaveFirst = await entered(gate.enter(never));
    const others = ['b', 'c'].map(async (name) => {
      const leave = await entered(gate.enter(never));
      timeline.push(name);
      leave();
    });
    expect(timeline).toEqual([]);
    leaveFirst();
    await Promise.all(others);
    expect(timeline).toEqual(['b', 'c']);
  });

  it('turns away the one too many at once', async () => {
    const gate = createGate(1, 1);
    const leave = await entered(gate.enter(never));
    const waiting = gate.enter(never);
    expect(await gate.enter(never)).toBe('full');
    leave();
    expect(await waiting).not.toBe('full');
  });

  it('forgets the one that gave up waiting', async () => {
    const gate = createGate(1, 1);
    const leave = await entered(gate.enter(never));
    const impatient = new AbortController();
    const waiting = gate.enter(impatient.signal);
    impatient.abort(new Error('no time'));
    await expect(waiting).rejects.toThrow('no time');
    const next = gate.enter(never);
    leave();
    expect(await next).not.toBe('full');
  });

  it('frees one place only, however often its way out is taken', async () => {
    const gate = createGate(1, 10);
    const leave = await entered(gate.enter(never));
    leave();
    leave();
    await entered(gate.enter(never));
    let second = false;
    gate.enter(never).then(() => {
      second = true;
    });
    await new Promise((resolve) => setImmediate(resolve));
    expect(second).toBe(false);
  });
});
