import { z } from 'zod';
import { readPicture } from './sent-picture.ts';
import type { ReceivedRequest, Refusal, VendorWire } from './vendor-server.ts';

/**
 * POST /v1/messages as https://platform.claude.com/docs/en/api/messages says, its limits on pictures as
 * https://platform.claude.com/docs/en/build-with-claude/vision, errors as https://platform.claude.com/docs/en/api/errors and as people
 * quote them. Strict like the real one.
 */
const textBlock = z.strictObject({
  type: z.literal('text'),
  text: z.string().regex(/\S/, 'text content blocks must be non-empty'),
});
const imageBlock = z.strictObject({
  type: z.literal('image'),
  source: z.strictObject({ type: z.literal('base64'), media_type: z.string(), data: z.string() }),
});
const messageSchema = z.strictObject({
  role: z.enum(['user', 'assistant']),
  content: z.array(z.discriminatedUnion('type', [textBlock, imageBlock])).min(1),
});
const bodySchema = z.strictObject({
  model: z.string(),
  max_tokens: z.int().min(1),
  system: z.array(textBlock).optional(),
  messages: z.array(messageSchema).min(1),
  stream: z.literal(true),
  tools: z
    .array(
      z.strictObject({
        type: z.literal('web_search_20250305'),
        name: z.literal('web_search'),
        max_uses: z.int().min(1).optional(),
      }),
    )
    .optional(),
  tool_choice: z.strictObject({ type: z.literal('auto') }).optional(),
});
type Message = z.infer<typeof messageSchema>;

const models = ['claude-opus-4-20250514', 'claude-3-5-sonnet-20240620'];
const mostImages = 100;
const mostImageBytes = 5 * 1_024 * 1_024;
const mostRequestBytes = 32 * 1_024 * 1_024;

/** Claude's API. */
export const anthropicWire: VendorWire = {
  fixtures: 'anthropic',
  basePath: '/v1',
  check(request, apiKey) {
    const { headers } = request;
    if (request.method !== 'POST' || request.path !== '/v1/messages')
      return refusal(404, 'not_found_error', 'Not Found');
    if (headers['x-api-key'] !== apiKey) return refusal(401, 'authentication_error', 'invalid x-api-key');
    if (headers['anthropic-version'] !== '2023-06-01')
      return refusal(400, 'invalid_request_error', 'anthropic-version: header is required');
    if (Number(headers['content-length']) > mostRequestBytes)
      return refusal(413, 'request_too_large', 'Request exceeds the maximum size');
    return checkBody(request);
  },
};

function checkBody({ body }: ReceivedRequest): Refusal | null {
  const parsed = bodySchema.safeParse(body);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    return refusal(400, 'invalid_request_error', `${issue?.path.join('.')}: ${issue?.message}`);
  }
  const { model, messages } = parsed.data;
  if (!models.includes(model)) return refusal(404, 'not_found_error', `model: ${model}`);
  if (messages[0]?.role !== 'user')
    return refusal(400, 'invalid_request_error', 'messages: first message must use the "user" role');
  return checkImages(messages);
}

function checkImages(messages: readonly Message[]): Refusal | null {
  let count = 0;
  for (const [index, { content }] of messages.entries()) {
    for (const [at, block] of content.entries()) {
      if (block.type !== 'image') continue;
      count += 1;
      const place = `messages.${index}.content.${at}.image.source.base64`;
      const picture = readPicture(block.source.media_type, block.source.data);
      if (picture === 'base64') return refusal(400, 'invalid_request_error', `${place}: invalid base64 data`);
      if (picture === 'format')
        return refusal(
          400,
          'invalid_request_error',
          `${place}.data: Image does not match the provided media type ${block.source.media_type}`,
        );
      if (block.source.data.length > mostImageBytes)
        return refusal(
          400,
          'invalid_request_error',
          `${place}: image exceeds 5 MB maximum: ${block.source.data.length} bytes > ${mostImageBytes} bytes`,
        );
    }
  }
  if (count <= mostImages) return null;
  return refusal(400, 'invalid_request_error', `messages: too many images and documents: ${count} + 0 > ${mostImages}`);
}

function refusal(status: number, type: string, message: string): Refusal {
  const body = { type: 'error', error: { type, message }, request_id: 'req_011CSHoEeqs5C35K2UUqR7Fy' };
  return { status, body };
}
