/** How a column's cells stand; null: on the left. */
type Align = 'left' | 'right' | 'center' | null;

/** Wider tables would be broken in the middle of their lines anyway. */
const widestColumn = 60;

/** As many columns as a fixed-width font gives the text: letters of the far east and pictures take two. */
function widthOf(text: string): number {
  const wide =
    /[\u1100-\u115F\u2E80-\uA4CF\uAC00-\uD7A3\uF900-\uFAFF\uFE30-\uFE6F\uFF00-\uFF60\uFFE0-\uFFE6]|\p{Extended_Pictographic}/u;
  return [...text].reduce((sum, character) => {
    if (/[\p{M}\p{Cf}]/u.test(character)) return sum;
    return sum + (wide.test(character) ? 2 : 1);
  }, 0);
}

function pad(text: string, width: number, align: Align): string {
  const missing = Math.max(0, width - widthOf(text));
  const before = align === 'right' ? missing : align === 'center' ? Math.floor(missing / 2) : 0;
  return `${' '.repeat(before)}${text}${' '.repeat(missing - before)}`;
}

/** A table as lines of text in columns, for a font of fixed width. The first row is the header. */
export function renderTextTable(rows: readonly (readonly string[])[], align: readonly Align[]): string {
  const cells = rows.map((row) => row.map((cell) => cell.replaceAll(/\s+/g, ' ').trim()));
  const widths = align.map((_, column) =>
    Math.min(widestColumn, Math.max(1, ...cells.map((row) => widthOf(row[column] ?? '')))),
  );
  const lines = cells.map((row) =>
    widths
      .map((width, column) => pad(row[column] ?? '', width, align[column] ?? null))
      .join(' | ')
      .trimEnd(),
  );
  const rule = widths.map((width) => '-'.repeat(width)).join('-|-');
  return [...lines.slice(0, 1), rule, ...lines.slice(1)].join('\n');
}
