import type { BodyKind } from './validate-request.ts';

/** A file that came with a request. */
export type UploadedFile = { readonly name: string; readonly contentType: string | null; readonly bytes: Uint8Array };

/** A call of the API as a route sees it: matched, authorised, counted and checked. */
export type RestCall = {
  readonly params: { readonly [name: string]: string };
  readonly query: URLSearchParams;
  readonly body: unknown;
  readonly files: readonly UploadedFile[];
};

/** What a route answers; 204 has no body. */
export type RestAnswer = { readonly status: number; readonly body: unknown };

/** One method of one address. */
export type RestRoute = {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** With `:name` for each value. */
  readonly pattern: string;
  /** False where the token in the address is all that is needed. */
  readonly auth: boolean;
  /** Which limit counts it. */
  readonly limit: 'edits' | 'creates' | 'interactionToken' | 'threads' | 'others';
  /** The value in the address for which calls are counted apart. */
  readonly major: string | null;
  /** How the body is checked; null when there is none. */
  readonly bodyKind: BodyKind | null;
  /** The flags of the message that is edited. */
  readonly flagsBefore?: (call: RestCall) => number;
  readonly handle: (call: RestCall) => RestAnswer;
};

/** The values in a path that fits the pattern, or null. */
export function matchPattern(pattern: string, path: string): { readonly [name: string]: string } | null {
  const wanted = pattern.split('/');
  const given = path.split('/');
  if (wanted.length !== given.length) return null;
  const params: { [name: string]: string } = {};
  for (const [index, step] of wanted.entries()) {
    const value = given[index] ?? '';
    if (step.startsWith(':')) {
      if (value === '') return null;
      params[step.slice(1)] = decodeURIComponent(value);
    } else if (step !== value) return null;
  }
  return params;
}

/** 200 with a body. */
export function ok(body: unknown): RestAnswer {
  return { status: 200, body };
}

/** 204: done, nothing to say. */
export const done: RestAnswer = { status: 204, body: null };
