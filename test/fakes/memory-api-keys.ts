import type { ApiKeyTable, StoredApiKey } from '../../src/engine/api-key-table.ts';
import type { KeyFile } from '../../src/engine/key-file.ts';

/** The table of API keys in memory; `retired` are the keys no longer in force. */
export function createMemoryApiKeyTable(): ApiKeyTable & { readonly retired: StoredApiKey[] } {
  let pepper: string | null = null;
  let current: StoredApiKey | null = null;
  const retired: StoredApiKey[] = [];
  return {
    retired,
    pepper(candidate) {
      pepper ??= candidate;
      return pepper;
    },
    current: () => current,
    replace(key) {
      if (current !== null) retired.push(current);
      current = { ...key };
    },
  };
}

/** The file of the made key in memory; `lose` is what a careless clean-up does. */
export function createMemoryKeyFile(): KeyFile & { lose(): void } {
  let content: string | null = null;
  return {
    read: () => content,
    write(key) {
      content = key;
    },
    lose() {
      content = null;
    },
  };
}
