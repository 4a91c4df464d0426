import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import {
  createPictureGatherer,
  type KnownPicture,
  type PicturesWanted,
  type UploadPicture,
} from '../../../src/images/gather-pictures.ts';
import type { ImageFailureCode } from '../../../src/images/image-failure.ts';
import type { ImageSource } from '../../../src/images/image-source.ts';
import type { PrepareImage } from '../../../src/images/prepare-image.ts';
import { Failure } from '../../../src/lib/errors.ts';
import { noMetrics } from '../../../src/lib/metrics.ts';
import { createFakeClock } from '../../fakes/fake-clock.ts';

const image = (id: string) => ({ id, name: `${id}.png`, sizeBytes: null, locator: id });
const bytesOf = (text: string) => new TextEncoder().encode(text);
const hashOf = (text: string) => createHash('sha256').update(bytesOf(text)).digest('hex');
const known = (imageId: string, content: string): KnownPicture => ({
  imageId,
  sha256: hashOf(content),
  key: `images/${imageId}`,
  name: `${imageId}.png`,
});

/** Downloads give the locator as bytes, preparing keeps them, uploads give `images/<content>`; everything takes its time. */
function createBench(options: { failing?: ReadonlyMap<string, Failure>; contents?: ReadonlyMap<string, string> } = {}) {
  const clock = createFakeClock();
  const timeline: string[] = [];
  let open = 0;
  let mostOpen = 0;
  const download: ImageSource = async (ref, maxBytes, signal) => {
    timeline.push(`download ${ref.id} up to ${maxBytes}`);
    open += 1;
    mostOpen = Math.max(mostOpen, open);
    try {
      await clock.sleep(100, signal);
      const failure = options.failing?.get(ref.id);
      if (failure !== undefined) throw failure;
      return { bytes: bytesOf(options.contents?.get(ref.id) ?? ref.locator), posted: null };
    } finally {
      open -= 1;
    }
  };
  const prepare: PrepareImage = async (bytes, _limits, signal) => {
    await clock.sleep(50, signal);
    const tiny = bytes.byteLength < 2;
    const original = { format: 'PNG', width: 90, height: 90, sizeBytes: bytes.byteLength, frames: 1 } as const;
    const remarks = tiny ? (['tiny'] as const) : [];
    return { bytes, mimeType: 'image/jpeg', extension: '.jpg', width: 9, height: 9, remarks, original };
  };
  const upload: UploadPicture = async ({ bytes, fileName, original }, signal) => {
    timeline.push(`upload ${fileName} of a ${original.format} of ${original.sizeBytes} bytes`);
    await clock.sleep(20, signal);
    return `images/${new TextDecoder().decode(bytes)}`;
  };
  const gather = createPictureGatherer({ prepare, upload, clock, metrics: noMetrics });
  const wanted = (ids: readonly string[], more: Partial<PicturesWanted> = {}): PicturesWanted => ({
    images: ids.map(image),
    known: [],
    maxPictures: 10,
    conversationKey: 'c',
    download,
    ...more,
  });
  return { clock, timeline, gather, wanted, mostOpen: () => mostOpen };
}

const never = new AbortController().signal;

