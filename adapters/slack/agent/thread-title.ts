const mostCharacters = 50;
/** Less than that is no title of its own: then it is cut within a word. */
const leastCharacters = 20;

/** What a thread is called after its first question: one line, cut at a word. Null for a question without words. */
export function toThreadTitle(question: string): string | null {
  const words = question
    .toWellFormed()
    .replace(/^\/ask\s/, '')
    .replaceAll(/[\p{C}\s]+/gu, ' ')
    .trim();
  if (words === '') return null;
  const characters = [...words];
  if (characters.length <= mostCharacters) return words;
  // One is kept for the dots. What follows the cut tells whether it is at the end of a word.
  const head = characters.slice(0, mostCharacters).join('');
  const atWord = head.slice(0, Math.max(head.lastIndexOf(' '), 0)).replace(/[\s.,;:!?–-]+$/u, '');
  const cut = [...atWord].length >= leastCharacters ? atWord : characters.slice(0, mostCharacters - 1).join('');
  return `${cut}…`;
}
