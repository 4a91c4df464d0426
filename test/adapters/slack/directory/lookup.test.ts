import { expect, it } from 'vitest';
import { createLookup } from '../../../../adapters/slack/directory/lookup.ts';
import { createFakeClock } from '../../../fakes/fake-clock.ts';
import { live } from './directory-rig.ts';

/** A lookup that counts its questions; `answers` are given in turn, an `Error` fails, null is no such thing. */
function createLookupRig(answers: readonly (string | null | Error | 'never')[]) {
  const clock = createFakeClock();
  const failures: unknown[] = [];
  const lookup = createLookup<string>({
    clock,
    limitMs: 1_000,
    keepMs: 60_000,
    most: 2,
    onFailure: (error) => failures.push(error),
  });
  let asked = 0;
  const ended: AbortSignal[] = [];
  const ask = async (signal: AbortSignal) => {
    const answer = answers[asked] ?? null;
    asked += 1;
    signal.addEventListener('abort', () => ended.push(signal), { once: true });
    if (answer === 'never') await clock.sleep(1_000_000, signal);
    if (answer instanceof Error) throw answer;
    return answer;
  };
  return {
    clock,
    lookup,
    failures,
    ended,
    asked: () => asked,
    find: (key = 'a', signal = live) => lookup.find(key, ask, signal),
  };
}

it('asks once and remembers, also that there is no such thing', async () => {
  const { find, asked, clock } = createLookupRig(['x', null]);
  expect([await find('a'), await find('a'), await find('b'), await find('b')]).toEqual(['x', 'x', null, null]);
  expect(asked()).toBe(2);
  expect(clock.pending()).toBe(0);
});

it('asks again after a while', async () => {
  const { find, clock } = createLookupRig(['old', 'new']);
  await find();
  await clock.advance(59_999);
  expect(await find()).toBe('old');
  await clock.advance(1);
  expect(await find()).toBe('new');
});

it('asks one question for all who want the same at the same time', async () => {
  const { find, asked } = createLookupRig(['x', 'y']);
  expect(await Promise.all([find(), find(), find()])).toEqual(['x', 'x', 'x']);
  expect(asked()).toBe(1);
});

it('gives up after its limit, and leaves a pause before it asks again', async () => {
  const { find, asked, clock, failures } = createLookupRig(['never', 'x']);
  const finding = find();
  await clock.advance(1_000);
  expect(await finding).toBeNull();
  expect(failures).toHaveLength(1);
  expect(await find()).toBeNull();
  expect(asked()).toBe(1);
  await clock.advance(5_000);
  expect(await find()).toBe('x');
  expect(clock.pending()).toBe(0);
});

it('falls back to what was known, for as long again', async () => {
  const failed = new Error('not now');
  const { find, clock } = createLookupRig(['x', failed, failed]);
  await find();
  await clock.advance(60_000);
  expect(await find()).toBe('x');
  await clock.advance(60_000);
  expect(await find()).toBeNull();
});

it('rejects whoever gives up, and stops asking when nobody waits any more', async () => {
  const { find, clock, ended, failures } = createLookupRig(['never', 'x']);
  const one = new AbortController();
  const two = new AbortController();
  const first = find('a', one.signal);
  const second = find('a', two.signal);
  await clock.advance(0);
  one.abort(new Error('one left'));
  await expect(first).rejects.toThrow('one left');
  expect(ended).toEqual([]);
  two.abort(new Error('two left'));
  await expect(second).rejects.toThrow('two left');
  await clock.advance(0);
  expect(ended).toHaveLength(1);
  expect(failures).toEqual([]);
  expect(clock.pending()).toBe(0);
  expect(await find()).toBe('x');
});

it('keeps the newest only, and what it is told', async () => {
  const { find, asked, lookup } = createLookupRig(['a', 'b', 'c', 'again']);
  for (const key of ['a', 'b', 'c']) await find(key);
  expect(await find('a')).toBe('again');
  lookup.learn('d', 'told');
  expect(await find('d')).toBe('told');
  expect(asked()).toBe(4);
});
