import type { AnswerEvent, AnswerUsage } from './answer-event.ts';

/** The usage of a model that counts nothing. */
export const noUsage = { inputTokens: null, outputTokens: null, credits: null } as const satisfies AnswerUsage;

/** The bot's own words as an answer. */
export async function* say(text: string): AsyncIterable<AnswerEvent> {
  yield { type: 'text-delta', text };
  yield { type: 'answer-end', finish: 'stop', text, usage: null };
}

/** An answer with the bot's own words in front of it, in a paragraph of their own; the answer itself when there are none. */
export function sayBefore(words: string, answer: AsyncIterable<AnswerEvent>): AsyncIterable<AnswerEvent> {
  return words === '' ? answer : putBefore(`${words}\n\n`, answer);
}

async function* putBefore(paragraph: string, answer: AsyncIterable<AnswerEvent>): AsyncIterable<AnswerEvent> {
  yield { type: 'text-delta', text: paragraph };
  for await (const event of answer) {
    yield event.type === 'answer-end' ? { ...event, text: paragraph + event.text } : event;
  }
}