describe('createPictureGatherer', () => {
  it('downloads, prepares and uploads, and gives the keys in the pictures’ order', async () => {
    const { clock, gather, wanted } = createBench();
    const gathered = await clock.runUntil(gather(wanted(['aa', 'bb', 'cc', 'dd']), never));
    expect(gathered.keys).toEqual(['images/aa', 'images/bb', 'images/cc', 'images/dd']);
    expect(gathered.uploads.map((each) => each.sha256)).toEqual(['aa', 'bb', 'cc', 'dd'].map(hashOf));
    expect(gathered.leftOut).toEqual([]);
    expect(clock.pending()).toBe(0);
  });

  it('knows a large picture by the same hash', async () => {
    const large = 'a'.repeat(1_048_577);
    const bench = createBench({ contents: new Map([['aa', large]]) });
    const gathered = await bench.clock.runUntil(bench.gather(bench.wanted(['aa']), never));
    expect(gathered.uploads.map((each) => each.sha256)).toEqual([hashOf(large)]);
  });

  it('neither downloads nor uploads a picture it knows by its id', async () => {
    const { clock, timeline, gather, wanted } = createBench();
    const gathered = await clock.runUntil(gather(wanted(['aa'], { known: [known('aa', 'x')] }), never));
    expect(gathered).toEqual({ keys: ['images/aa'], uploads: [], leftOut: [], remarks: [] });
    expect(timeline).toEqual([]);
  });

  it('uploads nothing when the same bytes were posted again, and remembers the new id', async () => {
    const { clock, timeline, gather, wanted } = createBench();
    const before = known('old', 'aa');
    const gathered = await clock.runUntil(gather(wanted(['aa'], { known: [before] }), never));
    expect(gathered.keys).toEqual([before.key]);
    expect(gathered.uploads).toEqual([{ ...before, imageId: 'aa', name: 'aa.png' }]);
    expect(timeline).toEqual(['download aa up to 20971520']);
  });

  it('uploads the same bytes once when one message has them twice', async () => {
    const contents = new Map([
      ['aa', 'same'],
      ['bb', 'same'],
    ]);
    const { clock, timeline, gather, wanted } = createBench({ contents });
    const gathered = await clock.runUntil(gather(wanted(['aa', 'bb']), never));
    expect(gathered.keys).toEqual(['images/same', 'images/same']);
    expect(timeline.filter((line) => line.startsWith('upload'))).toEqual(['upload aa.jpg of a PNG of 4 bytes']);
  });

  it('leaves out the picture that fails and goes on with the others', async () => {
    const failure = new Failure<ImageFailureCode>('image-gone', 'It is gone.');
    const { clock, gather, wanted } = createBench({ failing: new Map([['bb', failure]]) });
    const gathered = await clock.runUntil(gather(wanted(['aa', 'bb', 'cc']), never));
    expect(gathered.keys).toEqual(['images/aa', 'images/cc']);
    expect(gathered.leftOut).toEqual([{ name: 'bb.png', failure }]);
  });

  it('names the pictures over the limit, and does not touch them', async () => {
    const { clock, timeline, gather, wanted } = createBench();
    const gathered = await clock.runUntil(gather(wanted(['aa', 'bb', 'cc'], { maxPictures: 1 }), never));
    expect(gathered.keys).toEqual(['images/aa']);
    expect(gathered.leftOut.map(({ name, failure }) => [name, failure.code, failure.facts])).toEqual([
      ['bb.png', 'image-over-limit', { maxPictures: 1 }],
      ['cc.png', 'image-over-limit', { maxPictures: 1 }],
    ]);
    expect(timeline).toEqual(['download aa up to 20971520', 'upload aa.jpg of a PNG of 2 bytes']);
  });

  it('tells the remarks by name', async () => {
    const { clock, gather, wanted } = createBench();
    const gathered = await clock.runUntil(gather(wanted(['a', 'bb']), never));
    expect(gathered.remarks).toEqual([{ name: 'a.png', remark: 'tiny' }]);
  });

  it('holds at most three pictures at once, whatever the number of questions', async () => {
    const { clock, gather, wanted, mostOpen } = createBench();
    const questions = ['ab', 'cd', 'ef', 'gh'].map((pair) => gather(wanted([...pair].map((id) => id + id)), never));
    const all = await clock.runUntil(Promise.all(questions));
    expect(all.flatMap((each) => each.keys)).toHaveLength(8);
    expect(mostOpen()).toBe(3);
  });

  it('gives a download 15 seconds', async () => {
    const { clock, gather, wanted } = createBench();
    const startMs = clock.now();
    const hanging: ImageSource = (_image, _maxBytes, signal) =>
      clock.sleep(1e9, signal).then(() => ({ bytes: new Uint8Array(), posted: null }));
    const gathered = await clock.runUntil(gather(wanted(['aa'], { download: hanging }), never));
    expect(gathered.leftOut[0]?.failure.code).toBe('image-download-failed');
    expect(clock.now() - startMs).toBe(15_000);
  });

  it('stops everything when it is aborted', async () => {
    const { clock, gather, wanted } = createBench();
    const stop = new AbortController();
    const gathering = gather(wanted(['aa', 'bb', 'cc', 'dd', 'ee']), stop.signal);
    gathering.catch(() => {});
    await clock.advance(120);
    stop.abort(new Error('enough'));
    await expect(clock.runUntil(gathering)).rejects.toThrow('enough');
    expect(clock.pending()).toBe(0);
  });

  it('does not hide a defect behind a left-out picture', async () => {
    const { clock, gather, wanted } = createBench();
    const broken: ImageSource = async () => {
      throw new TypeError('a defect');
    };
    await expect(clock.runUntil(gather(wanted(['aa'], { download: broken }), never))).rejects.toThrow('a defect');
  });
});
