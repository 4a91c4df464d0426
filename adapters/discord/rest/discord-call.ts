/** One call of Discord's HTTP API. */
export type DiscordCall = {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Built with `Routes`. */
  readonly route: `/${string}`;
  /** Sent as JSON. */
  readonly body?: unknown;
  readonly query?: URLSearchParams;
  /** False for interaction callbacks and webhooks, whose token is in the route. True unless told otherwise. */
  readonly auth?: boolean;
};

/** What a reply says of the limit that its call counts for. */
export type BucketReport = { readonly count: number; readonly remaining: number; readonly resetAfterMs: number };

/** `body` is what came, unchecked; null when nothing did. `bucket` is null where the reply says nothing of it. */
export type DiscordReply = { readonly body: unknown; readonly bucket: BucketReport | null };

/**
 * One call: no retries, and no waiting but for a moment where the bot as a whole sends too much. Failures are `Failure`s of a
 * `PlatformFailureCode` with the facts `status` and `discordCode`; an abort rejects with the signal's reason. What Discord would
 * refuse for its rate is refused here, unsent. A call that got no reply may have been done all the same: what creates something
 * has to be idempotent by a nonce.
 */
export type DiscordRest = (call: DiscordCall, signal: AbortSignal) => Promise<DiscordReply>;
