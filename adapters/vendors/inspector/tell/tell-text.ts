import type { FoundText } from '../wire.ts';
import { quote } from './quote.ts';

function describeConfidence({ confidence, cut }: FoundText): string {
  const unsure = confidence < 80 ? ' I am not sure of every word.' : '';
  return `${unsure}${cut ? ' There is more; this is its beginning.' : ''}`;
}

/** The text inside a picture, quoted; `asked` when the question was about text. */
export function tellText(text: FoundText, asked: boolean): string {
  if (text.lines.length === 0) {
    return asked
      ? 'I find no text in it that I can read. I read printed text in Latin letters; handwriting, other scripts and very small or slanted letters escape me.'
      : 'I find no readable text in it.';
  }
  const { text: quoted, isBlock } = quote(text.lines);
  const intro = asked ? 'It says' : 'Text in it';
  return isBlock
    ? `${intro}:\n\n${quoted}${after(describeConfidence(text))}`
    : `${intro}: ${quoted}.${describeConfidence(text)}`;
}

function after(sentences: string): string {
  return sentences === '' ? '' : `\n\n${sentences.trim()}`;
}
