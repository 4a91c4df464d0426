import { describe, expect, it } from 'vitest';
import type { Question } from '../../../../adapters/vendors/ai-sdk/question.ts';
import { readRetryAfterMs } from '../../../../adapters/vendors/ai-sdk/retry-after.ts';
import { toChatFailure } from '../../../../adapters/vendors/ai-sdk/to-chat-failure.ts';
import { vendorProfiles } from '../../../../adapters/vendors/ai-sdk/vendor-profiles.ts';
import { readProblem } from '../../../../adapters/vendors/ai-sdk/wire.ts';
import { createFakeClock } from '../../../fakes/fake-clock.ts';

const question: Question = {
  vendor: vendorProfiles.openai,
  model: 'gpt-4o',
  pictures: 3,
  onlyPicture: null,
  pictureAt: () => null,
};
const toFailure = (status: number, body: unknown, change: Partial<Question> = {}) =>
  toChatFailure({ status, retryAfterMs: null, problem: readProblem(JSON.stringify(body)) }, { ...question, ...change });

const openai = (
  message: string,
  code: string | null = null,
  type = 'invalid_request_error',
  param: string | null = null,
) => ({
  error: { message, type, param, code },
});
const anthropic = (message: string, type = 'invalid_request_error') => ({ type: 'error', error: { type, message } });
const google = (code: number, status: string, message: string, details: readonly object[] = []) => ({
  error: { code, message, status, details },
});
const vllm = (message: string, code: number, type = 'BadRequestError') => ({
  object: 'error',
  message,
  type,
  param: null,
  code,
});

