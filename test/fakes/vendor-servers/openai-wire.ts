import { z } from 'zod';
import { readDataUrl } from './sent-picture.ts';
import type { ReceivedRequest, Refusal, VendorWire } from './vendor-server.ts';

/**
 * POST /v1/chat/completions as https://platform.openai.com/docs/api-reference/chat/create says, errors as
 * https://platform.openai.com/docs/guides/error-codes and as people quote them. Strict: what is not known here is refused, so that
 * whoever sends more has to look it up.
 */
const textPart = z.strictObject({ type: z.literal('text'), text: z.string().min(1) });
const imagePart = z.strictObject({
  type: z.literal('image_url'),
  image_url: z.strictObject({ url: z.string(), detail: z.enum(['auto', 'low', 'high', 'original']).optional() }),
});
const messageSchema = z.discriminatedUnion('role', [
  z.strictObject({ role: z.enum(['system', 'developer']), content: z.string().min(1) }),
  z.strictObject({
    role: z.literal('user'),
    content: z.union([z.string().min(1), z.array(z.discriminatedUnion('type', [textPart, imagePart])).min(1)]),
  }),
  z.strictObject({ role: z.literal('assistant'), content: z.string().min(1) }),
]);
const bodySchema = z.strictObject({
  model: z.string(),
  messages: z.array(messageSchema).min(1),
  stream: z.literal(true),
  stream_options: z.strictObject({ include_usage: z.boolean() }),
  temperature: z.number().optional(),
});
type Message = z.infer<typeof messageSchema>;

const models = ['gpt-4o', 'gpt-4o-mini', 'gpt-5', 'gpt-5-mini', 'gpt-5-chat-latest'];
const mostImages = 500;
const mostBytes = 50 * 1_024 * 1_024;

/** OpenAI's own API. */
export const openAiWire: VendorWire = {
  fixtures: 'openai',
  basePath: '/v1',
  check(request, apiKey) {
    if (request.method !== 'POST' || request.path !== '/v1/chat/completions')
      return refusal(404, `Invalid URL (${request.method} ${request.path})`, null);
    return checkKey(request, apiKey) ?? checkBody(request);
  },
};

function checkKey({ headers }: ReceivedRequest, apiKey: string | null): Refusal | null {
  if (headers['authorization'] === `Bearer ${apiKey}`) return null;
  const shown = (headers['authorization'] ?? '').replace(/^Bearer /, '').slice(0, 8);
  // The real one repeats the beginning and the end of the key.
  return refusal(
    401,
    `Incorrect API key provided: ${shown}********. You can find your API key at …`,
    'invalid_api_key',
  );
}

function checkBody({ headers, body }: ReceivedRequest): Refusal | null {
  if (headers['content-type'] !== 'application/json')
    return refusal(400, 'We could not parse the JSON body of your request.', null);
  const parsed = bodySchema.safeParse(body);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    return refusal(400, `Invalid value: ${issue?.message}`, 'invalid_value', issue?.path.join('.') ?? null);
  }
  const { model, messages, temperature } = parsed.data;
  if (!models.includes(model))
    return refusal(404, `The model \`${model}\` does not exist or you do not have access to it.`, 'model_not_found');
  if (/^gpt-5(?!-chat)/.test(model) && temperature !== undefined)
    return refusal(
      400,
      "Unsupported value: 'temperature' does not support 0 with this model.",
      'unsupported_value',
      'temperature',
    );
  return checkImages(messages);
}

function checkImages(messages: readonly Message[]): Refusal | null {
  const urls = messages.flatMap((message) =>
    typeof message.content === 'string'
      ? []
      : message.content.flatMap((part) => (part.type === 'image_url' ? [part.image_url.url] : [])),
  );
  if (urls.length > mostImages) return refusal(400, `Too many images in request. Max is ${mostImages}.`, null);
  let sizeBytes = 0;
  for (const url of urls) {
    const picture = readDataUrl(url);
    if (typeof picture === 'string') return refuseImage(picture);
    sizeBytes += picture.sizeBytes;
  }
  return sizeBytes > mostBytes ? refusal(413, 'Total image size exceeds the limit.', null) : null;
}

function refuseImage(what: 'url' | 'base64' | 'format'): Refusal {
  if (what === 'base64') return refusal(400, 'Invalid base64 image_url.', 'invalid_base64');
  if (what === 'url') return refusal(400, 'Failed to download image.', 'invalid_image_url');
  const words =
    "You uploaded an unsupported image. Please make sure your image has of one the following formats: ['png', 'jpeg', 'gif', 'webp'].";
  return refusal(400, words, 'invalid_image_format');
}

function refusal(status: number, message: string, code: string | null, param: string | null = null): Refusal {
  return { status, body: { error: { message, type: 'invalid_request_error', param, code } } };
}
