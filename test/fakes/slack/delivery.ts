import type { JsonObject } from '../discord/json.ts';

/** The kinds of things that Slack sends to an app, as Socket Mode names them. */
export type DeliveryKind = 'events_api' | 'slash_commands' | 'interactive';

/** Something to be sent to the app. */
export type Delivery = {
  readonly kind: DeliveryKind;
  readonly payload: JsonObject;
  /** Whether an answer may carry something. */
  readonly takesAnswer: boolean;
};

/** Which attempt it is, and why it has to be made again. */
export type Attempt = { readonly number: number; readonly reason: string | null };

/** How an attempt ended. */
export type AttemptResult =
  | { readonly type: 'taken'; readonly answer: unknown }
  /** Not taken; `noRetry` when the app said that it does not want it again. */
  | { readonly type: 'failed'; readonly reason: string; readonly status: number | null; readonly noRetry: boolean };

/** A way to the app. */
export type Carrier = {
  readonly name: 'http' | 'socket';
  attempt(delivery: Delivery, attempt: Attempt): Promise<AttemptResult>;
};

/** One attempt that was made. */
export type DeliveryLogEntry = {
  readonly atMs: number;
  readonly by: 'http' | 'socket';
  readonly kind: DeliveryKind;
  readonly eventId: string | null;
  /** The event's type, the command, or the kind of interaction. */
  readonly what: string;
  readonly teamId: string | null;
  /** 0 for the first attempt. */
  readonly retry: number;
  readonly reason: string | null;
  readonly outcome: 'taken' | string;
};
