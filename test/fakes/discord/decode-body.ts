import type { UploadedFile } from './rest-route.ts';

type DecodedBody = { readonly body: unknown; readonly files: readonly UploadedFile[] };

const nothing: DecodedBody = { body: undefined, files: [] };

/** A request's body as Discord reads it: JSON, or a form whose `payload_json` holds the JSON beside the files. */
export async function decodeBody(sent: unknown, contentType: string | null): Promise<DecodedBody> {
  if (sent === null || sent === undefined) return nothing;
  if (sent instanceof FormData) return decodeForm(sent);
  if (contentType?.startsWith('multipart/form-data')) {
    const bytes = sent instanceof Uint8Array ? Buffer.from(sent) : String(sent);
    return decodeForm(await new Response(bytes, { headers: { 'content-type': contentType } }).formData());
  }
  const text = sent instanceof Uint8Array ? Buffer.from(sent).toString('utf8') : String(sent);
  return text === '' ? nothing : { body: toJson(text), files: [] };
}

function toJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

async function decodeForm(form: FormData): Promise<DecodedBody> {
  const payload = form.get('payload_json');
  const files: UploadedFile[] = [];
  for (const [key, value] of form) {
    if (typeof value === 'string' || !key.startsWith('files[')) continue;
    files.push({ name: value.name, contentType: value.type === '' ? null : value.type, bytes: await value.bytes() });
  }
  return { body: typeof payload === 'string' ? toJson(payload) : undefined, files };
}
