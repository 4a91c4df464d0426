/** Without what does not show or changes how the rest shows; line ends stay. */
function visible(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Cf}\p{Co}\p{Cn}]/gu, (character) => (/[\n\t]/.test(character) ? character : ''));
}

function longestRunOfBackticks(text: string): number {
  return Math.max(0, ...(text.match(/`+/g) ?? []).map((run) => run.length));
}

/** Text from inside a picture as inline code: its characters are shown and mean nothing. */
export function quoteInline(text: string): string {
  const line = visible(text).replaceAll(/\s+/g, ' ').trim();
  const fence = '`'.repeat(longestRunOfBackticks(line) + 1);
  const padding = /^`|`$/.test(line) ? ' ' : '';
  return `${fence}${padding}${line}${padding}${fence}`;
}

/** Several lines from inside a picture as a block of code. */
export function quoteBlock(lines: readonly string[]): string {
  const text = visible(lines.join('\n'));
  const fence = '`'.repeat(Math.max(3, longestRunOfBackticks(text) + 1));
  return `${fence}\n${text}\n${fence}`;
}

/** One line inline, several as a block. */
export function quote(lines: readonly string[]): { readonly text: string; readonly isBlock: boolean } {
  const [only] = lines;
  return lines.length === 1 && only !== undefined && only.length <= 120
    ? { text: quoteInline(only), isBlock: false }
    : { text: quoteBlock(lines), isBlock: true };
}
