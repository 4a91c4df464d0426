import { describe, expect, it, onTestFinished } from 'vitest';
import { decodeHtml } from '../../../adapters/search/decode-html.ts';
import { createPagePool } from '../../../adapters/search/page-pool.ts';
import { createPageReader } from '../../../adapters/search/page-reader.ts';
import { toPageText } from '../../../adapters/search/readable-page.ts';
import { type Clock, createSystemClock } from '../../../src/lib/clock.ts';
import { createHurriedClock } from '../../fakes/hurried-clock.ts';

const never = new AbortController().signal;

const article = `<!doctype html><html><head><title>Red bicycles – The Wheel</title></head><body>
<nav><a href="/">Home</a> <a href="/shop">Shop</a></nav>
<article><h1>Red bicycles</h1>${'<p>A red bicycle is painted in red, which people see from far away in the street.</p>'.repeat(12)}</article>
<script>steal()</script><footer>All rights reserved</footer></body></html>`;

describe('the text of a page', () => {
  it('is its article, without what is around it', () => {
    const { title, text } = toPageText(article);
    expect(title).toContain('Red bicycles');
    expect(text).toContain('A red bicycle is painted in red');
    expect(text).not.toMatch(/steal|Shop|rights reserved/);
  });

  it.each([
    ['a page without an article', '<html><body><p>Just a word.</p></body></html>', 'Just a word.'],
    ['a piece of a page', '<p>Just a word.</p><script>x</script>', 'Just a word.'],
    ['a page that is broken', '<html><body><div><p>Just a word.<table><tr>', 'Just a word.'],
    ['nothing', '', ''],
  ])('is everything it says for %s', (_, html, text) => {
    expect(toPageText(html).text).toBe(text);
  });
});

describe('the characters of a page', () => {
  it.each([
    ['utf-8 by itself', Buffer.from('<p>Größe</p>'), 'Größe'],
    ['as the page says', Buffer.from('<meta charset="iso-8859-1"><p>Größe</p>', 'latin1'), 'Größe'],
    [
      'as the older form says',
      Buffer.from('<meta http-equiv="Content-Type" content="text/html; charset=windows-1252"><p>Größe</p>', 'latin1'),
      'Größe',
    ],
    ['utf-8 for a set that nobody knows', Buffer.from('<meta charset="klingon"><p>Größe</p>'), 'Größe'],
  ])('are read: %s', (_, bytes, text) => {
    expect(decodeHtml(bytes)).toContain(text);
  });
});

describe('reading pages', () => {
  function start(clock: Clock = createSystemClock()) {
    const pool = createPagePool(clock);
    onTestFinished(() => pool.close());
    return pool;
  }

  it('reads beside the program, several one after the other', async () => {
    const pool = start();
    const pages = await Promise.all(['one', 'two', 'three'].map((word) => pool.read(`<p>${word}</p>`, never)));
    expect(pages.map((page) => page?.text)).toEqual(['one', 'two', 'three']);
  });

  it('gives up with its signal, and reads the next page', async () => {
    const pool = start();
    const stop = new AbortController();
    const slow = pool.read('<div>'.repeat(300_000), stop.signal);
    setTimeout(() => stop.abort(new Error('nobody waits')), 50);
    await expect(slow).rejects.toThrow('nobody waits');
    expect((await pool.read('<p>next</p>', never))?.text).toBe('next');
  });

  it('outlives a page that takes its reader down', async () => {
    const pool = start(createHurriedClock(20));
    const deep = await pool.read('<div>'.repeat(200_000), never).then(
      () => 'read',
      () => 'refused',
    );
    expect(['read', 'refused']).toContain(deep);
    expect((await pool.read('<p>next</p>', never))?.text).toBe('next');
  });

  it('asks for text alone, of two megabytes and ten seconds at the most', async () => {
    const asked: unknown[] = [];
    const readPage = createPageReader(async (url, request) => {
      asked.push([url.href, request]);
      return { bytes: Buffer.from('plain words'), contentType: 'text/plain' };
    }, start());
    expect(await readPage('https://one.example/', never)).toEqual({ title: '', text: 'plain words' });
    expect(asked).toEqual([
      [
        'https://one.example/',
        expect.objectContaining({
          types: ['text/html', 'application/xhtml+xml', 'text/plain'],
          maxBytes: 2_097_152,
          totalMs: 10_000,
          secrets: null,
        }),
      ],
    ]);
  });

  it('reads what was downloaded', async () => {
    const readPage = createPageReader(async () => ({ bytes: Buffer.from(article), contentType: 'text/html' }), start());
    expect((await readPage('https://one.example/', never)).title).toContain('Red bicycles');
    await expect(readPage('no address', never)).rejects.toMatchObject({ code: 'search-page-unreadable' });
  });
});
