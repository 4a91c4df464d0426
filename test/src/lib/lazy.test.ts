import { expect, test } from 'vitest';
import { createLazy } from '../../../src/lib/lazy.ts';

function createLazyCounter() {
  const calls: string[] = [];
  const lazy = createLazy(async () => {
    calls.push('made');
    return { close: async () => void calls.push('closed') };
  });
  return { calls, lazy };
}

test('makes nothing before it is needed, and closes nothing then', async () => {
  const { calls, lazy } = createLazyCounter();
  await lazy.close();
  expect(calls).toEqual([]);
});

test('makes one thing for everybody and closes it', async () => {
  const { calls, lazy } = createLazyCounter();
  const [first, second] = await Promise.all([lazy.get(), lazy.get()]);
  expect(second).toBe(first);
  await lazy.close();
  expect(calls).toEqual(['made', 'closed']);
});

test('tells everybody why it could not be made, and closes all the same', async () => {
  const lazy = createLazy<{ close(): Promise<void> }>(() => Promise.reject(new Error('the package is damaged')));
  await expect(lazy.get()).rejects.toThrow('damaged');
  await expect(lazy.get()).rejects.toThrow('damaged');
  await lazy.close();
});
