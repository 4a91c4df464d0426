import type { AnswerEvent } from '../../answer/answer-event.ts';
import type { VisionModel, VisionRequest, WebSource } from '../vision-model.ts';
import type { FindSources, FoundSources } from './find-sources.ts';
import type { WriteQuery } from './write-query.ts';

/** What looking things up takes. */
export type WebSearchParts = { readonly findSources: FindSources; readonly writeQuery: WriteQuery };

const reasons = {
  'nothing-found': 'The web search found nothing',
  'no-page-readable': 'None of the pages that the web search found could be read',
  'search-unavailable': 'The web search cannot be reached now',
} as const;

/** The line in front of the answer that says what was looked at. */
function toNotice(found: FoundSources): string {
  if (found.type === 'none') return `_${reasons[found.reason]}; this is answered without it._\n\n`;
  const { length } = found.sources;
  return `_Read ${length} ${length === 1 ? 'site' : 'sites'} on the web._\n\n`;
}

/** A title that can stand in a list of links: brackets and line breaks would end it. */
function toTitle({ title, url }: WebSource): string {
  const plain = title.replaceAll(/[\s[\]<>`*_|]+/g, ' ').trim();
  return plain === '' ? new URL(url).host : plain.slice(0, 120);
}

/** The links behind the answer: those that it cites, or all where it cites none. */
function toLinks(text: string, sources: readonly WebSource[]): string {
  const cited = new Set([...text.matchAll(/\[(\d{1,2})\]/g)].map((match) => Number(match[1])));
  const numbered = sources.map((source, index) => [index + 1, source] as const);
  const chosen = numbered.some(([number]) => cited.has(number))
    ? numbered.filter(([number]) => cited.has(number))
    : numbered;
  return `\n\nSources:\n${chosen.map(([number, source]) => `[${number}] ${toTitle(source)}: ${source.url}`).join('\n')}`;
}

async function* answerWith(
  vision: VisionModel,
  request: VisionRequest,
  found: FoundSources,
  signal: AbortSignal,
): AsyncGenerator<AnswerEvent> {
  const notice = toNotice(found);
  const sources = found.type === 'found' ? found.sources : [];
  yield { type: 'text-delta', text: notice, isNotice: true };
  for await (const event of vision.answer({ ...request, webSearch: null, sources }, signal)) {
    if (event.type === 'text-delta') {
      yield event;
      continue;
    }
    const isEmpty = event.text.trim() === '';
    const links = sources.length === 0 || isEmpty ? '' : toLinks(event.text, sources);
    if (links !== '') yield { type: 'text-delta', text: links };
    // Without a word of the model's there is no answer, whatever was read.
    yield { ...event, text: isEmpty ? '' : `${notice}${event.text}${links}` };
  }
}

/**
 * The model with what the web says: a query is written, pages are found and read, and the model gets their texts as quoted sources.
 * What was read is said in front of the answer, the links stand behind it. Questions that want no search go straight through.
 */
export function withWebSearch(vision: VisionModel, { findSources, writeQuery }: WebSearchParts): VisionModel {
  return {
    async *answer(request, signal) {
      if (request.webSearch === null) {
        yield* vision.answer(request, signal);
        return;
      }
      const query = await writeQuery(vision, request, signal);
      const found = await findSources(query, request.webSearch, signal);
      yield* answerWith(vision, request, found, signal);
    },
  };
}
