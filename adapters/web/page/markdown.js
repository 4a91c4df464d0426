import { Marked } from '/playground/vendor/marked.js';
import DOMPurify from '/playground/vendor/purify.js';

/** @param {string} text */
function escapeHtml(text) {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

// HTML in an answer is shown as the text it is; a picture from elsewhere would tell its server who looks at it.
const markdown = new Marked({
  gfm: true,
  breaks: true,
  renderer: {
    html: ({ text }) => escapeHtml(text),
    image: ({ text, href }) => escapeHtml(text === '' ? href : text),
    checkbox: ({ checked }) => (checked ? '☑ ' : '☐ '),
  },
});

const allowed = {
  ALLOWED_TAGS: [
    ...['p', 'br', 'strong', 'em', 'del', 'code', 'pre', 'ul', 'ol', 'li', 'blockquote', 'hr', 'a'],
    ...['h1', 'h2', 'h3', 'h4', 'h5', 'h6', 'table', 'thead', 'tbody', 'tr', 'th', 'td'],
  ],
  ALLOWED_ATTR: ['href', 'start', 'align'],
  // Otherwise their values would have to look like addresses.
  ADD_URI_SAFE_ATTR: ['start', 'align'],
  ALLOWED_URI_REGEXP: /^https?:\/\//i,
  ALLOW_DATA_ATTR: false,
  ALLOW_ARIA_ATTR: false,
};

/**
 * Where a link goes is shown beside it, unless its text says so already.
 * @param {HTMLAnchorElement} link
 */
function showAddress(link) {
  if (!link.hasAttribute('href')) {
    link.replaceWith(...link.childNodes);
    return;
  }
  link.target = '_blank';
  link.rel = 'noopener noreferrer nofollow';
  const bare = (/** @type {string} */ address) => address.replace(/^https?:\/\//, '').replace(/\/$/, '');
  if (bare(link.textContent ?? '') === bare(link.href)) return;
  const address = document.createElement('span');
  address.className = 'link-address';
  address.textContent = ` (${link.href.length > 80 ? `${link.href.slice(0, 80)}…` : link.href})`;
  link.append(address);
}

/**
 * @param {string} html
 * @returns {HTMLElement}
 */
function toBlock(html) {
  const block = document.createElement('div');
  block.className = 'block';
  block.append(DOMPurify.sanitize(html, { ...allowed, RETURN_DOM_FRAGMENT: true }));
  for (const link of block.querySelectorAll('a')) showAddress(link);
  return block;
}

/**
 * What stands in `target`, piece by piece, so that only what changed is made anew while an answer grows: a selection in what
 * was there before stays, and nothing jumps.
 * @type {WeakMap<HTMLElement, string[]>}
 */
const shown = new WeakMap();

/**
 * Shows a model's text. Nothing in it can run, load anything, or look like a part of the page.
 * @param {HTMLElement} target
 * @param {string} text
 */
export function showMarkdown(target, text) {
  const pieces = markdown
    .lexer(text)
    .filter((token) => token.type !== 'space')
    .map((token) => markdown.parser([token]));
  const before = shown.get(target) ?? [];
  for (const [index, html] of pieces.entries()) {
    if (before[index] === html) continue;
    const current = target.children[index];
    if (current === undefined) target.append(toBlock(html));
    else current.replaceWith(toBlock(html));
  }
  while (target.children.length > pieces.length) target.lastElementChild?.remove();
  shown.set(target, pieces);
}
