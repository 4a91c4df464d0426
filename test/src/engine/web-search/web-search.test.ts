import { describe, expect, it } from 'vitest';
import type { AnswerEvent } from '../../../../src/answer/answer-event.ts';
import type { VisionRequest } from '../../../../src/engine/vision-model.ts';
import { cutToWords } from '../../../../src/engine/web-search/cut-to-words.ts';
import { createFindSources, type FoundSources } from '../../../../src/engine/web-search/find-sources.ts';
import type { FoundPage, ReadPage, SearchWeb } from '../../../../src/engine/web-search/search-web.ts';
import { withWebSearch } from '../../../../src/engine/web-search/with-web-search.ts';
import { createWriteQuery } from '../../../../src/engine/web-search/write-query.ts';
import { Failure } from '../../../../src/lib/errors.ts';
import { createFakeClock } from '../../../fakes/fake-clock.ts';
import { createScriptedVisionModel, type ScriptStep, wordsOf } from '../../../fakes/scripted-vision-model.ts';
import { createSilentLogger } from '../../../fakes/silent-logger.ts';

const never = new AbortController().signal;
const page = (name: string): FoundPage => ({ url: `https://${name}.example/`, title: `About ${name}`, snippet: name });

const request: VisionRequest = {
  model: 'gpt-4o',
  prompt: 'Who painted this?',
  pictures: [],
  history: [],
  webSearch: { numOfSite: 2, maxWord: 50 },
  sources: [],
};

/** A web of the given pages; a page without text refuses. */
function createRig(
  options: {
    readonly found?: readonly FoundPage[] | Error;
    readonly texts?: Readonly<Record<string, string>>;
    /** Of every page; “Title of …” unless told otherwise. */
    readonly title?: string;
    readonly script?: (asked: VisionRequest) => readonly ScriptStep[];
  } = {},
) {
  const clock = createFakeClock();
  const logger = createSilentLogger();
  const searches: (readonly [string, number])[] = [];
  const read: string[] = [];
  const searchWeb: SearchWeb = async (query, count) => {
    searches.push([query, count]);
    const { found = [page('one'), page('two'), page('three')] } = options;
    if (found instanceof Error) throw found;
    return found;
  };
  const readPage: ReadPage = async (url) => {
    read.push(url);
    const name = new URL(url).host.split('.')[0] ?? '';
    const text = (options.texts ?? { one: 'First text.', two: 'Second text.', three: 'Third text.' })[name];
    if (text === undefined) throw new Failure('fetch-refused', 'the page refuses');
    return { title: options.title ?? `Title of ${name}`, text };
  };
  const model = createScriptedVisionModel(
    clock,
    options.script ??
      ((asked) =>
        asked.sources.length === 0 && asked.prompt !== request.prompt
          ? wordsOf('“starry night painter”', 0)
          : wordsOf('Van Gogh [1].', 0)),
  );
  const findSources = createFindSources({ searchWeb, readPage, clock, logger });
  const searching = withWebSearch(model, { findSources, writeQuery: createWriteQuery(clock) });
  const ask = async (asked: VisionRequest = request): Promise<AnswerEvent[]> => {
    const events: AnswerEvent[] = [];
    for await (const event of searching.answer(asked, never)) events.push(event);
    return events;
  };
  return { clock, logger, searches, read, model, findSources, ask };
}

const textOf = (events: readonly AnswerEvent[]) => {
  const deltas = events.flatMap((event) => (event.type === 'text-delta' ? [event.text] : [])).join('');
  const end = events.at(-1);
  if (end?.type !== 'answer-end') throw new Error('the answer has no end');
  expect(end.text).toBe(deltas);
  return end.text;
};

