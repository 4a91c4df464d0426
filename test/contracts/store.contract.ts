import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { parseJson } from '../../src/lib/parse-json.ts';
import { tupleKey } from '../../src/lib/tuple-key.ts';
import type { Store } from '../../src/memory/store.ts';

/** A kind of store on storage of its own, as the contract needs it. */
export type StoreRig = {
  /** Opens a store on the storage. */
  open(): Store;
  /** Makes every later call of an open store fail, as a broken database does. */
  breakDown(): void;
  /** Frees what the storage holds. */
  close(): void;
};

/** Keys that a careless store would mix up. */
const awkwardKeys = [
  '',
  'a',
  'A',
  'a:b',
  'keyv:a',
  'keyv:keyv:a',
  'é',
  'e\u0301',
  '🐈',
  '\ud83d',
  '\ud800',
  '\ufffd',
  'a\u0000',
  '%',
  '"a"',
];

/** What every store promises. `make` gives a rig on empty storage. */
export function storeContract(name: string, make: () => StoreRig): void {
  describe(`store: ${name}`, () => {
    let rig: StoreRig;
    let store: Store;

    beforeEach(() => {
      rig = make();
      store = rig.open();
    });
    afterEach(() => rig.close());

    it('reads a missing key as undefined', async () => {
      expect(await store.get('missing')).toBeUndefined();
    });

    it('gives back what was written, shared with nobody', async () => {
      const value = { list: [{ text: ':Ünïcode 🐈' }], nothing: null };
      await store.set('key', value);
      const [first, second] = await Promise.all([store.get('key'), store.get('key')]);
      value.list.push({ text: 'changed after writing' });
      expect(first).toEqual({ list: [{ text: ':Ünïcode 🐈' }], nothing: null });
      expect(second).toEqual(first);
      expect(second).not.toBe(first);
    });

    it('gives back any JSON value under any key', async () => {
      const json = fc.jsonValue({ stringUnit: 'binary' }).map((value) => parseJson(JSON.stringify(value), z.unknown()));
      await fc.assert(
        fc.asyncProperty(fc.string({ unit: 'binary' }), json, async (key, parsed) => {
          if (!parsed.ok) return;
          await store.set(key, parsed.value);
          expect(await store.get(key)).toEqual(parsed.value);
        }),
        { numRuns: 100 },
      );
    });

    it('replaces what was there', async () => {
      await store.set('key', { version: 1, more: true });
      await store.set('key', { version: 2 });
      expect(await store.get('key')).toEqual({ version: 2 });
    });

    it('keeps a value for the time it is given, and no longer', async () => {
      await store.setFor('short', 1, 1);
      await store.setFor('long', 2, 60_000);
      await new Promise((resolve) => setTimeout(resolve, 10));
      expect([await store.get('short'), await store.get('long')]).toEqual([undefined, 2]);
    });

    it('keeps a null apart from nothing', async () => {
      await store.set('key', null);
      expect(await store.get('key')).toBeNull();
    });

    it('refuses to write undefined', async () => {
      await expect(store.set('key', undefined)).rejects.toMatchObject({ code: 'store-failed' });
    });

    it('deletes one key, however often it is asked', async () => {
      await store.set('key', 1);
      await store.set('other', 2);
      await store.delete('key');
      await store.delete('key');
      expect(await store.get('key')).toBeUndefined();
      expect(await store.get('other')).toBe(2);
    });

    it('never mixes up two keys', async () => {
      for (const [index, key] of awkwardKeys.entries()) await store.set(key, index);
      const read = await Promise.all(awkwardKeys.map((key) => store.get(key)));
      expect(read).toEqual(awkwardKeys.map((_, index) => index));
    });

    /** Everything that begins so, page by page. */
    async function listAll(prefix: string, limit: number, betweenPages = async () => {}) {
      const pages: { key: string; value: unknown }[][] = [];
      let after: string | null = null;
      do {
        const page = await store.list(prefix, after, limit);
        expect(page.entries.length).toBeLessThanOrEqual(limit);
        pages.push([...page.entries]);
        after = page.next;
        await betweenPages();
      } while (after !== null);
      return pages.flat();
    }

    it('lists what begins alike, page by page, each once', async () => {
      for (let index = 0; index < 25; index += 1) await store.set(tupleKey('cats', `${index}`), index);
      await store.set(tupleKey('cat', 'other'), 'other');
      await store.set(tupleKey('dogs', '1'), 'other');
      for (const limit of [1, 4, 5, 24, 25, 26]) {
        const listed = await listAll(tupleKey('cats'), limit);
        expect(listed.map(({ value }) => value).sort()).toEqual(Array.from({ length: 25 }, (_, index) => index).sort());
        expect(new Set(listed.map(({ key }) => key)).size).toBe(25);
      }
    });

    it('lists any key that begins so, and no other', async () => {
      const endings = [...awkwardKeys, '!', ' ', '\u{10ffff}', '\u{10ffff}\u{10ffff}b', '\n'];
      for (const ending of endings) await store.set(`7.answers${ending}`, ending);
      for (const other of awkwardKeys) await store.set(other, 'other');
      await store.set('7.answer', 'other');
      await store.set('7.answerz', 'other');
      const listed = await listAll('7.answers', 3);
      expect(listed.map(({ key, value }) => [key, `7.answers${value}`]).every(([key, same]) => key === same)).toBe(
        true,
      );
      expect(new Set(listed.map(({ value }) => value))).toEqual(new Set(endings));
      expect(listed).toHaveLength(endings.length);
    });

    it('lists everything once also while what was listed is deleted', async () => {
      for (let index = 0; index < 10; index += 1) await store.set(`a${index}`, index);
      let deleted = 0;
      const listed = await listAll('a', 3, async () => {
        for (const last = Math.min(10, deleted + 3); deleted < last; deleted += 1) await store.delete(`a${deleted}`);
      });
      expect(listed.map(({ value }) => value)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    });

    it('lists nothing where there is nothing, and nothing whose time is over', async () => {
      await store.setFor('a1', 1, 1);
      await store.set('a2', 2);
      await new Promise((resolve) => setTimeout(resolve, 10));
      expect((await listAll('a', 1)).map(({ value }) => value)).toEqual([2]);
      expect(await store.list('b', null, 10)).toEqual({ entries: [], next: null });
    });

    it('has the same for everyone who opens it', async () => {
      await store.set('key', 'value');
      expect(await rig.open().get('key')).toBe('value');
    });

    it('rejects when the database fails, and never reads as missing', async () => {
      await store.set('key', 'value');
      rig.breakDown();
      const failure = { name: 'Failure', code: 'store-failed', retryable: true };
      await expect(store.get('key')).rejects.toMatchObject(failure);
      await expect(store.get('missing')).rejects.toMatchObject(failure);
      await expect(store.set('key', 'other')).rejects.toMatchObject(failure);
      await expect(store.delete('key')).rejects.toMatchObject(failure);
      await expect(store.list('k', null, 1)).rejects.toMatchObject(failure);
    });
  });
}
