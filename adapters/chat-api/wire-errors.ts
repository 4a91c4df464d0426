import { z } from 'zod';
import { text } from './wire-fields.ts';

/** What an error says, from either envelope, from a record that failed, or from an `error` event. */
export type WireError = {
  readonly code: string | null;
  readonly message: string | null;
  readonly details: string | null;
  readonly field: string | null;
};

const looseText = z.unknown().transform((value) => {
  if (value === undefined || value === null) return null;
  return typeof value === 'string' ? value : JSON.stringify(value);
});

const detailedField = z
  .array(z.object({ field: z.string() }))
  .min(1)
  .optional()
  .catch(undefined);

const errorObject = z.object({ code: text, message: text, details: z.unknown().optional() });

const errorBody = z.object({
  success: z.boolean().optional().catch(undefined),
  errorCode: text,
  code: text,
  message: text,
  detail: text,
  details: z.unknown().optional(),
  error: z.union([z.string(), errorObject]).optional().catch(undefined),
});

function toWireError(body: z.infer<typeof errorBody>): WireError {
  const inner = typeof body.error === 'object' ? body.error : undefined;
  const details = inner?.details ?? body.details;
  return {
    code: body.errorCode ?? inner?.code ?? body.code ?? null,
    message: inner?.message ?? (typeof body.error === 'string' ? body.error : (body.message ?? body.detail ?? null)),
    details: looseText.parse(details),
    field: detailedField.parse(details)?.[0]?.field ?? null,
  };
}

/** The body of an answer with a bad status, or the data of an `error` event: an error whatever it looks like. */
export const refusalSchema = errorBody.transform(toWireError);

/** The error in a body with a good status; null when there is none. */
export const errorSchema = errorBody.transform((body): WireError | null => {
  const isError = body.success === false || body.errorCode !== undefined || body.error !== undefined;
  return isError ? toWireError(body) : null;
});
