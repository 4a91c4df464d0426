import type { Turn } from '../turn/turn.ts';

/** How a platform counts the length of a message. */
export type TextUnit = 'utf16' | 'utf8-bytes';

/** What a platform can take, as data: the core branches on this, never on a platform's name. */
export type OutboxLimits = {
  /** The longest message, in the platform's own unit. */
  readonly text: { readonly max: number; readonly unit: TextUnit };
  /** So many edits in each window, for all messages of a scope together. */
  readonly edits: { readonly count: number; readonly windowMs: number };
};

/** Where an answer goes. `id` is opaque and survives a restart; equal `scope`s share one edit budget. */
export type Place = { readonly id: string; readonly scope: string };

/** One message of an answer. */
export type Part = {
  readonly text: string;
  /** `streaming`: more will come. `final`: this text stays. */
  readonly state: 'streaming' | 'final';
};

/** PORT: how messages leave; one per platform. Failures are `Failure`s of a `PlatformFailureCode`. Every text may be hostile. */
export type Outbox = {
  readonly limits: OutboxLimits;
  /** Opens the turn's thread, or finds it open. The same turn gives the same place, however often it is asked. */
  open(turn: Turn, signal: AbortSignal): Promise<Place>;
  /**
   * Posts a message and gives its reference. The same `key` posts once: a second call gives the first one's reference,
   * also after a restart.
   */
  post(place: Place, part: Part, key: string, signal: AbortSignal): Promise<string>;
  edit(place: Place, ref: string, part: Part, signal: AbortSignal): Promise<void>;
  /** Takes a message away; one that is gone already is no failure. */
  remove(place: Place, ref: string, signal: AbortSignal): Promise<void>;
  /** Shows for a few seconds that an answer is on its way. Best effort: resolves whatever happens. */
  typing(place: Place, signal: AbortSignal): Promise<void>;
};
