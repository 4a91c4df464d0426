import { type JsonObject, toObject } from '../discord/json.ts';
import type { FakeSlack } from './fake-slack.ts';

/** An answer of the Web API, decoded. */
export type ApiAnswer = {
  readonly status: number;
  readonly ok: boolean;
  /** Slack's code of a refusal; null where there is none. */
  readonly error: string | null;
  readonly body: JsonObject;
  readonly headers: Headers;
};

/** Calls a method in process as the SDK does: form-encoded, objects as JSON, the token in the header. */
export async function callApi(
  slack: FakeSlack,
  token: string,
  method: string,
  args: { readonly [name: string]: unknown } = {},
): Promise<ApiAnswer> {
  const form = new URLSearchParams();
  for (const [name, value] of Object.entries(args)) {
    if (value !== undefined) form.set(name, typeof value === 'object' ? JSON.stringify(value) : String(value));
  }
  const response = await slack.fetch(`${slack.world.origins.api}/${method}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/x-www-form-urlencoded' },
    body: form.toString(),
  });
  const text = await response.text();
  const isJson = response.headers.get('content-type')?.startsWith('application/json') === true;
  const body = toObject(isJson ? JSON.parse(text) : null);
  const error = body['error'];
  return {
    status: response.status,
    ok: body['ok'] === true,
    error: typeof error === 'string' ? error : null,
    body,
    headers: response.headers,
  };
}

/** A new message as this project sends it: nothing is previewed. */
export function plainPost(channel: string, text: string, more: JsonObject = {}): JsonObject {
  return { channel, text, unfurl_links: false, unfurl_media: false, ...more };
}
