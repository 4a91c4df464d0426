/** One call to the Chat with Image API, as a person could repeat it: everything but the address and the key. */
export type ApiCall = {
  /** Whose conversation it was made for, as in `conversationKey`. */
  readonly conversationKey: string;
  readonly atMs: number;
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** With the query, without the origin: `/api/features`. */
  readonly path: string;
  readonly body:
    | { readonly type: 'none' }
    | { readonly type: 'json'; readonly value: unknown }
    | { readonly type: 'file'; readonly field: string; readonly fileName: string; readonly mimeType: string };
};

/** Is told of every call just before it is made. Never fails. */
export type WatchApiCall = (call: ApiCall) => void;
