import { connect } from 'node:net';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { errorEnvelopeSchema } from '../../../src/api/error-envelope.ts';
import { pictureHeads, pngOfSize } from '../../fakes/sample-picture.ts';
import { ownerKey, shortKey, startHttp } from './http-rig.ts';

const megabyte = 1_048_576;

type RequestBody = NonNullable<RequestInit['body']>;

const answerSchema = z.looseObject({
  asset: z.looseObject({ key: z.string(), originalname: z.string(), mimetype: z.string(), size: z.number() }),
});
const answerOf = async (response: Response) => answerSchema.parse(await response.json());
const refusalOf = async (response: Response) => errorEnvelopeSchema.parse(await response.json());

let rig: Awaited<ReturnType<typeof startHttp>>;
/** The sizes of the chunks that reached the files, in order. */
let chunks: number[];

beforeEach(async () => {
  chunks = [];
  rig = await startHttp({ watch: (chunkBytes) => chunks.push(chunkBytes) });
});
afterEach(() => rig.close());

function form(field: string, bytes: Uint8Array, name = 'cat.png', type = 'image/png'): FormData {
  const data = new FormData();
  data.append(field, new File([new Uint8Array(bytes)], name, { type }));
  return data;
}

const upload = (body: RequestBody, headers: Record<string, string> = {}) =>
  rig.ask('/api/assets', { method: 'POST', body, headers });

const original = { format: 'PNG', width: 2_560, height: 1_600, sizeBytes: 1_843_200, frames: 1 } as const;

/** A picture behind what it was made of. */
function described(text: string): FormData {
  const data = new FormData();
  data.append('original', text);
  data.append('asset', new File([new Uint8Array(pngOfSize(100))], 'cat.jpg'));
  return data;
}

/** A form as bytes, so that it can be made wrong. */
function rawForm(
  disposition: string,
  content: string | Uint8Array,
  end = '\r\n--BOUNDARY--\r\n',
): Uint8Array<ArrayBuffer> {
  const head = `--BOUNDARY\r\nContent-Disposition: ${disposition}\r\nContent-Type: image/png\r\n\r\n`;
  return new Uint8Array(Buffer.concat([Buffer.from(head), Buffer.from(content), Buffer.from(end)]));
}
const rawType = { 'content-type': 'multipart/form-data; boundary=BOUNDARY' };

async function expectNothingLeft(): Promise<void> {
  expect([await rig.filesOnDisk(), rig.index.rows.size]).toEqual([[], 0]);
}

async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  for (let turn = 0; turn < 100_000 && !(await condition()); turn += 1) await nextTurn();
  expect(await condition()).toBe(true);
}

