import type { RESTOptions } from '@discordjs/rest';
import type { PlatformFailureCode } from '../../../src/delivery/platform-failure.ts';
import { Failure } from '../../../src/lib/errors.ts';
import { parseJson, parseValue } from '../../../src/lib/parse-json.ts';
import type { BucketReport } from './discord-call.ts';
import { anyJsonSchema, refusalSchema } from './rest-wire.ts';

/** Sends one request and gives the reply, whatever its status. */
export type MakeRequest = RESTOptions['makeRequest'];
type Response = Awaited<ReturnType<MakeRequest>>;

/** Whom a refusal for too many calls is about: this kind of call, the bot, or everybody at this address. */
export type LimitScope = 'route' | 'bot' | 'address';

/** A reply as it is judged here. */
export type RestReply = {
  readonly status: number;
  /** What the body says; null when it is empty or no JSON. */
  readonly body: unknown;
  /** False when there is a body that is no JSON, such as the error page of a proxy. */
  readonly isReadable: boolean;
  readonly bucket: BucketReport | null;
  /** How long Discord wants no further call, null where it does not say. */
  readonly retryAfterMs: number | null;
  readonly limitScope: LimitScope;
  /** The limit belongs to the resource and was used up by others: it does not count against the bot. */
  readonly isShared: boolean;
};

/** More than any reply that is asked for: a hundred long messages with their embeds. */
const bodyLimitBytes = 8 * 1_024 * 1_024;

/** Reads a reply to its end. */
export async function readReply(response: Response): Promise<RestReply> {
  const text = await readText(response);
  const parsed = parseJson(text, anyJsonSchema);
  const body = parsed.ok ? parsed.value : null;
  const said = parseValue(body, refusalSchema);
  const refusal = said.ok && response.status >= 400 ? said.value : null;
  const header = (name: string) => response.headers.get(name);
  const scope = header('x-ratelimit-scope');
  const isGlobal = refusal?.global === true || scope === 'global' || header('x-ratelimit-global') !== null;
  // Discord's own refusals are JSON. A page comes from what stands before it and knows nobody but the address.
  const isReadable = parsed.ok || text === '';
  const isPage = !isReadable && scope === null;
  const retryAfterSeconds = refusal?.retry_after ?? toNumber(header('retry-after'));
  return {
    status: response.status,
    body,
    isReadable,
    bucket: toBucketReport(header),
    retryAfterMs: retryAfterSeconds === null ? null : Math.ceil(retryAfterSeconds * 1_000),
    limitScope: isPage ? 'address' : isGlobal ? 'bot' : 'route',
    isShared: scope === 'shared',
  };
}

async function readText({ body }: Response): Promise<string> {
  if (body === null) return '';
  const pieces: Uint8Array[] = [];
  let sizeBytes = 0;
  for await (const piece of body) {
    const bytes: Uint8Array = typeof piece === 'string' ? Buffer.from(piece) : piece;
    sizeBytes += bytes.byteLength;
    if (sizeBytes > bodyLimitBytes) {
      throw new Failure<PlatformFailureCode>('platform-rejected', `Discord sent more than ${bodyLimitBytes} bytes.`);
    }
    pieces.push(bytes);
  }
  return new TextDecoder().decode(Buffer.concat(pieces));
}

function toBucketReport(header: (name: string) => string | null): BucketReport | null {
  const count = toNumber(header('x-ratelimit-limit'));
  const remaining = toNumber(header('x-ratelimit-remaining'));
  const resetAfter = toNumber(header('x-ratelimit-reset-after'));
  if (count === null || remaining === null || resetAfter === null) return null;
  return { count, remaining, resetAfterMs: Math.ceil(resetAfter * 1_000) };
}

/** A number of a header, or null. */
function toNumber(value: string | null): number | null {
  return value !== null && /^\d{1,9}(\.\d+)?$/.test(value.trim()) ? Number(value) : null;
}
