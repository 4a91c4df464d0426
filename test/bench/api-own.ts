import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createVendorModels } from '../../adapters/vendors/ai-sdk/create-vendor-models.ts';
import { createSystemClock } from '../../src/lib/clock.ts';
import { serveOwnApi } from '../e2e/own-api.ts';

/** Our own API with OpenAI's adapter, over the stand-in for the vendor. Records lie in a file, as they do in the program. */
export async function startOwnServer(vendorUrl: string) {
  const vendors = [{ vendor: 'openai', apiKey: 'a-key', baseUrl: vendorUrl }] as const;
  const { models } = createVendorModels({ vendors, version: 'bench', clock: createSystemClock() });
  const openai = models.get('openai');
  if (openai === undefined) throw new Error('OpenAI was set up');
  const folder = mkdtempSync(join(tmpdir(), 'sightline-bench-'));
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
  const { url, key } = await serveOwnApi(openai, undefined, ['openai'], join(folder, 'bench.db'));
  return { url, key };
}
