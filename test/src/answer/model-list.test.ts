import { describe, expect, it } from 'vitest';
import { createModelList } from '../../../src/answer/model-list.ts';
import { createFakeClock } from '../../fakes/fake-clock.ts';

const signal = new AbortController().signal;

describe('the list of models', () => {
  it('is asked for once a minute', async () => {
    const clock = createFakeClock();
    let asked = 0;
    const listModels = createModelList(async () => {
      asked += 1;
      return [];
    }, clock);
    await listModels(signal);
    await clock.advance(59_000);
    await listModels(signal);
    expect(asked).toBe(1);
    await clock.advance(1_000);
    await listModels(signal);
    expect(asked).toBe(2);
  });

  it('keeps the last good list while the API fails', async () => {
    const clock = createFakeClock();
    let fails = false;
    const listModels = createModelList(async () => {
      if (fails) throw new Error('down');
      return [
        {
          id: 'inspector',
          name: '',
          vendor: '',
          contextTokens: null,
          price: null,
          seesPictures: true,
          maxPictures: 10,
          bestAt: '',
          unavailableBecause: null,
        },
      ];
    }, clock);
    await listModels(signal);
    fails = true;
    await clock.advance(120_000);
    expect((await listModels(signal)).map((each) => each.id)).toEqual(['inspector']);
  });

  it('fails when it never had one', async () => {
    const listModels = createModelList(async () => {
      throw new Error('down');
    }, createFakeClock());
    await expect(listModels(signal)).rejects.toThrow('down');
  });
});
