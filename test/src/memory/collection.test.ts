import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { createCollection } from '../../../src/memory/collection.ts';
import { createMemoryStore } from '../../fakes/memory-store.ts';
import { createSilentLogger } from '../../fakes/silent-logger.ts';

const schema = z.strictObject({ count: z.number() });

function createFixture(keepForMs: number | null = null) {
  const store = createMemoryStore();
  const logger = createSilentLogger();
  return { store, logger, counters: createCollection(store, 'counters', schema, logger, keepForMs) };
}

const increment = (current: { count: number } | undefined) => ({ count: (current?.count ?? 0) + 1 });

describe('a collection', () => {
  it('changes a value many times at once without losing a change', async () => {
    const { counters } = createFixture();
    await Promise.all(Array.from({ length: 20 }, () => counters.update('a', increment)));
    expect(await counters.get('a')).toEqual({ count: 20 });
  });

  it('gives the value that a change made', async () => {
    const { counters } = createFixture();
    expect(await counters.update('a', increment)).toEqual({ count: 1 });
    expect(await counters.update('a', increment)).toEqual({ count: 2 });
  });

  it('goes on after a change that failed', async () => {
    const { counters } = createFixture();
    const failing = counters.update('a', () => {
      throw new Error('no');
    });
    const next = counters.update('a', increment);
    await expect(failing).rejects.toThrow('no');
    expect(await next).toEqual({ count: 1 });
  });

  it('reads what no longer fits its schema as missing, and says so once', async () => {
    const { store, logger, counters } = createFixture();
    const other = createCollection(store, 'counters', z.unknown(), logger);
    await other.set('a', { total: 1 });
    expect([await counters.get('a'), await counters.get('a')]).toEqual([undefined, undefined]);
    expect(logger.lines).toHaveLength(1);
  });

  it('deletes what it is told, page by page, resting in between', async () => {
    const { counters, store } = createFixture();
    for (let index = 0; index < 250; index += 1)
      await counters.set(`${index % 2 === 0 ? 'even' : 'odd'} ${index}`, { count: index });
    const others = createCollection(store, 'other', schema, createSilentLogger());
    await others.set('even 0', { count: 0 });
    let rests = 0;
    await counters.deleteWhere(
      (key, value) => key.startsWith('even') && (value?.count ?? 0) >= 10,
      async () => {
        rests += 1;
      },
    );
    const left = await store.list('', null, 1_000);
    expect(left.entries).toHaveLength(125 + 5 + 1);
    expect(await counters.get('even 10')).toBeUndefined();
    expect(await counters.get('even 8')).toEqual({ count: 8 });
    expect(rests).toBe(3);
  });

  it('lets what no longer fits its schema be deleted by its key', async () => {
    const { counters, store } = createFixture();
    await createCollection(store, 'counters', z.unknown(), createSilentLogger()).set('a', 'old');
    const met: unknown[] = [];
    await counters.deleteWhere(
      (key, value) => {
        met.push([key, value]);
        return true;
      },
      async () => {},
    );
    expect(met).toEqual([['a', undefined]]);
    expect((await store.list('', null, 10)).entries).toEqual([]);
  });

  it('forgets values after the time it was made for', async () => {
    const { counters } = createFixture(1);
    await counters.set('a', { count: 1 });
    await new Promise((resolve) => setTimeout(resolve, 10));
    expect(await counters.get('a')).toBeUndefined();
  });
});
