import type { EditReport, Outbox, OutboxLimits, Part, Place, TextUnit } from '../../src/delivery/outbox.ts';
import type { PlatformFailureCode } from '../../src/delivery/platform-failure.ts';
import type { Clock } from '../../src/lib/clock.ts';
import { Failure } from '../../src/lib/errors.ts';
import type { Inbox, InboxEvent, Receipt } from '../../src/turn/inbox.ts';
import { conversationKey, type Turn } from '../../src/turn/turn.ts';
import { createFakeScreen, type FakeScreen } from './fake-screen.ts';

type Window = { readonly count: number; readonly windowMs: number };

/** What the platform is like. Everything but the clock has a default. */
export type FakePlatformOptions = {
  readonly clock: Clock;
  /** `fake` unless told otherwise. */
  readonly name?: string;
  /** 2,000 UTF-16 units unless told otherwise. */
  readonly text?: OutboxLimits['text'];
  /** What it declares: 5 edits in 5 s unless told otherwise. */
  readonly edits?: Window;
  /** What it really enforces, in windows that open with the first edit; as declared unless told otherwise. */
  readonly enforcedEdits?: Window;
  /** New messages in each window and scope; no limit unless told otherwise. */
  readonly posts?: Window;
  /** Time from here to there, and again for the reply: 100 ms unless told otherwise. */
  readonly oneWayMs?: () => number;
  /** How to go on from its places; nothing unless told otherwise. */
  readonly hint?: string;
  /** What stands in front of commands; a slash unless told otherwise. */
  readonly commandSign?: '/' | '!';
  /** Messages that one answer may have; any number unless told otherwise. */
  readonly mostMessages?: number;
  /** Tells in every reply to an edit what is left of the limit. */
  readonly reportsLimit?: boolean;
  /**
   * Messages grow by additions: what streams must continue the text before, and after so long a message takes no more of it, only
   * its final text. The core is told to be done `forMs` after the post.
   */
  readonly growth?: { readonly forMs: number; readonly refusesAfterMs: number };
  /** The limits are told by each place instead of the outbox, which names others. */
  readonly limitsByPlace?: boolean;
  /** Which scope a turn's place belongs to; its channel unless told otherwise. */
  readonly scopeOf?: (turn: Turn) => string;
};

/** How often each call reached the platform, refused or not. */
export type FakeCallCounts = {
  opens: number;
  posts: number;
  edits: number;
  removes: number;
  typings: number;
  /** How often it was told that an answer is not on its way any more. */
  typingEnds: number;
  rateLimited: number;
};

/** A platform in memory that limits, delays, refuses and forgets like a real one, and shows what people saw. */
export type FakePlatform = {
  readonly inbox: Inbox;
  readonly outbox: Outbox;
  readonly screen: FakeScreen;
  readonly calls: FakeCallCounts;
  /** A person's message arrives. Rejects when nobody listens. */
  say(turn: Turn): Promise<Receipt>;
  /** Any event arrives. Rejects when nobody listens. */
  report(event: InboxEvent): Promise<Receipt>;
  /** The next posts are shown, but their replies never arrive. */
  loseNextPostReplies(count: number): void;
  /** The next edits are shown, but their replies never arrive. */
  loseNextEditReplies(count: number): void;
  /** The next posts are refused. */
  failNextPosts(count: number, failure: Failure<PlatformFailureCode>): void;
  /** The next edits are refused. */
  failNextEdits(count: number, failure: Failure<PlatformFailureCode>): void;
  /** The place and its messages are gone; whatever goes there is refused. */
  removePlace(placeId: string): void;
  /** Streaming texts that did not continue the one before, or came too late: none, or the delivery is wrong. */
  readonly badAdditions: readonly string[];
  /** The program was started anew: its first text for a message of before replaces what stands there. */
  forgetAdditions(): void;
  /** Somebody deletes a message. */
  removeMessage(ref: string): void;
};

/** Limits that hold nowhere: whoever goes by them is wrong. */
const otherLimits: OutboxLimits = {
  text: { max: 40, unit: 'utf16' },
  edits: { count: 1, windowMs: 60_000 },
  growth: { type: 'replaced' },
};

