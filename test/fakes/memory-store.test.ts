import { storeContract } from '../contracts/store.contract.ts';
import { createMemoryStore } from './memory-store.ts';

storeContract('fake in memory', () => {
  const store = createMemoryStore();
  return { open: () => store, breakDown: store.fail, close: () => {} };
});
