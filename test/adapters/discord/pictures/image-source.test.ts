import { afterEach, describe, expect, it } from 'vitest';
import { createFetchMessage } from '../../../../adapters/discord/messages/fetch-message.ts';
import {
  createDiscordImageSource,
  type DownloadFromDiscord,
} from '../../../../adapters/discord/pictures/image-source.ts';
import { toGivenPictureLocator, toPictureLocator } from '../../../../adapters/discord/pictures/picture-links.ts';
import { createRefreshPictureLinks } from '../../../../adapters/discord/pictures/refresh-picture-links.ts';
import type { DiscordCall, DiscordRest } from '../../../../adapters/discord/rest/discord-call.ts';
import { createGuardedDownload } from '../../../../adapters/fetch-guard/create-guarded-download.ts';
import { createSystemClock } from '../../../../src/lib/clock.ts';
import { Failure } from '../../../../src/lib/errors.ts';
import { createPayloadReader } from '../../../../src/lib/read-payload.ts';
import { createFakeClock, type FakeClock } from '../../../fakes/fake-clock.ts';
import { createSilentLogger } from '../../../fakes/silent-logger.ts';
import { startWebServer } from '../../fetch-guard/loopback-servers.ts';

const mebibyte = 1_024 * 1_024;
const maxBytes = 20 * mebibyte;
const signal = new AbortController().signal;
const startMs = 1_767_225_600_000;
const bytes = new Uint8Array([1, 2, 3]);

function sign(path: string, expiresAtMs: number, host = 'cdn.discordapp.com') {
  return `https://${host}${path}?ex=${Math.floor(expiresAtMs / 1_000).toString(16)}&is=1&hm=signature&`;
}
const path = '/attachments/1/30/a.jpg';
const tomorrow = startMs + 86_400_000;

const links = {
  url: sign(path, tomorrow),
  proxyUrl: sign(path, tomorrow, 'media.discordapp.net'),
  contentType: 'image/jpeg',
  width: 640 as number | null,
  height: 480 as number | null,
};
const expired = {
  ...links,
  url: sign(path, startMs - 1_000),
  proxyUrl: sign(path, startMs - 1_000, 'media.discordapp.net'),
};
const large = { ...links, width: 4_000, height: 3_000 };
const home = { channelId: '10', messageId: '20', attachmentId: '30' as string | null };

/** What the message holds when it is asked for again. */
function toWire({ url, proxyUrl, contentType, width, height }: typeof links, id = '30') {
  return { id, filename: 'a.jpg', size: 9, url, proxy_url: proxyUrl, content_type: contentType, width, height };
}
const message = (parts: object) => ({
  id: '20',
  channel_id: '10',
  type: 0,
  author: { id: '5', username: 'ada' },
  content: '',
  ...parts,
});

function statusFailure(status: number): Failure {
  return new Failure(status === 404 ? 'fetch-gone' : 'fetch-status', `answered ${status}`, { facts: { status } });
}

type Setup = {
  /** What each download gives; without a script, bytes. */
  download?: (url: URL, index: number, signal: AbortSignal) => Promise<Uint8Array> | Uint8Array;
  /** What each call of Discord's API gives. */
  reply?: (call: DiscordCall, index: number) => unknown;
};

function createRig({ download = () => bytes, reply = () => null }: Setup = {}, clock: FakeClock = createFakeClock()) {
  const downloads: string[] = [];
  const calls: DiscordCall[] = [];
  const rest: DiscordRest = async (call) => {
    calls.push(call);
    return { body: await reply(call, calls.length - 1), bucket: null };
  };
  const scripted: DownloadFromDiscord = async (url, _maxBytes, downloadSignal) => {
    downloads.push(url.href);
    return download(url, downloads.length - 1, downloadSignal);
  };
  const fetchMessage = createFetchMessage(rest, createPayloadReader('Discord', createSilentLogger()));
  const refresh = createRefreshPictureLinks({ rest, fetchMessage, clock });
  const source = createDiscordImageSource({ download: scripted, refresh, clock });
  return {
    clock,
    calls,
    downloads,
    routes: () => calls.map(({ method, route }) => `${method} ${route}`),
    fetch: (locator: string, sizeBytes: number | null = 1_000, aborting = signal) =>
      source({ id: 'x', name: 'a.jpg', sizeBytes, locator }, maxBytes, aborting),
  };
}