/** The length of a text as a platform counts it. */
function lengthIn(unit: TextUnit, text: string): number {
  return unit === 'utf16' ? text.length : Buffer.byteLength(text, 'utf8');
}

/** Counts calls in windows that open with the first one, for each scope. */
function createServerWindows(limit: Window | undefined) {
  const windows = new Map<string, { endsAtMs: number; used: number }>();
  /** The wait when the window is used up, else null. */
  const take = (scope: string, nowMs: number): number | null => {
    if (limit === undefined) return null;
    const open = windows.get(scope);
    if (open === undefined || nowMs >= open.endsAtMs) {
      windows.set(scope, { endsAtMs: nowMs + limit.windowMs, used: 1 });
      return null;
    }
    if (open.used >= limit.count) return open.endsAtMs - nowMs;
    open.used += 1;
    return null;
  };
  /** What a reply says of the window that is open now. */
  const report = (scope: string, nowMs: number): EditReport | null => {
    const open = windows.get(scope);
    if (limit === undefined || open === undefined) return null;
    return { count: limit.count, remaining: limit.count - open.used, resetAfterMs: open.endsAtMs - nowMs };
  };
  return { take, report };
}

/** A list of refusals to come, taken one by one. */
function createScript() {
  let lost = 0;
  const refusals: Failure<PlatformFailureCode>[] = [];
  return {
    lose: (count: number) => {
      lost += count;
    },
    refuse: (count: number, failure: Failure<PlatformFailureCode>) => {
      for (let index = 0; index < count; index += 1) refusals.push(failure);
    },
    nextRefusal: () => refusals.shift(),
    losesReply: () => {
      if (lost === 0) return false;
      lost -= 1;
      return true;
    },
  };
}

