import type { Context } from 'hono';
import type { ZodType } from 'zod';
import { parseJson } from '../../src/lib/parse-json.ts';
import { Refusal } from './refusal.ts';

/** Far above the longest message with all its files. */
const maxBytes = 65_536;

/** Reads a small JSON body and checks its form; a `Refusal` when it is too large or does not fit. */
export async function readRequest<Value>(context: Context, schema: ZodType<Value>): Promise<Value> {
  const chunks: Uint8Array[] = [];
  let sizeBytes = 0;
  for await (const chunk of context.req.raw.body ?? []) {
    sizeBytes += chunk.byteLength;
    if (sizeBytes > maxBytes) throw new Refusal('web-too-large', 'That is more than a message can hold.');
    chunks.push(chunk);
  }
  const parsed = parseJson(Buffer.concat(chunks).toString('utf8'), schema);
  if (!parsed.ok) throw new Refusal('web-invalid', `That cannot be sent: ${parsed.reason}.`);
  return parsed.value;
}
