import { aboutSources, instructions } from './instructions.ts';
import type { RequestPicture, VisionRequest, WebSource } from './vision-model.ts';

/** A piece of what somebody asks. Pictures count from 1 through the whole conversation. */
export type AskedPart =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'picture'; readonly number: number; readonly picture: RequestPicture };

/** A conversation as a model reads it: `asked` and `answered` by turns, beginning and ending with `asked`. */
export type ComposedMessage =
  | { readonly role: 'asked'; readonly parts: readonly AskedPart[] }
  | { readonly role: 'answered'; readonly text: string };

/** A question with everything that a model has to know of it. */
export type ComposedQuestion = { readonly instructions: string; readonly messages: readonly ComposedMessage[] };

/** Vendors refuse messages without words, and some refuse two of the same side in a row. */
const noWords = '(no words)';
const noAnswer = '(no answer)';

/** Lays a question out for a model: each picture after its number, pages of the web quoted between pictures and question. */
export function composeMessages(request: VisionRequest): ComposedQuestion {
  const messages: ComposedMessage[] = [];
  let number = 0;
  const show = (pictures: readonly RequestPicture[]): AskedPart[] =>
    pictures.flatMap((picture): AskedPart[] => {
      number = picture.number ?? number + 1;
      return [
        { type: 'text', text: `Picture ${number}:` },
        { type: 'picture', number, picture },
      ];
    });
  for (const turn of request.history) {
    messages.push(
      { role: 'asked', parts: [...show(turn.pictures), { type: 'text', text: orElse(turn.prompt, noWords) }] },
      { role: 'answered', text: orElse(turn.answer, noAnswer) },
    );
  }
  const question: AskedPart = { type: 'text', text: orElse(request.prompt, noWords) };
  messages.push({ role: 'asked', parts: [...show(request.pictures), ...quoteSources(request.sources), question] });
  return { instructions, messages };
}

function orElse(text: string, otherwise: string): string {
  return text.trim() === '' ? otherwise : text;
}

function quoteSources(sources: readonly WebSource[]): AskedPart[] {
  if (sources.length === 0) return [];
  const quotations = sources.map(({ url, title, text }, index) =>
    [`[${index + 1}] ${toOneLine(title)}`, toOneLine(url), quote(text)].join('\n'),
  );
  return [{ type: 'text', text: [aboutSources, ...quotations].join('\n\n') }];
}

/** Every line is marked, so that nothing a page says can end its own quotation. */
function quote(text: string): string {
  return text
    .trim()
    .split(/\r\n|[\n\r\u0085\u2028\u2029]/)
    .map((line) => `> ${line}`)
    .join('\n');
}

function toOneLine(text: string): string {
  return text.replaceAll(/\s+/gu, ' ').trim();
}
