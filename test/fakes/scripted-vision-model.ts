import type { AnswerEvent, AnswerUsage, FinishReason } from '../../src/answer/answer-event.ts';
import type { VisionModel, VisionRequest } from '../../src/engine/vision-model.ts';
import type { Clock } from '../../src/lib/clock.ts';

/** One step of an answer. A script without `end` or `fail` ends by itself after its last step. */
export type ScriptStep =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'wait'; readonly delayMs: number }
  | { readonly type: 'fail'; readonly error: Error }
  /** Says nothing more until it is aborted. */
  | { readonly type: 'stall' }
  /** Hangs even when it is aborted, as a broken connection does. */
  | { readonly type: 'hang' }
  | {
      readonly type: 'end';
      readonly finish?: FinishReason;
      readonly usage?: AnswerUsage;
      /** The authoritative text, where it differs from the deltas. */
      readonly text?: string;
    };

/** What a scripted model knows of its calls. */
export type ScriptedVisionModel = VisionModel & {
  readonly requests: VisionRequest[];
  /** Bytes of every picture of every question, as they were read. */
  readonly picturesRead: Uint8Array[];
  /** Calls that are still being answered: 0 after everything was cleaned up. */
  open(): number;
};

const noUsage: AnswerUsage = { inputTokens: null, outputTokens: null, credits: null };
const never = new AbortController().signal;

/** One text step for each word, with a wait before each: an answer as models write it. */
export function wordsOf(text: string, delayMs: number): ScriptStep[] {
  return (text.match(/\S+\s*|\s+/g) ?? []).flatMap((word) => [
    { type: 'wait', delayMs } as const,
    { type: 'text', text: word } as const,
  ]);
}

/** A model that answers from a script, on the given clock. Like a real one it reads the question's pictures first. */
export function createScriptedVisionModel(
  clock: Clock,
  script: readonly ScriptStep[] | ((request: VisionRequest) => readonly ScriptStep[]),
): ScriptedVisionModel {
  const requests: VisionRequest[] = [];
  const picturesRead: Uint8Array[] = [];
  let open = 0;

  async function* answer(request: VisionRequest, signal: AbortSignal): AsyncGenerator<AnswerEvent> {
    requests.push(request);
    open += 1;
    try {
      signal.throwIfAborted();
      for (const picture of request.pictures) picturesRead.push(await picture.read(signal));
      const steps = typeof script === 'function' ? script(request) : script;
      yield* play(steps, signal);
    } finally {
      open -= 1;
    }
  }

  async function* play(steps: readonly ScriptStep[], signal: AbortSignal): AsyncGenerator<AnswerEvent> {
    // Put together at the end: a thousand of these stand in a bench that looks at memory.
    const textBefore = (index: number) =>
      steps
        .slice(0, index)
        .map((step) => (step.type === 'text' ? step.text : ''))
        .join('');
    for (const [index, step] of steps.entries()) {
      signal.throwIfAborted();
      if (step.type === 'text') {
        yield { type: 'text-delta', text: step.text };
      } else if (step.type === 'wait') await clock.sleep(step.delayMs, signal);
      else if (step.type === 'stall') await untilAborted(signal);
      else if (step.type === 'hang') await untilAborted(never);
      else if (step.type === 'fail') throw step.error;
      else {
        yield {
          type: 'answer-end',
          finish: step.finish ?? 'stop',
          text: step.text ?? textBefore(index),
          usage: step.usage ?? noUsage,
        };
        return;
      }
    }
    signal.throwIfAborted();
    yield { type: 'answer-end', finish: 'stop', text: textBefore(steps.length), usage: noUsage };
  }

  return { answer, requests, picturesRead, open: () => open };
}

function untilAborted(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
}
