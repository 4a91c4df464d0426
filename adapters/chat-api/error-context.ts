/** What an error came with, besides itself. */
export type ErrorContext = {
  /** 200 for an error inside a stream or a record. */
  readonly status: number;
  readonly retryAfterMs?: number;
  /** A web page came: whoever refused stands in front of the API, and means something else by its status. */
  readonly isPage?: boolean;
  /** The model that was asked. */
  readonly model?: string;
};
