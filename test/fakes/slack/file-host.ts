import sharp from 'sharp';
import { type BearerTravels, bearerOf } from './bearer-travels.ts';
import type { Fault, Faults } from './faults.ts';
import type { Installing } from './installing.ts';
import type { FileRecord } from './records.ts';
import type { Settings } from './settings.ts';
import { thumbnailsOf } from './thumbnails.ts';
import { coversTeam, type World } from './world.ts';

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
  readonly origin: string;
  readonly path: string;
  readonly bearer: string | null;
  readonly status: number;
};

/** The file host, the edge host behind it, and Slack's own pages, without a network. */
export type FileHost = {
  handle(method: string, url: URL, authorization: string | null): Promise<FileReply>;
  downloads(): readonly DownloadLogEntry[];
};

const hugePieceBytes = 65_536;
const loginPage =
  '<!DOCTYPE html><html lang="en-US"><head><title>Sign in | Slack</title></head><body><form id="signin_form" action="/"></form></body></html>';

async function* whole(bytes: Uint8Array): AsyncIterable<Uint8Array> {
  if (bytes.byteLength > 0) yield bytes;
}

/** Serves the world's files to tokens that may read them. */
export function createFileHost(
  world: World,
  settings: Settings,
  installing: Installing,
  faults: Faults,
  travels: BearerTravels,
): FileHost {
  const downloads: DownloadLogEntry[] = [];

  const answer = (status: number, bytes: Uint8Array, headers: Record<string, string>): FileReply => ({
    status,
    headers: { 'content-length': String(bytes.byteLength), ...headers },
    pieces: () => whole(bytes),
    delayMs: 0,
    lost: 'no',
  });

  const page = (status: number, html: string) =>
    answer(status, Buffer.from(html), { 'content-type': 'text/html; charset=utf-8' });

  const toLogin = (url: URL): FileReply =>
    settings.loginBy === 'page'
      ? page(200, loginPage)
      : answer(302, Buffer.alloc(0), {
          location: `${world.origins.site}/?redir=${encodeURIComponent(url.pathname)}`,
          'x-slack-meta': 'acl_fail',
        });

  const mayRead = (token: string | null, file: FileRecord): boolean =>
    world.installations.some((installation) => {
      if (installation.token !== token || installation.state !== 'active' || !installation.scopes.has('files:read')) {
        return false;
      }
      if (coversTeam(world, installation, file.teamId)) return true;
      return [...world.channels.values()].some(
        (channel) =>
          channel.memberIds.has(installation.bot.id) &&
          [...channel.messages.values()].some((message) => message.files.includes(file)),
      );
    });

  const fileAt = (path: string): FileRecord | undefined =>
    world.files.get(/^\/files-(?:pri|tmb)\/[A-Z0-9]+-(F[A-Z0-9]+)/.exec(path)?.[1] ?? '');

  const thumbnail = async (file: FileRecord, kind: string): Promise<FileReply> => {
    const isStill = kind === 'deanimate' && file.mimetype === 'image/gif';
    const side = isStill ? 1_024 : Number(kind);
    const wanted = isStill ? { square: false } : thumbnailsOf(file).find((each) => each.side === side);
    if (wanted === undefined) return page(404, '<html><body>Not found</body></html>');
    try {
      const bytes = await sharp(file.bytes)
        .rotate()
        .resize({
          width: side,
          height: side,
          fit: wanted.square ? 'cover' : 'inside',
          withoutEnlargement: !wanted.square,
        })
        .png()
        .toBuffer();
      return answer(200, bytes, { 'content-type': 'image/png' });
    } catch {
      return page(404, '<html><body>Not found</body></html>');
    }
  };

  const serve = async (url: URL, token: string | null): Promise<FileReply> => {
    if (url.origin === world.origins.site) return page(200, installing.page(url.href) ?? loginPage);
    const file = fileAt(url.pathname);
    if (file === undefined || !mayRead(token, file)) return toLogin(url);
    if (file.state !== 'there' || file.externalUrl !== null)
      return page(404, '<html><body>File not found</body></html>');
    const kind = /_(\d+|deanimate)\.png$/.exec(url.pathname)?.[1] ?? '';
    if (url.pathname.startsWith('/files-tmb/')) return thumbnail(file, kind);
    const name = encodeURIComponent(file.name);
    const disposition = url.pathname.includes('/download/') ? 'attachment' : 'inline';
    return answer(200, file.bytes, {
      'content-type': file.mimetype,
      'content-disposition': `${disposition}; filename="${name}"`,
    });
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

  const withFault = async (fault: Fault, url: URL, token: string | null): Promise<FileReply> => {
    switch (fault.type) {
      case 'error':
        return page(404, `<html><body>${fault.error}</body></html>`);
      case 'status':
        return answer(fault.status, Buffer.from(fault.body ?? ''), { 'content-type': 'text/plain' });
      case 'html':
        return page(fault.status, '<html><body>Server Error</body></html>');
      case 'login-page':
        return page(200, loginPage);
      case 'rate-limited':
        return answer(429, Buffer.alloc(0), { 'retry-after': String(fault.retryAfterSeconds) });
      case 'slow':
        return { ...(await serve(url, token)), delayMs: fault.delayMs };
      case 'lost-reply':
      case 'refused':
        return { ...page(503, ''), lost: 'reset' };
      case 'silent':
        return { ...page(503, ''), lost: 'never' };
      case 'redirect':
        return answer(fault.status ?? 302, Buffer.alloc(0), { location: fault.to });
      case 'drip': {
        const reply = await serve(url, token);
        return { ...reply, pieces: (signal) => drip(reply, fault.chunkBytes, fault.pauseMs, signal) };
      }
      case 'wrong-length': {
        const reply = await serve(url, token);
        return { ...reply, headers: { ...reply.headers, 'content-length': String(fault.announcedBytes) } };
      }
      case 'huge': {
        const reply = await serve(url, token);
        const { 'content-length': _length, ...headers } = reply.headers;
        return { ...reply, headers, pieces: () => zeros(fault.bytes) };
      }
      default:
        return fault satisfies never;
    }
  };

  return {
    downloads: () => downloads,
    async handle(method, url, authorization) {
      const token = bearerOf(authorization);
      const { origin, pathname } = url;
      travels.record(origin, pathname, token);
      const fault = faults.take({ method: pathname, teamId: fileAt(pathname)?.teamId ?? null });
      const isGet = method === 'GET' || method === 'HEAD';
      const reply = !isGet
        ? page(405, '')
        : fault === null
          ? await serve(url, token)
          : await withFault(fault, url, token);
      downloads.push({ atMs: world.clock.now(), origin, path: pathname, bearer: token, status: reply.status });
      return reply;
    },
  };
}