/** As the vendors document them, or as people quote them in issues. */
const refusals: readonly (readonly [string, number, unknown, string])[] = [
  [
    'no credit (OpenAI)',
    429,
    openai(
      'You exceeded your current quota, please check your plan and billing details.',
      'insufficient_quota',
      'insufficient_quota',
    ),
    'chat-out-of-credits',
  ],
  [
    'a hard limit (OpenAI)',
    400,
    openai('Billing hard limit has been reached', 'billing_hard_limit_reached'),
    'chat-out-of-credits',
  ],
  [
    'no credit (Anthropic)',
    400,
    anthropic('Your credit balance is too low to access the Anthropic API.'),
    'chat-out-of-credits',
  ],
  [
    'billing (Anthropic)',
    402,
    anthropic('There is an issue with your organization’s billing.', 'billing_error'),
    'chat-out-of-credits',
  ],
  ['a status alone', 402, {}, 'chat-out-of-credits'],
  [
    'a quota a minute (Google)',
    429,
    google(429, 'RESOURCE_EXHAUSTED', 'You exceeded your current quota, please check your plan and billing details.'),
    'chat-rate-limited',
  ],
  [
    'a rate (OpenAI)',
    429,
    openai(
      'Rate limit reached for gpt-4o in organization org-1 on tokens per min (TPM): Limit 30000',
      'rate_limit_exceeded',
      'tokens',
    ),
    'chat-rate-limited',
  ],
  [
    'a rate that speaks of images',
    429,
    openai('Rate limit reached for images per minute.', 'rate_limit_exceeded', 'images'),
    'chat-rate-limited',
  ],
  ['a rate (Mistral)', 429, { message: 'Requests rate limit exceeded' }, 'chat-rate-limited'],
  [
    'a wrong key (Google)',
    400,
    google(400, 'INVALID_ARGUMENT', 'API key not valid. Please pass a valid API key.', [{ reason: 'API_KEY_INVALID' }]),
    'chat-unauthorized',
  ],
  [
    'a key without rights (Google)',
    403,
    google(403, 'PERMISSION_DENIED', 'Requests are blocked.'),
    'chat-unauthorized',
  ],
  [
    'no access to the model (OpenAI)',
    403,
    openai('Project `proj_1` does not have access to model `gpt-5`', 'model_not_found'),
    'chat-model-unknown',
  ],
  [
    'a model that is gone (OpenAI)',
    404,
    openai('The model `gpt-4-vision-preview` has been deprecated', 'model_not_found'),
    'chat-model-unknown',
  ],
  [
    'a model that is gone (Anthropic)',
    404,
    anthropic('model: claude-3-sonnet-20240229', 'not_found_error'),
    'chat-model-unknown',
  ],
  [
    'a model that is gone (Google)',
    404,
    [google(404, 'NOT_FOUND', 'models/gemini-1.5-pro is not found for API version v1beta')],
    'chat-model-unknown',
  ],
  [
    'a model that was not pulled (Ollama)',
    404,
    { error: { message: 'model "llava" not found, try pulling it first', type: 'api_error' } },
    'chat-model-unknown',
  ],
  ['an address that is not there', 404, { detail: 'Not Found' }, 'chat-failed'],
  [
    'a filter (Azure)',
    400,
    openai('The response was filtered due to the prompt triggering the content management policy.', 'content_filter'),
    'chat-moderated',
  ],
  ['a filter (Anthropic)', 400, anthropic('Output blocked by content filtering policy'), 'chat-moderated'],
  [
    'a filter for pictures (OpenAI)',
    400,
    openai(
      'Your input image may contain content that is not allowed by our safety system.',
      'content_policy_violation',
    ),
    'chat-moderated',
  ],
  [
    'the context (OpenAI)',
    400,
    openai(
      "This model's maximum context length is 128000 tokens. However, your messages resulted in 130000 tokens.",
      'context_length_exceeded',
      'invalid_request_error',
      'messages',
    ),
    'chat-prompt-too-long',
  ],
  [
    'the context (Anthropic)',
    400,
    anthropic('prompt is too long: 208310 tokens > 200000 maximum'),
    'chat-prompt-too-long',
  ],
  [
    'the context with the answer (Anthropic)',
    400,
    anthropic('input length and `max_tokens` exceed context limit: 190000 + 20000 > 200000'),
    'chat-prompt-too-long',
  ],
  [
    'the context (Google)',
    400,
    google(
      400,
      'INVALID_ARGUMENT',
      'The input token count (1200000) exceeds the maximum number of tokens allowed (1048576).',
    ),
    'chat-prompt-too-long',
  ],
  [
    'the context (Mistral)',
    400,
    {
      object: 'error',
      message:
        'Prompt contains 140000 tokens and 0 draft tokens, too large for model with 131072 maximum context length',
      type: 'invalid_request_prompt',
      code: '3051',
    },
    'chat-prompt-too-long',
  ],
  ['the context (vLLM)', 400, vllm("This model's maximum context length is 8192 tokens.", 400), 'chat-prompt-too-long'],
  ['a number of pictures (OpenAI)', 400, openai('Too many images in request. Max is 500.'), 'chat-too-many-images'],
  [
    'a number of pictures (vLLM)',
    400,
    vllm('At most 1 image(s) may be provided in one request.', 400),
    'chat-too-many-images',
  ],
  [
    'a picture (OpenAI)',
    400,
    openai(
      "You uploaded an unsupported image. Please make sure your image has of one the following formats: ['png'].",
      'invalid_image_format',
    ),
    'chat-image-refused',
  ],
  [
    'a picture, by another name (OpenAI)',
    400,
    openai('You uploaded an unsupported image.', 'sanitizer_server_error'),
    'chat-image-refused',
  ],
  [
    'a picture (Google)',
    400,
    google(400, 'INVALID_ARGUMENT', 'Unable to process input image. Please retry or report in https://…'),
    'chat-image-refused',
  ],
  [
    'a picture (Mistral)',
    400,
    {
      object: 'error',
      message: "Image, 'data:…', could not be loaded as a valid image",
      type: 'invalid_request_file',
      code: '3310',
    },
    'chat-image-refused',
  ],
  [
    'a model that is blind (OpenAI)',
    400,
    openai('Invalid content type. image_url is only supported by certain models.'),
    'chat-image-refused',
  ],
  [
    'too many bytes (Anthropic)',
    413,
    anthropic('Request exceeds the maximum size', 'request_too_large'),
    'chat-image-refused',
  ],
  [
    'a field (OpenAI)',
    400,
    openai(
      "Unsupported value: 'temperature' does not support 0.2",
      'unsupported_value',
      'invalid_request_error',
      'temperature',
    ),
    'chat-invalid-request',
  ],
  [
    'a field (Mistral)',
    422,
    { detail: [{ type: 'extra_forbidden', loc: ['body', 'foo'], msg: 'Extra inputs are not permitted' }] },
    'chat-invalid-request',
  ],
  ['too much to do (Anthropic)', 529, anthropic('Overloaded', 'overloaded_error'), 'chat-failed'],
  [
    'too much to do (Google)',
    503,
    google(503, 'UNAVAILABLE', 'The model is overloaded. Please try again later.'),
    'chat-failed',
  ],
  [
    'a defect that speaks of a model',
    503,
    openai('The model gpt-4o does not exist on this replica.', null, 'server_error'),
    'chat-failed',
  ],
  [
    'a defect that speaks of an image',
    500,
    openai('Failed to load the image encoder.', null, 'server_error'),
    'chat-failed',
  ],
];

