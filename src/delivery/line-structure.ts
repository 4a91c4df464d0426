import type { TextUnit } from './outbox.ts';
import { textLength } from './text-length.ts';

/** What is open at a place in a text, and has to be opened again where the text goes on elsewhere. */
export type Structure =
  | { readonly type: 'none' }
  | { readonly type: 'fence'; readonly indent: string; readonly marker: string; readonly info: string }
  /** A line that may turn out to be the header of a table. */
  | { readonly type: 'table-header'; readonly header: string }
  /** Inside a table: its header and the row under it, each with its line break. */
  | { readonly type: 'table'; readonly head: string };

/** Nothing is open. */
export const noStructure: Structure = { type: 'none' };

const fenceOpening = /^([ \t]*)(`{3,}(?=[^`]*$)|~{3,})(.*)$/;
const tableDelimiter = /^[ \t]*\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*\|?[ \t]*$/;
/** A longer line is neither the opening of a fence nor the header of a table. */
const longestHead = 1_000;

/** What is open after one more line. `line` has no line break. */
export function readLine(structure: Structure, line: string): Structure {
  if (structure.type === 'fence') return closesFence(structure.marker, line) ? noStructure : structure;
  if (line.length > longestHead) return structure.type === 'table' && line.includes('|') ? structure : noStructure;
  const opening = fenceOpening.exec(line);
  if (opening !== null) {
    const [, indent = '', marker = '', info = ''] = opening;
    return { type: 'fence', indent, marker, info: info.trim() };
  }
  if (!line.includes('|')) return noStructure;
  if (structure.type === 'table') return structure;
  if (structure.type === 'table-header' && tableDelimiter.test(line)) {
    return { type: 'table', head: `${structure.header}\n${line}\n` };
  }
  return { type: 'table-header', header: line };
}

/** Whether the line closes a fence that was opened with `marker`. */
export function closesFence(marker: string, line: string): boolean {
  const trimmed = line.trim();
  if (trimmed.length < marker.length || trimmed[0] !== marker[0]) return false;
  return trimmed === (marker[0] ?? '').repeat(trimmed.length);
}

/** What a part that ends inside is ended with, on a line of its own; and what the next part is begun with. */
export type Scaffold = { readonly close: string; readonly reopen: string };

/** A name of a language is shorter; longer ones are left out where a fence is opened again. */
const longestInfo = 20;
const noScaffold: Scaffold = { close: '', reopen: '' };

/** The scaffold for a cut at this place; none where it would be longer than the limits, which are in the platform's unit. */
export function scaffoldFor(
  structure: Structure,
  limits: { readonly close: number; readonly reopen: number; readonly unit: TextUnit },
): Scaffold {
  const scaffold = build(structure);
  const fits =
    textLength(scaffold.close, limits.unit) <= limits.close &&
    textLength(scaffold.reopen, limits.unit) <= limits.reopen;
  return fits ? scaffold : noScaffold;
}

function build(structure: Structure): Scaffold {
  if (structure.type === 'table') return { close: '', reopen: structure.head };
  if (structure.type !== 'fence') return noScaffold;
  const info = textLength(structure.info, 'utf8-bytes') > longestInfo ? '' : structure.info;
  const close = `${structure.indent}${structure.marker}`;
  return { close, reopen: `${close}${info}\n` };
}