describe('an answer with web search', () => {
  it('says how many sites were read, and has the links that it cites at its end', async () => {
    const { clock, ask, searches, model } = createRig();
    const text = textOf(await clock.runUntil(ask()));
    expect(text).toBe(
      '_Read 2 sites on the web._\n\nVan Gogh [1].\n\nSources:\n[1] Title of one: https://one.example/',
    );
    expect(searches).toEqual([['starry night painter', 6]]);
    expect(model.requests.at(-1)).toMatchObject({
      prompt: 'Who painted this?',
      webSearch: null,
      sources: [
        { url: 'https://one.example/', title: 'Title of one', text: 'First text.' },
        { url: 'https://two.example/', title: 'Title of two', text: 'Second text.' },
      ],
    });
  });

  it('lists every page that was read where it cites none', async () => {
    const script = (asked: VisionRequest) => wordsOf(asked.sources.length === 0 ? 'query' : 'Somebody.', 0);
    const { clock, ask } = createRig({ script });
    expect(textOf(await clock.runUntil(ask()))).toContain('[1] Title of one: https://one.example/\n[2] Title of two');
  });

  it('has the model that sees the pictures write the query', async () => {
    const { clock, ask, model } = createRig();
    await clock.runUntil(ask());
    expect(model.requests[0]).toMatchObject({ webSearch: null, prompt: expect.stringContaining('Who painted this?') });
    expect(model.requests).toHaveLength(2);
  });

  it('searches for the question itself where the model writes no query', async () => {
    const script = (asked: VisionRequest): readonly ScriptStep[] =>
      asked.sources.length === 0
        ? [{ type: 'fail', error: new Failure('chat-failed', 'no') }]
        : wordsOf('An answer.', 0);
    const { clock, ask, searches } = createRig({ script });
    await clock.runUntil(ask());
    expect(searches).toEqual([['Who painted this?', 6]]);
  });

  it('waits no longer for a query than a quarter of a minute', async () => {
    const script = (asked: VisionRequest): readonly ScriptStep[] =>
      asked.sources.length === 0 ? [{ type: 'stall' }] : wordsOf('An answer.', 0);
    const { clock, ask, searches } = createRig({ script });
    const startedMs = clock.now();
    await clock.runUntil(ask());
    expect(clock.now() - startedMs).toBe(15_000);
    expect(searches).toEqual([['Who painted this?', 6]]);
  });

  it.each([
    ['nothing is found', { found: [] }, 'The web search found nothing; this is answered without it.'],
    ['the search is down', { found: new Failure('search-refused', 'status 500') }, 'The web search cannot be reached'],
    ['every page refuses', { texts: {} }, 'None of the pages that the web search found could be read'],
    ['every page is empty', { texts: { one: ' ', two: '', three: '\n' } }, 'None of the pages'],
  ] as const)('goes on without it and says so when %s', async (_, options, sentence) => {
    const script = (asked: VisionRequest) => wordsOf(asked.prompt === request.prompt ? 'Just an answer.' : 'query', 0);
    const { clock, ask } = createRig({ ...options, script });
    const text = textOf(await clock.runUntil(ask()));
    expect(text).toContain(sentence);
    expect(text.endsWith('Just an answer.')).toBe(true);
  });

  it('goes straight to the model where nobody wants a search', async () => {
    const { clock, ask, searches } = createRig();
    expect(textOf(await clock.runUntil(ask({ ...request, webSearch: null })))).toBe('Van Gogh [1].');
    expect(searches).toEqual([]);
  });

  it('is no answer where the model says nothing', async () => {
    const script = (asked: VisionRequest): readonly ScriptStep[] =>
      asked.prompt === request.prompt ? [{ type: 'end', text: '' }] : wordsOf('query', 0);
    const { clock, ask } = createRig({ script });
    const events = await clock.runUntil(ask());
    expect(events.at(-1)).toMatchObject({ type: 'answer-end', text: '' });
  });

  it('takes from titles what would be a link or a call', async () => {
    const title = '[free\n](https://evil.example) <!channel> *bold*';
    const { clock, ask } = createRig({ title });
    const text = textOf(await clock.runUntil(ask()));
    expect(text.split('\n').at(-1)).toBe('[1] free (https://evil.example) !channel bold: https://one.example/');
  });
});

describe('finding sources', () => {
  const wish = { numOfSite: 2, maxWord: 50 };
  const urlsOf = (found: FoundSources) => (found.type === 'found' ? found.sources.map(({ url }) => url) : []);

  it('reads another page for each that cannot be read, and keeps the order of the search', async () => {
    const found = ['one', 'two', 'three', 'four'].map(page);
    const { clock, findSources, read } = createRig({ found, texts: { two: 'b', four: 'd' } });
    const sources = await clock.runUntil(findSources('query', wish, never));
    expect(urlsOf(sources)).toEqual(['https://two.example/', 'https://four.example/']);
    expect(read).toHaveLength(4);
  });

  it('reads no more than were wanted', async () => {
    const { clock, findSources, read } = createRig();
    await clock.runUntil(findSources('query', { numOfSite: 1, maxWord: 50 }, never));
    expect(read).toEqual(['https://one.example/']);
  });

  it('reads a page once that was found twice', async () => {
    const found = [page('one'), { ...page('one'), url: 'https://one.example/#part' }, page('two')];
    const { clock, findSources } = createRig({ found });
    const sources = await clock.runUntil(findSources('query', wish, never));
    expect(urlsOf(sources)).toEqual(['https://one.example/', 'https://two.example/']);
  });

  it('cuts each text to the words that were wanted', async () => {
    const { clock, findSources } = createRig({ texts: { one: 'word '.repeat(500) } });
    const sources = await clock.runUntil(findSources('query', wish, never));
    expect(sources).toMatchObject({ sources: [{ text: 'word '.repeat(50).trim() }] });
  });
});

describe('cutting to words', () => {
  it.each([
    ['one two  three', 2, 'one two'],
    ['one two', 5, 'one two'],
    ['  one\ntwo three', 2, '  one\ntwo'],
    ['日本語の文章', 2, '日本語の'],
    ['', 3, ''],
  ])('takes of %j the first %i', (text, count, cut) => {
    expect(cutToWords(text, count)).toBe(cut);
  });
});
