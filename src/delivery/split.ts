import { findCut } from './find-cut.ts';
import { findEnd, type Patience } from './find-end.ts';
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
  /**
   * The same for messages that grow by additions: `certain` will not change, and the text of the part that grows continues what it
   * was at the last call. With `patience` that part is ended as soon as there is a place good enough.
   */
  additions(certain: string, patience: Patience | null): readonly TextPart[];
  /** The parts of the whole text, now that it is complete. Parts that were sealed stay where the text is the same. */
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
  const sealed: { readonly part: TextPart; readonly start: number; readonly structure: Structure }[] = [];
  let start = 0;
  let structure: Structure = noStructure;
  /** Where that ends which the growing part has shown; `start` where it has shown nothing that has to stay. */
  let shownTo = 0;
  /** The text up to there. */
  let source = '';

  const closeOf = (left: Structure) => scaffoldFor(left, scaffolds).close;
  const textOf = (body: string, opened: Structure, close: string): string => {
    const shown = withoutClosing(body, opened);
    const reopen = shown === body && goesOn(body, opened) ? scaffoldFor(opened, scaffolds).reopen : '';
    return shown.trim() === '' ? '' : dress(shown, reopen, close);
  };
  const seal = (text: string, end: number, left: Structure) => {
    const body = text.slice(start, end);
    sealed.push({ part: { text: textOf(body, structure, closeOf(left)), body, sealed: true }, start, structure });
    start = end;
    shownTo = end;
    structure = left;
  };
  const all = (last: TextPart) => [...sealed.map(({ part }) => part), last];
  const nextCut = (text: string) => {
    const { reopen } = scaffoldFor(structure, scaffolds);
    return findCut(text, start, structure, max - closing - textLength(reopen, unit), unit);
  };

  const advance = (text: string, known: number): readonly TextPart[] => {
    for (let cut = nextCut(text); cut !== null; cut = nextCut(text)) {
      const end = Math.max(cut.end, shownTo);
      if (known < cut.knownFrom) {
        const body = text.slice(start, end);
        return all({ text: textOf(body, structure, closeOf(cut.structure)), body, sealed: false });
      }
      seal(text, end, cut.structure);
    }
    const body = text.slice(start);
    // A header is not put in front of what people see already.
    const isHeld = known < Number.POSITIVE_INFINITY && structure.type === 'table' && mayStillChange(body, structure);
    const close = closeOf(openAtEnd(body, structure));
    return all({ text: isHeld ? '' : textOf(body, structure, close), body, sealed: false });
  };

  /** Goes back to what was sealed of the same text. */
  const continueWith = (text: string) => {
    if (text.startsWith(source)) return;
    source = source.slice(0, start);
    shownTo = start;
    while (!text.startsWith(source)) {
      const last = sealed.pop();
      start = last?.start ?? 0;
      structure = last?.structure ?? noStructure;
      shownTo = start;
      source = source.slice(0, start);
    }
  };
  const remember = (text: string) => {
    source = text.slice(0, shownTo);
  };

  /** Seals whatever is full, and the growing part where it has to end; gives how far the part that is left may be shown. */
  const sealAdditions = (text: string, patience: Patience | null): number => {
    let wanted = shownTo > start ? patience : null;
    for (;;) {
      const cut = nextCut(text);
      const isCertain = cut !== null && cut.knownFrom <= text.length;
      const limit = cut === null ? text.length : Math.max(cut.end, shownTo);
      const early = wanted === null ? null : findEnd(text, start, structure, shownTo, limit, wanted);
      wanted = null;
      if (early !== null && (early.end < limit || !isCertain)) seal(text, early.end, early.structure);
      else if (cut !== null && isCertain) seal(text, limit, cut.structure);
      else return cut === null ? text.length : shownTo;
    }
  };

  return {
    parts(text, settled) {
      continueWith(text);
      const parts = advance(text, settled);
      remember(text);
      return parts;
    },
    additions(certain, patience) {
      continueWith(certain);
      const visibleTo = sealAdditions(certain, patience);
      const body = certain.slice(start);
      const visible = certain.slice(start, visibleTo);
      const isHeld = mayStillChange(body, structure);
      const text = isHeld ? '' : textOf(visible, structure, '');
      shownTo = text === '' ? start : start + visible.trimEnd().length;
      remember(certain);
      return all({ text, body, sealed: false });
    },
    finish(text) {
      continueWith(text);
      const parts = advance(text, Number.POSITIVE_INFINITY);
      remember(text);
      return parts;
    },
  };
}

/** What is left to show when a part would begin with the end of a fence and nothing else of it. */
function withoutClosing(body: string, opened: Structure): string {
  if (opened.type !== 'fence') return body;
  const firstLine = firstLineOf(body);
  return closesFence(opened.marker, firstLine) ? body.slice(firstLine.length) : body;
}

/** Whether the body of a part that was cut inside a table begins with another row of it. */
function goesOn(body: string, opened: Structure): boolean {
  return opened.type !== 'table' || readLine(opened, firstLineOf(body)).type === 'table';
}

/** Whether what is opened again, or its end, may still turn out not to be needed: it depends on the whole first line. */
function mayStillChange(body: string, opened: Structure): boolean {
  if (body.includes('\n')) return false;
  if (opened.type === 'table') return !goesOn(body, opened);
  return opened.type === 'fence' && /^[ \t`~]*$/.test(body);
}

function firstLineOf(body: string): string {
  const lineEnd = body.indexOf('\n');
  return lineEnd === -1 ? body : body.slice(0, lineEnd);
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
