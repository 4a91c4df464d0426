import { z } from 'zod';
import type { Logger } from '../../../src/lib/logger.ts';
import { tupleKey } from '../../../src/lib/tuple-key.ts';
import { createCollection } from '../../../src/memory/collection.ts';
import type { Store } from '../../../src/memory/store.ts';
import { placesCollection } from '../answers/open-place.ts';
import { privateAnswersCollection } from '../answers/private-messages.ts';
import { pendingQuestionsCollection } from '../interactions/pending-questions.ts';
import type { ForgetTenant } from './uninstalled.ts';

/** What is kept for hours: its keys begin with the workspace. */
const shortLived = [placesCollection, privateAnswersCollection, pendingQuestionsCollection];
/** There may be much of it, and the store is everybody’s. */
const letOthersRun = () => new Promise<void>((resolve) => setImmediate(resolve));

/** Deletes what would go by itself within a day: how answers were begun, what was said to one person, pictures of forms that are open. */
export function createForgetKept(store: Store, logger: Logger): ForgetTenant {
  const collections = shortLived.map((name) => createCollection(store, name, z.unknown(), logger));
  return async function forgetKept(tenant) {
    const ofTenant = tupleKey(tenant);
    for (const kept of collections) await kept.deleteWhere((key) => key.startsWith(ofTenant), letOthersRun);
  };
}
