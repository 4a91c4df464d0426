import type { Clock } from '../../../src/lib/clock.ts';
import { keepNewest } from '../../../src/lib/keep-newest.ts';
import { tupleKey } from '../../../src/lib/tuple-key.ts';

/** A message that this start of the program began to stream. */
export type LiveStream = {
  /** The workspace whose limits it counts for. */
  readonly via: string;
  readonly startedAtMs: number;
  readonly subject: string;
  /** By which it is found again. */
  readonly marker: string;
  /** Whether the button that stops it stands under it. */
  readonly hasStop: boolean;
  /** What has been sent for certain. */
  text: string;
  /**
   * `open`: takes more. `closed`: it is changed like any other message from now on. `stopped`: a person pressed Slack's own stop
   * button; only its last text is still to come.
   */
  state: 'open' | 'closed' | 'stopped';
};

/** The messages that are being streamed, by where they stand. */
export type LiveStreams = {
  find(via: string, channel: string, ts: string): LiveStream | null;
  /** How many have still to be ended in a workspace. */
  countOpen(via: string): number;
  add(channel: string, ts: string, stream: LiveStream): void;
  /** It shows its last text, or is gone. */
  forget(via: string, channel: string, ts: string): void;
};

/** More are never live at once; the oldest of more is changed like any other message. */
const mostKept = 2_000;

/** Slack closes every stream about then (measured, not documented): one that was given up need not be ended. */
const lifeMs = 300_000;

/** None yet. */
export function createLiveStreams(clock: Clock): LiveStreams {
  const streams = new Map<string, LiveStream>();
  return {
    find: (...where) => streams.get(tupleKey(...where)) ?? null,
    countOpen(via) {
      const sinceMs = clock.now() - lifeMs;
      return [...streams.values()].filter(
        (stream) => stream.via === via && stream.state === 'open' && stream.startedAtMs > sinceMs,
      ).length;
    },
    add: (channel, ts, stream) => keepNewest(streams, tupleKey(stream.via, channel, ts), stream, mostKept),
    forget: (...where) => {
      streams.delete(tupleKey(...where));
    },
  };
}
