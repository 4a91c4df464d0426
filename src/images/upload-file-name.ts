const maxBaseCharacters = 60;

/**
 * A file name that every server takes: ASCII letters, digits, `-` and `_`, and the extension of what the bytes are now. The hosted API
 * refuses names without a proper extension.
 */
export function uploadFileName(name: string, extension: string): string {
  const base = name
    .replace(/\.[^.]{1,5}$/, '')
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .replace(/[^A-Za-z0-9_-]+/g, '-')
    .slice(0, maxBaseCharacters)
    .replace(/^-+|-+$/g, '');
  return `${base === '' ? 'picture' : base}${extension}`;
}
