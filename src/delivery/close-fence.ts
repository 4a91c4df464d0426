import { noStructure, readLine, type Structure } from './line-structure.ts';

/** The text with its code fence closed, if one is open at its end. */
export function closeFence(text: string): string {
  const open = text.split('\n').reduce<Structure>(readLine, noStructure);
  return open.type === 'fence' ? `${text}\n${open.indent}${open.marker}` : text;
}
