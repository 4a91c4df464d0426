import { expect, it } from 'vitest';
import { createSqliteConversationStore } from '../../../adapters/sqlite/conversation-store.ts';
import { openDatabase } from '../../../adapters/sqlite/open-database.ts';
import { createSqliteRecordStore } from '../../../adapters/sqlite/record-store.ts';
import { conversationStoreContract } from '../../contracts/conversation-store.contract.ts';
import { recordStoreContract } from '../../contracts/record-store.contract.ts';
import { createSilentLogger } from '../../fakes/silent-logger.ts';

recordStoreContract('SQLite', () => {
  const database = openDatabase(':memory:');
  return { open: () => createSqliteRecordStore(database, createSilentLogger()), close: () => database.close() };
});

conversationStoreContract('SQLite', () => {
  const database = openDatabase(':memory:');
  return { open: () => createSqliteConversationStore(database), close: () => database.close() };
});

it('reads a damaged record as missing and logs it without its words', async () => {
  const database = openDatabase(':memory:');
  const logger = createSilentLogger();
  const store = createSqliteRecordStore(database, logger);
  database.exec(
    `INSERT INTO answer_records (uuid, owner_id, conversation_id, model, state, created_at_ms, question)
     VALUES ('r1', 'ann', 'talk', 'gpt-4o', 'answered', 1, '{"prompt":"a secret"}')`,
  );
  expect(await store.find('ann', 'r1')).toBeNull();
  expect(await store.inConversation('ann', 'talk', 'all', 10)).toEqual([]);
  expect(logger.lines.map((line) => line.level)).toEqual(['warn', 'warn']);
  expect(JSON.stringify(logger.lines)).not.toContain('a secret');
  database.close();
});

it('rejects when the database refuses to write', async () => {
  const database = openDatabase(':memory:');
  const store = createSqliteRecordStore(database, createSilentLogger());
  database.close();
  await expect(store.removeBefore(1)).rejects.toThrow();
  await expect(store.find('ann', 'r1')).rejects.toThrow();
});
