import { type FenceState, outsideFences, readFences } from './code-fences.ts';
import { breaker, stripInvisible } from './strip-invisible.ts';
import { writeOutLinks } from './write-out-links.ts';

/** A text that is safe to post, and how much of it stays as it is when the source grows. */
export type SafeText = {
  readonly text: string;
  /** The first so many UTF-16 units never change again, whatever is appended to the source. */
  readonly settled: number;
};

// Everything that calls somebody, in every notation the platforms have. It is broken in code too: some call even there.
const calls = /@(?=everyone|here|channel)|<(?=@[!&]?\w|#\w|!(?:here|channel|everyone|group|subteam|date))/gi;
// What a platform could still read as a link with another text, or as the definition of one.
const links = /\](?=[(:])|<(?=[a-z][a-z0-9+.-]*:)/gi;

/** How far back from its end a line may still change by what follows: the longest word that the patterns look for. */
const lookaheadLength = 48;

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
    const settled = Math.min(written.settled, line.trim().length <= 2 ? 0 : written.text.length - lookaheadLength);
    return {
      text: breakLinks(written.text),
      settled: breakLinks(written.text.slice(0, Math.max(0, settled))).length,
      next,
    };
  }
  const text = breakCalls(line.slice(0, codeLength)) + breakLinks(line.slice(codeLength));
  const length = opens || line.trim() === '' ? 0 : Math.max(0, line.length - lookaheadLength);
  const settledCode = Math.min(length, codeLength);
  const settled = breakCalls(line.slice(0, settledCode)).length + breakLinks(line.slice(settledCode, length)).length;
  return { text, settled, next };
}

/** Nothing in it calls anybody. */
function breakCalls(line: string): string {
  return line.replaceAll(calls, `$&${breaker}`);
}

/** Nothing in it calls anybody or hides an address. */
function breakLinks(line: string): string {
  return breakCalls(line).replaceAll(links, `$&${breaker}`);
}
