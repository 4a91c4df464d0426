import { z } from 'zod';
import { parseJson } from '../../../src/lib/parse-json.ts';

const memoSchema = z.strictObject({
  /** The workspace through which the form was opened. */
  via: z.string(),
  /** Where it was opened. */
  channel: z.string(),
  /** The message that it is about; null for one that brings its own pictures. */
  about: z
    .strictObject({
      message: z.string(),
      /** The root of the thread it is in; null outside of threads. */
      thread: z.string().nullable(),
      /** Under which its pictures are kept. */
      key: z.string(),
    })
    .nullable(),
});

/** What a form carries with it, unseen: ids alone, since there is room for 3,000 characters. */
export type FormMemo = z.infer<typeof memoSchema>;

/** As the `private_metadata` of a view. */
export function renderFormMemo(memo: FormMemo): string {
  return JSON.stringify(memo);
}

/** Null for what was not made here. */
export function readFormMemo(text: string): FormMemo | null {
  const parsed = parseJson(text, memoSchema);
  return parsed.ok ? parsed.value : null;
}
