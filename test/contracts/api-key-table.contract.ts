import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ApiKeyTable } from '../../src/engine/api-key-table.ts';

/** An empty table, which can be opened again as after a restart, and what frees it. */
export type ApiKeyTableRig = { open(): ApiKeyTable; close(): void };

/** What every table of API keys promises. */
export function apiKeyTableContract(name: string, make: () => ApiKeyTableRig): void {
  describe(`API key table: ${name}`, () => {
    let rig: ApiKeyTableRig;
    const first = { hash: 'aa'.repeat(32), ownerId: 'owner-a', createdAtMs: 1 };
    const second = { hash: 'bb'.repeat(32), ownerId: 'owner-a', createdAtMs: 2 };

    beforeEach(() => {
      rig = make();
    });
    afterEach(() => rig.close());

    it('keeps the first pepper for ever', () => {
      expect(rig.open().pepper('p'.repeat(43))).toBe('p'.repeat(43));
      expect(rig.open().pepper('q'.repeat(43))).toBe('p'.repeat(43));
    });

    it('has no key in force at first', () => {
      expect(rig.open().current()).toBeNull();
    });

    it('has one key in force, the last one put there', () => {
      rig.open().replace(first);
      expect(rig.open().current()).toEqual(first);
      rig.open().replace(second);
      expect(rig.open().current()).toEqual(second);
    });
  });
}
