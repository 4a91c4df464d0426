import manifest from '../package.json' with { type: 'json' };
import type { BotFoundation } from './assemble-bot.ts';
import type { Config } from './config.ts';
import type { SearchConfig } from './config-vendors.ts';
import type { VendorId } from './engine/catalogue-model.ts';
import type { VisionModel } from './engine/vision-model.ts';
import { createFindSources } from './engine/web-search/find-sources.ts';
import type { WebSearchParts } from './engine/web-search/with-web-search.ts';
import { createWriteQuery } from './engine/web-search/write-query.ts';
import { createGuard } from './load-guard.ts';

/** The models of vendors, and how the web is searched for them; null: nobody searches but the vendors themselves. */
export type Vendors = {
  readonly models: ReadonlyMap<VendorId, VisionModel>;
  readonly webSearch: WebSearchParts | null;
  close(): Promise<void>;
};

/** The vendors that there are keys for, and the search where one is configured. Nothing is connected yet. */
export async function loadVendors(config: Config, base: Pick<BotFoundation, 'clock' | 'logger'>): Promise<Vendors> {
  if (config.vendors.length === 0) return { models: new Map(), webSearch: null, close: async () => {} };
  const { createVendorModels } = await import('../adapters/vendors/ai-sdk/create-vendor-models.ts');
  const vendors = createVendorModels({ vendors: config.vendors, version: manifest.version, clock: base.clock });
  const search = config.search === null ? null : await loadWebSearch(config.search, base);
  const close = async () => {
    await Promise.all([vendors.close(), search?.close()]);
  };
  return { models: vendors.models, webSearch: search, close };
}

/** The web, asked by the configured search engine and read beside the program. */
async function loadWebSearch(settings: SearchConfig, { clock, logger }: Pick<BotFoundation, 'clock' | 'logger'>) {
  const [{ createSearch }, { createSearchHttp }, { createPagePool }, { createPageReader }] = await Promise.all([
    import('../adapters/search/create-search.ts'),
    import('../adapters/search/search-http.ts'),
    import('../adapters/search/page-pool.ts'),
    import('../adapters/search/page-reader.ts'),
  ]);
  const http = createSearchHttp(`Sightline/${manifest.version}`);
  const pool = createPagePool(clock);
  const guard = createGuard([], true, clock);
  const readPage = createPageReader(async (...page) => (await guard.get()).download(...page), pool);
  return {
    findSources: createFindSources({ searchWeb: createSearch(settings, http), readPage, clock, logger }),
    writeQuery: createWriteQuery(clock),
    async close() {
      await Promise.all([http.close(), pool.close(), guard.close()]);
    },
  };
}
