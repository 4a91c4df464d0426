import { describe, expect, it } from 'vitest';
import { createApiKeys } from '../../../src/engine/api-keys.ts';
import { createRandomIds } from '../../../src/lib/ids.ts';
import { createFakeClock } from '../../fakes/fake-clock.ts';
import { createMemoryApiKeyTable, createMemoryKeyFile } from '../../fakes/memory-api-keys.ts';

function open() {
  const table = createMemoryApiKeyTable();
  const keyFile = createMemoryKeyFile();
  const start = (...configuredKeys: string[]) =>
    createApiKeys({ table, keyFile, configuredKeys, ids: createRandomIds(), clock: createFakeClock() });
  return { table, keyFile, start };
}

describe('the made key', () => {
  it('is made once, is long, and is told to be new only then', () => {
    const { start } = open();
    const first = start();
    const second = start();
    expect(first.firstKey).toMatch(/^sl_[\w-]{43}$/);
    expect(second.firstKey).toBe(first.firstKey);
    expect([first.isNew, second.isNew]).toEqual([true, false]);
  });

  it('has the same owner after a restart', () => {
    const { start } = open();
    const { firstKey, ...first } = start();
    expect(first.resolve(firstKey)).toEqual({ ownerId: expect.stringMatching(/^owner-[\da-f]{32}$/), limited: true });
    expect(start().resolve(firstKey)).toEqual(first.resolve(firstKey));
  });

  it('is not in the table', () => {
    const { start, table } = open();
    expect(JSON.stringify(table.current())).not.toContain(start().firstKey.slice(3));
  });

  it('is replaced for the same owner when its file is lost, and ends', () => {
    const { start, keyFile, table } = open();
    const before = start();
    keyFile.lose();
    const after = start();
    expect(after.isNew).toBe(true);
    expect(after.resolve(before.firstKey)).toBeNull();
    expect(after.resolve(after.firstKey)).toEqual(before.resolve(before.firstKey));
    expect(table.retired).toHaveLength(1);
  });

  it('is replaced when its file holds something else', () => {
    const { start, keyFile } = open();
    start();
    keyFile.write('sl_written-by-somebody-else');
    const after = start();
    expect(after.isNew).toBe(true);
    expect(after.resolve('sl_written-by-somebody-else')).toBeNull();
  });
});

describe('configured keys', () => {
  it('are exactly the ones that work', () => {
    const { start } = open();
    const made = start().firstKey;
    const keys = start('first-configured-key', 'second-configured-key');
    expect(keys.firstKey).toBe('first-configured-key');
    expect(keys.isNew).toBe(false);
    expect(keys.resolve(made)).toBeNull();
    const [first, second] = [keys.resolve('first-configured-key'), keys.resolve('second-configured-key')];
    expect(first).not.toBeNull();
    expect(second).not.toBeNull();
    expect(first?.ownerId).not.toBe(second?.ownerId);
  });

  it('keep their owners after a restart, in any order', () => {
    const { start } = open();
    const before = start('first-configured-key', 'second-configured-key');
    const after = start('second-configured-key', 'first-configured-key');
    for (const key of ['first-configured-key', 'second-configured-key']) {
      expect(after.resolve(key)).toEqual(before.resolve(key));
    }
  });

  it('are not stored', () => {
    const { start, table, keyFile } = open();
    start('first-configured-key');
    expect([table.current(), keyFile.read()]).toEqual([null, null]);
  });
});

describe('a presented key', () => {
  it.each([
    [undefined],
    [''],
    ['first-configured-ke'],
    ['first-configured-key '],
    ['FIRST-CONFIGURED-KEY'],
    ['x'.repeat(100_000)],
  ])('is refused when it is not exactly one of ours (%#)', (presented) => {
    expect(open().start('first-configured-key').resolve(presented)).toBeNull();
  });
});

describe('the internal key', () => {
  it('acts for the first owner without a limit', () => {
    const keys = open().start('first-configured-key', 'second-configured-key');
    const internal = keys.createInternalKey();
    expect(keys.resolve(internal)).toEqual({ ownerId: keys.resolve('first-configured-key')?.ownerId, limited: false });
  });

  it('ends with the next one and with the process', () => {
    const { start } = open();
    const keys = start('first-configured-key');
    const internal = keys.createInternalKey();
    const next = keys.createInternalKey();
    expect(keys.resolve(internal)).toBeNull();
    expect(start('first-configured-key').resolve(next)).toBeNull();
  });
});
