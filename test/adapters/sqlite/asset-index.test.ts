import { createSqliteAssetIndex } from '../../../adapters/sqlite/asset-index.ts';
import { openDatabase } from '../../../adapters/sqlite/open-database.ts';
import { assetIndexContract } from '../../contracts/asset-index.contract.ts';

assetIndexContract('in SQLite', () => {
  const database = openDatabase(':memory:');
  return { index: createSqliteAssetIndex(database), close: () => database.close() };
});
