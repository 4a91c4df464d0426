import { z } from 'zod';
import { parseJson } from '../../src/lib/parse-json.ts';

const maxCharacters = 120;
const maxDepth = 5;

/** Whatever names an account, a team or a key says more than people may read; then none of it is shown. */
const tellsTooMuch =
  /\b(team|organi[sz]ations?|account|project|tenant|workspace|billing|user|api.?key|secret|bearer|authorization)\b|\b(org|proj|sk|key)[-_]|@/i;

const strange = [
  /\b\w+:\/\/\S*/g,
  /(?:\/[\w.:-]+){2,}\/?/g,
  /\b\d{1,3}(?:\.\d{1,3}){3}(?::\d+)?\b/g,
  /\b(?=\w*\d)[\w-]{16,}/g,
] as const;

const nest = z.union([z.string(), z.record(z.string(), z.unknown()), z.array(z.unknown())]);
const members = ['error', 'message', 'details', 'detail', 'response', 'data', 'body'] as const;

/**
 * What a model's vendor said, out of the API's `details` (a text, or JSON in JSON): one short line without addresses, paths and ids.
 * Null when there is nothing, or when it names somebody.
 */
export function toProviderReason(details: string | null): string | null {
  const said = details === null ? null : findWords(details, 0);
  if (said === null || /^\s*</.test(said) || tellsTooMuch.test(said)) return null;
  const plain = strange.reduce((text, pattern) => text.replaceAll(pattern, ' '), said.slice(0, 2_000));
  const line = plain.replaceAll(/[\p{C}\s]+/gu, ' ').trim();
  return /\p{L}{3}/u.test(line) ? line.slice(0, maxCharacters).toWellFormed().trim() : null;
}

/** The innermost message. */
function findWords(text: string, depth: number): string | null {
  const parsed = parseJson(text, nest);
  if (!parsed.ok) return text.trim() === '' ? null : text;
  return findIn(parsed.value, depth);
}

function findIn(value: unknown, depth: number): string | null {
  if (depth > maxDepth) return null;
  if (typeof value === 'string') return findWords(value, depth + 1);
  if (Array.isArray(value)) return findIn(value[0], depth + 1);
  const object = z.record(z.string(), z.unknown()).safeParse(value);
  if (!object.success) return null;
  const found = members.map((name) => findIn(object.data[name], depth + 1));
  return found.find((words) => words !== null) ?? null;
}
