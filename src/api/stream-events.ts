import { z } from 'zod';
import { aiRecordSchema } from './ai-record.ts';

/** The data of an event `content`: the next words. */
export const contentEventSchema = z.object({ content: z.string() });

/** The data of an event `result`: the finished record. */
export const resultEventSchema = z.object({ aiRecord: aiRecordSchema });

/** The data of the event `done`, the last one. */
export const doneEventSchema = z.object({ message: z.string() });

/** The data of an event `error`, the last one in place of `result` and `done`. */
export const errorEventSchema = z.object({ error: z.string(), errorCode: z.string() });

/** The data of every event of a stream, by its name. */
export type StreamEvents = {
  content: z.infer<typeof contentEventSchema>;
  result: z.infer<typeof resultEventSchema>;
  done: z.infer<typeof doneEventSchema>;
  error: z.infer<typeof errorEventSchema>;
};
