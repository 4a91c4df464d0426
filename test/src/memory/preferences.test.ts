import { describe, expect, it } from 'vitest';
import { createPreferences } from '../../../src/memory/preferences.ts';
import { createMemoryStore } from '../../fakes/memory-store.ts';
import { createSamplePerson, createSampleTurn } from '../../fakes/sample-turn.ts';
import { createSilentLogger } from '../../fakes/silent-logger.ts';

const turn = createSampleTurn('turn');

function createFixture() {
  const store = createMemoryStore();
  const logger = createSilentLogger();
  return { store, logger, preferences: createPreferences(store, logger) };
}

describe('preferences', () => {
  it('have no model when nobody chose one', async () => {
    expect(await createFixture().preferences.chosenModel(turn)).toBeNull();
  });

  it('let the person decide before the channel, and the channel before the server', async () => {
    const { preferences } = createFixture();
    await preferences.set('server', turn, 'for-all');
    expect(await preferences.chosenModel(turn)).toEqual({ model: 'for-all', scope: 'server' });
    await preferences.set('channel', turn, 'for-the-channel');
    expect(await preferences.chosenModel(turn)).toEqual({ model: 'for-the-channel', scope: 'channel' });
    await preferences.set('me', turn, 'for-me');
    expect(await preferences.chosenModel(turn)).toEqual({ model: 'for-me', scope: 'me' });
  });

  it('fall back to the next scope when a choice is taken back', async () => {
    const { preferences } = createFixture();
    await preferences.set('server', turn, 'for-all');
    await preferences.set('me', turn, 'for-me');
    await preferences.set('me', turn, null);
    expect(await preferences.chosenModel(turn)).toEqual({ model: 'for-all', scope: 'server' });
  });

  it('hold for nobody else', async () => {
    const { preferences } = createFixture();
    await preferences.set('me', turn, 'for-me');
    await preferences.set('channel', turn, 'for-the-channel');
    await preferences.set('server', turn, 'for-all');
    const others = [
      createSampleTurn('a', 'thread', { platform: 'other' }),
      createSampleTurn('b', 'thread', { tenant: 'other' }),
    ];
    for (const other of others) expect(await preferences.chosenModel(other)).toBeNull();
    const neighbour = createSampleTurn('c', 'thread', { person: createSamplePerson('other', 'Ada') });
    expect(await preferences.chosenModel(neighbour)).toEqual({ model: 'for-the-channel', scope: 'channel' });
    expect(await preferences.chosenModel({ ...neighbour, channel: 'other' })).toEqual({
      model: 'for-all',
      scope: 'server',
    });
  });

  it('keep a person, a channel and a server of the same id apart', async () => {
    const { preferences } = createFixture();
    const same = createSampleTurn('a', 'thread', {
      tenant: 'same',
      channel: 'same',
      person: createSamplePerson('same', 'Ada'),
    });
    await preferences.set('server', same, 'for-all');
    expect(await preferences.chosenModel(same)).toEqual({ model: 'for-all', scope: 'server' });
  });

  it('hold in every thread of the channel', async () => {
    const { preferences } = createFixture();
    await preferences.set('channel', turn, 'for-the-channel');
    expect(await preferences.chosenModel({ ...turn, thread: 'another' })).toMatchObject({ model: 'for-the-channel' });
  });

  it('reject when the store fails, rather than reading as no choice', async () => {
    const { preferences, store } = createFixture();
    store.fail();
    await expect(preferences.chosenModel(turn)).rejects.toMatchObject({ code: 'store-failed' });
  });
});
