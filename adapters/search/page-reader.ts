import type { ReadPage } from '../../src/engine/web-search/search-web.ts';
import { Failure } from '../../src/lib/errors.ts';
import { decodeHtml } from './decode-html.ts';
import type { PagePool } from './page-pool.ts';

/** Fetches from any public address over https, every redirect and every connection checked. */
export type DownloadPage = (
  url: URL,
  request: {
    readonly accept: string;
    readonly types: readonly string[];
    readonly maxBytes: number;
    readonly totalMs: number;
    readonly secrets: null;
  },
  signal: AbortSignal,
) => Promise<{ readonly bytes: Uint8Array; readonly contentType: string }>;

const request = {
  accept: 'text/html,application/xhtml+xml,text/plain;q=0.8',
  types: ['text/html', 'application/xhtml+xml', 'text/plain'],
  maxBytes: 2_097_152,
  totalMs: 10_000,
  secrets: null,
} as const;

/** Reads pages of the web as text. */
export function createPageReader(download: DownloadPage, pool: Pick<PagePool, 'read'>): ReadPage {
  return async function readPage(address, signal) {
    const url = URL.parse(address);
    if (url === null) throw new Failure('search-page-unreadable', 'The address is none.');
    const { bytes, contentType } = await download(url, request, signal);
    if (contentType === 'text/plain') return { title: '', text: new TextDecoder().decode(bytes) };
    const page = await pool.read(decodeHtml(bytes), signal);
    if (page === null) throw new Failure('search-page-unreadable', 'The page says nothing that can be read.');
    return page;
  };
}
