import { z } from 'zod';
import { type ParseResult, parseJson } from '../lib/parse-json.ts';
import type { Turn } from './turn.ts';
import type { TurnProgress } from './turn-queue.ts';

const imageSchema = z.strictObject({
  id: z.string(),
  name: z.string(),
  sizeBytes: z.number().nullable(),
  locator: z.string(),
});

/** A turn as it is stored. */
export const turnSchema = z.strictObject({
  id: z.string(),
  subject: z.string(),
  platform: z.string(),
  tenant: z.string(),
  channel: z.string(),
  thread: z.string(),
  opensThread: z.boolean(),
  message: z.string(),
  route: z.string(),
  direct: z.boolean(),
  aside: z.boolean(),
  person: z.strictObject({
    id: z.string(),
    name: z.string(),
    moderator: z.boolean(),
    managesChannel: z.boolean(),
    managesServer: z.boolean(),
  }),
  text: z.string(),
  model: z.string().nullable(),
  images: z.array(imageSchema).readonly(),
  quotedImages: z.array(imageSchema).readonly(),
  unseen: z.string().nullable(),
  receivedAtMs: z.number(),
});

const progressSchema = z.strictObject({
  parts: z.array(z.strictObject({ ref: z.string() })),
  recordId: z.string().nullable(),
  finalText: z.string().nullable(),
});

/** A turn that nobody has worked on yet. */
export const noProgress: TurnProgress = { parts: [], recordId: null, finalText: null };

/** Reads back a turn that a queue stored as JSON. */
export function parseStoredTurn(json: string): ParseResult<Turn> {
  return parseJson(json, turnSchema);
}

/** Reads back what was saved of a turn's progress; null means that nothing was. */
export function parseStoredProgress(json: string | null): ParseResult<TurnProgress> {
  return json === null ? { ok: true, value: noProgress } : parseJson(json, progressSchema);
}
