import { createHash } from 'node:crypto';

/** A link on a page. */
export type PageLink = { readonly address: string; readonly words: string };

/** A page of few words. Nothing in it has to be escaped before. */
export type PageContent = {
  readonly title: string;
  readonly sentences: readonly string[];
  /** What one can do about it, as a list; empty for none. */
  readonly points: readonly string[];
  readonly link: PageLink | null;
};

const style = `:root{color-scheme:light dark;--ink:#1f2937;--paper:#f8fafc;--line:#cbd5e1;--button:#1f2937;--words:#fff}
@media (prefers-color-scheme:dark){:root{--ink:#e2e8f0;--paper:#0f172a;--line:#334155;--button:#e2e8f0;--words:#0f172a}}
body{margin:0;min-height:100vh;display:grid;place-items:center;background:var(--paper);color:var(--ink);font:1rem/1.6 system-ui,sans-serif}
main{max-width:34rem;margin:1rem;padding:1.5rem 2rem;border:1px solid var(--line);border-radius:.75rem}
h1{font-size:1.4rem;line-height:1.3}
a{display:inline-block;margin:.5rem 0;padding:.6rem 1.1rem;border-radius:.5rem;background:var(--button);color:var(--words);text-decoration:none;font-weight:600}
a:focus-visible{outline:3px solid #3b82f6;outline-offset:2px}`;

const styleHash = createHash('sha256').update(style).digest('base64');

/** What such a page may do: show itself. No scripts, no frames, no files from anywhere; links tell nobody where they stood. */
export const pageHeaders = {
  'Content-Type': 'text/html; charset=utf-8',
  'Content-Security-Policy': `default-src 'none'; style-src 'sha256-${styleHash}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
  'X-Frame-Options': 'DENY',
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cache-Control': 'no-store',
} as const;

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** For text and for values in quotes. */
function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => entities[character] ?? '');
}

/** The page as HTML. */
export function renderPage({ title, sentences, points, link }: PageContent): string {
  const paragraphs = sentences.map((sentence) => `<p>${escapeHtml(sentence)}</p>`);
  const list =
    points.length === 0 ? [] : [`<ul>${points.map((point) => `<li>${escapeHtml(point)}</li>`).join('')}</ul>`];
  const anchor =
    link === null
      ? []
      : [`<p><a href="${escapeHtml(link.address)}" rel="noreferrer">${escapeHtml(link.words)}</a></p>`];
  return `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><meta name="robots" content="noindex"><title>${escapeHtml(title)}</title><style>${style}</style></head>
<body><main><h1>${escapeHtml(title)}</h1>
${[...paragraphs, ...list, ...anchor].join('\n')}
</main></body>
</html>
`;
}
