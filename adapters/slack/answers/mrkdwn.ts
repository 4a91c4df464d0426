import { Lexer, type MarkedToken, type Token, type Tokens } from 'marked';
import { renderTextTable } from './text-table.ts';

/** A piece of a message in Slack's own markup; `code` stands between fences. */
export type MrkdwnPiece = { readonly type: 'prose' | 'code'; readonly text: string };

/** A blank that shows nothing: it keeps marks from being read as more than they are. */
const breaker = '\u200B';
const fence = '```';
const entities: ReadonlyMap<string, string> = new Map([
  ['&amp;', '&'],
  ['&lt;', '<'],
  ['&gt;', '>'],
  ['&quot;', '"'],
  ['&#39;', "'"],
]);

/** The three characters that Slack's markup is made of: escaped, nothing in a text can call anybody or hide an address. */
function escapeMrkdwn(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/** Text as it was written, with the entities that Markdown has for marks read as what they stand for. */
function escapeText(text: string): string {
  return escapeMrkdwn(text.replaceAll(/&(?:amp|lt|gt|quot|#39);/g, (entity) => entities.get(entity) ?? entity));
}

/** A fence in it would end the code. */
function escapeCode(code: string): string {
  return escapeMrkdwn(code).replaceAll(fence, `\`\`${breaker}\``);
}

/** Every type that the lexer gives by itself; there are others only with extensions, of which there are none. */
function isMarked(token: Token): token is MarkedToken {
  return token.type !== '';
}

function renderInline(tokens: readonly Token[]): string {
  return tokens.map((token) => (isMarked(token) ? renderSpan(token) : escapeMrkdwn(token.raw))).join('');
}

function renderLink({ href, tokens }: Tokens.Link): string {
  const words = renderInline(tokens);
  const address = escapeText(href);
  const isSame = address.replace(/^mailto:|^https?:\/\//i, '') === words.replace(/^https?:\/\//i, '');
  return isSame || words === '' ? words || address : `${words} (${address})`;
}

function renderSpan(token: MarkedToken): string {
  switch (token.type) {
    case 'strong':
      return `*${renderInline(token.tokens)}*`;
    case 'em':
      return `_${renderInline(token.tokens)}_`;
    case 'del':
      return `~${renderInline(token.tokens)}~`;
    case 'codespan':
      return `\`${escapeMrkdwn(token.text)}\``;
    case 'br':
      return '\n';
    case 'link':
      return renderLink(token);
    // The item's own mark says it.
    case 'checkbox':
      return '';
    case 'text':
      return token.tokens === undefined ? escapeText(token.text) : renderInline(token.tokens);
    case 'escape':
    case 'image':
      return escapeText(token.text);
    default:
      return escapeMrkdwn(token.raw);
  }
}

/** The words of a cell alone: between fences, marks would be shown as they stand. */
function plainText(tokens: readonly Token[]): string {
  return tokens
    .map((token) => {
      if (token.type === 'br') return ' ';
      if ('tokens' in token && token.tokens !== undefined) return plainText(token.tokens);
      return 'text' in token && typeof token.text === 'string' ? token.text : token.raw;
    })
    .join('');
}

function renderItem(item: Tokens.ListItem, ordinary: string): string {
  const mark = item.task ? (item.checked === true ? '☑' : '☐') : ordinary;
  const text = renderBlocks(item.tokens)
    .map((piece) => renderPiece(piece))
    .join('\n');
  return `${mark} ${text.replaceAll('\n', '\n    ')}`;
}

function renderList({ ordered, start, items }: Tokens.List): string {
  const first = typeof start === 'number' ? start : 1;
  return items.map((item, index) => renderItem(item, ordered ? `${first + index}.` : '•')).join('\n');
}

function renderTable({ header, rows, align }: Tokens.Table): string {
  const cells = [header, ...rows].map((row) => row.map(({ tokens }) => plainText(tokens)));
  return renderTextTable(cells, align);
}

function renderBlock(token: MarkedToken): MrkdwnPiece {
  switch (token.type) {
    case 'code':
      return { type: 'code', text: escapeCode(token.text) };
    case 'table':
      return { type: 'code', text: escapeCode(renderTable(token)) };
    case 'heading':
      return { type: 'prose', text: `*${renderInline(token.tokens).replaceAll('*', '')}*` };
    case 'hr':
      return { type: 'prose', text: '———' };
    case 'list':
      return { type: 'prose', text: renderList(token) };
    case 'blockquote':
      return {
        type: 'prose',
        text: renderBlocks(token.tokens)
          .map((piece) => renderPiece(piece))
          .join('\n')
          .replaceAll(/^/gm, '> '),
      };
    case 'paragraph':
      return { type: 'prose', text: renderInline(token.tokens) };
    default:
      return { type: 'prose', text: renderSpan(token).trim() };
  }
}

function renderBlocks(tokens: readonly Token[]): readonly MrkdwnPiece[] {
  return tokens
    .flatMap((token) => (token.type === 'space' || !isMarked(token) ? [] : [renderBlock(token)]))
    .filter(({ text }) => text !== '');
}

/** A piece as it is sent. */
export function renderPiece({ type, text }: MrkdwnPiece): string {
  return type === 'code' ? `${fence}\n${text}\n${fence}` : text;
}

/**
 * Markdown in Slack's own markup, block for block: for where Slack takes no Markdown. Nobody is called by it and no link has other
 * words than its address. Tables become text in columns.
 */
export function toMrkdwnPieces(markdown: string): readonly MrkdwnPiece[] {
  try {
    return renderBlocks(new Lexer({ gfm: true }).lex(markdown));
  } catch (error) {
    // Quotes within quotes, a thousand of them: there is no nicer way to show that than as it stands.
    if (!(error instanceof RangeError)) throw error;
    return [{ type: 'prose', text: escapeMrkdwn(markdown) }];
  }
}

/** The same as one text. */
export function toMrkdwn(markdown: string): string {
  return toMrkdwnPieces(markdown)
    .map((piece) => renderPiece(piece))
    .join('\n\n');
}
