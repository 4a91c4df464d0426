import { apiKeyTableContract } from '../contracts/api-key-table.contract.ts';
import { assetFilesContract } from '../contracts/asset-files.contract.ts';
import { assetIndexContract } from '../contracts/asset-index.contract.ts';
import { createMemoryApiKeyTable } from './memory-api-keys.ts';
import { createMemoryAssetFiles } from './memory-asset-files.ts';
import { createMemoryAssetIndex } from './memory-asset-index.ts';

assetFilesContract('fake in memory', async () => ({ files: createMemoryAssetFiles(), close: async () => {} }));

assetIndexContract('fake in memory', () => ({ index: createMemoryAssetIndex(), close: () => {} }));

apiKeyTableContract('fake in memory', () => {
  const table = createMemoryApiKeyTable();
  return { open: () => table, close: () => {} };
});
