import { createSqliteApiKeyTable } from '../../../adapters/sqlite/api-key-table.ts';
import { openDatabase } from '../../../adapters/sqlite/open-database.ts';
import { apiKeyTableContract } from '../../contracts/api-key-table.contract.ts';

apiKeyTableContract('in SQLite', () => {
  const database = openDatabase(':memory:');
  return { open: () => createSqliteApiKeyTable(database), close: () => database.close() };
});
