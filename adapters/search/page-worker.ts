import { parentPort } from 'node:worker_threads';
import { z } from 'zod';
import { toPageText } from './readable-page.ts';

/** One page to be read; the answer goes back under the same id. */
const jobSchema = z.object({ id: z.number(), html: z.string() });

parentPort?.on('message', (message: unknown) => {
  const { id, html } = jobSchema.parse(message);
  try {
    parentPort?.postMessage({ id, page: toPageText(html) });
  } catch {
    // Why it cannot be read helps nobody.
    parentPort?.postMessage({ id, page: null });
  }
});
