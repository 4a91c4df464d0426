/** The formats that every vendor takes, by their first bytes. */
const heads = {
  'image/png': /^\x89PNG/,
  'image/jpeg': /^\xff\xd8\xff/,
  'image/webp': /^RIFF.{4}WEBP/s,
  'image/gif': /^GIF8[79]a/,
} as const;

/** A picture as it was sent. */
export type SentPicture = { readonly mimeType: string; readonly sizeBytes: number };

/** A picture of a data URL, or the word for what is wrong with it. */
export function readDataUrl(url: string): SentPicture | 'url' | 'base64' | 'format' {
  const found = /^data:(image\/[a-z+.-]+);base64,(.*)$/s.exec(url);
  return found === null ? 'url' : readPicture(found[1] ?? '', found[2] ?? '');
}

/** A picture as base64 with the type that it is said to have. */
export function readPicture(mimeType: string, base64: string): SentPicture | 'base64' | 'format' {
  if (base64 === '' || !/^[A-Za-z0-9+/]+={0,2}$/.test(base64) || base64.length % 4 !== 0) return 'base64';
  const bytes = Buffer.from(base64, 'base64');
  const format = Object.entries(heads).find(([, head]) => head.test(bytes.subarray(0, 16).toString('latin1')))?.[0];
  return format === mimeType ? { mimeType, sizeBytes: bytes.length } : 'format';
}
