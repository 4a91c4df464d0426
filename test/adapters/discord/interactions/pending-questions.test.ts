import { describe, expect, it } from 'vitest';
import { createPendingQuestions } from '../../../../adapters/discord/interactions/pending-questions.ts';
import { createFakeClock } from '../../../fakes/fake-clock.ts';
import { createMemoryStore } from '../../../fakes/memory-store.ts';
import { createSilentLogger } from '../../../fakes/silent-logger.ts';

const question = {
  person: 'ada',
  message: '12',
  images: [{ id: '1', name: 'cat.png', sizeBytes: null, locator: 'somewhere' }],
};

function createRig() {
  const clock = createFakeClock(Date.now());
  const store = createMemoryStore();
  const create = () => createPendingQuestions({ store, clock, logger: createSilentLogger() });
  return { clock, store, create };
}

describe('pictures that wait for their question', () => {
  it('are known at once, and after a restart when they were kept', async () => {
    const { create } = createRig();
    const before = create();
    before.note('1', question);
    before.note('2', question);
    await before.keep('1');
    expect(await before.find('2', 'ada')).toEqual(question);
    const after = create();
    expect([await after.find('1', 'ada'), await after.find('2', 'ada')]).toEqual([question, null]);
  });

  it('are known to nobody but the person who pointed at them', async () => {
    const { create } = createRig();
    const pending = create();
    pending.note('1', question);
    await pending.keep('1');
    expect(await pending.find('1', 'bob')).toBeNull();
    expect(await create().find('1', 'bob')).toBeNull();
  });

  it('are forgotten after an hour, in memory and in the store', async () => {
    const { clock, create } = createRig();
    const pending = create();
    pending.note('1', question);
    await pending.keep('1');
    await clock.advance(3_599_999);
    expect(await pending.find('1', 'ada')).toEqual(question);
    await clock.advance(1);
    expect([await pending.find('1', 'ada'), await create().find('1', 'ada')]).toEqual([null, null]);
  });

  it('are no more than a thousand in memory', async () => {
    const { create } = createRig();
    const pending = create();
    for (let index = 0; index <= 1_000; index += 1) pending.note(String(index), question);
    expect([await pending.find('0', 'ada'), await pending.find('1', 'ada')]).toEqual([null, question]);
  });

  it('reject as the store does, rather than reading as missing', async () => {
    const { store, create } = createRig();
    const pending = create();
    store.fail();
    await expect(pending.find('1', 'ada')).rejects.toMatchObject({ code: 'store-failed' });
    pending.note('2', question);
    await expect(pending.keep('2')).rejects.toMatchObject({ code: 'store-failed' });
    expect(await pending.find('2', 'ada')).toEqual(question);
  });
});
