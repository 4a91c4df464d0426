import type { OriginalPicture } from '../images/prepare-image.ts';
import type { AnswerEvent } from './answer-event.ts';
import type { ModelInfo } from './models.ts';

/** One question about pictures, as the Chat with Image API takes it. */
export type ImageQuestion = {
  /** As in `conversationKey`: tells watchers of the calls whose they are; never sent. */
  readonly conversationKey: string;
  readonly conversationId: string;
  readonly model: string;
  readonly prompt: string;
  /** Asset keys, in the order people counted the pictures. Never empty. */
  readonly imageKeys: readonly string[];
  /** Whether other models may have answered in this conversation before. */
  readonly isMixed: boolean;
  readonly webSearch: { readonly numOfSite: number; readonly maxWord: number } | null;
};

/** A picture to be uploaded. */
export type ImageUpload = {
  /** As in `ImageQuestion`. */
  readonly conversationKey: string;
  readonly bytes: Uint8Array;
  readonly mimeType: string;
  /** With a proper extension: the hosted API refuses others. */
  readonly fileName: string;
  /** What was received and made into these bytes; APIs that do not know it leave it aside. */
  readonly original: OriginalPicture;
};

/** PORT: the Chat with Image API, the only way to the answers. Failures are `Failure`s of a `ChatFailureCode`. */
export type ImageChat = {
  /** Uploads a picture and gives its asset key. */
  upload(image: ImageUpload, signal: AbortSignal): Promise<string>;
  /**
   * Asks. `onRecord` is called once, before any event, as soon as the API names the record that answers.
   * Aborting the signal also stops the model where the API can do that.
   */
  ask(
    question: ImageQuestion,
    onRecord: (recordId: string) => Promise<void>,
    signal: AbortSignal,
  ): AsyncIterable<AnswerEvent>;
  /** The answer of an earlier `ask`, from its start, finished or still coming. `chat-record-gone` when the API does not have it. */
  resume(recordId: string, signal: AbortSignal): AsyncIterable<AnswerEvent>;
  /** Has the API forget a conversation, with its questions and answers. Best effort, within a few seconds: not every API can. */
  forget(conversationId: string, signal: AbortSignal): Promise<void>;
  /** Every model the API lists, available or not. */
  models(signal: AbortSignal): Promise<readonly ModelInfo[]>;
};
