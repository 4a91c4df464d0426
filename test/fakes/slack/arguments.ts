import { isObject, type JsonObject } from '../discord/json.ts';

/** The arguments of a call, whatever form they came in. */
export type Arguments = {
  readonly raw: JsonObject;
  has(name: string): boolean;
  /** The value as a text; null when it is missing or empty. */
  text(name: string): string | null;
  /** True, false, or null when nothing was said. */
  flag(name: string): boolean | null;
  number(name: string, otherwise: number): number;
  /** An object or a list, which forms carry as JSON; `undefined` when it is missing, null when it cannot be read. */
  json(name: string): unknown;
};

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** Reads arguments that were decoded to plain values. */
export function createArguments(raw: JsonObject): Arguments {
  const text = (name: string) => {
    const value = raw[name];
    if (value === undefined || value === null || value === '') return null;
    return typeof value === 'object' ? JSON.stringify(value) : String(value);
  };
  return {
    raw,
    has: (name) => text(name) !== null,
    text,
    flag: (name) => {
      const value = text(name);
      return value === null ? null : value === 'true' || value === '1';
    },
    number: (name, otherwise) => Number(text(name) ?? otherwise),
    json: (name) => {
      const value = raw[name];
      if (value === undefined || value === '') return undefined;
      return typeof value === 'string' ? parse(value) : value;
    },
  };
}

/** The body and the query of a request as arguments; null when the body claims to be JSON and is none. */
export function decodeArguments(body: string, contentType: string | null, query: URLSearchParams): Arguments | null {
  const fields: Record<string, unknown> = Object.fromEntries(query);
  if (contentType?.startsWith('application/json') === true) {
    const decoded = body === '' ? {} : parse(body);
    return isObject(decoded) ? createArguments({ ...fields, ...decoded }) : null;
  }
  return createArguments({ ...fields, ...Object.fromEntries(new URLSearchParams(body)) });
}
