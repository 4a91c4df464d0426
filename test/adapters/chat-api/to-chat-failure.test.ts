import { describe, expect, it } from 'vitest';
import { toChatFailure } from '../../../adapters/chat-api/to-chat-failure.ts';
import { refusalSchema } from '../../../adapters/chat-api/wire-errors.ts';
import { parseJson } from '../../../src/lib/parse-json.ts';

/** What becomes of an error body. */
function failureOf(status: number, body: unknown) {
  const parsed = parseJson(JSON.stringify(body), refusalSchema);
  return toChatFailure(parsed.ok ? parsed.value : null, { status, model: 'gpt-4o' });
}

const documented = (code: string, message = '', details?: unknown) => ({
  success: false,
  error: { code, message, details },
});
const recorded = (errorCode: string, message = '', details?: unknown) => ({ errorCode, message, details });

describe('toChatFailure', () => {
  it.each([
    [401, documented('UNAUTHORIZED'), 'chat-unauthorized'],
    [401, recorded('INVALID_AUTH_TOKEN'), 'chat-unauthorized'],
    [403, {}, 'chat-unauthorized'],
    [402, {}, 'chat-out-of-credits'],
    [406, recorded('INSUFFICIENT_CREDITS'), 'chat-out-of-credits'],
    [400, recorded('UNSUPPORTED_MODEL'), 'chat-model-unknown'],
    [400, documented('MODEL_NOT_AVAILABLE'), 'chat-model-unavailable'],
    [400, documented('MODEL_NOT_MIXED'), 'chat-model-not-mixed'],
    [400, recorded('UNKNOWN_ERROR', 'Unsupported feature type: CHAT_WITH_IMAGE'), 'chat-invalid-request'],
    [400, recorded('REQUEST_BODY_VALIDATION_FAILED'), 'chat-invalid-request'],
    [422, documented('PROMPT_OBJECT_VALIDATION_FAILED'), 'chat-invalid-request'],
    [422, documented('PROMPT_TOO_LONG'), 'chat-prompt-too-long'],
    [400, documented('INVALID_IMAGE'), 'chat-image-unknown'],
    [400, documented('IMAGE_REFUSED'), 'chat-image-refused'],
    [400, { message: "This file type isn't supported", errorCode: 'X' }, 'chat-image-refused'],
    [413, {}, 'chat-image-refused'],
    [400, documented('TOO_MANY_IMAGES'), 'chat-too-many-images'],
    [400, documented('CONTENT_FILTERED'), 'chat-moderated'],
    [
      400,
      recorded('EXTERNAL_API_RESPONSE_WITH_ERROR', 'busy', '{"message":"blocked by content_filter"}'),
      'chat-moderated',
    ],
    [400, recorded('EXTERNAL_API_RESPONSE_WITH_ERROR', 'The service is a bit busy'), 'chat-failed'],
    [400, { message: 'OPEN_AI_UNEXPECTED_ERROR' }, 'chat-failed'],
    [429, documented('RATE_LIMITED'), 'chat-rate-limited'],
    [504, documented('MODEL_TIMEOUT'), 'chat-timeout'],
    [504, documented('MODEL_STALLED'), 'chat-stalled'],
    [502, documented('MODEL_UNREACHABLE'), 'chat-unreachable'],
    [502, documented('ANSWER_BROKEN_OFF'), 'chat-broken-stream'],
    [502, documented('EMPTY_ANSWER'), 'chat-empty-answer'],
    [522, 'a page', 'chat-unreachable'],
    [502, {}, 'chat-unreachable'],
    [500, { statusCode: 500, error: 'Internal Server Error', message: 'x' }, 'chat-failed'],
    [404, {}, 'chat-failed'],
    [307, {}, 'chat-failed'],
  ])('makes %i with %j a %s', (status, body, code) => {
    expect(failureOf(status, body).code).toBe(code);
  });

  it.each([
    ['Range of input length should be [1, 98304]', 'chat-prompt-too-long'],
    ['Could not process image', 'chat-image-refused'],
    ['The image is too small', 'chat-image-refused'],
    ['Rate limit reached for requests', 'chat-rate-limited'],
    ['The model `x` does not exist', 'chat-model-unavailable'],
    ['Your input was flagged by our content policy', 'chat-moderated'],
    ['The seed must be positive', 'chat-failed'],
  ])('reads what the vendor said behind the API’s own words: %s', (message, code) => {
    const details = JSON.stringify({ error: { message } });
    const busy = 'The alibaba service is a bit busy. Please try again shortly.';
    expect(failureOf(400, recorded('EXTERNAL_API_RESPONSE_WITH_ERROR', busy, details)).code).toBe(code);
  });

  it('keeps a vendor’s harmless words, and says when there are none', () => {
    const facts = (details: unknown) =>
      failureOf(400, recorded('EXTERNAL_API_RESPONSE_WITH_ERROR', 'x', details)).facts;
    expect(facts('{"error":{"message":"The seed must be positive."}}')).toMatchObject({
      reason: 'The seed must be positive.',
    });
    expect(facts({ message: 'Too hot.' })).toMatchObject({ reason: 'Too hot.' });
    expect(facts('{"message":"Team Rocket has no seats"}')).toEqual({
      status: 400,
      apiCode: 'EXTERNAL_API_RESPONSE_WITH_ERROR',
      provider: 'unclear',
    });
  });

  it.each([
    [400, recorded('UNKNOWN_ERROR', 'Unsupported feature type: CHAT_WITH_IMAGE'), 'feature-type'],
    [404, recorded('NOT_FOUND', 'Conversation 20ad0277-0000 not found'), 'conversation'],
    [400, recorded('UNKNOWN_ERROR', 'Invalid conversation id'), 'conversation'],
    [400, recorded('CONVERSATION_NOT_FOUND'), 'conversation'],
    [400, recorded('UNSUPPORTED_MODEL', 'Model x is not supported for feature Y'), undefined],
    [500, recorded('X', 'Conversation not found'), undefined],
  ])('tells what the server does not know: %i %j', (status, body, unknown) => {
    expect(failureOf(status, body).facts['unknown']).toBe(unknown);
  });

  it('says nothing of what the API wrote, for it names teams and request paths', () => {
    const failure = failureOf(
      406,
      recorded(
        'INSUFFICIENT_CREDITS',
        'The feature requires 105 credits, but the Team Rocket team only has 35 credits',
        '/internal/teams/42',
      ),
    );
    expect(failure.facts).toEqual({
      status: 406,
      apiCode: 'INSUFFICIENT_CREDITS',
      requiredCredits: 105,
      availableCredits: 35,
    });
    expect(JSON.stringify([failure.message, failure.facts, String(failure.cause)])).not.toMatch(/Rocket|internal/);
  });

  it('keeps what a person can use', () => {
    const facts = (code: string, message: string, details?: unknown) =>
      failureOf(400, documented(code, message, details)).facts;
    expect(facts('MODEL_NOT_AVAILABLE', 'OpenAI is not set up on this server: it needs OPENAI_API_KEY.')).toMatchObject(
      {
        model: 'gpt-4o',
        variable: 'OPENAI_API_KEY',
      },
    );
    expect(facts('TOO_MANY_IMAGES', 'imageList holds 9 pictures; gpt-4o takes at most 4. Send fewer.')).toMatchObject({
      maxPictures: 4,
    });
    expect(facts('PROMPT_TOO_LONG', 'prompt has 200000 characters; the most is 100000.')).toMatchObject({
      maxChars: 100_000,
    });
    expect(facts('UNSUPPORTED_MODEL', 'pixtral-12b is no longer offered. Ask mistral-large instead.')).toMatchObject({
      successor: 'mistral-large',
    });
    expect(facts('INVALID_REQUEST', 'x', [{ field: 'promptObject.prompt', message: 'x' }])).toMatchObject({
      field: 'promptObject.prompt',
    });
    expect(failureOf(401, {}).facts).toMatchObject({ variable: 'CHAT_API_KEY' });
  });

  it('tells what may go better later', () => {
    expect(failureOf(429, documented('RATE_LIMITED')).retryable).toBe(true);
    expect(failureOf(503, {}).retryable).toBe(true);
    expect(failureOf(400, { message: 'OPEN_AI_UNEXPECTED_ERROR' }).retryable).toBe(true);
    expect(failureOf(401, {}).retryable).toBe(false);
    expect(failureOf(400, recorded('UNSUPPORTED_MODEL')).retryable).toBe(false);
  });
});
