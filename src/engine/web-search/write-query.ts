import type { Clock } from '../../lib/clock.ts';
import { createDeadline } from '../../lib/deadline.ts';
import { Failure } from '../../lib/errors.ts';
import type { VisionModel, VisionRequest } from '../vision-model.ts';

/** What one would type into a search box for a question about pictures. */
export type WriteQuery = (vision: VisionModel, request: VisionRequest, signal: AbortSignal) => Promise<string>;

const limitMs = 15_000;
/** Search engines take no more than some dozens of words. */
const longestQuery = 200;

const wish = (prompt: string) =>
  `Write one web search query, at most 12 words, that finds what is needed to answer the question below about the pictures. Name what the pictures show where that matters: brands, places, titles, people's published names, printed words. Reply with the query alone, without quotation marks.\n\nQuestion: ${prompt}`;

/** One line without marks around it. */
function tidy(text: string): string {
  const line = text.split('\n').find((each) => each.trim() !== '') ?? '';
  return line
    .replace(/^\s*(?:[-*>#]+|\d+\.|(?:search )?query\s*:)\s*/i, '')
    .replaceAll(/[“”"`*_]/g, '')
    .trim()
    .slice(0, longestQuery);
}

/**
 * Has the model that will answer look at the pictures and write the query. Where it cannot, or takes too long, the question
 * itself is searched for. Rejects only with the signal's reason.
 */
export function createWriteQuery(clock: Clock): WriteQuery {
  return async function writeQuery(vision, request, signal) {
    const deadline = createDeadline(clock, limitMs, signal, () => new Failure('search-slow', 'no query in time'));
    let text = '';
    try {
      const asked = { ...request, prompt: wish(request.prompt), webSearch: null, sources: [] };
      for await (const event of vision.answer(asked, deadline.signal)) {
        if (event.type === 'text-delta') text += event.text;
        else text = event.text;
        if (text.length > 4 * longestQuery) break;
      }
    } catch {
      signal.throwIfAborted();
      text = '';
    } finally {
      deadline.cancel();
    }
    return tidy(text) || tidy(request.prompt.replaceAll('\n', ' '));
  };
}
