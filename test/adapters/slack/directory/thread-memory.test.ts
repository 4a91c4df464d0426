import { expect, it } from 'vitest';
import { createThreadMemory } from '../../../../adapters/slack/directory/thread-memory.ts';
import { createMemoryStore } from '../../../fakes/memory-store.ts';
import { createSilentLogger } from '../../../fakes/silent-logger.ts';

function createMemoryRig() {
  const store = createMemoryStore();
  const open = () => createThreadMemory(store, createSilentLogger());
  return { store, open, memory: open() };
}

it('knows the threads that the bot answers in, after a restart too', async () => {
  const { memory, open } = createMemoryRig();
  expect(await memory.isBotThread('T1', 'C1', '1.0')).toBe(false);
  await memory.markBotThread('T1', 'C1', '1.0');
  expect(await memory.isBotThread('T1', 'C1', '1.0')).toBe(true);
  expect(await open().isBotThread('T1', 'C1', '1.0')).toBe(true);
});

it('keeps workspaces, channels and threads apart', async () => {
  const { memory } = createMemoryRig();
  await memory.markBotThread('T1', 'C1', '1.0');
  expect(await memory.isBotThread('T2', 'C1', '1.0')).toBe(false);
  expect(await memory.isBotThread('T1', 'C2', '1.0')).toBe(false);
  expect(await memory.isBotThread('T1', 'C1', '2.0')).toBe(false);
});

it('does not read the store again for a thread that was asked about', async () => {
  const { memory, store } = createMemoryRig();
  await memory.isBotThread('T1', 'C1', '1.0');
  store.fail();
  expect(await memory.isBotThread('T1', 'C1', '1.0')).toBe(false);
});

it('rejects where the store cannot say it, and takes nothing for marked that is not stored', async () => {
  const { memory, store } = createMemoryRig();
  store.fail();
  await expect(memory.isBotThread('T1', 'C1', '1.0')).rejects.toThrow('database');
  await expect(memory.markBotThread('T1', 'C1', '1.0')).rejects.toThrow('database');
  await expect(memory.isBotThread('T1', 'C1', '1.0')).rejects.toThrow('database');
});

it('does not overlook a thread that is marked while it is being asked about', async () => {
  const { memory } = createMemoryRig();
  const asking = memory.isBotThread('T1', 'C1', '1.0');
  await memory.markBotThread('T1', 'C1', '1.0');
  await asking;
  expect(await memory.isBotThread('T1', 'C1', '1.0')).toBe(true);
});

it('forgets the threads of a workspace that it left, and of no other', async () => {
  const { memory, open } = createMemoryRig();
  for (const team of ['T1', 'T2', 'T12']) await memory.markBotThread(team, 'C1', '1.0');
  for (let count = 0; count < 250; count += 1) await memory.markBotThread('T1', 'C2', `${count}.0`);
  await memory.forget('T1');
  for (const known of [memory, open()]) {
    expect(await known.isBotThread('T1', 'C1', '1.0')).toBe(false);
    expect(await known.isBotThread('T1', 'C2', '249.0')).toBe(false);
    expect(await known.isBotThread('T2', 'C1', '1.0')).toBe(true);
    expect(await known.isBotThread('T12', 'C1', '1.0')).toBe(true);
  }
});
