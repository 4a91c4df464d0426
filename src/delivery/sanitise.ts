import { type FenceState, outsideFences, readFences } from './code-fences.ts';
import { breaker, stripInvisible } from './strip-invisible.ts';
import { writeOutLinks } from './write-out-links.ts';

/** A text that is safe to post, and how much of it stays as it is when the source grows. */
export type SafeText = {
  readonly text: string;
  /** The first so many UTF-16 units never change again, whatever is appended to the source. */
  readonly settled: number;
};

// Everything that calls somebody, in every notation the platforms have. It is broken in code too: some call even there. An
// entity may be read as what it stands for before calls are looked for.
const calls =
  /@(?=everyone|here|channel)|(?:<|&(?:lt|#0{0,8}60|#x0{0,8}3c);)(?=@[!&]?\w|#\w|!(?:here|channel|everyone|group|subteam|date))/gi;
// What a platform could still read as a link with another text, or as the definition of one.
const links = /\](?=[(:])|<(?=[a-z][a-z0-9+.-]*:)|&(?:lt|#0{0,8}60|#x0{0,8}3c);(?=[a-z][a-z0-9+.-]{0,31}:)/gi;

// What may still become one of these by what follows on the line.
const callNames = ['everyone', 'here', 'channel'];
const unfinishedCall = /^<(?:@[!&]?|#|![a-z]{0,7})?$/i;
const maybeFence = /^[ \t]*`{0,2}$/;
const unfinishedLink = /^<(?:[a-z][a-z0-9+.-]*)?$/i;
// An entity, or what may become one, and what may follow it in a call or a link: at the end of a line.
const unfinishedEntity =
  /&(?:l(?:t?|t;)|#(?:0{0,8}(?:60?|60;)?|x0{0,8}(?:3c?|3c;)?))?(?:(?<=;)(?:@[!&]?|#|![a-z]{0,7}|[a-z][a-z0-9+.-]{0,31}))?$/i;
const longestUnfinished = 50;

/**
 * Makes a whole answer safe to post: nobody can be called by it, no link hides its address, no picture is loaded and nothing
 * in it is invisible; code stays as it was written. Never give it a piece of an answer: a call may be cut in two. Running
 * it again changes nothing. Linear in the length of the text.
 */
export function sanitise(text: string): string {
  return createSanitiser()(text).text;
}

/**
 * The same for a text that grows: gives exactly what `sanitise` gives for the whole of it, but does again only the line that
 * was not finished. A text that does not continue the one before is done from its start.
 */
export function createSanitiser(): (whole: string) => SafeText {
  let doneSource = '';
  let doneText = '';
  let settled = 0;
  let fences = outsideFences;

  return function sanitiseWhole(whole) {
    if (!whole.startsWith(doneSource)) {
      doneSource = '';
      doneText = '';
      settled = 0;
      fences = outsideFences;
    }
    const lastBreak = whole.lastIndexOf('\n');
    let start = doneSource.length;
    while (start <= lastBreak) {
      const end = whole.indexOf('\n', start);
      const line = sanitiseLine(fences, whole.slice(start, end), false);
      doneText += `${line.text}\n`;
      fences = line.next;
      start = end + 1;
    }
    doneSource = whole.slice(0, start);
    const tail = sanitiseLine(fences, whole.slice(start), true);
    settled = Math.max(settled, doneText.length + tail.settled);
    return { text: doneText + tail.text, settled };
  };
}

type SafeLine = { readonly text: string; readonly settled: number; readonly next: FenceState };

function sanitiseLine(state: FenceState, source: string, isLast: boolean): SafeLine {
  const line = stripInvisible(source, isLast);
  const { kind, codeLength, opens, next } = readFences(state, line);
  if (kind === 'prose') {
    const written = writeOutLinks(line, isLast);
    const settled = isLast && maybeFence.test(line) ? '' : written.text.slice(0, written.settled);
    return { text: breakLinks(written.text), settled: breakLinks(certainStart(settled, true)).length, next };
  }
  const text = breakCalls(line.slice(0, codeLength)) + breakLinks(line.slice(codeLength));
  if (opens || line.trim() === '') return { text, settled: 0, next };
  const code = line.slice(0, codeLength);
  const rest = line.slice(codeLength);
  const settled =
    rest === ''
      ? breakCalls(certainStart(code, false)).length
      : breakCalls(code).length + breakLinks(certainStart(rest, true)).length;
  return { text, settled, next };
}

/** The start of a line that stays as it is whatever follows: without what may still become a call, or a link. */
function certainStart(line: string, mayLink: boolean): string {
  const at = line.lastIndexOf('@');
  const angle = line.lastIndexOf('<');
  const name = at === -1 || line.length - at > 8 ? null : line.slice(at + 1).toLowerCase();
  const tag = line.slice(angle);
  const callFrom = name !== null && callNames.some((each) => each.startsWith(name)) ? at : line.length;
  const isOpen = angle !== -1 && (unfinishedCall.test(tag) || (mayLink && unfinishedLink.test(tag)));
  const tailFrom = Math.max(0, line.length - longestUnfinished);
  const entity = unfinishedEntity.exec(line.slice(tailFrom));
  const entityFrom = entity === null ? line.length : tailFrom + entity.index;
  return line.slice(0, Math.min(callFrom, isOpen ? angle : line.length, entityFrom));
}

/** Nothing in it calls anybody. */
function breakCalls(line: string): string {
  return line.replaceAll(calls, `$&${breaker}`);
}

/** Nothing in it calls anybody or hides an address. */
function breakLinks(line: string): string {
  return breakCalls(line).replaceAll(links, `$&${breaker}`);
}
