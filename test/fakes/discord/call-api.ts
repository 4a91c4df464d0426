import type { FakeDiscord } from './fake-discord.ts';
import { type JsonObject, toNumber, toObject } from './json.ts';

/** An answer of the API, decoded. */
export type ApiAnswer = {
  readonly status: number;
  readonly body: JsonObject;
  /** The body where it is a list. */
  readonly list: readonly JsonObject[];
  /** Discord's own code of a refusal; 0 where there is none. */
  readonly code: number;
  readonly headers: Headers;
};

/** Calls the API in process as the bot does, with its token: for tests of the fake itself, and for arranging others. */
export async function callApi(
  discord: FakeDiscord,
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE',
  path: string,
  body?: unknown,
  token: string = discord.token,
): Promise<ApiAnswer> {
  const reply = await discord.makeRequest(`${discord.world.origins.api}/v10${path}`, {
    method,
    headers: { authorization: `Bot ${token}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await reply.text();
  const isJson = reply.headers.get('content-type') === 'application/json';
  const decoded: unknown = isJson ? JSON.parse(text) : null;
  return {
    status: reply.status,
    body: toObject(decoded),
    list: Array.isArray(decoded) ? decoded.map(toObject) : [],
    code: toNumber(toObject(decoded)['code'], 0),
    headers: reply.headers,
  };
}

/** The body of a message as this project sends it: nobody is called, nothing previewed, repeatable. The nonce is the text's beginning unless told otherwise. */
export function plainMessage(content: string, more: JsonObject = {}): JsonObject {
  return { ...plainEdit(content), nonce: content.slice(0, 25), enforce_nonce: true, ...more };
}

/** The body of an edit or an answer to an interaction as this project sends it. */
export function plainEdit(content: string, more: JsonObject = {}): JsonObject {
  return { content, allowed_mentions: { parse: [] }, flags: 4, ...more };
}
