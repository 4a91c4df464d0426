import sharp from 'sharp';
import type { Faults } from './faults.ts';
import type { AttachmentRecord } from './records.ts';
import type { SignedAddresses } from './signed-addresses.ts';
import type { World } from './world.ts';

/** What a download gets. */
export type FileReply = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** The bytes in the pieces and at the pace in which they come. */
  readonly pieces: (signal: AbortSignal) => AsyncIterable<Uint8Array>;
  readonly delayMs: number;
  readonly lost: 'no' | 'reset' | 'never';
};

/** A download that was tried. */
export type DownloadLogEntry = {
  readonly atMs: number;
  readonly from: 'cdn' | 'media';
  readonly path: string;
  readonly query: string;
  readonly status: number;
};

/** The CDN and the media proxy without a network. */
export type Cdn = {
  handle(method: string, url: URL, from: 'cdn' | 'media'): Promise<FileReply>;
  downloads(): readonly DownloadLogEntry[];
};

const formats = ['png', 'jpeg', 'webp', 'gif', 'avif'] as const;
const hugePieceBytes = 65_536;

async function* whole(bytes: Uint8Array): AsyncIterable<Uint8Array> {
  if (bytes.byteLength > 0) yield bytes;
}

/** A picture as the media proxy makes it; null where it cannot, because it is no picture. */
async function resize(attachment: AttachmentRecord, query: URLSearchParams) {
  const width = Number(query.get('width') ?? 0);
  const height = Number(query.get('height') ?? 0);
  const format = formats.find((each) => each === query.get('format')?.replace('jpg', 'jpeg'));
  if (width === 0 && height === 0 && format === undefined) {
    return { bytes: attachment.bytes, contentType: attachment.contentType };
  }
  const picture = sharp(attachment.bytes, { failOn: 'error' }).resize({
    ...(width > 0 ? { width } : {}),
    ...(height > 0 ? { height } : {}),
    fit: 'inside',
    withoutEnlargement: true,
  });
  const { data, info } = await (format === undefined ? picture : picture.toFormat(format)).toBuffer({
    resolveWithObject: true,
  });
  return { bytes: new Uint8Array(data), contentType: `image/${info.format}` };
}

/** Serves the world's files to those who bring a good signature. */
export function createCdn(world: World, addresses: SignedAddresses, faults: Faults): Cdn {
  const downloads: DownloadLogEntry[] = [];

  const text = (status: number, said: string): FileReply => ({
    status,
    headers: { 'content-type': 'text/plain;charset=UTF-8', 'content-length': String(Buffer.byteLength(said)) },
    pieces: () => whole(Buffer.from(said)),
    delayMs: 0,
    lost: 'no',
  });

  const file = (bytes: Uint8Array, contentType: string | null): FileReply => ({
    status: 200,
    headers: {
      ...(contentType === null ? {} : { 'content-type': contentType }),
      'content-length': String(bytes.byteLength),
      'cache-control': 'public, max-age=31536000',
    },
    pieces: () => whole(bytes),
    delayMs: 0,
    lost: 'no',
  });

  const serve = async (method: string, url: URL, from: 'cdn' | 'media'): Promise<FileReply> => {
    if (method !== 'GET' && method !== 'HEAD') return text(405, 'Method Not Allowed');
    const attachment = world.files.get(decodeURI(url.pathname));
    const isOpen = url.pathname.startsWith('/external/');
    if (!isOpen && !addresses.isGood(url)) return text(404, 'This content is no longer available.');
    if (attachment === undefined) return text(404, 'This content is no longer available.');
    if (from === 'cdn') return file(attachment.bytes, attachment.contentType);
    try {
      const { bytes, contentType } = await resize(attachment, url.searchParams);
      if (!/^(image|video)\//.test(contentType ?? '')) return text(415, 'Unsupported Media Type');
      return file(bytes, contentType);
    } catch {
      return text(415, 'Unsupported Media Type');
    }
  };

  async function* drip(reply: FileReply, chunkBytes: number, pauseMs: number, signal: AbortSignal) {
    for await (const piece of reply.pieces(signal)) {
      for (let at = 0; at < piece.byteLength; at += chunkBytes) {
        await world.clock.sleep(pauseMs, signal);
        yield piece.subarray(at, at + chunkBytes);
      }
    }
  }

  async function* zeros(bytes: number) {
    const piece = new Uint8Array(hugePieceBytes);
    for (let left = bytes; left > 0; left -= hugePieceBytes) yield piece.subarray(0, Math.min(left, hugePieceBytes));
  }

  const withoutLength = (headers: Readonly<Record<string, string>>) => {
    const { 'content-length': _length, ...rest } = headers;
    return rest;
  };

  const answer = async (method: string, url: URL, from: 'cdn' | 'media'): Promise<FileReply> => {
    const fault = faults.take({ method, path: url.pathname, route: url.pathname });
    if (fault === null) return serve(method, url, from);
    switch (fault.type) {
      case 'status':
        return text(fault.status, fault.message ?? 'error');
      case 'html':
      case 'cloudflare-ban':
        return {
          ...text(fault.type === 'html' ? fault.status : 429, '<html><body>cloudflare</body></html>'),
          headers: { 'content-type': 'text/html' },
        };
      case 'rate-limited':
        return { ...text(429, ''), headers: { 'retry-after': String(Math.ceil(fault.retryAfterMs / 1000)) } };
      case 'slow':
        return { ...(await serve(method, url, from)), delayMs: fault.delayMs };
      case 'lost-reply':
      case 'refused':
        return { ...text(503, ''), lost: 'reset' };
      case 'silent':
        return { ...text(503, ''), lost: 'never' };
      case 'redirect':
        return { ...text(fault.status ?? 302, ''), headers: { location: fault.to } };
      case 'drip': {
        const reply = await serve(method, url, from);
        return { ...reply, pieces: (signal) => drip(reply, fault.chunkBytes, fault.pauseMs, signal) };
      }
      case 'wrong-length': {
        const reply = await serve(method, url, from);
        return { ...reply, headers: { ...reply.headers, 'content-length': String(fault.announcedBytes) } };
      }
      case 'huge': {
        const reply = await serve(method, url, from);
        return { ...reply, headers: withoutLength(reply.headers), pieces: () => zeros(fault.bytes) };
      }
      default:
        return fault satisfies never;
    }
  };

  return {
    downloads: () => downloads,
    async handle(method, url, from) {
      const reply = await answer(method, url, from);
      downloads.push({ atMs: world.clock.now(), from, path: url.pathname, query: url.search, status: reply.status });
      return reply;
    },
  };
}
