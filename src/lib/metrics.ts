/** Names of what is counted; adapters give them their help texts and units. */
export type CounterName =
  | 'turns_accepted_total'
  | 'turns_refused_total'
  | 'answers_total'
  | 'answer_feedback_total'
  | 'message_writes_total'
  | 'pictures_prepared_total'
  | 'pictures_reused_total'
  | 'api_requests_total'
  | 'model_tokens_total'
  | 'model_retries_total'
  | 'model_fallbacks_total';

/** Counting, handed to whoever has something worth counting. Labels are few and have few values. */
export type Metrics = {
  /** Adds `amount`, one unless it is said. */
  count(name: CounterName, labels?: Readonly<Record<string, string>>, amount?: number): void;
};

/** Counts nothing: for tests and benchmarks. */
export const noMetrics: Metrics = { count: () => {} };
