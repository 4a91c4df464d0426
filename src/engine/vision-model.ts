import type { AnswerEvent } from '../answer/answer-event.ts';
import type { OriginalPicture } from '../api/original-picture.ts';

/** A picture of a request; the bytes are read when they are needed. */
export type RequestPicture = {
  readonly key: string;
  /** Its number in the conversation; null: its place from 1. Said where a picture before it was left out. */
  readonly number: number | null;
  readonly name: string;
  readonly mimeType: string;
  /** The file that it is a copy of; null when it is none, or nobody said so. */
  readonly original: OriginalPicture | null;
  read(signal: AbortSignal): Promise<Uint8Array>;
};

/** An earlier question of the conversation with its answer, oldest first. */
export type PastTurn = {
  readonly model: string;
  readonly prompt: string;
  readonly pictures: readonly RequestPicture[];
  readonly answer: string;
};

/** A page of the web that was read for a question; to be cited by its number, from 1 in their order. */
export type WebSource = { readonly url: string; readonly title: string; readonly text: string };

/** What a model is asked. */
export type VisionRequest = {
  /** The id by which the model's vendor knows it. */
  readonly model: string;
  readonly prompt: string;
  readonly pictures: readonly RequestPicture[];
  readonly history: readonly PastTurn[];
  readonly webSearch: { readonly numOfSite: number; readonly maxWord: number } | null;
  /** What was found on the web already; empty where nothing was looked for, or nothing found. */
  readonly sources: readonly WebSource[];
};

/** PORT: a model that looks at pictures. Failures are `Failure`s of a `ChatFailureCode`. */
export type VisionModel = {
  answer(request: VisionRequest, signal: AbortSignal): AsyncIterable<AnswerEvent>;
};
