import type { Clock } from '../../lib/clock.ts';
import { createDeadline } from '../../lib/deadline.ts';
import { errorMessage, Failure } from '../../lib/errors.ts';
import type { Logger } from '../../lib/logger.ts';
import type { WebSource } from '../vision-model.ts';
import { cutToWords } from './cut-to-words.ts';
import type { FoundPage, ReadPage, SearchWeb } from './search-web.ts';

/** What a search takes. */
export type FindSourcesParts = {
  readonly searchWeb: SearchWeb;
  readonly readPage: ReadPage;
  readonly clock: Clock;
  readonly logger: Logger;
};

/** How many pages are wanted, and how many words of each. */
export type SourceWish = { readonly numOfSite: number; readonly maxWord: number };

/** What became of a search: pages that were read, or why there are none. */
export type FoundSources =
  | { readonly type: 'found'; readonly sources: readonly WebSource[] }
  | { readonly type: 'none'; readonly reason: 'nothing-found' | 'no-page-readable' | 'search-unavailable' };

/** Searches and reads. Rejects only with the signal's reason: an answer without sources is better than none. */
export type FindSources = (query: string, wish: SourceWish, signal: AbortSignal) => Promise<FoundSources>;

const searchLimitMs = 10_000;
/** Whoever asked waits all the while: what is not there by then is left out. */
const readingLimitMs = 15_000;
/** Some pages refuse, some are empty: so many more are asked for. */
const spare = 4;
/** The most that a search engine gives at once. */
const mostFound = 20;

/** A search over the given engine and reader. Pages are read side by side; those that come first in the search count first. */
export function createFindSources({ searchWeb, readPage, clock, logger }: FindSourcesParts): FindSources {
  async function search(query: string, count: number, signal: AbortSignal): Promise<readonly FoundPage[] | null> {
    const deadline = createDeadline(clock, searchLimitMs, signal, () => new Failure('search-slow', 'no reply in time'));
    try {
      return withoutRepetitions(await searchWeb(query, count, deadline.signal));
    } catch (error) {
      signal.throwIfAborted();
      logger.warn({ reason: errorMessage(error) }, 'The web search could not be asked.');
      return null;
    } finally {
      deadline.cancel();
    }
  }

  async function read({ url, title }: FoundPage, maxWord: number, signal: AbortSignal): Promise<WebSource | null> {
    try {
      const page = await readPage(url, signal);
      const text = cutToWords(page.text, maxWord);
      return text.trim() === '' ? null : { url, title: page.title || title || url, text };
    } catch (error) {
      logger.debug({ reason: errorMessage(error) }, 'A page that the search found could not be read.');
      return null;
    }
  }

  /** The best `numOfSite` that can be read; another is begun for each that cannot. */
  async function readBest(pages: readonly FoundPage[], wish: SourceWish, signal: AbortSignal): Promise<WebSource[]> {
    const waiting = [...pages.entries()];
    const sources: (readonly [number, WebSource])[] = [];
    const readNext = async (): Promise<void> => {
      for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
        const [rank, page] = next;
        const source = await read(page, wish.maxWord, signal);
        if (source === null) continue;
        sources.push([rank, source]);
        return;
      }
    };
    await Promise.all(Array.from({ length: wish.numOfSite }, readNext));
    return sources.toSorted(([left], [right]) => left - right).map(([, source]) => source);
  }

  return async function findSources(query, wish, signal) {
    const pages = await search(query, Math.min(wish.numOfSite + spare, mostFound), signal);
    if (pages === null) return { type: 'none', reason: 'search-unavailable' };
    if (pages.length === 0) return { type: 'none', reason: 'nothing-found' };
    const deadline = createDeadline(
      clock,
      readingLimitMs,
      signal,
      () => new Failure('search-slow', 'not read in time'),
    );
    try {
      const sources = await readBest(pages, wish, deadline.signal);
      signal.throwIfAborted();
      return sources.length === 0 ? { type: 'none', reason: 'no-page-readable' } : { type: 'found', sources };
    } finally {
      deadline.cancel();
    }
  };
}

function withoutRepetitions(pages: readonly FoundPage[]): readonly FoundPage[] {
  const seen = new Set<string>();
  return pages.filter(({ url }) => {
    const [address = url] = url.split('#', 1);
    if (seen.has(address)) return false;
    seen.add(address);
    return true;
  });
}
