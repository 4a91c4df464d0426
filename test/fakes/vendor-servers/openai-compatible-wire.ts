import { z } from 'zod';
import { readDataUrl } from './sent-picture.ts';
import type { ReceivedRequest, Refusal, VendorWire } from './vendor-server.ts';

/**
 * POST /v1/chat/completions as vLLM serves it (https://docs.vllm.ai/en/latest/serving/openai_compatible_server.html), with vLLM's errors,
 * which differ from OpenAI's. The chat templates of Llama and others refuse two messages of the same side in a row.
 */
const textPart = z.looseObject({ type: z.literal('text'), text: z.string() });
const imagePart = z.looseObject({ type: z.literal('image_url'), image_url: z.looseObject({ url: z.string() }) });
const messageSchema = z.looseObject({
  role: z.enum(['system', 'user', 'assistant']),
  content: z.union([z.string(), z.array(z.union([textPart, imagePart]))]),
});
const bodySchema = z.looseObject({
  model: z.string(),
  messages: z.array(messageSchema).min(1),
  stream: z.literal(true),
  stream_options: z.looseObject({ include_usage: z.boolean() }).optional(),
});
type Message = z.infer<typeof messageSchema>;

/** Any server that speaks OpenAI's format and has these models. */
export function createOpenAiCompatibleWire(models: readonly string[], mostImages: number): VendorWire {
  return {
    fixtures: 'openai-compatible',
    basePath: '/v1',
    check(request, apiKey) {
      if (request.method !== 'POST' || request.path !== '/v1/chat/completions')
        return { status: 404, body: { detail: 'Not Found' } };
      // vLLM's, when it was started with a key.
      if (apiKey !== null && request.headers['authorization'] !== `Bearer ${apiKey}`)
        return { status: 401, body: { error: 'Unauthorized' } };
      return checkBody(request, models, mostImages);
    },
  };
}

function checkBody({ body }: ReceivedRequest, models: readonly string[], mostImages: number): Refusal | null {
  const parsed = bodySchema.safeParse(body);
  if (!parsed.success) return refusal(400, `${parsed.error.issues[0]?.message}`, 'BadRequestError');
  const { model, messages } = parsed.data;
  if (!models.includes(model)) return refusal(404, `The model \`${model}\` does not exist.`, 'NotFoundError');
  const sides = messages.filter(({ role }) => role !== 'system');
  if (sides.some(({ role }, index) => role !== (index % 2 === 0 ? 'user' : 'assistant')))
    return refusal(400, 'Conversation roles must alternate user/assistant/user/assistant/...', 'BadRequestError');
  return checkImages(messages, mostImages);
}

function checkImages(messages: readonly Message[], mostImages: number): Refusal | null {
  const urls = messages.flatMap(({ content }) =>
    typeof content === 'string' ? [] : content.flatMap((part) => ('image_url' in part ? [part] : [])).flatMap(toUrls),
  );
  if (urls.length > mostImages)
    return refusal(400, `At most ${mostImages} image(s) may be provided in one request.`, 'BadRequestError');
  const bad = urls.map(readDataUrl).find((picture) => typeof picture === 'string');
  return bad === undefined ? null : refusal(400, 'cannot identify image file', 'BadRequestError');
}

function toUrls(part: Record<string, unknown>): string[] {
  const parsed = imagePart.safeParse(part);
  return parsed.success ? [parsed.data.image_url.url] : [];
}

function refusal(code: number, message: string, type: string): Refusal {
  return { status: code, body: { object: 'error', message, type, param: null, code } };
}
