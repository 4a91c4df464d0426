import { parseJson } from '../../../src/lib/parse-json.ts';
import type { SlackDelivery } from './delivery.ts';
import { eventBodySchema, objectSchema } from './events-wire.ts';
import { toInteractionKind } from './interaction-kind.ts';
import { findSignatureFault, type SignatureFault } from './signature.ts';

/** A request as it came: the signature is over exactly these bytes. */
export type SlackRequest = { readonly body: Uint8Array; readonly headers: Headers };

/** An answer to Slack; an empty body says no more than that the delivery was taken. */
export type SlackReply = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
};

/** What a request amounts to. */
export type RequestVerdict =
  | { readonly type: 'delivery'; readonly delivery: SlackDelivery; readonly signature: string }
  /** Nothing has to be done but to answer; `fault` when somebody may want to know why. */
  | { readonly type: 'reply'; readonly reply: SlackReply; readonly fault: SignatureFault | null };

/** Above every form that Slack sends: a view has at most 250 kB, which a form makes three times as long. */
export const largestBodyBytes = 4_194_304;

/** Slack asks only by its certificate check without a signature, in a few words. */
const largestCheckBytes = 2_048;

/** Judges a request by its bytes and headers alone. */
export function readRequest(request: SlackRequest, signingSecret: string, nowMs: number): RequestVerdict {
  const { body, headers } = request;
  if (body.byteLength > largestBodyBytes) return refuse(413, 'The body is too large.');
  const type = toBodyType(headers.get('content-type'));
  if (type === 'form' && isCertificateCheck(body)) return { type: 'reply', reply: textReply(200, ''), fault: null };
  const fault = findSignatureFault(body, headers, signingSecret, nowMs);
  if (fault !== null) return refuse(401, 'The signature is missing, old or wrong.', fault);
  if (type === null) return refuse(415, 'The body has to be JSON or a form, in UTF-8.');
  const text = toText(body);
  if (text === null) return refuse(400, 'The body is not UTF-8.');
  const read = type === 'json' ? readJsonBody(text) : readForm(text);
  if (read === null) return refuse(400, 'The body is nothing that Slack sends.');
  if ('status' in read) return { type: 'reply', reply: read, fault: null };
  const signature = headers.get('x-slack-signature') ?? '';
  return { type: 'delivery', delivery: { ...read, retry: toRetry(headers) }, signature };
}

type Content = Omit<SlackDelivery, 'retry'>;

function readJsonBody(text: string): Content | SlackReply | null {
  const parsed = parseJson(text, eventBodySchema);
  if (!parsed.ok) return null;
  const { type, challenge } = parsed.value;
  if (type !== 'url_verification') return { kind: 'event', payload: parsed.value };
  return challenge === undefined ? null : jsonReply({ challenge });
}

function readForm(text: string): Content | null {
  const fields = new URLSearchParams(text);
  const interaction = fields.get('payload');
  if (interaction !== null) {
    const parsed = parseJson(interaction, objectSchema);
    return parsed.ok ? { kind: toInteractionKind(parsed.value), payload: parsed.value } : null;
  }
  return fields.has('command') ? { kind: 'command', payload: Object.fromEntries(fields) } : null;
}

function toRetry(headers: Headers): SlackDelivery['retry'] {
  const attempt = headers.get('x-slack-retry-num');
  if (attempt === null || !/^[1-9]\d{0,3}$/.test(attempt)) return null;
  return { attempt: Number(attempt), reason: headers.get('x-slack-retry-reason') ?? 'unknown_error' };
}

function toBodyType(contentType: string | null): 'json' | 'form' | null {
  const [type = '', ...parameters] = (contentType ?? '').split(';').map((part) => part.trim().toLowerCase());
  const charset = parameters.find((parameter) => parameter.startsWith('charset='));
  if (charset !== undefined && !/^charset="?utf-?8"?$/.test(charset)) return null;
  if (type === 'application/json') return 'json';
  return type === 'application/x-www-form-urlencoded' ? 'form' : null;
}

function isCertificateCheck(body: Uint8Array): boolean {
  if (body.byteLength > largestCheckBytes) return false;
  const fields = new URLSearchParams(toText(body) ?? '');
  return fields.get('ssl_check') === '1' && !fields.has('command') && !fields.has('payload');
}

function toText(body: Uint8Array): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(body);
  } catch {
    return null;
  }
}

/** A reply in words. */
export function textReply(status: number, body: string): SlackReply {
  return { status, headers: body === '' ? {} : { 'content-type': 'text/plain; charset=utf-8' }, body };
}

/** A reply that carries a value. */
export function jsonReply(value: unknown): SlackReply {
  return { status: 200, headers: { 'content-type': 'application/json; charset=utf-8' }, body: JSON.stringify(value) };
}

function refuse(status: number, body: string, fault: SignatureFault | null = null): RequestVerdict {
  return { type: 'reply', reply: textReply(status, body), fault };
}
