import type { PlatformFailureCode } from '../../../src/delivery/platform-failure.ts';
import { Failure } from '../../../src/lib/errors.ts';
import { parseJson, parseValue } from '../../../src/lib/parse-json.ts';
import { anyJsonSchema, doneSchema } from './reply-wire.ts';

/** A reply of the Web API, of whatever status. */
export type ApiReply = {
  readonly status: number;
  /** The status is a success and the body says `ok: true`. */
  readonly isDone: boolean;
  readonly text: string;
  /** Decoded JSON, unchecked; null when it is none. */
  readonly body: unknown;
  /** The wait that Slack asks for; null when it names none. */
  readonly retryAfterMs: number | null;
  /** The headers by which the SDK tells the token's scopes. */
  readonly scopeHeaders: Readonly<Record<string, string>>;
};

/** No reply to a call of this program comes near to it. */
const bodyLimitBytes = 16_000_000;
/** Longer waits are nonsense, or a mistake that is better tried again. */
const longestWaitSeconds = 3_600;

/** Reads a reply to its end. Fails when it is endless, or when the connection breaks before its end. */
export async function readReply(response: Response): Promise<ApiReply> {
  const text = await readText(response);
  const parsed = parseJson(text, anyJsonSchema);
  const body: unknown = parsed.ok ? parsed.value : null;
  return {
    status: response.status,
    isDone: response.status === 200 && parseValue(body, doneSchema).ok,
    text,
    body,
    retryAfterMs: toWaitMs(response.headers.get('retry-after')),
    scopeHeaders: Object.fromEntries(
      ['x-oauth-scopes', 'x-accepted-oauth-scopes'].flatMap((name) => {
        const value = response.headers.get(name);
        return value === null ? [] : [[name, value]];
      }),
    ),
  };
}

async function readText(response: Response): Promise<string> {
  const pieces: Uint8Array[] = [];
  let sizeBytes = 0;
  for await (const piece of response.body ?? []) {
    sizeBytes += piece.byteLength;
    if (sizeBytes > bodyLimitBytes) {
      throw new Failure<PlatformFailureCode>('platform-rejected', `Slack sent more than ${bodyLimitBytes} bytes.`);
    }
    pieces.push(piece);
  }
  return new TextDecoder().decode(Buffer.concat(pieces));
}

function toWaitMs(header: string | null): number | null {
  if (header === null || !/^\d{1,9}$/.test(header.trim())) return null;
  return Math.min(Number(header), longestWaitSeconds) * 1_000;
}