const posted = (picture: typeof links) => toPictureLocator({ ...picture, ...home });
const embedded = (picture: typeof links) => toPictureLocator({ ...picture, ...home, attachmentId: null });

describe('a download that fails for the moment', () => {
  const away = () => new Failure('fetch-status', 'answered 502', { retryable: true, facts: { status: 502 } });

  it('is tried again, twice at most', async () => {
    const rig = createRig({
      download(_url, index) {
        if (index < 2) throw away();
        return bytes;
      },
    });
    expect(await rig.clock.runUntil(rig.fetch(posted(links)))).toEqual({ bytes, posted: null });
    expect(rig.downloads).toEqual([links.url, links.url, links.url]);

    const worse = createRig({
      download() {
        throw away();
      },
    });
    await expect(worse.clock.runUntil(worse.fetch(posted(links)))).rejects.toMatchObject({
      code: 'image-download-failed',
      retryable: true,
    });
    expect(worse.downloads).toHaveLength(3);
    expect(worse.clock.pending()).toBe(0);
  });

  it('of the smaller copy is tried again only where the picture itself is too large', async () => {
    const failOnce: Setup = {
      download(_url, index) {
        if (index === 0) throw away();
        return bytes;
      },
    };
    const rig = createRig(failOnce);
    await rig.clock.runUntil(rig.fetch(posted(large), 21 * mebibyte));
    expect(rig.downloads.map((url) => new URL(url).host)).toEqual(['media.discordapp.net', 'media.discordapp.net']);

    const smaller = createRig(failOnce);
    await smaller.clock.runUntil(smaller.fetch(posted(large), 8 * mebibyte));
    expect(smaller.downloads.map((url) => new URL(url).host)).toEqual(['media.discordapp.net', 'cdn.discordapp.com']);
  });
});

describe('a picture that is small enough', () => {
  it('is fetched as it is', async () => {
    const rig = createRig();
    expect(await rig.fetch(posted(links))).toEqual({ bytes, posted: null });
    expect(rig.downloads).toEqual([links.url]);
    expect(rig.calls).toEqual([]);
  });

  it('is fetched from Discord’s own copy where an embed shows it', async () => {
    const rig = createRig();
    const embed = {
      ...links,
      url: 'https://evil.test/a.png',
      proxyUrl: 'https://images-ext-1.discordapp.net/external/h/a',
    };
    expect(await rig.fetch(embedded(embed), null)).toEqual({ bytes, posted: null });
    expect(rig.downloads).toEqual([embed.proxyUrl]);
  });

  it('is not fetched from anybody’s server when Discord has no copy', async () => {
    const rig = createRig();
    const embed = toPictureLocator({
      ...links,
      url: 'https://evil.test/a.png',
      proxyUrl: null,
      ...home,
      attachmentId: null,
    });
    await expect(rig.fetch(embed, null)).rejects.toMatchObject({ code: 'image-download-failed' });
    expect(rig.downloads).toEqual([]);
  });
});

