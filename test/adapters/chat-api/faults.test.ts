import { describe, expect, it } from 'vitest';
import type { ScriptedAnswer } from '../../fakes/scripted-chat-api/scripted-answer.ts';
import { askAbout, collect, runInSteps, startBench, startHostedBench } from './chat-api-bench.ts';

const words = ['A ', 'red ', 'bicycle ', 'by ', 'the ', 'sea.'];
const whole = words.join('');

describe.each(['the page’s', 'the unified'] as const)('answers with faults in %s dialect', (dialect) => {
  const start = () => (dialect === 'the unified' ? startHostedBench() : startBench());

  /** Asks once, the answer being scripted. */
  async function askScripted(answer: Partial<ScriptedAnswer>) {
    const bench = await start();
    bench.api.script(answer);
    return { ...bench, ...(await collect(askAbout(bench.chat))) };
  }

  it.each(['\n', '\r\n'] as const)(
    'reads events cut anywhere with line ends %j and comments between',
    async (lineEnd) => {
      const { text, end } = await askScripted({
        words: ['設定', '檔 🚲', ' 👩‍👩‍👧'],
        drips: true,
        comments: true,
        lineEnd,
      });
      expect(text).toBe('設定檔 🚲 👩‍👩‍👧');
      expect(end).toMatchObject({ text: '設定檔 🚲 👩‍👩‍👧' });
    },
  );

  it('reads events without names up to [DONE]', async () => {
    const { text, end } = await askScripted({ words, named: false });
    expect(text).toBe(whole);
    expect(end).toMatchObject({ type: 'answer-end', text: whole, usage: { inputTokens: null } });
  });

  it('reads events without names that just end', async () => {
    expect(await askScripted({ words, named: false, ending: 'cut' })).toMatchObject({ text: whole, thrown: null });
  });

  it('drops the whole text when it comes once more', async () => {
    const { text, end } = await askScripted({ words, repeats: true });
    expect(text).toBe(whole);
    expect(end).toMatchObject({ text: whole });
  });

  it('keeps a short word that happens to equal what came before', async () => {
    const { text } = await askScripted({ words: ['no ', 'no ', 'never'] });
    expect(text).toBe('no no never');
  });

  it('is satisfied with a result without a done', async () => {
    expect(await askScripted({ words, ending: 'no-done' })).toMatchObject({ text: whole, thrown: null });
  });

  it('does not take half an answer for a whole one', async () => {
    const { text, thrown } = await askScripted({ words, ending: 'cut' });
    expect(text).toBe(whole);
    expect(thrown).toMatchObject({ code: 'chat-broken-stream', retryable: true });
  });

  it('rejects when the connection breaks', async () => {
    const { text, thrown } = await askScripted({ words, ending: 'reset' });
    expect(text).toBe(whole);
    expect(thrown).toMatchObject({ code: 'chat-broken-stream' });
  });

  it.each([
    [{ error: 'Team Rocket broke it' }, 'chat-failed'],
    [{ error: { code: 'CONTENT_FILTERED', message: 'x' } }, 'chat-moderated'],
    [{ errorCode: 'UNSUPPORTED_MODEL', message: 'x' }, 'chat-model-unknown'],
    [{ error: 'The model took too long.', errorCode: 'MODEL_TIMEOUT' }, 'chat-timeout'],
  ])('rejects at the error event %j', async (error, code) => {
    const { text, thrown } = await askScripted({ words: ['Half'], ending: 'error', error });
    expect(text).toBe('Half');
    expect(thrown).toMatchObject({ code, facts: { status: 200 } });
    expect(String(thrown)).not.toContain('Rocket');
  });

  it.each(['acknowledged', 'record', 'processing'] as const)(
    'rejects at a failed record with status 200, %s',
    async (form) => {
      const bench = await start();
      bench.api.script({ form, words: [], ending: 'failed-record', error: { code: 'INSUFFICIENT_CREDITS' } });
      const { thrown } = await runInSteps(bench.clock, 2_000, collect(askAbout(bench.chat)));
      expect(thrown).toMatchObject({ code: 'chat-out-of-credits' });
    },
  );

  it('has no patience with an empty answer', async () => {
    const { seen, thrown } = await askScripted({ words: [] });
    expect(seen).toEqual([]);
    expect(thrown).toMatchObject({ code: 'chat-empty-answer' });
  });

  it('calls an empty answer of a filter what it is', async () => {
    const { thrown } = await askScripted({ words: [], metadata: { finishReason: 'Safety' } });
    expect(thrown).toMatchObject({ code: 'chat-moderated' });
  });

  it('makes up for an unreadable event with the record, and reports it', async () => {
    const extraEvent = 'event: content\ndata: {"content": "sea\n\n';
    const { end, logger } = await askScripted({ words: ['The ', 'deep '], extraEvent, recordText: 'The deep sea' });
    expect(end).toMatchObject({ type: 'answer-end', text: 'The deep sea' });
    expect(logger.lines.map((line) => [line.level, line.facts])).toEqual([['warn', { unreadable: 1 }]]);
  });

  it('rejects when an unreadable event is lost for good', async () => {
    const extraEvent = 'data: {"content": "sea\n\n';
    const { thrown } = await askScripted({ words: ['The '], extraEvent, named: false });
    expect(thrown).toMatchObject({ code: 'chat-broken-stream', facts: { unreadable: 1 } });
  });

  it('passes over events that it does not know and empty ones', async () => {
    const extraEvent = 'event: search\ndata: {"content":"not this"}\n\ndata:\n\nid: 7\nretry: 10\n\n';
    expect(await askScripted({ words, extraEvent })).toMatchObject({ text: whole, thrown: null });
  });

  it.each(['{"delta":{"content":"more"}}', '{"choices":[{"delta":{"content":"more"}}]}', '"more"', 'more'])(
    'finds the words in %s',
    async (data) => {
      const { text } = await askScripted({ words: [], extraEvent: `data: ${data}\n\n`, named: false });
      expect(text).toBe('more');
    },
  );

  it('takes the record’s text where it differs', async () => {
    const { text, end } = await askScripted({ words: ['Teh bicycle'], recordText: 'The bicycle' });
    expect(text).toBe('Teh bicycle');
    expect(end).toMatchObject({ text: 'The bicycle' });
  });

  it('tells the finish and the usage', async () => {
    const { end } = await askScripted({
      words,
      metadata: { inputToken: 9, outputToken: 2, credit: 45, finishReason: 'MAX_TOKENS' },
    });
    expect(end).toMatchObject({ finish: 'length', usage: { inputTokens: 9, outputTokens: 2, credits: 45 } });
  });

  it('reads zeros as unknown: they were seen for real work', async () => {
    const { end } = await askScripted({ words, metadata: { inputToken: 0, outputToken: 0, credit: 0 } });
    expect(end).toMatchObject({ finish: 'stop', usage: { inputTokens: null, outputTokens: null, credits: null } });
  });

  it('gives a bare text as it is, JSON and HTML included', async () => {
    for (const text of ['no', '{"is":"json"}', '<html><body>asked for</body></html>', 'data is\nwhat data does']) {
      const { text: got, end } = await askScripted({ form: 'text', words: [text] });
      expect(got).toBe(text);
      expect(end).toMatchObject({ text });
    }
  });

  it('takes a JSON string for the text it is', async () => {
    const bench = await start();
    const reply = { status: 200, headers: { 'content-type': 'application/json' }, body: '"A red bicycle."' };
    bench.api.refuse('POST /api/chat-with-ai', reply);
    bench.api.refuse('POST /api/features', reply);
    expect(await collect(askAbout(bench.chat))).toMatchObject({ text: 'A red bicycle.', thrown: null });
  });

  it('is not satisfied with half of a JSON record, or with JSON that is none', async () => {
    for (const body of ['{"aiRecord":{"status":"SUCC', '[1]', '{"some":"thing"}']) {
      const bench = await start();
      const headers = { 'content-type': 'application/json' };
      bench.api.refuse('POST /api/chat-with-ai', { status: 200, headers, body });
      bench.api.refuse('POST /api/features', { status: 200, headers, body });
      const { seen, thrown } = await collect(askAbout(bench.chat));
      expect(seen).toEqual([]);
      expect(thrown).toMatchObject({ code: expect.stringMatching(/^chat-(broken-stream|failed)$/) });
    }
  });

  it('does not take an error in a body with a good status for an answer', async () => {
    for (const body of [
      '{"success":false,"error":{"code":"X","message":"Rocket"}}',
      '{"errorCode":"X"}',
      'data: {"errorCode":"X"}\n\n',
    ]) {
      const bench = await start();
      const headers = { 'content-type': 'text/event-stream' };
      bench.api.refuse('POST /api/chat-with-ai', { status: 200, headers, body });
      bench.api.refuse('POST /api/features', { status: 200, headers, body });
      expect(await collect(askAbout(bench.chat))).toMatchObject({ seen: [], thrown: { code: 'chat-failed' } });
    }
  });

  it('refuses a line that is longer than any real one', async () => {
    const { thrown } = await askScripted({ words: ['x'.repeat(1_100_000)] });
    expect(thrown).toMatchObject({ code: 'chat-broken-stream', facts: { limit: 1_048_576 } });
  });

  it('refuses an event that is longer than any real one, however many lines it has', async () => {
    const extraEvent = `${'data: '.padEnd(1_000_000, 'x')}\n`.repeat(17);
    const { text, thrown } = await askScripted({ words: ['Half '], extraEvent });
    expect(text).toBe('Half ');
    expect(thrown).toMatchObject({ code: 'chat-broken-stream', facts: { limit: 16_777_216 } });
  });

  it('refuses more than any real answer has in all', async () => {
    const extraEvent = `${': '.padEnd(1_000_000, 'x')}\n`.repeat(68);
    const { text, thrown } = await askScripted({ words: ['Half '], extraEvent });
    expect(text).toBe('Half ');
    expect(thrown).toMatchObject({ code: 'chat-broken-stream', facts: { limit: 67_108_864 } });
  });
});
