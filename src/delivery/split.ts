import { findCut } from './find-cut.ts';
import { closesFence, noStructure, readLine, type Structure, scaffoldFor } from './line-structure.ts';
import type { OutboxLimits } from './outbox.ts';
import { textLength } from './text-length.ts';

/** A piece of a long text, as one message shows it. */
export type TextPart = {
  /** What to show: never longer than the limit. Empty when there is nothing to see, and then there is no message for it. */
  readonly text: string;
  /** What it holds of the text itself: all bodies joined are the text. */
  readonly body: string;
  /** The text goes on in another part: this one never changes again. */
  readonly sealed: boolean;
};

/** Cuts a growing text into parts. */
export type Splitter = {
  /**
   * The parts of a text that continues the one before, of which the first `settled` characters are certain. What can only be
   * placed when more is known is held back.
   */
  parts(text: string, settled: number): readonly TextPart[];
  /** The parts of the whole text, now that it is complete. */
  finish(text: string): readonly TextPart[];
};

/** The shortest limit a platform may have: room for a fence, its closing and a few words. */
const shortestMax = 40;

/**
 * A splitter for a platform's longest message. Cuts at paragraphs, lines, sentences or words; a code fence that is cut is closed
 * and opened again, a table repeats its header. Where it cuts depends only on the text before the cut.
 */
export function createSplitter({ max, unit }: OutboxLimits['text']): Splitter {
  if (max < shortestMax) throw new RangeError(`a message must be able to hold ${shortestMax} characters, not ${max}`);
  const closing = Math.min(24, Math.floor(max / 5));
  const scaffolds = { close: closing - 1, reopen: Math.floor(max / 4), unit };
  const sealed: TextPart[] = [];
  let start = 0;
  let structure: Structure = noStructure;
  let source = '';

  const partOf = (body: string, opened: Structure, left: Structure, isSealed: boolean): TextPart => {
    const shown = withoutClosing(body, opened);
    const reopen = shown === body ? scaffoldFor(opened, scaffolds).reopen : '';
    return { text: shown.trim() === '' ? '' : dress(shown, reopen, closeOf(left)), body, sealed: isSealed };
  };
  const closeOf = (left: Structure) => scaffoldFor(left, scaffolds).close;

  const advance = (text: string, known: number): readonly TextPart[] => {
    for (;;) {
      const { reopen } = scaffoldFor(structure, scaffolds);
      const cut = findCut(text, start, structure, max - closing - textLength(reopen, unit), unit);
      if (cut === null) {
        const body = text.slice(start);
        return [...sealed, partOf(body, structure, openAtEnd(body, structure), false)];
      }
      const part = partOf(text.slice(start, cut.end), structure, cut.structure, known >= cut.knownFrom);
      if (!part.sealed) return [...sealed, part];
      sealed.push(part);
      start = cut.end;
      structure = cut.structure;
    }
  };

  const continueWith = (text: string) => {
    if (!text.startsWith(source)) {
      sealed.length = 0;
      start = 0;
      structure = noStructure;
    }
    return text;
  };

  return {
    parts(text, settled) {
      const parts = advance(continueWith(text), settled);
      source = text.slice(0, start);
      return parts;
    },
    finish(text) {
      const parts = advance(continueWith(text), Number.POSITIVE_INFINITY);
      source = text.slice(0, start);
      return parts;
    },
  };
}

/** What is left to show when a part would begin with the end of a fence and nothing else of it. */
function withoutClosing(body: string, opened: Structure): string {
  if (opened.type !== 'fence') return body;
  const lineEnd = body.indexOf('\n');
  const firstLine = lineEnd === -1 ? body : body.slice(0, lineEnd);
  return closesFence(opened.marker, firstLine) ? body.slice(firstLine.length) : body;
}

/** A body between what opens and what closes it, without blank lines at its ends. */
function dress(body: string, reopen: string, close: string): string {
  const opened = reopen === '' ? body.replace(/^(?:[ \t]*\n)+/, '') : `${reopen}${body}`;
  const trimmed = opened.trimEnd();
  return close === '' ? trimmed : `${trimmed}\n${close}`;
}

/** What is open behind the last line, finished or not. A fence that holds nothing yet is not closed. */
function openAtEnd(body: string, structure: Structure): Structure {
  const lines = body.split('\n');
  let open = structure;
  let holdsSomething = true;
  for (const line of lines) {
    const before = open;
    open = readLine(before, line);
    if (open.type === 'fence' && before.type !== 'fence') holdsSomething = false;
    else if (line.trim() !== '') holdsSomething = true;
  }
  return holdsSomething ? open : noStructure;
}