describe('a picture that is known to be useless', () => {
  it('is refused for its pixels without being fetched', async () => {
    const rig = createRig();
    await expect(rig.fetch(posted({ ...links, width: 10_000, height: 5_001 }))).rejects.toMatchObject({
      code: 'image-too-many-pixels',
      facts: { width: 10_000, height: 5_001, maxMegapixels: 50 },
    });
    await expect(rig.fetch(posted({ ...links, width: 10_000, height: 5_000 }))).resolves.toBeDefined();
    expect(rig.downloads).toHaveLength(1);
  });

  it('is refused for having no bytes', async () => {
    await expect(createRig().fetch(posted(links), 0)).rejects.toMatchObject({ code: 'image-empty' });
  });

  it('is refused for its bytes when no copy can be made', async () => {
    const rig = createRig();
    const unknown = posted({ ...links, width: null });
    await expect(rig.fetch(unknown, maxBytes + 1)).rejects.toMatchObject({
      code: 'image-too-large',
      facts: { sizeBytes: maxBytes + 1, maxBytes },
    });
    expect(rig.downloads).toEqual([]);
  });

  it('is refused when its locator is none', async () => {
    await expect(createRig().fetch('{}')).rejects.toMatchObject({ code: 'image-download-failed' });
  });
});

describe('a picture that is larger than needed', () => {
  const original = { format: 'JPEG', width: 4_000, height: 3_000, sizeBytes: 5 * mebibyte, frames: 1 };

  it('comes as the proxy’s smaller copy, with the facts of what was posted', async () => {
    const rig = createRig();
    expect(await rig.fetch(posted(large), 5 * mebibyte)).toEqual({ bytes, posted: original });
    expect(rig.downloads).toHaveLength(1);
    expect(rig.downloads[0]).toMatch(
      /^https:\/\/media\.discordapp\.net\/.*hm=signature&width=1568&height=1176&format=webp/,
    );
  });

  it.each([415, 400, 403, 404, 500])('is fetched as it is when the proxy answers with status %i', async (status) => {
    const rig = createRig({
      download: (url) => {
        if (url.host.startsWith('media')) throw statusFailure(status);
        return bytes;
      },
    });
    expect(await rig.fetch(posted(large), 5 * mebibyte)).toEqual({ bytes, posted: null });
    expect(rig.downloads[1]).toBe(large.url);
    expect(rig.calls).toEqual([]);
  });

  it('is fetched as it is when the proxy takes too long', async () => {
    const rig = createRig({
      download: (_url, index, downloadSignal) =>
        index > 0
          ? bytes
          : new Promise((_, reject) => downloadSignal.addEventListener('abort', () => reject(downloadSignal.reason))),
    });
    expect(await rig.clock.runUntil(rig.fetch(posted(large), 5 * mebibyte))).toEqual({ bytes, posted: null });
    expect(rig.clock.now() - startMs).toBe(6_000);
    expect(rig.clock.pending()).toBe(0);
  });

  it('is taken from the proxy although it is over the limit', async () => {
    const rig = createRig();
    const { posted: facts } = await rig.fetch(posted(large), maxBytes + 1);
    expect(facts).toMatchObject({ sizeBytes: maxBytes + 1 });
  });

  it('is refused for its bytes when it is over the limit and the proxy makes no copy', async () => {
    const rig = createRig({
      download: () => {
        throw statusFailure(415);
      },
    });
    await expect(rig.fetch(posted(large), maxBytes + 1)).rejects.toMatchObject({ code: 'image-too-large' });
    expect(rig.downloads).toHaveLength(1);
  });

  it.each([403, 404])('is refused for its bytes when a fresh link gets status %i, too', async (status) => {
    const rig = createRig({
      download: () => {
        throw statusFailure(status);
      },
      reply: () => message({ attachments: [toWire(large)] }),
    });
    await expect(rig.fetch(posted(large), maxBytes + 1)).rejects.toMatchObject({ code: 'image-too-large' });
    expect(rig.downloads).toHaveLength(2);
  });

  it('gets a fresh link when it is over the limit and the proxy refuses the old one', async () => {
    const rig = createRig({
      download: (_url, index) => {
        if (index === 0) throw statusFailure(403);
        return bytes;
      },
      reply: () => message({ attachments: [toWire(large)] }),
    });
    expect((await rig.fetch(posted(large), maxBytes + 1)).posted).not.toBeNull();
    expect(rig.routes()).toEqual(['GET /channels/10/messages/20']);
  });
});

