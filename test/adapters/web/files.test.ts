import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Failure } from '../../../src/lib/errors.ts';
import { readBody, type StartedWeb, startWeb, type Visitor } from './start-web.ts';

const png = new Uint8Array(Buffer.from('\x89PNG\r\n\x1a\n and the rest', 'latin1'));
const svg = new Uint8Array(Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"><script>1</script></svg>'));
const never = new AbortController().signal;
const megabyte = 1_048_576;

describe('files of the playground', () => {
  let web: StartedWeb;
  let ada: Visitor;
  let bob: Visitor;

  beforeEach(async () => {
    web = await startWeb();
    [ada, bob] = [await web.visit(), await web.visit()];
  });
  afterEach(() => web.close());

  const kept = () => readdir(join(web.folder, 'pictures')).catch(() => []);
  const toRef = (id: string) => ({ id, name: 'x', sizeBytes: null, locator: id });
  const codeOf = (promise: Promise<unknown>) =>
    promise.then(
      () => 'no failure',
      (error: unknown) => (error instanceof Failure ? error.code : String(error)),
    );

  it('gives the bot the bytes as they came', async () => {
    const id = await ada.upload('a.png', png);
    expect(new Uint8Array((await web.downloadImage(toRef(id), megabyte, never)).bytes)).toEqual(png);
  });

  it('takes no page for an error that has gone before its picture came', async () => {
    const id = await ada.upload('a.png', png);
    await ada.get(`/playground/files/${id}`, { signal: AbortSignal.abort(new Error('closed')) });
    expect(web.logger.lines.map(({ level }) => level)).toEqual(['debug']);
  });

  it('stops at the size the bot asks for', async () => {
    const id = await ada.upload('a.png', png);
    expect(await codeOf(web.downloadImage(toRef(id), png.byteLength - 1, never))).toBe('image-too-large');
    expect((await web.downloadImage(toRef(id), png.byteLength, never)).bytes.byteLength).toBe(png.byteLength);
    expect(await codeOf(web.downloadImage(toRef('nowhere'), megabyte, never))).toBe('image-gone');
  });

  it('shows pictures with a fixed type and nothing else', async () => {
    const picture = await ada.get(`/playground/files/${await ada.upload('page.html', png)}`);
    expect(picture.status).toBe(200);
    expect(picture.headers.get('Content-Type')).toBe('image/png');
    expect(picture.headers.get('X-Content-Type-Options')).toBe('nosniff');
    expect((await ada.get(`/playground/files/${await ada.upload('logo.png', svg)}`)).status).toBe(404);
  });

  it('refuses a file that is too large, whether or not its size was said, and keeps nothing of it', async () => {
    const path = '/playground/files?name=photo.jpg';
    const undeclared = await ada.post(path, new Uint8Array(20 * megabyte + 1));
    const headers = { 'Content-Length': String(31 * megabyte) };
    const declared = await ada.get(path, { method: 'POST', headers, body: 'only the beginning' });
    expect([undeclared.status, declared.status]).toEqual([413, 413]);
    expect([(await readBody(undeclared))['message'], (await readBody(declared))['message']]).toEqual([
      'photo.jpg is too large; the limit is 20 MB.',
      'photo.jpg is 31 MB; the limit is 20 MB.',
    ]);
    expect(await kept()).toEqual([]);
  });

  it('keeps what was not posted yet to its owner', async () => {
    const id = await ada.upload('a.png', png);
    expect((await bob.get(`/playground/files/${id}`)).status).toBe(404);
    expect((await bob.write({ text: 'mine', files: [id] })).status).toBe(400);
    await ada.write({ text: 'mine', files: [id] });
    expect((await bob.get(`/playground/files/${id}`)).status).toBe(200);
  });

  it('posts a file once', async () => {
    const id = await ada.upload('a.png', png);
    expect((await ada.write({ text: 'twice', files: [id, id] })).status).toBe(400);
    expect((await ada.write({ text: 'first', files: [id] })).status).toBe(200);
    expect((await ada.write({ text: 'second', files: [id] })).status).toBe(400);
  });

  it('takes an upload back', async () => {
    const id = await ada.upload('a.png', png);
    const path = `/playground/files/${id}`;
    await web.routes.request(path, { method: 'DELETE' });
    expect(await kept()).toEqual([id]);
    await ada.remove(path);
    expect(await kept()).toEqual([]);
  });

  it('bounds what a person can upload without posting', async () => {
    for (let count = 0; count < 20; count += 1) await ada.upload(`${count}.png`, png);
    expect((await ada.post('/playground/files?name=more.png', png)).status).toBe(429);
  });

  it('sweeps what was not posted within an hour, and keeps what was', async () => {
    const posted = await ada.upload('posted.png', png);
    await ada.write({ text: 'look', files: [posted] });
    await ada.upload('forgotten.png', png);
    const controller = new AbortController();
    const listening = web.inbox.listen(async () => 'accepted', controller.signal);
    await web.clock.advance(3_590_000);
    await expect.poll(kept).toHaveLength(2);
    // The sweep may still be at its last round when the time moves on: then it is its next one that counts.
    await expect
      .poll(async () => {
        await web.clock.advance(600_000);
        return await kept();
      })
      .toEqual([posted]);
    controller.abort();
    await listening;
  });

  it('lets the oldest posted picture go when the store is full', async () => {
    const old = await ada.upload('old.png', png);
    await ada.write({ text: 'old', files: [old] });
    web.change('UPDATE web_files SET size_bytes = 2147483648 WHERE id = ?', old);
    const recent = await ada.upload('new.png', png);
    expect(await kept()).toEqual([recent]);
    expect(await codeOf(web.downloadImage(toRef(old), megabyte, never))).toBe('image-gone');
    const page = JSON.stringify(await readBody(await ada.get('/playground/messages?channel=photos')));
    expect(page).toContain('"gone":true');
  });

  it('tidies names that are paths or hide something', async () => {
    await ada.write({ text: 'x', files: [await ada.upload('../../etc/pass\u202ewd.png', png)] });
    const page = JSON.stringify(await readBody(await ada.get('/playground/messages?channel=photos')));
    expect(page).toContain('"name":"passwd.png"');
  });
});
