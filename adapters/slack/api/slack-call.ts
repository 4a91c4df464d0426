/**
 * One call of a method of the Web API, as `chat.postMessage`. `team`: the workspace that it is for, by which the token is chosen
 * and the calls are counted.
 */
export type SlackCall = {
  readonly team: string;
  readonly method: string;
  /** As the method names them; lists and objects are sent as JSON, what is undefined is left out. */
  readonly arguments: Readonly<Record<string, unknown>>;
};

/**
 * One call: no retries, no waiting. Resolves to the body of a reply that says `ok: true`, unchecked, with the scopes of the token
 * among its `response_metadata`. Failures are `Failure`s of a `PlatformFailureCode` with the facts `status` and `slackError`
 * (Slack's own word); an abort rejects with the signal's reason. What Slack would refuse for its rate is refused here, unsent. A
 * call that got no reply may have been done all the same.
 */
export type SlackApi = (call: SlackCall, signal: AbortSignal) => Promise<unknown>;
