import type { AnswerControls } from '../../src/delivery/outbox.ts';

/** One message as people see it now. */
export type ScreenMessage = {
  readonly ref: string;
  readonly placeId: string;
  readonly key: string;
  readonly text: string;
  readonly state: 'streaming' | 'final';
  readonly controls: AnswerControls | null;
};

/** One change of what people see. `text` is null when the message was taken away. */
export type ScreenChange = {
  readonly atMs: number;
  readonly placeId: string;
  readonly ref: string;
  readonly text: string | null;
  readonly state: 'streaming' | 'final';
};

/** What people see on a platform, and everything they saw before: the judge of a delivery. */
export type FakeScreen = {
  show(message: ScreenMessage, atMs: number): void;
  hide(ref: string, atMs: number): void;
  message(ref: string): ScreenMessage | undefined;
  /** The messages of a place (or all) in the order they were posted. */
  messages(placeId?: string): readonly ScreenMessage[];
  changes(): readonly ScreenChange[];
  /** `[milliseconds since the start, text]` of every change, in order; null for a message that was taken away. */
  timeline(): readonly (readonly [number, string | null])[];
  /** Everything ever shown that would have called somebody. */
  pings(): readonly string[];
  /** Messages that stand in the same place twice with the same text. */
  doubledMessages(): readonly string[];
  /** Changes after which words that were visible are gone. Formatting may change, words may not. */
  vanishedWords(): readonly string[];
};

// What the platforms turn into a call, each in its own notation.
const pingPattern = /@(?:everyone|here)\b|<@[!&]?[\w-]+(?:\|[^>]*)?>|<!(?:here|channel|everyone|group|subteam)[^>]*>/gi;

/** Letters and digits only: what stays when formatting changes. */
function words(text: string): string {
  return text.replaceAll(/[^\p{L}\p{N}]+/gu, ' ').trim();
}

/** An empty screen; times are counted from `startMs`. */
export function createFakeScreen(startMs: number): FakeScreen {
  const shown = new Map<string, ScreenMessage>();
  const changes: ScreenChange[] = [];

  const messages = (placeId?: string) =>
    [...shown.values()].filter((message) => placeId === undefined || message.placeId === placeId);

  return {
    show(message, atMs) {
      shown.set(message.ref, message);
      changes.push({ atMs, placeId: message.placeId, ref: message.ref, text: message.text, state: message.state });
    },
    hide(ref, atMs) {
      const message = shown.get(ref);
      if (message === undefined) return;
      shown.delete(ref);
      changes.push({ atMs, placeId: message.placeId, ref, text: null, state: message.state });
    },
    message: (ref) => shown.get(ref),
    messages,
    changes: () => changes,
    timeline: () => changes.map((change) => [change.atMs - startMs, change.text] as const),
    pings: () => changes.flatMap((change) => change.text?.match(pingPattern) ?? []),
    doubledMessages() {
      const seen = new Set<string>();
      return messages().flatMap((message) => {
        const identity = `${message.placeId}\n${message.text}`;
        if (seen.has(identity)) return [message.text];
        seen.add(identity);
        return [];
      });
    },
    vanishedWords() {
      const before = new Map<string, string>();
      return changes.flatMap((change) => {
        const previous = before.get(change.ref) ?? '';
        const current = words(change.text ?? '');
        before.set(change.ref, current);
        return current.startsWith(previous) ? [] : [`${previous} → ${current}`];
      });
    },
  };
}
