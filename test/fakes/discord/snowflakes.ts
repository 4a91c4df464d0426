import type { Clock } from '../../../src/lib/clock.ts';

const epochMs = 1_420_070_400_000;

/** Discord's ids: 18 or 19 digits that hold the time at which the thing was made. */
export type Snowflakes = {
  /** An id for now; every id is larger than the ones before. */
  next(): string;
  /** An id of a thing that was made at `atMs`, for what is older than the test. */
  at(atMs: number): string;
};

/** Ids from the clock's time. */
export function createSnowflakes(clock: Clock): Snowflakes {
  let last = 0n;
  let serial = 0n;
  return {
    next() {
      const base = BigInt(Math.floor(clock.now()) - epochMs) << 22n;
      last = base > last ? base : last + 1n;
      return String(last);
    },
    at(atMs) {
      serial += 1n;
      return String((BigInt(Math.floor(atMs) - epochMs) << 22n) + (serial & 0x3fffffn));
    },
  };
}

/** When the thing with this id was made. */
export function timeOfSnowflake(id: string): number {
  return Number(BigInt(id) >> 22n) + epochMs;
}

/** Which of `count` connections hears of this server; direct messages go to connection 0. */
export function shardOf(guildId: string | null, count: number): number {
  return guildId === null ? 0 : Number((BigInt(guildId) >> 22n) % BigInt(count));
}
