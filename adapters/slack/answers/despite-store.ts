import { errorMessage, Failure } from '../../../src/lib/errors.ts';
import type { Logger } from '../../../src/lib/logger.ts';

/** What the store gives, or `otherwise` while it is broken: the sentence that says so has to get through all the same. */
export async function despiteStore<Value>(kept: Promise<Value>, otherwise: Value, logger: Logger): Promise<Value> {
  try {
    return await kept;
  } catch (error) {
    if (!(error instanceof Failure) || error.code !== 'store-failed') throw error;
    logger.warn({ reason: errorMessage(error) }, 'What is remembered of an answer’s place could not be read or kept.');
    return otherwise;
  }
}
