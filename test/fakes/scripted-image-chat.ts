import type { AnswerEvent } from '../../src/answer/answer-event.ts';
import type { ChatFailureCode } from '../../src/answer/chat-failure.ts';
import type { ImageChat, ImageQuestion, ImageUpload } from '../../src/answer/image-chat.ts';
import type { ModelInfo } from '../../src/answer/models.ts';
import { noUsage } from '../../src/answer/say.ts';
import type { Clock } from '../../src/lib/clock.ts';
import { Failure } from '../../src/lib/errors.ts';

/** What a question is answered with: words that come one after the other, and how it ends. */
export type ScriptedAnswer = {
  readonly words: readonly string[];
  readonly wordDelayMs?: number;
  /** Fails after the words. */
  readonly failure?: ChatFailureCode;
};

/** A Chat with Image API in memory that keeps records, knows its own asset keys only and takes its time. */
export type ScriptedImageChat = ImageChat & {
  readonly questions: readonly ImageQuestion[];
  readonly uploads: readonly ImageUpload[];
  /** Records whose model was told to stop. */
  readonly stopped: readonly string[];
  /** Conversations it was asked to forget. */
  readonly forgotten: readonly string[];
  /** The next answers, in order; an echo of the question when there are none left. */
  script(...answers: readonly ScriptedAnswer[]): void;
  /** Every asset key becomes unknown. */
  expireAssets(): void;
  /** Records of before are gone, as after a restart of an API that forgets. */
  forgetRecords(): void;
};

/** A model for tests: sees pictures and can be asked, unless told otherwise. */
export function fakeModel(id: string, change: Partial<ModelInfo> = {}): ModelInfo {
  return {
    id,
    name: id,
    vendor: 'test',
    contextTokens: 128_000,
    price: { input: 1, output: 2, perTokens: 1_000_000 },
    seesPictures: true,
    maxPictures: 10,
    bestAt: '',
    unavailableBecause: null,
    ...change,
  };
}

/** Builds the API; `models` is what it lists. */
export function createScriptedImageChat(clock: Clock, models: readonly ModelInfo[]): ScriptedImageChat {
  const answers: ScriptedAnswer[] = [];
  const questions: ImageQuestion[] = [];
  const uploads: ImageUpload[] = [];
  const stopped: string[] = [];
  const forgotten: string[] = [];
  const records = new Map<string, ScriptedAnswer>();
  const keys = new Set<string>();
  let count = 0;

  async function* play(recordId: string, answer: ScriptedAnswer, signal: AbortSignal): AsyncIterable<AnswerEvent> {
    let text = '';
    try {
      for (const word of answer.words) {
        await clock.sleep(answer.wordDelayMs ?? 50, signal);
        text += word;
        yield { type: 'text-delta', text: word };
      }
    } catch (error) {
      stopped.push(recordId);
      throw error;
    }
    if (answer.failure !== undefined) throw new Failure(answer.failure, 'as scripted');
    yield { type: 'answer-end', finish: 'stop', text, usage: noUsage };
  }

  return {
    questions,
    uploads,
    stopped,
    forgotten,
    script: (...next) => {
      answers.push(...next);
    },
    expireAssets: () => keys.clear(),
    forgetRecords: () => records.clear(),
    models: async () => models,
    async forget(conversationId, signal) {
      await clock.sleep(20, signal).catch(() => {});
      forgotten.push(conversationId);
    },
    async upload(image, signal) {
      await clock.sleep(20, signal);
      uploads.push(image);
      const key = `images/${uploads.length}_${image.fileName}`;
      keys.add(key);
      return key;
    },
    async *ask(question, onRecord, signal) {
      await clock.sleep(20, signal);
      if (question.imageKeys.length === 0) throw new Failure('chat-invalid-request', 'no pictures');
      if (question.imageKeys.some((key) => !keys.has(key))) throw new Failure('chat-image-unknown', 'unknown key');
      questions.push(question);
      count += 1;
      const recordId = `record-${count}`;
      const answer = answers.shift() ?? {
        words: [`${question.model} on `, `${question.imageKeys.length}: `, question.prompt],
      };
      records.set(recordId, answer);
      await onRecord(recordId);
      yield* play(recordId, answer, signal);
    },
    async *resume(recordId, signal) {
      const answer = records.get(recordId);
      if (answer === undefined) throw new Failure('chat-record-gone', 'no such record');
      yield* play(recordId, answer, signal);
    },
  };
}
