import type { AnswerEvent } from '../../../../src/answer/answer-event.ts';
import type { PastTurn, RequestPicture, VisionModel, VisionRequest } from '../../../../src/engine/vision-model.ts';

/** A signal that never aborts. */
export const live = new AbortController().signal;

/** A request with what matters to a test. */
export function toRequest(
  prompt: string,
  pictures: readonly RequestPicture[],
  history: readonly PastTurn[] = [],
): VisionRequest {
  return { model: 'inspector', prompt, pictures, history, webSearch: null, sources: [] };
}

/** An earlier question; its answer does not matter. */
export function toPast(prompt: string, pictures: readonly RequestPicture[]): PastTurn {
  return { model: 'inspector', prompt, pictures, answer: '…' };
}

/** The whole answer's text. */
export async function ask(model: VisionModel, request: VisionRequest): Promise<string> {
  const events: AnswerEvent[] = [];
  for await (const event of model.answer(request, live)) events.push(event);
  const end = events.at(-1);
  if (end?.type !== 'answer-end') throw new Error('the answer has no end');
  return end.text;
}
