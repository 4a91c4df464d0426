/** The first bytes of each accepted format: enough to be recognised, not a picture. */
export const pictureHeads = {
  'image/png': Buffer.from('\x89PNG\r\n\x1a\n\0\0\0\rIHDR', 'latin1'),
  'image/jpeg': Buffer.from('\xff\xd8\xff\xe0\0\x10JFIF\0', 'latin1'),
  'image/webp': Buffer.from('RIFF\x24\0\0\0WEBPVP8 ', 'latin1'),
  'image/gif': Buffer.from('GIF89a\x01\0\x01\0', 'latin1'),
} as const;

/** A file that begins as a PNG and is exactly so large. */
export function pngOfSize(sizeBytes: number): Buffer {
  const bytes = Buffer.alloc(sizeBytes, 0x5a);
  pictureHeads['image/png'].copy(bytes);
  return bytes;
}

/** The bytes in chunks of a size, each handed out only when it is asked for. */
export async function* inChunks(bytes: Uint8Array, chunkBytes: number): AsyncGenerator<Uint8Array> {
  for (let start = 0; start < bytes.byteLength; start += chunkBytes) yield bytes.subarray(start, start + chunkBytes);
}
