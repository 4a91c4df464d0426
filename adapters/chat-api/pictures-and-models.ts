import type { ChatFailureCode } from '../../src/answer/chat-failure.ts';
import type { ImageChat, ImageUpload } from '../../src/answer/image-chat.ts';
import type { Clock } from '../../src/lib/clock.ts';
import { createDeadline } from '../../src/lib/deadline.ts';
import { Failure } from '../../src/lib/errors.ts';
import { parseJson } from '../../src/lib/parse-json.ts';
import type { ApiCalls } from './api-calls.ts';
import { readBody } from './body-chunks.ts';
import type { HttpReply } from './http-client.ts';
import { chatApiLimits } from './limits.ts';
import { readRetries, uploadRetries } from './retry-rules.ts';
import { toModelInfos } from './to-model-info.ts';
import { modelListSchema, type OriginalField, uploadReplySchema } from './wire.ts';

/**
 * `POST /api/assets`: the file as a part named `asset`, with a proper file name. Before it, where an uploader that reads on
 * the way has it in time, `original`; the hosted API ignores fields it does not know.
 */
export function createUploading(calls: ApiCalls, clock: Clock): ImageChat['upload'] {
  return async function upload({ conversationKey, bytes, mimeType, fileName, original }, signal) {
    const texts = { original: toOriginalField(original) };
    const body = { type: 'file', field: 'asset', name: fileName, mimeType, bytes, texts } as const;
    const request = { method: 'POST', path: '/api/assets', accept: 'application/json', body } as const;
    return withLimit(clock, chatApiLimits.uploadMs, signal, (limited) =>
      calls.call(request, { conversationKey, retriesFor: uploadRetries, read: readAssetKey }, limited),
    );
  };
}

/** Member by member: whatever else there may be about a picture stays here. */
function toOriginalField({ format, width, height, sizeBytes, frames }: ImageUpload['original']): string {
  return JSON.stringify({ format, width, height, sizeBytes, frames } satisfies OriginalField);
}

async function readAssetKey(reply: HttpReply): Promise<string> {
  const key = parseJson(await readBody(reply.chunks, chatApiLimits.errorBodyBytes, 'fail'), uploadReplySchema);
  if (key.ok && key.value !== null) return key.value;
  throw new Failure<ChatFailureCode>('chat-failed', 'The API took the picture and named no key for it.', {
    facts: { status: reply.status },
  });
}

/** `GET /models`: no feature is asked for, so that servers that know only one of the two names still list everything. */
export function createListing(calls: ApiCalls, clock: Clock): ImageChat['models'] {
  return async function models(signal) {
    const request = { method: 'GET', path: '/models', accept: 'application/json' } as const;
    return withLimit(clock, chatApiLimits.modelsMs, signal, (limited) =>
      calls.call(request, { conversationKey: null, retriesFor: readRetries, read: readModels }, limited),
    );
  };
}

async function readModels(reply: HttpReply) {
  const list = parseJson(await readBody(reply.chunks, chatApiLimits.jsonBodyBytes, 'fail'), modelListSchema);
  if (list.ok) return toModelInfos(list.value);
  throw new Failure<ChatFailureCode>('chat-failed', `The API’s list of models cannot be read (${list.reason}).`, {
    facts: { status: reply.status },
  });
}

async function withLimit<Result>(
  clock: Clock,
  limitMs: number,
  signal: AbortSignal,
  work: (limited: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const tooSlow = () =>
    new Failure<ChatFailureCode>('chat-timeout', `The API took longer than ${limitMs} ms.`, {
      retryable: true,
      facts: { limitMs },
    });
  const deadline = createDeadline(clock, limitMs, signal, tooSlow);
  try {
    return await work(deadline.signal);
  } finally {
    deadline.cancel();
  }
}
