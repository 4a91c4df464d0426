/** A page that a search found. */
export type FoundPage = { readonly url: string; readonly title: string; readonly snippet: string };

/** PORT: asks a search engine; the best first, `count` at the most, perhaps none. Rejects with a `Failure` when it cannot be asked. */
export type SearchWeb = (query: string, count: number, signal: AbortSignal) => Promise<readonly FoundPage[]>;

/** What can be read of a page. */
export type ReadablePage = { readonly title: string; readonly text: string };

/** PORT: fetches a page, hostile as it may be, and gives its text. Rejects with a `Failure` where there is nothing to be read. */
export type ReadPage = (url: string, signal: AbortSignal) => Promise<ReadablePage>;
