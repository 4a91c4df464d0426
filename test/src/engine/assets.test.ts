import { describe, expect, it } from 'vitest';
import type { OriginalPicture } from '../../../src/api/original-picture.ts';
import { createAssets, defaultAssetLimits } from '../../../src/engine/assets.ts';
import { createFakeClock } from '../../fakes/fake-clock.ts';
import { createFakeIds } from '../../fakes/fake-ids.ts';
import { createMemoryAssetFiles } from '../../fakes/memory-asset-files.ts';
import { createMemoryAssetIndex } from '../../fakes/memory-asset-index.ts';
import { inChunks, pictureHeads, pngOfSize } from '../../fakes/sample-picture.ts';

const never = new AbortController().signal;
const dayMs = 86_400_000;

function open(maxBytes = 10_000) {
  const clock = createFakeClock();
  const files = createMemoryAssetFiles();
  const index = createMemoryAssetIndex();
  const limits = { ...defaultAssetLimits, maxBytes };
  const assets = createAssets({ clock, files, index, ids: createFakeIds(), limits });
  const store = (bytes: Uint8Array, name = 'cat.png', ownerId = 'owner-a', original: OriginalPicture | null = null) =>
    assets.store(ownerId, { name, original, content: inChunks(bytes, 1_500) }, never);
  return { clock, files, index, assets, store };
}

describe('storing a picture', () => {
  it('gives it a key, and its bytes back to its owner', async () => {
    const { assets, store } = open();
    const asset = await store(pngOfSize(5_000), 'C:\\Users\\me\\Frühstück im Café.JPG');
    expect(asset).toEqual({
      key: 'images/2026_01_01_00_00_00_000_token-2_Fruhstuck_im_Cafe.png',
      uuid: '00000000-0000-4000-8000-000000000001',
      ownerId: 'owner-a',
      originalName: 'Frühstück im Café.JPG',
      mimeType: 'image/png',
      sizeBytes: 5_000,
      sha256: expect.stringMatching(/^[\da-f]{64}$/),
      original: null,
      createdAtMs: 1_767_225_600_000,
      expiresAtMs: 1_767_225_600_000 + 30 * dayMs,
    });
    expect(assets.find('owner-a', asset.key)).toEqual(asset);
    expect(Buffer.from(await assets.read(asset, never)).equals(pngOfSize(5_000))).toBe(true);
  });

  it('remembers what it was made of', async () => {
    const { assets, store } = open();
    const original = { format: 'PNG', width: 2_560, height: 1_600, sizeBytes: 1_843_200, frames: 1 } as const;
    const { key } = await store(pngOfSize(5_000), 'cat.png', 'owner-a', original);
    expect(assets.find('owner-a', key)).toMatchObject({ sizeBytes: 5_000, original });
  });

  it('hands the chunks to the file as they come', async () => {
    const { files, assets } = open();
    const seen: number[] = [];
    async function* content(): AsyncGenerator<Uint8Array> {
      for (let count = 0; count < 4; count += 1) {
        seen.push(files.chunkBytes.length);
        yield pngOfSize(2_000);
      }
    }
    await assets.store('owner-a', { name: 'cat.png', original: null, content: content() }, never);
    expect(seen).toEqual([0, 1, 2, 3]);
  });

  it('takes exactly the largest size and refuses one byte more', async () => {
    const { store, files, index } = open(10_000);
    expect((await store(pngOfSize(10_000))).sizeBytes).toBe(10_000);
    await expect(store(pngOfSize(10_001))).rejects.toMatchObject({ code: 'FILE_TOO_LARGE' });
    expect([files.files.size, index.rows.size]).toEqual([1, 1]);
  });

  it('stops asking for more as soon as it refuses', async () => {
    const { assets } = open(10_000);
    const log: string[] = [];
    async function* endless(): AsyncGenerator<Uint8Array> {
      try {
        for (;;) {
          log.push('chunk');
          yield pngOfSize(4_000);
        }
      } finally {
        log.push('ended');
      }
    }
    const stored = assets.store('owner-a', { name: 'cat.png', original: null, content: endless() }, never);
    await expect(stored).rejects.toMatchObject({ code: 'FILE_TOO_LARGE' });
    expect(log).toEqual(['chunk', 'chunk', 'chunk', 'ended']);
  });

  it.each([
    ['an empty file', Buffer.alloc(0), 'INVALID_REQUEST', 'The file is empty'],
    ['an SVG called a PNG', Buffer.from('<svg xmlns="x"/>'), 'UNSUPPORTED_FILE_TYPE', 'The file is an SVG drawing'],
    ['a PDF', Buffer.from('%PDF-1.7'), 'UNSUPPORTED_FILE_TYPE', 'The file is a PDF'],
  ])('leaves nothing of %s', async (_case, bytes, code, sentence) => {
    const { store, files, index } = open();
    await expect(store(bytes)).rejects.toMatchObject({ code, message: expect.stringContaining(sentence) });
    expect([files.files.size, files.chunkBytes, index.rows.size]).toEqual([0, [], 0]);
  });

  it('leaves no file when the row cannot be written', async () => {
    const { store, files, index } = open();
    index.fail();
    await expect(store(pngOfSize(5_000))).rejects.toThrow('the database is broken');
    expect(files.files.size).toBe(0);
  });

  it('leaves nothing when there is no room', async () => {
    const { store, files, index } = open();
    files.setRoom(3_000);
    await expect(store(pngOfSize(5_000))).rejects.toMatchObject({ code: 'OVERLOADED' });
    expect([files.files.size, index.rows.size]).toEqual([0, 0]);
  });
});

