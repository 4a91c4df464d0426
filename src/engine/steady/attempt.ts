import type { Failure } from '../../lib/errors.ts';
import type { AskableModel, ChosenModel } from '../catalogue.ts';
import type { VisionRequest } from '../vision-model.ts';
import { numberPictures } from './leave-out-picture.ts';

/** One try at an answer, and what was done before it. */
export type Attempt = {
  readonly model: AskableModel;
  readonly request: VisionRequest;
  /** What is to be said in front of the answer, as sentences. */
  readonly notices: readonly string[];
  readonly waitMs: number;
  readonly retried: boolean;
  readonly shortened: number;
  readonly leftOut: boolean;
  readonly succeeded: boolean;
  /** Why the model that was chosen did not answer; null while it still may. */
  readonly fellBackAfter: Failure | null;
};

/** The first try: the model that was chosen, or the one that answers for it, which is said once in a conversation. */
export function firstAttempt({ asked, entry, vision }: ChosenModel, request: VisionRequest): Attempt {
  const isNew = entry !== asked && !request.history.some((turn) => turn.model === asked.id);
  return {
    model: { entry, vision },
    request: numberPictures(request),
    notices: isNew ? [retiredSentence(asked.id, entry.id)] : [],
    waitMs: 0,
    retried: false,
    shortened: 0,
    leftOut: false,
    succeeded: false,
    fellBackAfter: null,
  };
}

/** That a model is gone, and who answers instead. */
export function retiredSentence(gone: string, answering: string): string {
  return `${gone} is retired; ${answering} answers.`;
}
