import { z } from 'zod';

/** Longest question, in characters. Far above what people write; below what a vendor would bill by surprise. */
const maxPromptCharacters = 100_000;

/** Longest conversation id, in characters. */
const maxConversationIdCharacters = 256;

const maxImageKeyCharacters = 1_024;

/** A value as a sentence can quote it: short, and never a whole body. */
export function quoteValue(value: unknown): string {
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object' && value !== null) return 'an object';
  const text = typeof value === 'string' ? JSON.stringify(value) : String(value);
  return text.length > 120 ? `${text.slice(0, 120)}…` : text;
}

/** True when the first `max` characters are not all of the text; an emoji counts as one. */
export function isLongerThan(text: string, max: number): boolean {
  return text.length > max && (text.length > 2 * max || [...text].length > max);
}

const wasMissing = (issue: { readonly input?: unknown }) => issue.input === undefined || issue.input === null;

/** A text that must be there, of whole characters; `hint` says what to send. */
export function requiredText(name: string, hint: string) {
  return z
    .string({ error: (issue) => sentenceFor(name, hint, issue.input) })
    .refine((text) => text.trim() !== '', { error: `${name} is empty: ${hint}.` })
    .refine((text) => text.isWellFormed(), { error: halfACharacter(name) });
}

/** What neither UTF-8 nor a database can hold: it would come back as another text. */
function halfACharacter(name: string): string {
  return `${name} holds half a character (a lone surrogate): cut texts between whole characters.`;
}

/** An object that must be there. */
export function requiredObject<Shape extends z.ZodRawShape>(name: string, shape: Shape) {
  return z.object(shape, {
    error: (issue) =>
      wasMissing(issue)
        ? `${name} is missing: send an object.`
        : `${name} must be an object, not ${quoteValue(issue.input)}.`,
  });
}

/** An object of settings that may be left out. */
export function optionalObject<Shape extends z.ZodRawShape>(name: string, shape: Shape) {
  return requiredObject(name, shape).nullish();
}

/** One of the features an endpoint answers; the first is what callers are told to send. `elsewhere` names where others are answered. */
export function featureType<const Type extends string>(
  allowed: readonly [Type, ...Type[]],
  elsewhere: Readonly<Record<string, string>> = {},
) {
  return requiredText('type', `send ${allowed[0]}`)
    .transform((type, context) => {
      const found = allowed.find((known) => known === type);
      if (found !== undefined) return found;
      const way = Object.hasOwn(elsewhere, type) ? `, or ask ${elsewhere[type]}` : '';
      const message = `Unsupported feature type: ${type.slice(0, 120)}. Send ${allowed[0]}${way}.`;
      context.addIssue({ code: 'custom', message, params: { code: 'UNKNOWN_ERROR' } });
      return z.NEVER;
    })
    .meta({ enum: [...allowed] });
}

/** The question itself. Too long has a code of its own. */
export function prompt(name: string) {
  return requiredText(name, 'send the question as a text')
    .refine((text) => !isLongerThan(text, maxPromptCharacters), {
      error: `${name} is too long: the most is ${maxPromptCharacters.toLocaleString('en')} characters. Shorten the question.`,
      params: { code: 'PROMPT_TOO_LONG' },
    })
    .meta({ description: 'The question.', minLength: 1, maxLength: maxPromptCharacters });
}

/** A switch that is off unless it is sent. */
export function flag(name: string) {
  return z
    .boolean({ error: (issue) => `${name} must be true or false, not ${quoteValue(issue.input)}.` })
    .nullish()
    .meta({ default: false })
    .transform((value) => value ?? false);
}

/** A whole number within bounds, with what counts when it is left out. */
export function wholeNumber(name: string, bounds: { min: number; max: number; fallback: number }) {
  const { min, max, fallback } = bounds;
  const error = (issue: { readonly input?: unknown }) =>
    `${name} must be a whole number from ${min} to ${max}, not ${quoteValue(issue.input)}.`;
  return z
    .number({ error })
    .refine((value) => Number.isInteger(value) && value >= min && value <= max, { error })
    .meta({ type: 'integer', minimum: min, maximum: max })
    .nullish()
    .meta({ default: fallback })
    .transform((value) => value ?? fallback);
}

/** An id of the caller's own choosing, or null for a question without a history. */
export function conversationId(name: string) {
  return (
    z
      .string({
        error: (issue) =>
          sentenceFor(name, 'send a text of your choice, or null for a question on its own', issue.input),
      })
      .refine((text) => text !== '' && !isLongerThan(text, maxConversationIdCharacters), {
        error: `${name} must have 1 to ${maxConversationIdCharacters} characters.`,
      })
      .refine((text) => text.isWellFormed(), { error: halfACharacter(name) })
      // Every reader of an address takes these two for steps in a path, however they are written.
      .refine((text) => text !== '.' && text !== '..', {
        error: `${name} must not be "." or "..": no address could name it. Send another text of your choice.`,
      })
      .meta({ minLength: 1, maxLength: maxConversationIdCharacters })
      .nullable()
      .describe(
        'A text of your own choice or the `uuid` of a conversation: the same one goes on with it. Null, or the name of a feature type: a question on its own.',
      )
  );
}

/** Asset keys; whether there may be none is the schema's own business. */
export function imageKeys(name: string) {
  const key = z
    .string({
      error: (issue) => `${name} holds ${quoteValue(issue.input)}: every member must be an asset key, a text.`,
    })
    .min(1, { error: `${name} holds an empty text: every member must be an asset key.` })
    .max(maxImageKeyCharacters, { error: `${name} holds a text that is too long to be an asset key.` });
  return z.array(key, {
    error: (issue) => `${name} must be a list of asset keys, not ${quoteValue(issue.input)}.`,
  });
}

function sentenceFor(name: string, hint: string, input: unknown): string {
  return input === undefined || input === null
    ? `${name} is missing: ${hint}.`
    : `${name} must be a text, not ${quoteValue(input)}.`;
}