describe('a link that has expired', () => {
  it.each([
    ['in the message', { attachments: [toWire(links, '29'), toWire(links)] }],
    ['in what the message forwards', { message_snapshots: [{ message: { attachments: [toWire(links)] } }] }],
  ])('is found again %s before anything is fetched', async (_, parts) => {
    const rig = createRig({ reply: () => message(parts) });
    expect(await rig.fetch(posted(expired))).toEqual({ bytes, posted: null });
    expect(rig.routes()).toEqual(['GET /channels/10/messages/20']);
    expect(rig.downloads).toEqual([links.url]);
  });

  it('is not begun with when it expires in a moment', async () => {
    const soon = { ...links, url: sign(path, startMs + 9_000) };
    const rig = createRig({ reply: () => message({ attachments: [toWire(links)] }) });
    await rig.fetch(posted(soon));
    expect(rig.downloads).toEqual([links.url]);
  });

  it('is found again by the address of the embed’s picture', async () => {
    const picture = { url: sign(path, startMs - 1_000), proxy_url: links.proxyUrl, width: 640, height: 480 };
    const embeds = [
      { type: 'image', thumbnail: { ...picture, url: 'https://other.test/' } },
      { type: 'image', image: picture },
    ];
    const rig = createRig({ reply: () => message({ embeds }) });
    await rig.fetch(embedded({ ...expired, url: sign(path, startMs - 9_000) }), null);
    expect(rig.downloads).toEqual([links.proxyUrl]);
  });

  it('is signed anew where there is no message', async () => {
    const fresh = sign(path, tomorrow).replace('signature', 'fresh');
    const rig = createRig({ reply: () => ({ refreshed_urls: [{ original: expired.url, refreshed: fresh }] }) });
    await rig.fetch(toGivenPictureLocator({ ...expired, width: 4_000, height: 3_000 }), 5 * mebibyte);
    expect(rig.calls).toMatchObject([
      { method: 'POST', route: '/attachments/refresh-urls', body: { attachment_urls: [expired.url] } },
    ]);
    expect(rig.downloads[0]).toMatch(/^https:\/\/media\.discordapp\.net\/.*hm=fresh.*width=1568/);
  });

  it('keeps to Discord’s path whatever the fresh address is', async () => {
    const rig = createRig({ reply: () => ({ refreshed_urls: [{ refreshed: 'https://evil.test/?ex=1&is=2&hm=3' }] }) });
    await rig.fetch(toGivenPictureLocator(expired));
    expect(new URL(rig.downloads[0] ?? '').host).toBe('cdn.discordapp.com');
  });

  it.each([
    ['Discord refuses to sign', { refreshed_urls: [] }],
    ['Discord signs nothing', { refreshed_urls: [{ refreshed: null }] }],
    ['Discord says something else', 'what?'],
  ])('means that the picture is gone when %s', async (_, body) => {
    const rig = createRig({ reply: () => body });
    await expect(rig.fetch(toGivenPictureLocator(expired))).rejects.toMatchObject({ code: 'image-gone' });
    expect(rig.downloads).toEqual([]);
  });

  it.each([
    ['has lost the picture', () => message({ attachments: [toWire(links, '31')] })],
    [
      'is gone',
      () => {
        throw new Failure('platform-message-gone', 'no such message', { facts: { status: 404, discordCode: 10_008 } });
      },
    ],
    [
      'is no longer for the bot',
      () => {
        throw new Failure('platform-forbidden', 'no access', { facts: { status: 403, discordCode: 50_001 } });
      },
    ],
  ])('means that the picture is gone when the message %s', async (_, reply) => {
    await expect(createRig({ reply }).fetch(posted(expired))).rejects.toMatchObject({ code: 'image-gone' });
    await expect(createRig({ reply }).fetch(embedded(expired), null)).rejects.toMatchObject({ code: 'image-gone' });
  });

  it('waits while Discord wants it to, twice at most', async () => {
    const limited = () => {
      throw new Failure('platform-rate-limited', 'slow down', { retryable: true, retryAfterMs: 2_000 });
    };
    const patient = createRig({
      reply: (_, index) => (index < 2 ? limited() : message({ attachments: [toWire(links)] })),
    });
    await patient.clock.runUntil(patient.fetch(posted(expired)));
    expect(patient.clock.now() - startMs).toBe(4_000);

    const refused = createRig({ reply: limited });
    await expect(refused.clock.runUntil(refused.fetch(posted(expired)))).rejects.toMatchObject({
      code: 'image-download-failed',
      retryable: true,
      retryAfterMs: 2_000,
    });
    expect(refused.calls).toHaveLength(3);
  });

  it('is a failed download when Discord cannot be reached', async () => {
    const reply = () => {
      throw new Failure('platform-unreachable', 'no reply', { retryable: true });
    };
    await expect(createRig({ reply }).fetch(posted(expired))).rejects.toMatchObject({
      code: 'image-download-failed',
      retryable: true,
    });
  });
});

