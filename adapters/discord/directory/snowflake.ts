/** Discord's ids count milliseconds from the beginning of 2015 in all but their last 22 bits. */
const epochMs = 1_420_070_400_000;
const timeShift = 22n;

/** The smallest id of that moment: everything made from then on has a greater one. */
export function snowflakeAt(atMs: number): string {
  return String(BigInt(Math.max(0, Math.floor(atMs) - epochMs)) << timeShift);
}

/** When the thing with this id was made, in milliseconds since 1970; 0 for what is no id of Discord. */
export function timeOfSnowflake(id: string): number {
  return /^\d{1,20}$/.test(id) ? Number(BigInt(id) >> timeShift) + epochMs : 0;
}

/** Whether the left one was made after the right one. */
export function isNewer(left: string, right: string): boolean {
  return BigInt(left) > BigInt(right);
}

/** The newer of the two. */
export function newerOf(left: string, right: string): string {
  return isNewer(left, right) ? left : right;
}
