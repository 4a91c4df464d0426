import { z } from 'zod';

/** The parts that the bench of the API starts, each in a process of its own. */
export const roles = ['vendor', 'own', 'pipe', 'sdk'] as const;
export type Role = (typeof roles)[number];

/** How the stand-in for the vendor writes its next answers. */
export const scriptSchema = z.object({
  tokens: z.int(),
  /** Between two tokens of one answer; 0: all at once. */
  gapMs: z.number(),
  /** Letters that each token has besides the time it was sent at. */
  padding: z.int(),
});
export type Script = z.infer<typeof scriptSchema>;

/** What a part is told. */
export const orderSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('script'), script: scriptSchema }),
  z.object({ type: z.literal('measure') }),
  z.object({ type: z.literal('report') }),
]);
export type Order = z.infer<typeof orderSchema>;

const usageSchema = z.object({
  elapsedMs: z.number(),
  cpuMs: z.number(),
  loopP99Ms: z.number(),
  loopP50Ms: z.number(),
  heapMb: z.number(),
  residentMb: z.number(),
});
/** What a part used since it was told to measure; memory is that of the moment, after a collection. */
export type Usage = z.infer<typeof usageSchema>;

/** What a part says. */
export const noticeSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('ready'), url: z.string(), key: z.string() }),
  z.object({ type: z.literal('usage'), usage: usageSchema }),
  z.object({ type: z.literal('done') }),
]);
export type Notice = z.infer<typeof noticeSchema>;
