import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ConversationStore, StoredConversation } from '../../src/engine/conversation-store.ts';

/** A store on storage of its own. */
export type ConversationStoreRig = { open(): ConversationStore; close(): void };

const talk: StoredConversation = {
  ownerId: 'ann',
  id: 'talk',
  title: 'My cat 🐈',
  type: 'CHAT_WITH_IMAGE',
  model: 'gpt-4o',
  createdAtMs: 1_000,
  usedAtMs: 1_000,
};

/** What every store of conversations promises. */
export function conversationStoreContract(name: string, make: () => ConversationStoreRig): void {
  describe(`conversation store: ${name}`, () => {
    let rig: ConversationStoreRig;
    let store: ConversationStore;
    beforeEach(() => {
      rig = make();
      store = rig.open();
    });
    afterEach(() => rig.close());

    it('gives back what was inserted, also after a restart', async () => {
      await store.insert(talk);
      expect(await rig.open().find('ann', 'talk')).toEqual(talk);
    });

    it('keeps the first of two conversations with one id', async () => {
      await store.insert(talk);
      await store.insert({ ...talk, title: 'Another' });
      expect((await store.find('ann', 'talk'))?.title).toBe('My cat 🐈');
    });

    it('keeps owners apart', async () => {
      await store.insert(talk);
      await store.insert({ ...talk, ownerId: 'ben', title: 'Ben’s' });
      expect((await store.find('ben', 'talk'))?.title).toBe('Ben’s');
      expect(await store.remove('ben', 'talk')).toBe(true);
      expect(await store.find('ann', 'talk')).toEqual(talk);
    });

    it('lists the newest first, up to a limit', async () => {
      for (const id of ['a', 'b', 'c']) await store.insert({ ...talk, id });
      await store.insert({ ...talk, id: 'later', createdAtMs: 2_000 });
      expect((await store.list('ann', 3)).map((found) => found.id)).toEqual(['later', 'c', 'b']);
      expect(await store.list('ben', 3)).toEqual([]);
    });

    it('says whether there was something to remove', async () => {
      await store.insert(talk);
      expect(await store.remove('ann', 'talk')).toBe(true);
      expect(await store.remove('ann', 'talk')).toBe(false);
      expect(await store.find('ann', 'talk')).toBeNull();
    });

    it('forgets what nobody asked in for long', async () => {
      await store.insert(talk);
      await store.insert({ ...talk, id: 'used' });
      await store.touch('ann', 'used', 5_000);
      expect(await store.removeUnusedSince(5_000)).toBe(1);
      expect(await store.find('ann', 'talk')).toBeNull();
      expect((await store.find('ann', 'used'))?.usedAtMs).toBe(5_000);
    });
  });
}
