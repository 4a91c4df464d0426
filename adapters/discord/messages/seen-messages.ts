import { z } from 'zod';
import type { Clock } from '../../../src/lib/clock.ts';
import { errorMessage } from '../../../src/lib/errors.ts';
import { keepNewest } from '../../../src/lib/keep-newest.ts';
import type { Logger } from '../../../src/lib/logger.ts';
import { repeat } from '../../../src/lib/repeat.ts';
import { createCollection } from '../../../src/memory/collection.ts';
import type { Store } from '../../../src/memory/store.ts';
import { isNewer, newerOf } from '../directory/snowflake.ts';

const placeSchema = z.strictObject({ channel: z.string(), message: z.string(), direct: z.boolean() });

const recordSchema = z.strictObject({
  shards: z.record(z.string(), z.string()),
  /** Shards for which the reading of what was missed has not ended. */
  unfinished: z.array(z.number()),
  used: z.array(placeSchema),
  left: z.array(placeSchema),
});
type SeenRecord = z.infer<typeof recordSchema>;

/** A message in its channel. */
export type SeenPlace = z.infer<typeof placeSchema>;

/** What the last run left. */
export type SeenBefore = {
  /** Up to which message a shard saw everything; null when that is not known, as at the very first start. */
  since(shard: number): string | null;
  /** Whether it ended before it had read what the shard had missed. */
  isUnfinished(shard: number): boolean;
  /** The oldest message of each channel that nobody took. */
  readonly left: readonly SeenPlace[];
};

/** How far messages were seen and taken, kept over restarts, so that the next session can read what was missed. */
export type SeenMessages = {
  /** What the last run left; null when the signal aborted before it could be read. */
  readonly before: Promise<SeenBefore | null>;
  /** A message came by the shard. */
  note(shard: number, message: string): void;
  /** The newest message that came by the shard since the start; null before the first. */
  newest(shard: number): string | null;
  /** Until `release`, the store keeps how far the shard saw everything by now, whatever comes. */
  hold(shard: number): void;
  release(shard: number): void;
  /** From now on somebody works on the message. */
  begin(place: SeenPlace): void;
  /** It was taken, was for nobody, or nobody took it. */
  end(place: SeenPlace, how: 'taken' | 'nothing' | 'left'): void;
  /** What the last run left in the channel was read again. */
  forgetLeft(channel: string): void;
  /** Channels that the bot was used in, the latest first, each with the last message that was taken there. */
  used(): readonly SeenPlace[];
  /** Writes what has changed every few seconds until the signal aborts. */
  keep(signal: AbortSignal): Promise<void>;
  /** Writes it once more, when nothing works any more. */
  finish(): Promise<void>;
};

const writeEveryMs = 2_000;
const maxPlaces = 200;
const recordKey = 'all';

/** Adds the place of a channel as its latest; `older` keeps the older message where there is one already. */
function put(places: Map<string, SeenPlace>, place: SeenPlace, which: 'older' | 'newer'): void {
  const known = places.get(place.channel);
  const isKnownRight = known !== undefined && isNewer(known.message, place.message) === (which === 'newer');
  keepNewest(places, place.channel, isKnownRight ? known : place, maxPlaces);
}

function toBefore({ shards, unfinished, left }: SeenRecord): SeenBefore {
  // With another number of shards nobody knows which saw what: the oldest of all is safe.
  const oldest = Object.values(shards).reduce<string | null>(
    (least, each) => (least === null || isNewer(least, each) ? each : least),
    null,
  );
  return {
    since: (shard) => shards[String(shard)] ?? oldest,
    isUnfinished: (shard) => unfinished.includes(shard),
    left,
  };
}

/** Keeps one record. */
export function createSeenMessages(parts: {
  readonly store: Store;
  readonly clock: Clock;
  readonly logger: Logger;
}): SeenMessages {
  const { clock, logger } = parts;
  const records = createCollection(parts.store, 'discord-seen', recordSchema, logger);
  const before = Promise.withResolvers<SeenBefore | null>();
  const shards = new Map<number, string>();
  const held = new Map<number, string | undefined>();
  const used = new Map<string, SeenPlace>();
  /** What the last run left, as long as nobody has read it again, and what this one leaves. */
  const leftBefore = new Map<string, SeenPlace>();
  const left = new Map<string, SeenPlace>();
  const working = new Map<string, SeenPlace>();
  let stored: SeenRecord | null = null;
  let written = '';

  async function load(): Promise<SeenRecord> {
    const record = await records.get(recordKey);
    // What happened since the start is newer than what was kept.
    const sinceStart = [...used.values()];
    used.clear();
    for (const place of [...(record?.used ?? []), ...sinceStart]) put(used, place, 'newer');
    for (const place of record?.left ?? []) put(leftBefore, place, 'older');
    stored = record ?? { shards: {}, unfinished: [], used: [], left: [] };
    before.resolve(toBefore(stored));
    return stored;
  }

  const toRecord = (kept: SeenRecord): SeenRecord => {
    const all = { ...kept.shards };
    for (const [shard, newest] of shards) {
      const seenAll = held.has(shard) ? held.get(shard) : newest;
      if (seenAll !== undefined) all[String(shard)] = seenAll;
    }
    const unfinished = new Map(leftBefore);
    for (const place of [...left.values(), ...working.values()]) put(unfinished, place, 'older');
    return {
      shards: all,
      unfinished: [...held.keys()],
      used: [...used.values()],
      left: [...unfinished.values()],
    };
  };

  async function write(): Promise<void> {
    const record = toRecord(stored ?? (await load()));
    const text = JSON.stringify(record);
    if (text === written) return;
    await records.set(recordKey, record);
    written = text;
  }

  return {
    before: before.promise,
    note(shard, message) {
      const known = shards.get(shard);
      shards.set(shard, known === undefined ? message : newerOf(known, message));
    },
    newest: (shard) => shards.get(shard) ?? null,
    hold(shard) {
      if (!held.has(shard)) held.set(shard, shards.get(shard));
    },
    release(shard) {
      held.delete(shard);
    },
    begin(place) {
      working.set(place.message, place);
    },
    end(place, how) {
      working.delete(place.message);
      if (how === 'left') put(left, place, 'older');
      if (how === 'taken') put(used, place, 'newer');
    },
    forgetLeft(channel) {
      leftBefore.delete(channel);
    },
    used: () => [...used.values()].reverse(),
    async keep(signal) {
      const task = { name: 'keep what was seen of Discord', everyMs: writeEveryMs, run: write };
      await repeat(task, clock, logger, signal);
      before.resolve(null);
    },
    async finish() {
      try {
        await write();
      } catch (error) {
        logger.warn({ reason: errorMessage(error) }, 'How far messages were seen was not stored.');
      }
    },
  };
}
