import type { Context } from 'hono';
import { ApiFailure } from '../../src/engine/api-failure.ts';
import { parseJson } from '../../src/lib/parse-json.ts';
import { isNestedDeeper } from './json-depth.ts';
import { anyJsonSchema } from './wire.ts';

/** The largest JSON body, in bytes: 1 MiB, far above the longest prompt. */
const maxJsonBytes = 1_048_576;

/** The deepest nesting of arrays and objects; the API's own bodies need five. */
const maxJsonDepth = 64;

const jsonType = /^application\/(?:[\w.-]+\+)?json$/i;
const utf8 = /^charset\s*=\s*"?utf-?8"?$/i;

/** JSON in UTF-8; parameters other than the charset say nothing about the bytes. */
function isJson(contentType: string): boolean {
  const [type = '', ...parameters] = contentType.split(';').map((part) => part.trim());
  return jsonType.test(type) && parameters.every((each) => !/^charset\b/i.test(each) || utf8.test(each));
}

function checkContentType(context: Context): void {
  const contentType = context.req.header('content-type') ?? '';
  if (!isJson(contentType)) {
    throw new ApiFailure(
      'UNSUPPORTED_MEDIA_TYPE',
      `The body must be JSON in UTF-8: send the header "Content-Type: application/json"${contentType === '' ? '' : `, not "${contentType.slice(0, 80)}"`}.`,
    );
  }
  const encoding = context.req.header('content-encoding') ?? 'identity';
  if (encoding.toLowerCase() !== 'identity') {
    throw new ApiFailure('UNSUPPORTED_MEDIA_TYPE', 'The body must not be compressed: leave out "Content-Encoding".');
  }
}

function tooLarge(): ApiFailure {
  return new ApiFailure(
    'BODY_TOO_LARGE',
    `The body is larger than 1 MiB (${maxJsonBytes} bytes). Upload pictures to /api/assets and send their keys.`,
  );
}

/** Counts what really comes: a body without, or with a lying, Content-Length is cut at the same place. */
async function readBytes(context: Context): Promise<Uint8Array> {
  if (Number(context.req.header('content-length') ?? 0) > maxJsonBytes) throw tooLarge();
  const chunks: Uint8Array[] = [];
  let sizeBytes = 0;
  for await (const chunk of context.req.raw.body ?? []) {
    sizeBytes += chunk.byteLength;
    if (sizeBytes > maxJsonBytes) throw tooLarge();
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function decodeText(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new ApiFailure('INVALID_JSON', 'The body is not valid UTF-8.', { cause });
  }
}

/**
 * The request's JSON body, as yet of no type. Throws `UNSUPPORTED_MEDIA_TYPE`, `BODY_TOO_LARGE` (as soon as too much has
 * come) or `INVALID_JSON` (also for an empty body and for nesting deeper than 64). Slow bodies are cut by the server.
 */
export async function readJsonBody(context: Context): Promise<unknown> {
  checkContentType(context);
  const text = decodeText(await readBytes(context));
  if (text.trim() === '') throw new ApiFailure('INVALID_JSON', 'The body is empty: send a JSON object.');
  if (isNestedDeeper(text, maxJsonDepth)) {
    throw new ApiFailure('INVALID_JSON', `The body is nested deeper than ${maxJsonDepth} levels.`);
  }
  const parsed = parseJson(text, anyJsonSchema);
  if (!parsed.ok)
    throw new ApiFailure('INVALID_JSON', 'The body is not valid JSON: check quotes, commas and brackets.');
  return parsed.value;
}
