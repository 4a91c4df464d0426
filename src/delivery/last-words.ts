import { closeFence } from './close-fence.ts';
import type { AnswerEnding } from './read-answer.ts';

const marks = {
  stopped: 'Stopped.',
  length: 'The answer was cut off at the model’s length limit. Ask me to go on.',
  'content-filter': 'The answer was cut off by the model’s content filter. Put the question differently to learn more.',
} as const;

/**
 * The whole text that stays in the end: the answer, and why it is not longer where that needs saying. `hint` is a sentence on how
 * to go on, for the end of a complete answer; null where people need none.
 */
export function composeLastWords(
  ending: Exclude<AnswerEnding, { type: 'unwanted' }>,
  hint: string | null,
  failureText: (error: unknown) => string,
): string {
  switch (ending.type) {
    case 'complete':
      return ending.finish === 'stop' || ending.finish === 'stopped'
        ? addHint(ending, hint)
        : addParagraph(ending.text, marks[ending.finish]);
    case 'stopped':
      return addParagraph(ending.text, marks.stopped);
    case 'broken':
      return addParagraph(ending.text, failureText(ending.error));
    default:
      return ending satisfies never;
  }
}

function addHint(ending: Extract<AnswerEnding, { type: 'complete' }>, hint: string | null): string {
  return hint === null || isOwnWords(ending) ? ending.text : addParagraph(ending.text, hint);
}

/** Whether the bot spoke for itself: there is nothing to be asked again or to go on with. */
export function isOwnWords(ending: AnswerEnding): boolean {
  return ending.type === 'complete' && ending.finish === 'stop' && ending.usage === null;
}

/** A paragraph of its own behind the text; a fence that is still open must not swallow it. */
function addParagraph(text: string, paragraph: string): string {
  return text.trim() === '' ? paragraph : `${closeFence(text.trimEnd())}\n\n${paragraph}`;
}
