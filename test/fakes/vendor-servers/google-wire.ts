import { z } from 'zod';
import { readPicture } from './sent-picture.ts';
import type { ReceivedRequest, Refusal, VendorWire } from './vendor-server.ts';

/**
 * POST /v1beta/models/MODEL:streamGenerateContent?alt=sse as https://ai.google.dev/api/generate-content says, errors as
 * https://ai.google.dev/gemini-api/docs/troubleshooting and https://google.aip.dev/193. As the real one, it refuses names that it does not know.
 */
const textPart = z.strictObject({ text: z.string() });
const imagePart = z.strictObject({ inlineData: z.strictObject({ mimeType: z.string(), data: z.string() }) });
const bodySchema = z.strictObject({
  contents: z
    .array(z.strictObject({ role: z.enum(['user', 'model']), parts: z.array(z.union([textPart, imagePart])).min(1) }))
    .min(1),
  systemInstruction: z.strictObject({ parts: z.array(textPart).min(1) }).optional(),
  generationConfig: z.strictObject({}).optional(),
  tools: z.array(z.strictObject({ googleSearch: z.strictObject({}) })).optional(),
});
type Body = z.infer<typeof bodySchema>;

const models = ['gemini-1.5-pro', 'gemini-2.0-flash', 'gemini-2.5-pro'];
const mostImages = 3_600;
const mostBytes = 100 * 1_024 * 1_024;

/** The Gemini API. */
export const googleWire: VendorWire = {
  fixtures: 'google',
  basePath: '/v1beta',
  check(request, apiKey) {
    const model = /^\/v1beta\/models\/([\w.-]+):streamGenerateContent\?alt=sse$/.exec(request.path)?.[1];
    if (request.method !== 'POST' || model === undefined)
      return { status: 404, body: '<!DOCTYPE html><html lang=en><title>Error 404 (Not Found)!!1</title></html>' };
    if (request.headers['x-goog-api-key'] !== apiKey) return wrongKey;
    if (!models.includes(model))
      return refusal(404, 'NOT_FOUND', `models/${model} is not found for API version v1beta, or is not supported.`);
    return checkBody(request.body);
  },
};

const wrongKey = refusal(400, 'INVALID_ARGUMENT', 'API key not valid. Please pass a valid API key.', [
  {
    '@type': 'type.googleapis.com/google.rpc.ErrorInfo',
    reason: 'API_KEY_INVALID',
    domain: 'googleapis.com',
    metadata: { service: 'generativelanguage.googleapis.com' },
  },
]);

function checkBody(body: ReceivedRequest['body']): Refusal | null {
  const parsed = bodySchema.safeParse(body);
  if (!parsed.success)
    return refusal(400, 'INVALID_ARGUMENT', `Invalid JSON payload received. ${parsed.error.issues[0]?.message}`);
  const { contents } = parsed.data;
  if (contents.some(({ role }, index) => role !== (index % 2 === 0 ? 'user' : 'model')))
    return refusal(400, 'INVALID_ARGUMENT', 'Please ensure that multiturn requests alternate between user and model.');
  return checkImages(contents);
}

function checkImages(contents: Body['contents']): Refusal | null {
  const images = contents.flatMap(({ parts }) =>
    parts.flatMap((part) => ('inlineData' in part ? [part.inlineData] : [])),
  );
  if (images.length > mostImages) return refusal(400, 'INVALID_ARGUMENT', `Number of images exceeds ${mostImages}.`);
  const sizeBytes = images.reduce((sum, { data }) => sum + data.length, 0);
  if (sizeBytes > mostBytes) return refusal(400, 'INVALID_ARGUMENT', 'Request payload size exceeds the limit.');
  for (const [index, { parts }] of contents.entries()) {
    for (const [at, part] of parts.entries()) {
      if (!('inlineData' in part)) continue;
      const picture = readPicture(part.inlineData.mimeType, part.inlineData.data);
      if (picture === 'base64')
        return refusal(
          400,
          'INVALID_ARGUMENT',
          `Invalid value at 'contents[${index}].parts[${at}].inline_data.data' (TYPE_BYTES), Base64 decoding failed`,
        );
      if (picture === 'format') return refusal(400, 'INVALID_ARGUMENT', 'Provided image is not valid.');
    }
  }
  return null;
}

/** As the real one where a stream was asked for: sometimes in a list. */
function refusal(code: number, status: string, message: string, details?: readonly object[]): Refusal {
  const error = { code, message, status, ...(details === undefined ? {} : { details }) };
  return { status: code, body: status === 'NOT_FOUND' ? [{ error }] : { error } };
}
