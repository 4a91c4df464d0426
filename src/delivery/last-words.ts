import { closeFence } from './close-fence.ts';
import type { Place } from './outbox.ts';
import type { AnswerEnding } from './read-answer.ts';

const marks = {
  stopped: 'Stopped.',
  length: 'The answer was cut off at the model’s length limit. Ask me to go on.',
  'content-filter': 'The answer was cut off by the model’s content filter. Put the question differently to learn more.',
} as const;

/**
 * The whole text that stays in the end: the answer, and why it is not longer where that needs saying. The place's
 * `hint` goes to the end of a complete answer.
 */
export function composeLastWords(
  ending: Exclude<AnswerEnding, { type: 'unwanted' }>,
  { hint, commandSign }: Pick<Place, 'hint' | 'commandSign'>,
  failureText: (error: unknown) => string,
): string {
  switch (ending.type) {
    case 'complete':
      return ending.finish === 'stop' || ending.finish === 'stopped'
        ? addHint(ending, { hint, commandSign })
        : addParagraph(ending.text, marks[ending.finish]);
    case 'stopped':
      return addParagraph(ending.text, marks.stopped);
    case 'broken':
      return addParagraph(ending.text, withSign(failureText(ending.error), commandSign));
    default:
      return ending satisfies never;
  }
}

function addHint(
  ending: Extract<AnswerEnding, { type: 'complete' }>,
  { hint, commandSign }: Pick<Place, 'hint' | 'commandSign'>,
): string {
  if (isOwnWords(ending)) return withSign(ending.text, commandSign);
  return hint === null ? ending.text : addParagraph(ending.text, hint);
}

/** Commands in the bot's own words as they can be written in that place. */
function withSign(text: string, sign: Place['commandSign']): string {
  return sign === '/' ? text : text.replaceAll(/(?<![\w/.:])\/(?=(?:model|search|new|help)\b)/g, sign);
}

/** Whether the bot spoke for itself: there is nothing to be asked again or to go on with. */
export function isOwnWords(ending: AnswerEnding): boolean {
  return ending.type === 'complete' && ending.finish === 'stop' && ending.usage === null;
}

/** A paragraph of its own behind the text; a fence that is still open must not swallow it. */
function addParagraph(text: string, paragraph: string): string {
  return text.trim() === '' ? paragraph : `${closeFence(text.trimEnd())}\n\n${paragraph}`;
}
