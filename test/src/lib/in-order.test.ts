import { expect, it } from 'vitest';
import { createInOrder } from '../../../src/lib/in-order.ts';

const live = new AbortController().signal;
const limits = { all: 4, perKey: 3 } as const;

/** Tasks that end when they are told to, and what has begun. */
function createTasks() {
  const begun: string[] = [];
  const ends = new Map<string, { resolve(): void; reject(error: Error): void }>();
  const task = (name: string) => () => {
    begun.push(name);
    return new Promise<string>((resolve, reject) => ends.set(name, { resolve: () => resolve(name), reject }));
  };
  const settle = () => new Promise((resolve) => setImmediate(resolve));
  return {
    begun,
    task,
    settle,
    end: (name: string) => {
      ends.get(name)?.resolve();
      return settle();
    },
    fail: (name: string) => {
      ends.get(name)?.reject(new Error(`${name} failed`));
      return settle();
    },
  };
}

it('runs one task of a key after the other, and different keys side by side', async () => {
  const order = createInOrder(limits);
  const { begun, task, settle, end } = createTasks();
  const results = Promise.all([
    order.run('a', task('a1'), live),
    order.run('a', task('a2'), live),
    order.run('b', task('b1'), live),
  ]);
  await settle();
  expect(begun).toEqual(['a1', 'b1']);
  await end('a1');
  expect(begun).toEqual(['a1', 'b1', 'a2']);
  await end('a2');
  await end('b1');
  expect(await results).toEqual(['a1', 'a2', 'b1']);
});

it('goes on after a task that failed, which only its own caller hears of', async () => {
  const order = createInOrder(limits);
  const { task, settle, end, fail } = createTasks();
  const first = order.run('a', task('a1'), live);
  const second = order.run('a', task('a2'), live);
  await settle();
  const failed = expect(first).rejects.toThrow('a1 failed');
  await fail('a1');
  await failed;
  await end('a2');
  expect(await second).toBe('a2');
});

it('does not run what was given up, and nothing overtakes what still runs because of it', async () => {
  const order = createInOrder(limits);
  const { begun, task, settle, end } = createTasks();
  const stopping = new AbortController();
  const first = order.run('a', task('a1'), live);
  const second = order.run('a', task('a2'), stopping.signal);
  const third = order.run('a', task('a3'), live);
  await settle();
  stopping.abort(new Error('not any more'));
  await expect(second).rejects.toThrow('not any more');
  await settle();
  expect(begun).toEqual(['a1']);
  await end('a1');
  expect(begun).toEqual(['a1', 'a3']);
  await end('a3');
  expect(await Promise.all([first, third])).toEqual(['a1', 'a3']);
});

it('refuses what is too much, for one key and for all, and takes more when there is room', async () => {
  const order = createInOrder(limits);
  const { task, settle, end } = createTasks();
  const runs = ['a1', 'a2', 'a3'].map((name) => order.run('a', task(name), live));
  await expect(order.run('a', task('a4'), live)).rejects.toMatchObject({ code: 'too-much-waits', retryable: true });
  runs.push(order.run('b', task('b1'), live));
  await expect(order.run('c', task('c1'), live)).rejects.toMatchObject({ code: 'too-much-waits' });
  await settle();
  await end('b1');
  runs.push(order.run('c', task('c1'), live));
  for (const name of ['a1', 'a2', 'a3', 'c1']) {
    await settle();
    await end(name);
  }
  expect(await Promise.all(runs)).toEqual(['a1', 'a2', 'a3', 'b1', 'c1']);
});

it('is idle when everything has ended', async () => {
  const order = createInOrder(limits);
  const { task, settle, end } = createTasks();
  await order.idle();
  const runs = [order.run('a', task('a1'), live), order.run('a', task('a2'), live)];
  let isIdle = false;
  const idle = order.idle().then(() => {
    isIdle = true;
  });
  await settle();
  await end('a1');
  expect(isIdle).toBe(false);
  await end('a2');
  await Promise.all(runs);
  await idle;
});