describe('a download that fails', () => {
  const failing = (failure: Failure) => ({
    download: () => {
      throw failure;
    },
  });

  it.each([403, 404])('is tried once more with a fresh link after status %i', async (status) => {
    const fresh = { ...links, url: links.url.replace('signature', 'fresh') };
    const rig = createRig({
      download: (_url, index) => {
        if (index === 0) throw statusFailure(status);
        return bytes;
      },
      reply: () => message({ attachments: [toWire(fresh)] }),
    });
    expect(await rig.fetch(posted(links))).toEqual({ bytes, posted: null });
    expect(rig.downloads).toEqual([links.url, fresh.url]);
  });

  it('means that the picture is gone when the fresh link is refused too', async () => {
    const rig = createRig({ ...failing(statusFailure(404)), reply: () => message({ attachments: [toWire(links)] }) });
    await expect(rig.fetch(posted(links))).rejects.toMatchObject({ code: 'image-gone' });
    expect(rig.downloads).toHaveLength(2);
    expect(rig.calls).toHaveLength(1);
  });

  it('says how many bytes are taken when more came than were announced', async () => {
    const tooLarge = new Failure('fetch-too-large', 'too much', { facts: { maxBytes } });
    await expect(createRig(failing(tooLarge)).fetch(posted(links))).rejects.toMatchObject({
      code: 'image-too-large',
      facts: { maxBytes },
    });
  });

  it.each([
    [new Failure('fetch-timeout', 'slow', { retryable: true }), true],
    [new Failure('fetch-refused-address', 'not on the list'), false],
    [statusFailure(500), false],
  ])('is a failed download otherwise', async (failure, retryable) => {
    const rig = createRig(failing(failure));
    await expect(rig.clock.runUntil(rig.fetch(posted(links)))).rejects.toMatchObject({
      code: 'image-download-failed',
      retryable,
      cause: { code: failure.code, message: failure.message },
    });
  });

  it('stays what it is when it is a defect', async () => {
    const defect = new TypeError('a defect');
    const rig = createRig({
      download: () => {
        throw defect;
      },
    });
    await expect(rig.fetch(posted(large), 5 * mebibyte)).rejects.toBe(defect);
  });
});

