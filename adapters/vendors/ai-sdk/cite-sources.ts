import type { LanguageModelV4Source, LanguageModelV4StreamPart } from '@ai-sdk/provider';

/** What stands in front of an answer that was to search the web and could not. */
const withoutSearch = '_There is no web search for this model; this is answered without it._\n\n';

/**
 * The stream with a line in front of its first words: whoever waits for a first word, or finds that there was none, is not misled.
 */
export async function* sayWithoutSearch(
  stream: AsyncIterable<LanguageModelV4StreamPart>,
): AsyncGenerator<LanguageModelV4StreamPart> {
  let hasText = false;
  for await (const part of stream) {
    if (!hasText && part.type === 'text-delta' && part.delta !== '') {
      hasText = true;
      yield { type: 'text-delta', id: part.id, delta: withoutSearch };
    }
    yield part;
  }
}

/**
 * What a vendor's own search adds to an answer: the numbers of the pages behind the passages that it marks, and the links at the end, of
 * the pages that were cited, else of those that were found, `mostLinks` at the most.
 */
export async function* citeSources(
  stream: AsyncIterable<LanguageModelV4StreamPart>,
  mostLinks: number,
): AsyncGenerator<LanguageModelV4StreamPart> {
  const found = new Map<string, string>();
  const cited = new Map<string, string>();
  let hasText = false;
  for await (const part of stream) {
    if (part.type === 'source') note(part, found, mostLinks);
    if (part.type === 'text-delta') hasText ||= part.delta !== '';
    if (part.type === 'text-end') {
      const numbers = (part.citations ?? []).map(({ source }) => note(source, cited, mostLinks));
      const marks = [...new Set(numbers)].filter((number) => number !== null).map((number) => `[${number}]`);
      if (marks.length > 0) yield { type: 'text-delta', id: part.id, delta: ` ${marks.join('')}` };
    }
    const links = cited.size > 0 ? cited : found;
    if (part.type === 'finish' && hasText && links.size > 0)
      yield { type: 'text-delta', id: 'links', delta: toLinks(links) };
    yield part;
  }
}

/** The number of a page, from 1, titles by address; null for what is no page, and for one too many. */
function note(source: LanguageModelV4Source, pages: Map<string, string>, most: number): number | null {
  if (source.sourceType !== 'url' || !/^https?:\/\/\S+$/.test(source.url)) return null;
  if (!pages.has(source.url)) {
    if (pages.size >= most) return null;
    pages.set(source.url, toTitle(source.title ?? ''));
  }
  return [...pages.keys()].indexOf(source.url) + 1;
}

/** Brackets and line breaks would end it. */
function toTitle(title: string): string {
  return title
    .replaceAll(/[\s[\]<>`*_|]+/g, ' ')
    .trim()
    .slice(0, 120);
}

function toLinks(pages: ReadonlyMap<string, string>): string {
  const lines = [...pages].map(([url, title], index) => `[${index + 1}] ${title === '' ? '' : `${title}: `}${url}`);
  return `\n\nSources:\n${lines.join('\n')}`;
}
