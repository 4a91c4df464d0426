import { type Context, Hono } from 'hono';
import { ApiFailure } from '../../../src/engine/api-failure.ts';
import { type Asset, type Assets, fileTooLarge } from '../../../src/engine/assets.ts';
import type { Clock } from '../../../src/lib/clock.ts';
import type { AppEnv } from '../app-env.ts';
import { discardBody } from '../discard-body.ts';
import { receiveFile } from '../receive-file.ts';
import { toAssetAnswer } from './asset-answer.ts';

type AssetsRoutesParts = {
  assets: Assets;
  clock: Clock;
  /** The largest picture, as in the limits that `assets` was made with. */
  maxBytes: number;
};

/** What the form around a file may add: boundaries, part headers, small fields. */
const formOverheadBytes = 1_048_576;

/** The content type of a form that can be read, with its boundary. */
function requireForm(context: Context): string {
  const contentType = context.req.header('content-type') ?? '';
  if (!/^multipart\/form-data\s*(;|$)/i.test(contentType)) {
    throw new ApiFailure(
      'UNSUPPORTED_MEDIA_TYPE',
      'The picture must come as a form (multipart/form-data) in the field "asset", with cURL: -F "asset=@photo.png".',
    );
  }
  if (!/;\s*boundary\s*=\s*(?:"[^"]+"|[^\s;"]+)/i.test(contentType)) {
    throw new ApiFailure(
      'INVALID_REQUEST',
      'The header Content-Type names no boundary: do not set it yourself, let your HTTP client do it.',
    );
  }
  return contentType;
}

/** `POST /api/assets`: takes one picture and gives the key to ask about it with. */
export function createAssetsRoutes({ assets, clock, maxBytes }: AssetsRoutesParts): Hono<AppEnv> {
  const limits = { clock, maxBodyBytes: maxBytes + formOverheadBytes, tooLarge: () => fileTooLarge(maxBytes) };

  async function receive(context: Context<AppEnv>, reader: ReadableStreamDefaultReader<Uint8Array>): Promise<Asset> {
    const contentType = requireForm(context);
    // What really comes is counted in any case; the announced length saves reading it.
    if (Number(context.req.header('content-length') ?? 0) > limits.maxBodyBytes) throw limits.tooLarge();
    const { ownerId } = context.get('caller');
    const { signal } = context.req.raw;
    return receiveFile(reader, contentType, limits, (file) => assets.store(ownerId, file, signal));
  }

  const routes = new Hono<AppEnv>();
  routes.post('/api/assets', async (context) => {
    const reader = context.req.raw.body?.getReader();
    if (reader === undefined) throw new ApiFailure('INVALID_REQUEST', 'The request has no body: send the picture.');
    try {
      return context.json(toAssetAnswer(await receive(context, reader)));
    } catch (error) {
      await discardBody(reader, clock, context.req.raw.signal);
      throw error;
    } finally {
      reader.releaseLock();
    }
  });
  return routes;
}