describe('an abort', () => {
  const reason = new Error('stopped');

  it.each([
    ['the download', posted(links), 1_000],
    ['the proxy’s copy', posted(large), 5 * mebibyte],
  ])('during %s gives its reason and nothing more is fetched', async (_, locator, sizeBytes) => {
    const aborting = new AbortController();
    const rig = createRig({
      download: () => {
        aborting.abort(reason);
        throw statusFailure(404);
      },
    });
    await expect(rig.fetch(locator, sizeBytes, aborting.signal)).rejects.toBe(reason);
    expect(rig.downloads).toHaveLength(1);
    expect(rig.calls).toEqual([]);
    expect(rig.clock.pending()).toBe(0);
  });

  it('during the refresh gives its reason', async () => {
    const aborting = new AbortController();
    const rig = createRig({
      reply: () => {
        aborting.abort(reason);
        throw new Failure('platform-message-gone', 'no such message');
      },
    });
    await expect(rig.fetch(posted(expired), 1_000, aborting.signal)).rejects.toBe(reason);
  });

  it('of before fetches nothing', async () => {
    const rig = createRig();
    await expect(rig.fetch(posted(expired), 1_000, AbortSignal.abort(reason))).rejects.toBe(reason);
    expect([rig.calls, rig.downloads]).toEqual([[], []]);
  });
});

describe('over real connections', () => {
  const open: (() => Promise<void>)[] = [];
  afterEach(async () => {
    for (const close of open.splice(0).reverse()) await close();
  });

  async function startGuarded(answer: Parameters<typeof startWebServer>[0]) {
    const server = await startWebServer(answer);
    const guard = createGuardedDownload({
      clock: createSystemClock(),
      userAgent: 'test',
      origins: [server.origin],
      anyPublicHost: false,
    });
    open.push(server.close, guard.close);
    const rig = createRig({
      download: async (url, _index, downloadSignal) => {
        const request = { accept: 'image/*', types: null, maxBytes: 1_000, totalMs: 30_000, secrets: null };
        return (await guard.download(url, request, downloadSignal)).bytes;
      },
      reply: () => message({ attachments: [] }),
    });
    const at = (name: string) => ({
      ...links,
      url: `${server.origin}/${name}`,
      proxyUrl: `${server.origin}/proxy/${name}`,
    });
    return { rig, server, at };
  }

  it('brings a picture', async () => {
    const { rig, at } = await startGuarded((_, response) => response.end(bytes));
    expect(await rig.fetch(posted(at('a.jpg')))).toEqual({ bytes: Buffer.from(bytes), posted: null });
  });

  it('falls back to the picture itself when the proxy has no copy', async () => {
    const { rig, at, server } = await startGuarded((request, response) =>
      request.url?.startsWith('/proxy') ? response.writeHead(415).end() : response.end(bytes),
    );
    await rig.fetch(posted({ ...at('a.jpg'), width: 4_000, height: 3_000 }), 5 * mebibyte);
    expect(server.requests.map(({ url }) => url?.split('?')[0])).toEqual(['/proxy/a.jpg', '/a.jpg']);
  });

  it.each([
    ['gone', 404, 'image-gone'],
    ['refused', 403, 'image-gone'],
    ['broken', 500, 'image-download-failed'],
  ])('says that a picture is %s after status %i', async (_, status, code) => {
    const { rig, at } = await startGuarded((_request, response) => response.writeHead(status).end());
    await expect(rig.clock.runUntil(rig.fetch(posted(at('a.jpg'))))).rejects.toMatchObject({ code });
  });

  it('says that a picture is too large when it is larger than it said', async () => {
    const { rig, at } = await startGuarded((_, response) => response.end(Buffer.alloc(1_001)));
    await expect(rig.fetch(posted(at('a.jpg')))).rejects.toMatchObject({ code: 'image-too-large' });
  });

  it('goes to no host but Discord’s', async () => {
    const { rig, server } = await startGuarded((_, response) => response.end(bytes));
    const elsewhere = { ...links, url: `https://127.0.0.1:${server.port}/a.jpg` };
    await expect(rig.fetch(posted(elsewhere))).rejects.toMatchObject({ code: 'image-download-failed' });
    expect(server.connections()).toBe(0);
  });
});
