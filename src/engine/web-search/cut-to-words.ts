/** The first `count` words of a text, with the blanks between them. Scripts that write no blanks count by their characters, two for a word. */
export function cutToWords(text: string, count: number): string {
  const words =
    /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]{1,2}|[^\s\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]+/gu;
  let seen = 0;
  for (const match of text.matchAll(words)) {
    seen += 1;
    if (seen === count) return text.slice(0, match.index + match[0].length);
  }
  return text.trimEnd();
}