describe('an upload', () => {
  it('is answered in the full shape of the Asset API', async () => {
    const response = await upload(form('asset', pngOfSize(12_368), 'Mein Bild.PNG'));
    const key = expect.stringMatching(/^images\/2026_01_01_00_00_00_000_token-\d+_Mein_Bild\.png$/);
    const part = { fieldname: 'asset', originalname: 'Mein Bild.PNG', encoding: '7bit', mimetype: 'image/png' };
    const answer = await answerOf(response);
    expect(response.status).toBe(200);
    expect(answer).toEqual({
      asset: {
        ...part,
        size: 12_368,
        bucket: 'sightline',
        key,
        acl: 'private',
        contentType: 'image/png',
        contentDisposition: null,
        contentEncoding: null,
        storageClass: 'STANDARD',
        serverSideEncryption: null,
        metadata: { 'team-id': expect.any(String), 'user-id': expect.any(String), ...part },
        location: expect.stringMatching(/^\/images\//),
        etag: expect.stringMatching(/^"[\da-f]{32}"$/),
      },
      fileContent: {
        uuid: expect.stringMatching(/^[\da-f-]{36}$/),
        path: answer.asset.key,
        type: 'png',
        name: expect.stringMatching(/_Mein_Bild\.png$/),
        content: '',
        status: 'ACTIVE',
        metadata: { token: 0, character: 0 },
        createdAt: '2026-01-01T00:00:00.000Z',
      },
    });
  });

  it('belongs to the key that made it', async () => {
    const response = await upload(form('asset', pngOfSize(100)), { 'API-KEY': shortKey });
    const { asset } = await answerOf(response);
    const ownerOf = (key: string) => rig.apiKeys.resolve(key)?.ownerId ?? '';
    expect(rig.assets.find(ownerOf(shortKey), asset.key)).not.toBeNull();
    expect(rig.assets.find(ownerOf(ownerKey), asset.key)).toBeNull();
  });

  it.each(Object.entries(pictureHeads))('is %s by its bytes, whatever the form says', async (mimetype, bytes) => {
    const response = await upload(form('asset', bytes, 'notes.txt', 'text/plain'));
    expect([response.status, (await answerOf(response)).asset.mimetype]).toEqual([200, mimetype]);
  });

  it('needs no file name, and may come with other small fields', async () => {
    const data = form('asset', pngOfSize(100));
    data.append('note', 'harmless');
    const unnamed = await upload(rawForm('form-data; name="asset"', pngOfSize(100)), rawType);
    const answers = [await upload(data), unnamed];
    expect(answers.map((each) => each.status)).toEqual([200, 200]);
    expect((await answerOf(unnamed)).asset.originalname).toBe('image');
  });

  it('may tell in front of the file what it was made of', async () => {
    const parts = [
      `--BOUNDARY\r\nContent-Disposition: form-data; name="original"\r\nContent-Type: application/json\r\n\r\n${JSON.stringify(original)}\r\n`,
      rawForm('form-data; name="asset"; filename="a.png"', pngOfSize(100)),
    ];
    const responses = [
      await upload(described(JSON.stringify(original))),
      await upload(Buffer.concat(parts.map((part) => Buffer.from(part))), rawType),
      await upload(form('asset', pngOfSize(100))),
    ];
    const keys = await Promise.all(responses.map(async (response) => (await answerOf(response)).asset.key));
    expect(keys.map((key) => rig.index.rows.get(key)?.original)).toEqual([original, original, null]);
  });

  it('of 49 MB goes to the file in chunks as it comes', async () => {
    const response = await upload(form('asset', pngOfSize(49 * megabyte)));
    expect([response.status, (await answerOf(response)).asset.size]).toEqual([200, 49 * megabyte]);
    expect(chunks.reduce((sum, each) => sum + each, 0)).toBe(49 * megabyte);
    expect(Math.max(...chunks)).toBeLessThanOrEqual(262_144);
  });

  it('reaches the file while the client is still sending', async () => {
    const body = rawForm('form-data; name="asset"; filename="a.png"', pngOfSize(300_000));
    const seen: number[] = [];
    const stream = new ReadableStream<Uint8Array>({
      async pull(controller) {
        controller.enqueue(body.subarray(0, 200_000));
        await until(() => chunks.length > 0);
        seen.push(chunks.reduce((sum, each) => sum + each, 0));
        controller.enqueue(body.subarray(200_000));
        controller.close();
      },
    });
    const init: RequestInit = { method: 'POST', body: stream, headers: rawType, duplex: 'half' };
    const response = await rig.ask('/api/assets', init);
    expect(response.status).toBe(200);
    expect(seen[0]).toBeGreaterThan(0);
    expect(seen[0]).toBeLessThanOrEqual(200_000);
  });
});

describe('a refused upload', () => {
  const png = pngOfSize(2_000);
  const asset = 'form-data; name="asset"; filename="a.png"';
  const type = 'UNSUPPORTED_FILE_TYPE';

  it.each<[string, () => RequestBody, Record<string, string>, number, string, RegExp]>([
    ['an SVG', () => form('asset', Buffer.from('<svg></svg>')), {}, 400, type, /SVG/],
    ['a PDF', () => form('asset', Buffer.from('%PDF-1.7')), {}, 400, type, /PDF/],
    ['a HEIC', () => form('asset', Buffer.from('\0\0\0\x18ftypheic')), {}, 400, type, /HEIC/],
    ['a text', () => form('asset', Buffer.from('hello')), {}, 400, type, /a text/],
    ['an empty file', () => form('asset', Buffer.alloc(0)), {}, 400, 'INVALID_REQUEST', /empty/],
    ['another field', () => form('image', png), {}, 400, 'INVALID_REQUEST', /"image".*"asset"/],
    ['a field in capitals', () => form('ASSET', png), {}, 400, 'INVALID_REQUEST', /"ASSET".*"asset"/],
    ['no part', () => new FormData(), {}, 400, 'INVALID_REQUEST', /field "asset"/],
    ['an empty body', () => '', rawType, 400, 'INVALID_REQUEST', /asset/],
    ['a broken-off form', () => rawForm(asset, png, ''), rawType, 400, 'INVALID_REQUEST', /breaks off/],
    [
      'a form with another boundary',
      () => rawForm(asset, png),
      { 'content-type': 'multipart/form-data; boundary=OTHER' },
      400,
      'INVALID_REQUEST',
      /breaks off/,
    ],
    [
      'a form without a boundary',
      () => rawForm(asset, png),
      { 'content-type': 'multipart/form-data' },
      400,
      'INVALID_REQUEST',
      /boundary/,
    ],
    ['JSON', () => '{}', { 'content-type': 'application/json' }, 415, 'UNSUPPORTED_MEDIA_TYPE', /multipart\/form-data/],
    [
      'the bare picture',
      () => new Uint8Array(png),
      { 'content-type': 'image/png' },
      415,
      'UNSUPPORTED_MEDIA_TYPE',
      /-F "asset=@/,
    ],
  ])('with %s says what to do and leaves nothing', async (_case, body, headers, status, code, sentence) => {
    const response = await upload(body(), headers);
    const envelope = await refusalOf(response);
    expect([response.status, envelope.errorCode, envelope.message]).toEqual([
      status,
      code,
      expect.stringMatching(sentence),
    ]);
    await expectNothingLeft();
  });

  it('with a text in place of the file says so', async () => {
    const data = new FormData();
    data.append('asset', 'photo.png');
    const response = await upload(data);
    expect([response.status, (await refusalOf(response)).message]).toEqual([
      400,
      expect.stringMatching(/holds a text/),
    ]);
  });

  it.each<[string, unknown]>([
    ['no object', 'PNG'],
    ['a format we do not take', { ...original, format: 'HEIC' }],
    ['a width of nothing', { ...original, width: 0 }],
    ['half a pixel', { ...original, height: 0.5 }],
    ['a size as text', { ...original, sizeBytes: '2 MB' }],
    ['a width no picture has', { ...original, width: 2 ** 31 }],
    ['no count of frames', { ...original, frames: undefined }],
    ['more than was asked', { ...original, camera: 'Canon' }],
    ['too much', { ...original, format: 'x'.repeat(1_024) }],
  ])('with %s as the original says which field is wrong and leaves nothing', async (_case, value) => {
    const response = await upload(described(JSON.stringify(value)));
    const { message, error } = await refusalOf(response);
    expect([response.status, error.details.map((detail) => detail.field)]).toEqual([400, ['original']]);
    expect(message).toMatch(/^The field "original" .* as \{"format":"PNG",.* correct it, or leave it out\.$/);
    await expectNothingLeft();
  });

  it('with what is no JSON as the original says so', async () => {
    const { message } = await refusalOf(await upload(described('{format: PNG}')));
    expect(message).toMatch(/^The field "original" cannot be used \(.*JSON/);
  });

  it('with the original behind the file says to send it in front', async () => {
    const data = form('asset', png);
    data.append('original', JSON.stringify(original));
    expect((await refusalOf(await upload(data))).message).toMatch(
      /comes after the file: send it before the field "asset"/,
    );
    await expectNothingLeft();
  });

  it('with a second file keeps not even the first', async () => {
    const data = form('asset', png);
    data.append('asset', new File([new Uint8Array(png)], 'second.png'));
    const response = await upload(data);
    expect([response.status, (await refusalOf(response)).message]).toEqual([
      400,
      expect.stringMatching(/more than one/),
    ]);
    await expectNothingLeft();
  });

  it('with a second file that comes long after the first keeps not even the first', async () => {
    const body = new ReadableStream<Uint8Array>({
      async pull(controller) {
        const second = rawForm(asset, png);
        controller.enqueue(rawForm(asset, pngOfSize(300_000), '\r\n'));
        controller.enqueue(second.subarray(0, 20));
        await until(() => chunks.reduce((sum, each) => sum + each, 0) === 300_000);
        // Time enough for a file to be finished that should still be waiting for the end of its form.
        for (let turn = 0; turn < 5_000; turn += 1) await nextTurn();
        controller.enqueue(second.subarray(20));
        controller.close();
      },
    });
    const init: RequestInit = { method: 'POST', body, headers: rawType, duplex: 'half' };
    const response = await rig.ask('/api/assets', init);
    expect([response.status, (await refusalOf(response)).message]).toEqual([
      400,
      expect.stringMatching(/more than one/),
    ]);
    await expectNothingLeft();
  });

  it.each([
    ['announced', (bytes: Uint8Array<ArrayBuffer>): RequestBody => bytes],
    ['not announced', (bytes: Uint8Array<ArrayBuffer>): RequestBody => new Blob([bytes]).stream()],
  ])('of 51 MB is answered 413 and leaves nothing when its length is %s', async (_case, toBody) => {
    const body = toBody(rawForm(asset, pngOfSize(51 * megabyte)));
    const init: RequestInit = { method: 'POST', body, headers: rawType, duplex: 'half' };
    const response = await rig.ask('/api/assets', init);
    expect([response.status, (await refusalOf(response)).errorCode]).toEqual([413, 'FILE_TOO_LARGE']);
    await expectNothingLeft();
  });

  it('with 60 MB around a small file is answered 413', async () => {
    const junk = new Blob([new Uint8Array(60 * megabyte), '\r\n', rawForm(asset, png)]);
    const init: RequestInit = { method: 'POST', body: junk.stream(), headers: rawType, duplex: 'half' };
    expect((await rig.ask('/api/assets', init)).status).toBe(413);
    await expectNothingLeft();
  });

  it('without a key is answered 401 and reaches no file', async () => {
    expect((await upload(form('asset', png), { 'API-KEY': 'wrong' })).status).toBe(401);
    expect(chunks).toEqual([]);
  });

  it('is answered although the sender stalls', async () => {
    const text = Buffer.from(rawForm(asset, 'a text that is no picture'.repeat(100), ''));
    const socket = connect(rig.server.port, '127.0.0.1');
    let came = '';
    socket.on('data', (chunk) => {
      came += chunk.toString('latin1');
    });
    const head = `POST /api/assets HTTP/1.1\r\nHost: x\r\nAPI-KEY: ${ownerKey}\r\nContent-Type: ${rawType['content-type']}\r\nContent-Length: 1000000\r\n\r\n`;
    socket.write(Buffer.concat([Buffer.from(head), text]));
    // The rest is waited for, but not for long.
    await until(() => rig.clock.pending() > 1);
    await rig.clock.advance(5_000);
    await until(() => came.includes('UNSUPPORTED_FILE_TYPE'));
    socket.destroy();
    await expectNothingLeft();
  });

  it('that the client aborts leaves nothing', async () => {
    const body = Buffer.from(rawForm(asset, pngOfSize(400_000)));
    const socket = connect(rig.server.port, '127.0.0.1');
    const head = `POST /api/assets HTTP/1.1\r\nHost: x\r\nAPI-KEY: ${ownerKey}\r\nContent-Type: ${rawType['content-type']}\r\nContent-Length: ${body.byteLength}\r\n\r\n`;
    socket.write(Buffer.concat([Buffer.from(head), body.subarray(0, 300_000)]));
    await until(async () => (await rig.filesOnDisk()).length === 1);
    expect((await rig.filesOnDisk())[0]).toMatch(/\.part$/);
    socket.destroy();
    await until(async () => (await rig.filesOnDisk()).length === 0);
    expect(rig.index.rows.size).toBe(0);
    await until(() => rig.logger.lines.some((line) => line.sentence.startsWith('A caller went away')));
    expect(rig.logger.lines.filter((line) => line.level === 'error')).toEqual([]);
  });
});
