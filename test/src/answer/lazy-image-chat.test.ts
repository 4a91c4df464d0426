import { expect, test } from 'vitest';
import { createLazyImageChat } from '../../../src/answer/lazy-image-chat.ts';
import { createFakeClock } from '../../fakes/fake-clock.ts';
import { createScriptedImageChat, fakeModel } from '../../fakes/scripted-image-chat.ts';

const { signal } = new AbortController();

function createLateChat() {
  const inner = createScriptedImageChat(createFakeClock(), [fakeModel('m')]);
  const made: string[] = [];
  const chat = createLazyImageChat(async () => {
    made.push('made');
    return inner;
  });
  return { inner, made, chat };
}

test('asks for the API with the first call, not before', async () => {
  const { made, chat } = createLateChat();
  expect(made).toEqual([]);
  expect(await chat.models(signal)).toEqual([fakeModel('m')]);
  expect(made).toEqual(['made']);
});

test('a maker that rejects fails the call', async () => {
  const chat = createLazyImageChat(() => Promise.reject(new Error('the package is damaged')));
  await expect(chat.models(signal)).rejects.toThrow('damaged');
  const events = chat.resume('record', signal)[Symbol.asyncIterator]();
  await expect(events.next()).rejects.toThrow('damaged');
});
