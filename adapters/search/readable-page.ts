import { Readability } from '@mozilla/readability';
import { parseHTML } from 'linkedom';

/** What a page says, without what is around it. */
export type PageText = { readonly title: string; readonly text: string };

/** Blank lines and runs of blanks say nothing. */
function tidy(text: string): string {
  return text
    .replaceAll(/[^\S\n]+/g, ' ')
    .replaceAll(/ ?\n[ \n]*/g, '\n')
    .trim();
}

/** Larger ones are not searched for an article. */
const mostElements = 20_000;

/** What Readability takes for the article; null where it finds none, or where there is too much to look at. */
function findArticle(document: ReturnType<typeof parseHTML>['document']): PageText | null {
  try {
    const article = new Readability(document, { maxElemsToParse: mostElements }).parse();
    return article === null ? null : { title: tidy(article.title ?? ''), text: tidy(article.textContent ?? '') };
  } catch {
    return null;
  }
}

/** The article of a page, or everything it says where it has none. Takes its time: not for the thread that answers people. */
export function toPageText(html: string): PageText {
  // The parser takes what has no root for something else than a page.
  const { document } = parseHTML(/<html[\s>]/i.test(html) ? html : `<html><body>${html}</body></html>`);
  for (const element of document.querySelectorAll('script, style, noscript, template, svg, iframe')) element.remove();
  const title = tidy(document.title ?? '');
  const whole = tidy(document.body?.textContent ?? '');
  // Changes the document.
  const article = findArticle(document);
  return {
    title: article?.title || title,
    text: article === null || article.text === '' ? whole : article.text,
  };
}
