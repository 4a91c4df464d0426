import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { AnswerOutcome, AnswerRecord } from '../../src/engine/answer-record.ts';
import type { RecordStore } from '../../src/engine/record-store.ts';

/** A store on storage of its own. */
export type RecordStoreRig = {
  /** Opens a store on the storage, again after a restart too. */
  open(): RecordStore;
  close(): void;
};

const question: AnswerRecord = {
  uuid: 'record-1',
  ownerId: 'ann',
  type: 'CHAT_WITH_IMAGE',
  model: 'gpt-4o',
  conversationId: 'talk',
  keepsHistory: true,
  prompt: 'What is it? 🐈 \ud83d\u0000',
  imageKeys: ['images/a.png', 'images/b.png'],
  isMixed: false,
  webSearch: { numOfSite: 3, maxWord: 500 },
  createdAtMs: 1_000,
  outcome: null,
};

const answered = (text: string): AnswerOutcome => ({
  type: 'answered',
  text,
  finish: 'stop',
  usage: { inputTokens: 12, outputTokens: null, credits: 0 },
  answering: { model: 'gpt-4o', estimatedInputTokens: 900 },
  finishedAtMs: 2_000,
});

const failed: AnswerOutcome = {
  type: 'failed',
  text: 'Half of an',
  code: 'MODEL_TIMEOUT',
  sentence: 'The model was too slow.',
  retryAfterMs: 1_500,
  answering: { model: 'gpt-4o-mini', estimatedInputTokens: null },
  finishedAtMs: 3_000,
};

/** What every store of answer records promises. */
export function recordStoreContract(name: string, make: () => RecordStoreRig): void {
  describe(`record store: ${name}`, () => {
    let rig: RecordStoreRig;
    let store: RecordStore;
    beforeEach(() => {
      rig = make();
      store = rig.open();
    });
    afterEach(() => rig.close());

    const insert = async (...changes: Partial<AnswerRecord>[]) => {
      for (const change of changes) await store.insert({ ...question, ...change });
    };
    const uuids = async (only: 'answered' | 'all', limit = 10, conversation = 'talk') =>
      (await store.inConversation('ann', conversation, only, limit)).map((record) => record.uuid);

    it('gives back what was inserted, unfinished', async () => {
      await insert({});
      expect(await store.find('ann', 'record-1')).toEqual(question);
    });

    it('keeps records through a restart', async () => {
      await insert({});
      await store.finish('record-1', answered('A cat.'));
      expect(await rig.open().find('ann', 'record-1')).toEqual({ ...question, outcome: answered('A cat.') });
    });

    it('gives back a failed outcome with its partial text', async () => {
      await insert({});
      await store.finish('record-1', failed);
      expect((await store.find('ann', 'record-1'))?.outcome).toEqual(failed);
    });

    it('reads an unknown record and somebody else’s alike as null', async () => {
      await insert({});
      expect(await store.find('ben', 'record-1')).toBeNull();
      expect(await store.find('ann', 'record-2')).toBeNull();
    });

    it('never changes a finished record', async () => {
      await insert({});
      await store.finish('record-1', answered('First.'));
      await store.finish('record-1', answered('Second.'));
      expect((await store.find('ann', 'record-1'))?.outcome?.text).toBe('First.');
    });

    it('finishes a forgotten record without a word', async () => {
      await store.finish('record-1', answered('Too late.'));
      expect(await store.find('ann', 'record-1')).toBeNull();
    });

    it('lists the last records of a conversation, oldest first', async () => {
      await insert({ uuid: 'r1' }, { uuid: 'r2' }, { uuid: 'r3' });
      expect(await uuids('all', 2)).toEqual(['r2', 'r3']);
    });

    it('leaves failed, unfinished and empty answers out of a history', async () => {
      await insert({ uuid: 'r1' }, { uuid: 'r2' }, { uuid: 'r3' }, { uuid: 'r4' });
      await store.finish('r1', answered('A cat.'));
      await store.finish('r2', failed);
      await store.finish('r3', answered(' \n'));
      expect(await uuids('answered')).toEqual(['r1']);
    });

    it('counts only what it lists towards the limit', async () => {
      await insert({ uuid: 'r1' }, { uuid: 'r2' }, { uuid: 'r3' });
      await store.finish('r1', answered('A cat.'));
      await store.finish('r2', failed);
      await store.finish('r3', failed);
      expect(await uuids('answered', 1)).toEqual(['r1']);
    });

    it('keeps conversations and owners apart, whatever their names', async () => {
      const names = ['talk', 'TALK', 'talk ', 'ta%k', "ta'lk", 'talk\u0000x', 'é', 'e\u0301', '🐈'];
      for (const [index, conversationId] of names.entries()) await insert({ uuid: `r${index}`, conversationId });
      await insert({ uuid: 'foreign', ownerId: 'ben' });
      for (const [index, name] of names.entries()) expect(await uuids('all', 10, name)).toEqual([`r${index}`]);
    });

    it('leaves out records that stand alone', async () => {
      await insert({ uuid: 'r1', keepsHistory: false });
      expect(await uuids('all')).toEqual([]);
      expect((await store.find('ann', 'r1'))?.conversationId).toBe('talk');
    });

    it('names the last other model that has not failed', async () => {
      await insert({ uuid: 'r1', model: 'gpt-5' }, { uuid: 'r2', model: 'pixtral-12b' }, { uuid: 'r3' });
      expect(await store.otherModel('ann', 'talk', 'gpt-4o')).toBe('pixtral-12b');
      await store.finish('r2', failed);
      expect(await store.otherModel('ann', 'talk', 'gpt-4o')).toBe('gpt-5');
      expect(await store.otherModel('ann', 'other', 'gpt-4o')).toBeNull();
      expect(await store.otherModel('ben', 'talk', 'gpt-4o')).toBeNull();
    });

    it('forgets one conversation of one owner', async () => {
      await insert({ uuid: 'r1' }, { uuid: 'r2', conversationId: 'other' }, { uuid: 'r3', ownerId: 'ben' });
      await store.removeConversation('ann', 'talk');
      expect(await store.find('ann', 'r1')).toBeNull();
      expect(await store.find('ann', 'r2')).not.toBeNull();
      expect(await store.find('ben', 'r3')).not.toBeNull();
    });

    it('forgets what is older than a time, and says how many', async () => {
      await insert({ uuid: 'r1', createdAtMs: 1 }, { uuid: 'r2', createdAtMs: 2 }, { uuid: 'r3', createdAtMs: 3 });
      expect(await store.removeBefore(3)).toBe(2);
      expect(await uuids('all')).toEqual(['r3']);
    });

    it('gives every unfinished record an outcome, and says how many', async () => {
      await insert({ uuid: 'r1' }, { uuid: 'r2', ownerId: 'ben' }, { uuid: 'r3' });
      await store.finish('r3', answered('A cat.'));
      expect(await store.finishAll(failed)).toBe(2);
      expect((await store.find('ben', 'r2'))?.outcome).toEqual(failed);
      expect((await store.find('ann', 'r3'))?.outcome).toEqual(answered('A cat.'));
      expect(await store.finishAll(failed)).toBe(0);
    });
  });
}
