import type { FoundPage, SearchWeb } from '../../src/engine/web-search/search-web.ts';
import type { SearchHttp, SearchRequest } from './search-http.ts';
import { braveSchema, resultsSchema } from './wire.ts';

/** Which search engine, and how it is reached. `url`: another address than its own; for SearXNG it has none of its own. */
export type SearchSettings = {
  readonly provider: 'brave' | 'tavily' | 'searxng';
  readonly apiKey: string | null;
  readonly url: string | null;
};

const braveUrl = 'https://api.search.brave.com/res/v1/web/search';
const tavilyUrl = 'https://api.tavily.com/search';

type Found = { readonly url: string; readonly title?: string | null | undefined };

/** What is no address of the web is left out: it is hostile, or it is nothing. */
function toPages<Result extends Found>(
  results: readonly Result[],
  count: number,
  snippetOf: (result: Result) => string | null | undefined,
): readonly FoundPage[] {
  return results
    .filter(({ url }) => URL.parse(url)?.protocol === 'https:')
    .slice(0, count)
    .map((result) => ({ url: result.url, title: result.title ?? '', snippet: snippetOf(result) ?? '' }));
}

/** The search of a provider. Throws when an address is missing that nobody else knows. */
export function createSearch({ provider, apiKey, url }: SearchSettings, http: SearchHttp): SearchWeb {
  const key = apiKey ?? '';
  switch (provider) {
    case 'brave':
      return async (query, count, signal) => {
        const address = new URL(url ?? braveUrl);
        address.searchParams.set('q', query);
        address.searchParams.set('count', String(count));
        const headers = { 'x-subscription-token': key };
        const reply = await http.ask(get(address, headers, braveSchema), signal);
        return toPages(reply.web?.results ?? [], count, ({ description }) => description);
      };
    case 'tavily':
      return async (query, count, signal) => {
        const reply = await http.ask(
          {
            method: 'POST',
            url: new URL(url ?? tavilyUrl),
            headers: { authorization: `Bearer ${key}` },
            body: { query, max_results: count, search_depth: 'basic' },
            schema: resultsSchema,
          },
          signal,
        );
        return toPages(reply.results ?? [], count, ({ content }) => content);
      };
    case 'searxng': {
      if (url === null) throw new Error('SearXNG has no address of its own');
      return async (query, count, signal) => {
        const address = new URL(url.endsWith('/search') ? url : `${url.replace(/\/$/, '')}/search`);
        address.searchParams.set('q', query);
        address.searchParams.set('format', 'json');
        const headers: Record<string, string> = apiKey === null ? {} : { authorization: `Bearer ${key}` };
        const reply = await http.ask(get(address, headers, resultsSchema), signal);
        return toPages(reply.results ?? [], count, ({ content }) => content);
      };
    }
    default:
      return provider satisfies never;
  }
}

function get<Reply>(
  url: URL,
  headers: Readonly<Record<string, string>>,
  schema: SearchRequest<Reply>['schema'],
): SearchRequest<Reply> {
  return { method: 'GET', url, headers, body: null, schema };
}
