import type { ShardPlan } from '../../../src/shard-plan.ts';

/** Shards as they are connected. */
export type Shards = { readonly shardIds: readonly number[]; readonly shardCount: number };

/** The shards of a plan, given Discord's recommendation. */
export function toShards(plan: ShardPlan, recommended: number): Shards {
  return plan.type === 'fixed'
    ? plan
    : { shardIds: Array.from({ length: recommended }, (_, shardId) => shardId), shardCount: recommended };
}
