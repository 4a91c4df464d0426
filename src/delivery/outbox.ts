import type { Turn } from '../turn/turn.ts';

/** How a platform counts the length of a message. */
export type TextUnit = 'utf16' | 'utf8-bytes';

/** What a platform can take, as data: the core branches on this, never on a platform's name. */
export type OutboxLimits = {
  /** The longest message, in the platform's own unit. */
  readonly text: { readonly max: number; readonly unit: TextUnit };
  /** So many edits in each window, for all messages of a scope together. */
  readonly edits: { readonly count: number; readonly windowMs: number };
  readonly growth: Growth;
};

/**
 * How a message grows. `replaced`: each edit shows another text. `continued`: while it is `streaming`, each text begins with the
 * one before, so that only what is new has to be sent; after `forMs` such a message is ended and the answer goes on in another.
 */
export type Growth = { readonly type: 'replaced' } | { readonly type: 'continued'; readonly forMs: number };

/**
 * Where an answer goes. `id` is opaque and survives a restart; equal `scope`s share one edit budget. `hint`: a sentence for the
 * end of the answer, how to go on from here, where people need to be told. `mostMessages`: of one answer, where there is a limit.
 * `limits`: what holds here instead of the outbox's own limits; null: those. Places of one scope have the same. `commandSign`: what
 * people write in front of a command here, since some places refuse the slash.
 */
export type Place = {
  readonly id: string;
  readonly scope: string;
  readonly hint: string | null;
  readonly mostMessages: number | null;
  readonly limits: OutboxLimits | null;
  readonly commandSign: '/' | '!';
};

/** What holds at a place. */
export function limitsAt(place: Place, outbox: Pick<Outbox, 'limits'>): OutboxLimits {
  return place.limits ?? outbox.limits;
}

/** What people can do about an answer, offered under its last message: stop it while it runs, then have it again. */
export type AnswerControls = { readonly type: 'stop' | 'again'; readonly subject: string };

/** One message of an answer. */
export type Part = {
  readonly text: string;
  /** `streaming`: more will come. `final`: this text stays. */
  readonly state: 'streaming' | 'final';
  readonly controls: AnswerControls | null;
};

/** What the platform says is left of its limit of edits: so many in a window, so many of them free, until it is emptied. */
export type EditReport = { readonly count: number; readonly remaining: number; readonly resetAfterMs: number };

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
  /**
   * Shows the part instead; gives what the platform says of its limit, null where it says nothing. A streaming part may be left
   * out where the platform is stricter with a message than its limits say, such as an old one; a final part never.
   */
  edit(place: Place, ref: string, part: Part, signal: AbortSignal): Promise<EditReport | null>;
  /** Takes a message away; one that is gone already is no failure. */
  remove(place: Place, ref: string, signal: AbortSignal): Promise<void>;
  /**
   * Shows for a few seconds that an answer is on its way; with `isOver`, takes that back where it would stay. Best effort: resolves
   * whatever happens.
   */
  typing(place: Place, isOver: boolean, signal: AbortSignal): Promise<void>;
};
