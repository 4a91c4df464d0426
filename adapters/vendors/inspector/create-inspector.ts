import type { VisionModel } from '../../../src/engine/vision-model.ts';
import type { Clock } from '../../../src/lib/clock.ts';
import type { Logger } from '../../../src/lib/logger.ts';
import { startInspectionChild } from './inspection-child.ts';
import { createInspectionPool } from './inspection-pool.ts';
import { createInspectorModel } from './inspector-model.ts';
import { createLooks } from './looks.ts';

/** About 60 words a second: faster than anybody reads, slow enough to be seen to stream. */
const defaultTokenDelayMs = 16;

/** Of the inspector; `tokenDelayMs` is the wait after each word, in milliseconds. */
export type InspectorOptions = { readonly clock: Clock; readonly logger: Logger; readonly tokenDelayMs?: number };

/**
 * The built-in model that needs no key. Starts child processes at its first question; `close` ends them and everything that
 * is still being answered.
 */
export function createInspector({
  clock,
  logger,
  tokenDelayMs = defaultTokenDelayMs,
}: InspectorOptions): VisionModel & { close(): Promise<void> } {
  const pool = createInspectionPool(clock, logger, startInspectionChild);
  return { ...createInspectorModel(createLooks(pool), clock, tokenDelayMs), close: () => pool.close() };
}
