import sharp from 'sharp';
import { expect, it } from 'vitest';
import { createDiscordRig } from './discord-rig.ts';
import { toObject, toObjects } from './json.ts';

async function startWithPicture(options: Parameters<typeof createDiscordRig>[0] = {}) {
  const rig = createDiscordRig(options);
  const bytes = new Uint8Array(
    await sharp({ create: { width: 40, height: 20, channels: 3, background: 'red' } })
      .png()
      .toBuffer(),
  );
  const said = rig.discord.people.say(rig.person, rig.channel, {
    text: 'look',
    mentionsBot: true,
    files: [
      { name: 'a.png', bytes },
      { name: 'notes.txt', bytes: Buffer.from('words') },
    ],
  });
  const read = async () => {
    const { body } = await rig.call('GET', `/channels/${rig.channel.id}/messages/${said.id}`);
    return toObjects(body['attachments']);
  };
  const [picture, notes] = await read();
  return { ...rig, bytes, read, said, url: String(picture?.['url']), proxyUrl: String(picture?.['proxy_url']), notes };
}

it('serves attachments under signed addresses', async () => {
  const { discord, url, bytes, read } = await startWithPicture();
  expect((await read())[0]).toMatchObject({ width: 40, height: 20, content_type: 'image/png', size: bytes.byteLength });
  expect(new URL(url).origin).toBe('https://cdn.discordapp.com');
  expect([...new URL(url).searchParams.keys()]).toEqual(['ex', 'is', 'hm']);
  const reply = await discord.fetchFile(url);
  expect([reply.status, reply.headers.get('content-type')]).toEqual([200, 'image/png']);
  expect(new Uint8Array(await reply.arrayBuffer())).toEqual(bytes);
  const unsigned = await discord.fetchFile(url.split('?')[0] ?? '');
  expect([unsigned.status, await unsigned.text()]).toEqual([404, 'This content is no longer available.']);
  const forged = await discord.fetchFile(url.replace(/hm=.{4}/, 'hm=0000'));
  expect(forged.status).toBe(404);
});

it('lets addresses run out after a day, and gives fresh ones', async () => {
  const { discord, url, clock, read, call } = await startWithPicture();
  await clock.advance(86_400_000);
  expect((await discord.fetchFile(url)).status).toBe(404);
  const [fresh] = await read();
  expect((await discord.fetchFile(String(fresh?.['url']))).status).toBe(200);
  const { body } = await call('POST', '/attachments/refresh-urls', { attachment_urls: [url] });
  const [refreshed] = toObjects(body['refreshed_urls']);
  expect(refreshed?.['original']).toBe(url);
  expect((await discord.fetchFile(String(refreshed?.['refreshed']))).status).toBe(200);
  discord.settings.attachmentLifeMs = 1_000;
  const [brief] = await read();
  await clock.advance(1_000);
  expect((await discord.fetchFile(String(brief?.['url']))).status).toBe(404);
});

it('makes pictures smaller at the media proxy, and nothing else', async () => {
  const { discord, proxyUrl, notes } = await startWithPicture();
  const small = await discord.fetchFile(`${proxyUrl}width=20&height=20&format=webp`);
  expect([small.status, small.headers.get('content-type')]).toEqual([200, 'image/webp']);
  expect(await sharp(await small.arrayBuffer()).metadata()).toMatchObject({ width: 20, height: 10, format: 'webp' });
  const text = await discord.fetchFile(`${notes?.['proxy_url']}width=20`);
  expect(text.status).toBe(415);
  expect((await discord.fetchFile(`${notes?.['proxy_url']}`)).status).toBe(415);
  expect(discord.downloads().map((entry) => [entry.from, entry.status])).toEqual([
    ['media', 200],
    ['media', 415],
    ['media', 415],
  ]);
});

it('shows pictures from elsewhere without a signature', async () => {
  const { discord, said, bytes, call, channel } = await startWithPicture();
  discord.people.showPreview(said, { url: 'https://example.org/b.png', file: { name: 'b.png', bytes } });
  const { body } = await call('GET', `/channels/${channel.id}/messages/${said.id}`);
  const thumbnail = toObject(toObjects(body['embeds'])[0]?.['thumbnail']);
  expect(thumbnail).toMatchObject({ url: 'https://example.org/b.png', width: 40 });
  const reply = await discord.fetchFile(String(thumbnail['proxy_url']));
  expect(reply.status).toBe(200);
});

it('redirects, drips, lies about lengths and never ends, on demand', async () => {
  const { discord, url, bytes, clock } = await startWithPicture();
  const path = new URL(url).pathname;
  discord.faults.next({ path }, { type: 'redirect', to: 'http://127.0.0.1/inside' });
  const moved = await discord.fetchFile(url);
  expect([moved.status, moved.headers.get('location')]).toEqual([302, 'http://127.0.0.1/inside']);
  discord.faults.next({ path }, { type: 'drip', chunkBytes: 16, pauseMs: 1_000 });
  const startMs = clock.now();
  const slow = await discord.fetchFile(url);
  expect(new Uint8Array(await clock.runUntil(slow.arrayBuffer()))).toEqual(bytes);
  expect(clock.now() - startMs).toBe(Math.ceil(bytes.byteLength / 16) * 1_000);
  discord.faults.next({ path }, { type: 'wrong-length', announcedBytes: 5 });
  expect((await discord.fetchFile(url)).headers.get('content-length')).toBe('5');
  discord.faults.next({ path }, { type: 'huge', bytes: 10_000_000 });
  const huge = await discord.fetchFile(url);
  expect(huge.headers.get('content-length')).toBeNull();
  expect((await huge.arrayBuffer()).byteLength).toBe(10_000_000);
  discord.faults.next({ path }, { type: 'status', status: 503 });
  expect((await discord.fetchFile(url)).status).toBe(503);
});
