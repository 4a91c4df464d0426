import { Hono } from 'hono';
import { canSee } from './channels.ts';
import type { MessageLog } from './message-log.ts';
import { fileLimits, type PictureFiles } from './picture-files.ts';
import { Refusal } from './refusal.ts';
import type { WebEnv } from './web-env.ts';
import type { FileRow } from './wire.ts';

/** What a picture is sent with: the browser may only show it, never run anything in it. */
const pictureHeaders = {
  'X-Content-Type-Options': 'nosniff',
  'Content-Security-Policy': "default-src 'none'; sandbox",
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Cache-Control': 'private, max-age=31536000, immutable',
} as const;

async function* noContent(): AsyncGenerator<Uint8Array> {}

/** Uploading, showing and taking back files. */
export function createFileRoutes(files: PictureFiles, log: MessageLog): Hono<WebEnv> {
  const routes = new Hono<WebEnv>();

  const isVisible = (file: FileRow, personId: string): boolean => {
    if (file.message === null) return file.owner === personId;
    const message = log.find(file.message);
    return message !== null && canSee(personId, message.channel);
  };

  routes.post('/', async (context) => {
    const name = context.req.query('name') ?? '';
    const declared = Number(context.req.header('Content-Length') ?? Number.NaN);
    const file = await files.receive(context.get('person').id, {
      name,
      declaredBytes: Number.isSafeInteger(declared) ? declared : null,
      content: context.req.raw.body ?? noContent(),
    });
    return context.json({ id: file.id, name: file.name, sizeBytes: file.size_bytes, kind: file.mime_type });
  });

  routes.delete('/:id', async (context) => {
    await files.discard(context.get('person').id, context.req.param('id'));
    return context.body(null, 204);
  });

  routes.get('/:id', async (context) => {
    const file = files.find(context.req.param('id'));
    const gone = new Refusal('web-not-found', 'That picture is not here.');
    if (file === null || file.mime_type === null || !isVisible(file, context.get('person').id)) throw gone;
    const bytes = await files.read(file.id, fileLimits.maxBytes, context.req.raw.signal);
    if (bytes === null) throw gone;
    return context.body(new Uint8Array(bytes), 200, { ...pictureHeaders, 'Content-Type': file.mime_type });
  });

  return routes;
}
