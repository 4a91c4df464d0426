import { z } from 'zod';
import { readDataUrl } from './sent-picture.ts';
import type { ReceivedRequest, Refusal, VendorWire } from './vendor-server.ts';

/**
 * POST /v1/chat/completions as https://docs.mistral.ai/api says, its limits on pictures as https://docs.mistral.ai (vision), errors as
 * https://docs.mistral.ai/resources/error-glossary and, for what does not fit the schema, as FastAPI writes them. Strict like the real one.
 */
const textPart = z.strictObject({ type: z.literal('text'), text: z.string().min(1) });
const imagePart = z.strictObject({
  type: z.literal('image_url'),
  image_url: z.union([z.string(), z.strictObject({ url: z.string() })]),
});
const messageSchema = z.discriminatedUnion('role', [
  z.strictObject({ role: z.literal('system'), content: z.string().min(1) }),
  z.strictObject({
    role: z.literal('user'),
    content: z.union([z.string().min(1), z.array(z.discriminatedUnion('type', [textPart, imagePart])).min(1)]),
  }),
  z.strictObject({ role: z.literal('assistant'), content: z.string().min(1), prefix: z.boolean().optional() }),
]);
const bodySchema = z.strictObject({
  model: z.string(),
  messages: z.array(messageSchema).min(1),
  stream: z.literal(true),
});
type Message = z.infer<typeof messageSchema>;

const models = ['pixtral-12b-2409', 'mistral-large-latest', 'mistral-medium-latest'];
const mostImages = 8;
const mostImageBytes = 10 * 1_024 * 1_024;

/** Mistral's API. */
export const mistralWire: VendorWire = {
  fixtures: 'mistral',
  basePath: '/v1',
  check(request, apiKey) {
    if (request.method !== 'POST' || request.path !== '/v1/chat/completions')
      return { status: 404, body: { detail: 'Not Found' } };
    if (request.headers['authorization'] !== `Bearer ${apiKey}`)
      return { status: 401, body: { detail: 'Unauthorized' } };
    return checkBody(request);
  },
};

function checkBody({ body }: ReceivedRequest): Refusal | null {
  const parsed = bodySchema.safeParse(body);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    const detail = [{ type: 'extra_forbidden', loc: ['body', ...(issue?.path ?? [])], msg: issue?.message }];
    const type = 'invalid_request_error';
    return { status: 422, body: { object: 'error', message: { detail }, type, param: null, code: null } };
  }
  const { model, messages } = parsed.data;
  if (!models.includes(model)) return refusal(400, `Invalid model: ${model}`, 'invalid_model', '1500');
  if (messages.at(-1)?.role !== 'user')
    return refusal(
      400,
      'Expected last role User or Tool for serving but got assistant',
      'invalid_request_message_order',
      '3230',
    );
  return checkImages(messages);
}

function checkImages(messages: readonly Message[]): Refusal | null {
  const urls = messages.flatMap((message) =>
    typeof message.content === 'string'
      ? []
      : message.content.flatMap((part) => (part.type === 'image_url' ? [toUrl(part.image_url)] : [])),
  );
  if (urls.length > mostImages)
    return refusal(400, `Too many images provided: the maximum is ${mostImages}.`, 'invalid_request_message', '3051');
  for (const url of urls) {
    const picture = readDataUrl(url);
    if (typeof picture === 'string')
      return refusal(400, "Image, 'data:…', could not be loaded as a valid image", 'invalid_request_file', '3310');
    if (picture.sizeBytes > mostImageBytes)
      return refusal(400, 'Image content must be smaller than 10485760 bytes.', 'invalid_request_file', '3310');
  }
  return null;
}

function toUrl(image: string | { readonly url: string }): string {
  return typeof image === 'string' ? image : image.url;
}

function refusal(status: number, message: string, type: string, code: string): Refusal {
  return { status, body: { object: 'error', message, type, param: null, code } };
}
