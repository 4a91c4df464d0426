/** Which shards this process connects: as many as the platform recommends, or these of so many. */
export type ShardPlan =
  | { readonly type: 'recommended' }
  | { readonly type: 'fixed'; readonly shardIds: readonly number[]; readonly shardCount: number };

/** The plan, or one sentence that says what is wrong with the text. */
export type ParsedShards =
  | { readonly ok: true; readonly plan: ShardPlan }
  | { readonly ok: false; readonly reason: string };

const forms = '“1”, “4” (all of 4), “auto”, or “0-3/16” (these of 16)';
/** More than any bot gets that runs in few processes; a mistyped number opens no more connections than that. */
const mostShards = 4_096;

/** Reads `auto`, a number of shards, or a part of them: `0-3/16`, `5/16`. */
export function parseShards(text: string): ParsedShards {
  if (text === 'auto') return { ok: true, plan: { type: 'recommended' } };
  const read = /^(?:(\d{1,4})(?:-(\d{1,4}))?\/)?(\d{1,4})$/.exec(text);
  if (read === null) return { ok: false, reason: `“${text.slice(0, 40)}” is no choice of shards: write ${forms}.` };
  const shardCount = Number(read[3]);
  if (shardCount < 1 || shardCount > mostShards) {
    return { ok: false, reason: `The number of shards goes from 1 to ${mostShards}, not “${text}”.` };
  }
  const first = Number(read[1] ?? 0);
  const last = Number(read[2] ?? read[1] ?? shardCount - 1);
  if (last >= shardCount || first > last) {
    return {
      ok: false,
      reason: `“${text}” names shards that do not exist: of ${shardCount} they go from 0 to ${shardCount - 1}, the lower one first.`,
    };
  }
  return {
    ok: true,
    plan: {
      type: 'fixed',
      shardIds: Array.from({ length: last - first + 1 }, (_, index) => first + index),
      shardCount,
    },
  };
}
