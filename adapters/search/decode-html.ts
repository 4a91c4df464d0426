/** How far into a page its character set is looked for (https://html.spec.whatwg.org/#determining-the-character-encoding). */
const prescanBytes = 1_024;

/** The text of a page in the character set that it names itself, else in UTF-8. */
export function decodeHtml(bytes: Uint8Array): string {
  const head = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(prescanBytes, bytes.byteLength)).toString('latin1');
  const label = /<meta[^>]{0,200}?charset\s*=\s*["']?\s*([\w:-]{2,40})/i.exec(head)?.[1] ?? 'utf-8';
  try {
    return new TextDecoder(label).decode(bytes);
  } catch {
    return new TextDecoder().decode(bytes);
  }
}
