import { describe, expect, it } from 'vitest';
import * as texts from '../../../../adapters/discord/commands/command-texts.ts';

type Found = { readonly path: string; readonly text: texts.CommandText };

function collect(value: unknown, path: string): readonly Found[] {
  if (typeof value !== 'object' || value === null) return [];
  if (isText(value)) return [{ path, text: value }];
  return Object.entries(value).flatMap(([name, member]) => collect(member, `${path}.${name}`));
}

function isText(value: object): value is texts.CommandText {
  return 'en' in value;
}

const found = collect(texts, 'texts');

describe('the texts of the commands', () => {
  it('are there', () => {
    expect(found.length).toBeGreaterThan(30);
  });

  it.each(found)('are written in every language and well formed: $path', ({ text }) => {
    expect(Object.keys(text).toSorted()).toEqual(['de', 'en', 'es', 'fr', 'ja']);
    for (const words of Object.values(text)) {
      expect(words).toBe(words.trim().normalize('NFC'));
      expect(words).not.toMatch(/\s\s|\.$|undefined/);
      expect(words).not.toBe('');
    }
  });

  it('use the apostrophe and the letters of each language', () => {
    for (const { path, text } of found) {
      expect(text.ja, path).toMatch(/[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}]/u);
      for (const words of Object.values(text)) expect(words, path).not.toContain("'");
      for (const words of [text.en, text.de, text.fr, text.es])
        expect(words, path).toMatch(/^[\p{sc=Latin}\p{N}\p{P} ]+$/u);
    }
  });

  it('say everything in other words than English wherever it is a sentence', () => {
    const sentences = found.filter(({ path }) => path.endsWith('.description'));
    expect(sentences.length).toBeGreaterThan(10);
    for (const { path, text } of sentences) expect(new Set(Object.values(text)).size, path).toBe(5);
  });
});