/** Builds the platform; its messages are empty and its clock the test's. */
export function createFakePlatform(options: FakePlatformOptions): FakePlatform {
  const { clock } = options;
  const text = options.text ?? { max: 2_000, unit: 'utf16' };
  const edits = options.edits ?? { count: 5, windowMs: 5_000 };
  const oneWayMs = options.oneWayMs ?? (() => 100);
  const scopeOf = options.scopeOf ?? ((turn: Turn) => turn.channel);
  const screen = createFakeScreen(clock.now());
  const calls: FakeCallCounts = { opens: 0, posts: 0, edits: 0, removes: 0, typings: 0, typingEnds: 0, rateLimited: 0 };
  const editWindows = createServerWindows(options.enforcedEdits ?? edits);
  const postWindows = createServerWindows(options.posts);
  const editScript = createScript();
  const postScript = createScript();
  const gonePlaces = new Set<string>();
  const refByKey = new Map<string, string>();
  const postedAtMs = new Map<string, number>();
  /** What a message shows that is still streaming, as far as the program that runs now has said it. */
  const lastAddition = new Map<string, string>();
  const badAdditions: string[] = [];
  const limits: OutboxLimits = {
    text,
    edits,
    growth: options.growth === undefined ? { type: 'replaced' } : { type: 'continued', forMs: options.growth.forMs },
  };
  let nextRef = 1;
  let onEvent: ((event: InboxEvent) => Promise<Receipt>) | null = null;

  const refuseRate = (waitMs: number | null) => {
    if (waitMs === null) return;
    calls.rateLimited += 1;
    throw new Failure('platform-rate-limited', 'too many requests', { retryable: true, retryAfterMs: waitMs });
  };
  const refuseText = (part: Part) => {
    if (lengthIn(text.unit, part.text) > text.max) {
      throw new Failure('platform-text-too-long', 'the text is too long', { facts: { max: text.max } });
    }
    if (part.text.trim() === '') throw new Failure('platform-rejected', 'a message cannot be empty');
  };
  const refuseAddition = (key: string, part: Part, refused: boolean) => {
    if (options.growth === undefined) return;
    const before = lastAddition.get(key);
    // A final text may be any, and a message of before shows what nobody here knows.
    if (part.state === 'final') lastAddition.delete(key);
    else lastAddition.set(key, part.text);
    if (part.state === 'final' || (!refused && (before === undefined || part.text.startsWith(before)))) return;
    badAdditions.push(`${before} → ${part.text}`);
    throw new Failure('platform-rejected', 'the text does not continue the one before, or comes too late');
  };
  const refusePlace = (place: Place) => {
    if (gonePlaces.has(place.id)) throw new Failure('platform-place-gone', 'the place is gone');
  };
  const unreachable = () => new Failure('platform-unreachable', 'the connection was reset', { retryable: true });

  /** A request on its way there, what the platform does with it, and the reply on its way back. */
  const request = async <Value>(signal: AbortSignal, act: () => Value): Promise<Value> => {
    const delayMs = oneWayMs();
    await clock.sleep(delayMs, signal);
    try {
      return act();
    } finally {
      await clock.sleep(delayMs, signal);
    }
  };

  const outbox: Outbox = {
    limits: options.limitsByPlace === true ? otherLimits : limits,
    open: (turn, signal) =>
      request(signal, () => {
        calls.opens += 1;
        const place = {
          id: conversationKey(turn),
          scope: scopeOf(turn),
          hint: options.hint ?? null,
          commandSign: options.commandSign ?? '/',
          mostMessages: options.mostMessages ?? null,
          limits: options.limitsByPlace === true ? limits : null,
        };
        refusePlace(place);
        return place;
      }),
    post: (place, part, key, signal) =>
      request(signal, () => {
        calls.posts += 1;
        const refusal = postScript.nextRefusal();
        if (refusal !== undefined) throw refusal;
        refusePlace(place);
        refuseText(part);
        refuseRate(postWindows.take(place.scope, clock.now()));
        const identity = `${place.id}\n${key}`;
        const known = refByKey.get(identity);
        const ref = known ?? `message-${nextRef}`;
        if (known === undefined) {
          nextRef += 1;
          refByKey.set(identity, ref);
          postedAtMs.set(ref, clock.now());
          refuseAddition(ref, part, false);
          screen.show({ ref, placeId: place.id, key, ...part }, clock.now());
        }
        if (postScript.losesReply()) throw unreachable();
        return ref;
      }),
    edit: (place, ref, part, signal) =>
      request(signal, () => {
        calls.edits += 1;
        const refusal = editScript.nextRefusal();
        if (refusal !== undefined) throw refusal;
        refusePlace(place);
        refuseText(part);
        refuseRate(editWindows.take(place.scope, clock.now()));
        const message = screen.message(ref);
        if (message === undefined) throw new Failure('platform-message-gone', 'the message is gone');
        const ageMs = clock.now() - (postedAtMs.get(ref) ?? clock.now());
        refuseAddition(ref, part, ageMs > (options.growth?.refusesAfterMs ?? Number.POSITIVE_INFINITY));
        screen.show({ ...message, ...part }, clock.now());
        if (editScript.losesReply()) throw unreachable();
        return options.reportsLimit === true ? editWindows.report(place.scope, clock.now()) : null;
      }),
    remove: (place, ref, signal) =>
      request(signal, () => {
        calls.removes += 1;
        refusePlace(place);
        screen.hide(ref, clock.now());
      }),
    typing: async (_place, isOver, signal) => {
      if (isOver) calls.typingEnds += 1;
      else calls.typings += 1;
      await clock.sleep(oneWayMs(), signal).catch(() => {});
    },
  };

  const inbox: Inbox = {
    name: options.name ?? 'fake',
    listen: (listener, signal) =>
      new Promise((resolve) => {
        onEvent = listener;
        const onAbort = () => {
          onEvent = null;
          resolve();
        };
        if (signal.aborted) onAbort();
        else signal.addEventListener('abort', onAbort, { once: true });
      }),
  };

  const report = async (event: InboxEvent) => {
    if (onEvent === null) throw new Error('nobody listens to the platform');
    return onEvent(event);
  };

  return {
    inbox,
    outbox,
    screen,
    calls,
    badAdditions,
    forgetAdditions() {
      lastAddition.clear();
      postedAtMs.clear();
    },
    report,
    say: (turn) => report({ type: 'turn', turn }),
    loseNextPostReplies: postScript.lose,
    loseNextEditReplies: editScript.lose,
    failNextPosts: postScript.refuse,
    failNextEdits: editScript.refuse,
    removePlace(placeId) {
      gonePlaces.add(placeId);
      for (const message of screen.messages(placeId)) screen.hide(message.ref, clock.now());
    },
    removeMessage: (ref) => screen.hide(ref, clock.now()),
  };
}
