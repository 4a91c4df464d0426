import { extensionOf, type PictureMimeType } from './picture-format.ts';

const maxNameChars = 64;
const maxOriginalChars = 255;

/** The client's own name without folders and control characters, for showing it back; at most 255 characters. */
export function tidyName(name: string): string {
  const base = name.split(/[\\/]/).at(-1) ?? '';
  const visible = base.replace(/[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/gu, '').trim();
  return [...visible].slice(0, maxOriginalChars).join('') || 'image';
}

/** The name without its extension, in the letters, digits and marks that are safe everywhere; never empty, no dots. */
function safeStem(name: string): string {
  const stem = tidyName(name).replace(/\.[^.]*$/, '');
  const ascii = stem.normalize('NFKD').replace(/\p{M}/gu, '');
  const safe = ascii.replace(/[^A-Za-z0-9-]+/g, '_').slice(0, maxNameChars);
  return safe.replace(/^[_-]+|[_-]+$/g, '') || 'image';
}

/** `2026_01_31_23_59_59_999`, in UTC. */
function stamp(atMs: number): string {
  return new Date(atMs)
    .toISOString()
    .slice(0, -1)
    .replace(/[-:T.]/g, '_');
}

/**
 * The key of a picture: `images/<UTC stamp>_<token>_<safe name>.<extension of its format>`. The token makes it unguessable;
 * of the client's name only harmless characters are left.
 */
export function assetKey(asset: {
  name: string;
  mimeType: PictureMimeType;
  createdAtMs: number;
  token: string;
}): string {
  return `images/${stamp(asset.createdAtMs)}_${asset.token}_${safeStem(asset.name)}.${extensionOf[asset.mimeType]}`;
}
