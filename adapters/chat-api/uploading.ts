import type { ChatFailureCode } from '../../src/answer/chat-failure.ts';
import type { ImageChat, ImageUpload } from '../../src/answer/image-chat.ts';
import { extensionOf, recognisePicture } from '../../src/engine/picture-format.ts';
import { uploadFileName } from '../../src/images/upload-file-name.ts';
import type { Clock } from '../../src/lib/clock.ts';
import { Failure } from '../../src/lib/errors.ts';
import { parseJson } from '../../src/lib/parse-json.ts';
import type { ApiCalls } from './api-calls.ts';
import { readBody } from './body-chunks.ts';
import type { HttpReply } from './http-client.ts';
import { chatApiLimits } from './limits.ts';
import type { PictureCheck } from './picture-check.ts';
import { uploadRetries } from './retry-rules.ts';
import { type OriginalField, uploadReplySchema } from './wire.ts';
import { withLimit } from './with-limit.ts';

/**
 * `POST /api/assets`: the file as a part named `asset`, with a file name and a type that fit its bytes. Before it, where an uploader
 * that reads on the way has it in time, `original`; the hosted API ignores fields it does not know.
 */
export function createUploading(calls: ApiCalls, clock: Clock, pictureCheck: PictureCheck): ImageChat['upload'] {
  return async function upload({ conversationKey, bytes, mimeType, fileName, original }, signal) {
    if (bytes.byteLength > chatApiLimits.uploadBytes) throw toTooLarge();
    const texts = { original: toOriginalField(original) };
    const body = { type: 'file', field: 'asset', ...toNamed(bytes, mimeType, fileName), bytes, texts } as const;
    const request = { method: 'POST', path: '/api/assets', accept: 'application/json', body } as const;
    const key = await withLimit(clock, chatApiLimits.uploadMs, signal, (limited) =>
      calls.call(request, { conversationKey, retriesFor: uploadRetries, read: readAssetKey }, limited),
    );
    await pictureCheck.note(key, original);
    return key;
  };
}

/** The name and type that go with the bytes: the hosted API refuses others. What is no picture is for the API to refuse. */
function toNamed(bytes: Uint8Array, mimeType: string, fileName: string): { name: string; mimeType: string } {
  const found = recognisePicture(bytes.subarray(0, 64));
  if (found.type === 'other') return { name: fileName, mimeType };
  const extension = extensionOf[found.mimeType];
  const fits = fileName.toLowerCase().endsWith(`.${extension}`) && /^[\w.-]{1,100}$/.test(fileName);
  return { name: fits ? fileName : uploadFileName(fileName, `.${extension}`), mimeType: found.mimeType };
}

function toTooLarge(): Failure<ChatFailureCode> {
  const maxBytes = chatApiLimits.uploadBytes;
  return new Failure('chat-image-refused', `The picture has more than the ${maxBytes} bytes that the API takes.`, {
    facts: { maxBytes },
  });
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
