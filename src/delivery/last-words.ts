import { closeFence } from './close-fence.ts';
import type { AnswerEnding } from './read-answer.ts';

const marks = {
  stopped: 'Stopped.',
  length: 'The answer was cut off at the model’s length limit. Ask me to go on.',
  'content-filter': 'The answer was cut off by the model’s content filter. Put the question differently to learn more.',
} as const;

/** The whole text that stays in the end: the answer, and why it is not longer where that needs saying. */
export function composeLastWords(
  ending: Exclude<AnswerEnding, { type: 'unwanted' }>,
  failureText: (error: unknown) => string,
): string {
  switch (ending.type) {
    case 'complete':
      return ending.finish === 'stop' || ending.finish === 'stopped'
        ? ending.text
        : addParagraph(ending.text, marks[ending.finish]);
    case 'stopped':
      return addParagraph(ending.text, marks.stopped);
    case 'broken':
      return addParagraph(ending.text, failureText(ending.error));
    default:
      return ending satisfies never;
  }
}

/** A paragraph of its own behind the text; a fence that is still open must not swallow it. */
function addParagraph(text: string, paragraph: string): string {
  return text.trim() === '' ? paragraph : `${closeFence(text.trimEnd())}\n\n${paragraph}`;
}
