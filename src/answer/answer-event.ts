/** What an answer cost, where the API said so. Null where it did not. */
export type AnswerUsage = {
  readonly inputTokens: number | null;
  readonly outputTokens: number | null;
  readonly credits: number | null;
};

/** Why an answer ended: by itself, at a length limit, because somebody stopped it, or because a filter cut it. */
export type FinishReason = 'stop' | 'length' | 'stopped' | 'content-filter';

/**
 * An answer as it comes: `text-delta*`, then exactly one `answer-end`, always last. A failure rejects the iterator instead.
 */
export type AnswerEvent =
  | {
      readonly type: 'text-delta';
      readonly text: string;
      /** True for words about the answer that are not the model's, put in front of it. */
      readonly isNotice?: true;
    }
  | {
      readonly type: 'answer-end';
      readonly finish: FinishReason;
      /** The whole text, authoritative: it may differ from the deltas where the API says so. */
      readonly text: string;
      /** Null when no model was asked: these are the bot's own words. */
      readonly usage: AnswerUsage | null;
    };
