/** Something that Slack sent to the app, by whichever way it came. */
export type SlackDelivery = {
  /** `options` are choices that a menu asks for while somebody types. */
  readonly kind: 'event' | 'command' | 'interaction' | 'options';
  /** As Slack sent it, decoded but unchecked. */
  readonly payload: unknown;
  /** Which repetition this is, from 1, and why; null for the first time. */
  readonly retry: { readonly attempt: number; readonly reason: string } | null;
};

/**
 * Resolves when the delivery is taken care of (durably): only then is Slack told. The value is what goes into the acknowledgement.
 * May be called again with the same delivery.
 */
export type TakeDelivery = (delivery: SlackDelivery, signal: AbortSignal) => Promise<unknown>;
