import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { createPinoLogger } from '../../../adapters/pino/create-pino-logger.ts';
import { parseJson } from '../../../src/lib/parse-json.ts';

type Level = Parameters<typeof createPinoLogger>[0]['level'];

function open(level: Level = 'debug', secrets: readonly string[] = []) {
  const lines: string[] = [];
  const logger = createPinoLogger({ level, secrets, write: (line) => lines.push(line) });
  return { logger, lines };
}

const lineSchema = z.looseObject({ level: z.number(), time: z.number(), msg: z.string() });

function parseLine(line: string | undefined) {
  const parsed = parseJson(line ?? '', lineSchema);
  if (!parsed.ok) throw new Error(parsed.reason);
  return parsed.value;
}

describe('the log', () => {
  it('has one line of JSON for each sentence, with its facts', () => {
    const { logger, lines } = open();
    logger.debug({ a: 1 }, 'First.');
    logger.info({ b: 'two\nlines' }, 'Second.');
    logger.warn({}, 'Third.');
    logger.error({}, 'Fourth.');
    expect(lines.map(parseLine).map(({ level, msg }) => [level, msg])).toEqual([
      [20, 'First.'],
      [30, 'Second.'],
      [40, 'Third.'],
      [50, 'Fourth.'],
    ]);
    expect(parseLine(lines[1])).toMatchObject({ b: 'two\nlines' });
    expect(lines.every((line) => line.endsWith('\n') && line.indexOf('\n') === line.length - 1)).toBe(true);
  });

  it('keeps to its level', () => {
    const { logger, lines } = open('warn');
    logger.info({}, 'Not this.');
    logger.warn({}, 'This.');
    expect(lines.map((line) => parseLine(line).msg)).toEqual(['This.']);
    const silent = open('silent');
    silent.logger.error({}, 'Nothing.');
    expect(silent.lines).toEqual([]);
  });

  it('tells of an error with its stack and its causes', () => {
    const { logger, lines } = open();
    logger.error({ error: new Error('outer', { cause: new TypeError('inner') }) }, 'It failed.');
    expect(parseLine(lines[0])).toMatchObject({
      error: {
        type: 'Error',
        message: 'outer',
        stack: expect.any(String),
        cause: { type: 'TypeError', message: 'inner' },
      },
    });
  });
});

describe('a configured secret', () => {
  const secret = 'c0ffee+/quote"and\\slash-9b1d-key';
  const buffer = Buffer.from(secret);

  it.each([
    ['as it is', secret],
    ['in an address', `https://host/?a=1&k2=${encodeURIComponent(secret)}`],
    ['in base64', `Basic: ${buffer.toString('base64')}`],
    ['in base64url', buffer.toString('base64url')],
    ['in hexadecimal', buffer.toString('hex')],
    ['inside other words', `before${secret}after`],
  ])('never reaches the log %s', (_case, text) => {
    const { logger, lines } = open('debug', [secret, secret.slice(0, 10)]);
    logger.info({ text, nested: { list: [text] }, [text]: 1 }, text);
    logger.error({ error: new Error(text, { cause: new Error(text) }) }, 'It failed.');
    const written = lines.join('');
    for (const form of [
      secret,
      JSON.stringify(secret).slice(1, -1),
      encodeURIComponent(secret),
      buffer.toString('base64'),
      buffer.toString('base64url'),
      buffer.toString('hex'),
    ]) {
      expect(written).not.toContain(form);
    }
    expect(written).toContain('[secret]');
    for (const line of lines) parseLine(line);
  });
});

describe('what looks like a token', () => {
  it('is no word behind “Basic”, which a page is called by', () => {
    const { logger, lines } = open();
    logger.warn({}, 'Copy it from “Basic Information” at https://api.slack.com/apps.');
    expect(lines[0]).toContain('“Basic Information” at https');
  });

  it.each([
    ['xoxb-', '123456789012-abcdefABCDEF'],
    ['xapp-', '1-A0123-456-abcdef'],
    ['sl_', 'A'.repeat(43)],
    ['sk-', 'proj-abcdefghijklmnop'],
    ['AIza', 'SyA1234567890abcdefghijklmnopqrstuv'],
    ['MTAxMDEwMTAxMDEwMTAxMDEw.', `GaBcDe.${'x'.repeat(38)}`],
    ['Bearer ', 'abcdef0123456789'],
    ['Basic ', 'aWQ6c2VjcmV0'],
    ['https://cdn.example/cat.png?ex=1&hm=', 'deadbeefdeadbeef'],
    ['https://bucket.example/cat.png?X-Amz-Signature=', '0123456789abcdef'],
    ['/?access=', 'start-up-token'],
  ])('is hidden after %s', (start, rest) => {
    const { logger, lines } = open();
    logger.info({ text: `${start}${rest} and more` }, 'A line.');
    expect(lines[0]).not.toContain(rest);
    expect(lines[0]).toMatch(/\[secret\]/);
    expect(parseLine(lines[0])['text']).toMatch(/ and more$/);
  });

  it('leaves ordinary words alone', () => {
    const { logger, lines } = open('debug', ['short']);
    logger.info(
      { route: '/api/features/stream/:id', model: 'gpt-4o-mini', keys: 'a short-lived task-list' },
      'A bearer of news.',
    );
    expect(parseLine(lines[0])).toMatchObject({
      route: '/api/features/stream/:id',
      model: 'gpt-4o-mini',
      keys: 'a short-lived task-list',
      msg: 'A bearer of news.',
    });
  });
});