describe('what a vendor refuses', () => {
  it.each(refusals)('is understood: %s', (_what, status, body, code) => {
    expect(toFailure(status, body).code).toBe(code);
  });

  it('is worth another try only where nothing has to be changed', () => {
    const retryable = refusals
      .filter(([, status, body]) => toFailure(status, body).retryable)
      .map(([, , , code]) => code);
    expect([...new Set(retryable)].sort()).toEqual(['chat-failed', 'chat-rate-limited']);
    expect(toFailure(404, { detail: 'Not Found' }).retryable).toBe(false);
  });

  it('names the field', () => {
    const [body] = refusals.filter(([what]) => what === 'a field (OpenAI)').map(([, , each]) => each);
    expect(toFailure(400, body).facts).toEqual({ status: 400, vendorCode: 'unsupported_value', field: 'temperature' });
    const loc = { detail: [{ type: 'x', loc: ['body', 'messages', 0, 'content'], msg: 'y' }] };
    expect(toFailure(422, loc).facts).toMatchObject({ field: 'messages.0.content' });
  });

  it('names the most pictures', () => {
    expect(toFailure(400, vllm('At most 4 image(s) may be provided', 400)).facts).toMatchObject({ maxPictures: 4 });
  });

  it.each([
    ['messages.2.content.3.image.source.base64: image exceeds 5 MB maximum', null, '2/3'],
    ['Invalid image.', 'messages.[1].content.[4].image_url.url', '1/4'],
    ['Invalid image.', 'messages[1].content[4].image_url', '1/4'],
    ["Invalid value at 'contents[0].parts[5].inline_data.data' (TYPE_BYTES)", null, '0/5'],
    ['Invalid image.', null, undefined],
  ])('names the picture: %s %s', (message, param, place) => {
    const asked: string[] = [];
    const pictureAt = (index: number, part: number) => {
      asked.push(`${index}/${part}`);
      return null;
    };
    expect(toFailure(400, openai(message, null, 'x', param), { pictureAt }).code).toBe('chat-image-refused');
    expect(asked).toEqual(place === undefined ? [] : [place]);
  });

  it('without a picture in it is too long where it is too large', () => {
    expect(toFailure(413, {}, { pictures: 0 }).code).toBe('chat-prompt-too-long');
  });

  it('says how long to wait in its body as well (Google)', () => {
    const details = [
      { '@type': 'type.googleapis.com/google.rpc.QuotaFailure', violations: [] },
      { '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay: '32.5s' },
    ];
    expect(toFailure(429, google(429, 'RESOURCE_EXHAUSTED', 'Quota', details)).retryAfterMs).toBe(32_500);
  });
});

describe('how long to wait', () => {
  const clock = createFakeClock(Date.UTC(2026, 0, 1, 12, 0, 0));
  const read = (headers: Record<string, string>) => readRetryAfterMs((name) => headers[name] ?? null, clock);

  it.each([
    [{ 'retry-after': '20' }, 20_000],
    [{ 'retry-after': '0.5' }, 500],
    [{ 'retry-after-ms': '1250', 'retry-after': '2' }, 1_250],
    [{ 'retry-after': 'Thu, 01 Jan 2026 12:00:30 GMT' }, 30_000],
    [{ 'retry-after': 'Thu, 01 Jan 2026 11:00:00 GMT' }, 0],
    [{ 'retry-after': 'soon' }, null],
    [{ 'retry-after': '-5' }, null],
    [{}, null],
  ])('is read from %j', (headers, waitMs) => {
    expect(read(headers)).toBe(waitMs);
  });
});
