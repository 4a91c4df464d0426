import type { Block, Line } from 'tesseract.js';
import type { FoundText } from '../wire.ts';

type ReadLine = { text: string; readonly confidence: number; readonly top: number; readonly bottom: number };

/** Words below this confidence are guesses (0 to 100). On photographs without text nearly all are below 50. */
const minWordConfidence = 60;
/** One or two lone characters are more often a texture than a text. */
const minShortConfidence = 85;
const maxLines = 200;
const maxChars = 6_000;

function toReadLine(line: Line): ReadLine | null {
  const words = line.words.filter((word) => word.confidence >= minWordConfidence);
  const text = words
    .map((word) => word.text)
    .join(' ')
    .trim();
  const letters = text.match(/[\p{L}\p{N}]/gu)?.length ?? 0;
  const confidence = words.reduce((sum, word) => sum + word.confidence, 0) / Math.max(1, words.length);
  const kept = letters >= 3 || (letters === 2 && confidence >= minShortConfidence);
  return kept ? { text, confidence, top: line.bbox.y0, bottom: line.bbox.y1 } : null;
}

function isOnRow(row: ReadLine, line: ReadLine): boolean {
  const common = Math.min(row.bottom, line.bottom) - Math.max(row.top, line.top);
  return common >= 0.6 * Math.min(row.bottom - row.top, line.bottom - line.top);
}

/** Joins a column of short texts (prices, numbers) to the rows it stands beside: a receipt is read by rows, an article by columns. */
function joinColumn(rows: ReadLine[], column: readonly ReadLine[]): void {
  const pairs = column.map((line) => ({ line, row: rows.find((row) => isOnRow(row, line)) }));
  const beside = pairs.filter(
    ({ line, row }) => row !== undefined && (line.text.length <= 16 || row.text.length <= 16),
  );
  if (column.length < 2 || beside.length < 0.6 * column.length) {
    rows.push(...column);
    return;
  }
  for (const { line, row } of pairs) {
    if (row === undefined) rows.push(line);
    else row.text = `${row.text}  ${line.text}`;
  }
}

function cutToLimits(rows: readonly ReadLine[]): { lines: string[]; cut: boolean } {
  const lines: string[] = [];
  let chars = 0;
  for (const { text } of rows) {
    chars += text.length;
    if (lines.length === maxLines || chars > maxChars) return { lines, cut: true };
    lines.push(text.slice(0, 1_000));
  }
  return { lines, cut: false };
}

/** The lines worth telling, in reading order, without what is noise. */
export function toFoundText(blocks: readonly Block[]): FoundText {
  const rows: ReadLine[] = [];
  for (const block of blocks) {
    const lines = block.paragraphs.flatMap((paragraph) => paragraph.lines).flatMap((line) => toReadLine(line) ?? []);
    joinColumn(rows, lines);
  }
  const confidence = rows.reduce((sum, row) => sum + row.confidence, 0) / Math.max(1, rows.length);
  return { ...cutToLimits(rows), confidence };
}