describe('finding a picture', () => {
  it('gives nothing for a foreign, an unknown and an expired key', async () => {
    const { clock, assets, store } = open();
    const { key } = await store(pngOfSize(100));
    expect(assets.find('owner-b', key)).toBeNull();
    expect(assets.find('owner-a', `${key}x`)).toBeNull();
    await clock.advance(30 * dayMs - 1);
    expect(assets.find('owner-a', key)).not.toBeNull();
    await clock.advance(1);
    expect(assets.find('owner-a', key)).toBeNull();
  });

  it('says that a picture whose file is lost has to be uploaded again', async () => {
    const { assets, files, store } = open();
    const asset = await store(pngOfSize(100));
    files.files.clear();
    await expect(assets.read(asset, never)).rejects.toMatchObject({ code: 'INVALID_IMAGE' });
  });
});

describe('sweeping', () => {
  it('removes rows and files of what has expired, and nothing else', async () => {
    const { clock, assets, files, index, store } = open();
    for (let count = 0; count < 250; count += 1) await store(pngOfSize(20));
    await clock.advance(dayMs);
    const young = await store(pngOfSize(20));
    await clock.advance(29 * dayMs);
    await assets.sweep(never);
    expect([...index.rows.keys()]).toEqual([young.key]);
    expect([...files.files.keys()]).toEqual([`${young.createdAtMs}-${young.uuid}`]);
  });

  it('removes what a crash left without a row, once it is older than an hour', async () => {
    const { clock, assets, files, store } = open();
    const kept = await store(pngOfSize(20));
    const nowMs = clock.now();
    const left = [
      `${nowMs}-00000000-0000-4000-8000-00000000000a`,
      `${nowMs}-00000000-0000-4000-8000-00000000000b.part`,
    ];
    for (const name of [...left, 'readme']) files.files.set(name, pngOfSize(20));
    await clock.advance(3_599_999);
    await assets.sweep(never);
    expect(files.files.size).toBe(4);
    await clock.advance(1);
    await assets.sweep(never);
    expect([...files.files.keys()]).toEqual([`${kept.createdAtMs}-${kept.uuid}`, 'readme']);
  });

  it('stops when it is told to', async () => {
    const { clock, assets, store, index } = open();
    await store(pngOfSize(20));
    await clock.advance(31 * dayMs);
    await expect(assets.sweep(AbortSignal.abort(new Error('shutting down')))).rejects.toThrow('shutting down');
    expect(index.rows.size).toBe(1);
  });
});

describe('recognising a picture', () => {
  it.each(Object.entries(pictureHeads))('takes %s by its bytes, whatever its name says', async (mimeType, head) => {
    const { store } = open();
    expect((await store(head, 'notes.txt')).mimeType).toBe(mimeType);
  });
});
