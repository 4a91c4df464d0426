import { z } from 'zod';

const absent = (value: unknown) => (typeof value === 'string' && value.trim() === '' ? undefined : value);

/** A variable that may be missing; blanks are as good as nothing. */
export const optional = <Schema extends z.ZodType>(schema: Schema) => z.preprocess(absent, schema.optional());

/** A variable that has a value when it is missing. */
export const withDefault = <Schema extends z.ZodType>(schema: Schema, value: string) =>
  z.preprocess((given) => absent(given) ?? value, schema);

/** A key or a token. */
export const secret = z.string().trim().min(8, 'is too short to be a key');

/** An address of the web. */
export const httpUrl = z.url({
  protocol: /^https?$/,
  error: 'must be an address that starts with http:// or https://',
});

/** Members with commas between them, without the blanks around them. */
export const list = z.string().transform((text) =>
  text
    .split(',')
    .map((member) => member.trim())
    .filter((member) => member !== ''),
);

/** Ids of a platform; a name in such a list would match nobody and seem to work. `error`: what they look like. */
export const idList = (pattern: RegExp, error: string) => list.pipe(z.array(z.string().regex(pattern, error)));

/** Yes or no. */
export const flag = z.enum(['true', 'false'], { error: 'must be true or false' });

function isSafeOrigin(address: string): boolean {
  const { protocol, hostname } = new URL(address);
  return protocol === 'https:' || /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/.test(hostname);
}

/** Origins that pictures may come from; in clear only those of the machine itself. */
export const origins = list.pipe(
  z.array(httpUrl.refine(isSafeOrigin, 'holds an http:// address of another machine; use https://')),
);
