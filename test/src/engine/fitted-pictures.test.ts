import { describe, expect, it } from 'vitest';
import type { FitPicture, PictureRule } from '../../../src/engine/fit-picture.ts';
import type { PictureFamily } from '../../../src/engine/picture-rules.ts';
import { pictureRules } from '../../../src/engine/picture-rules.ts';
import type { RequestPicture, VisionModel, VisionRequest } from '../../../src/engine/vision-model.ts';
import { withFittedPictures } from '../../../src/engine/with-fitted-pictures.ts';
import { Failure } from '../../../src/lib/errors.ts';
import { createGate } from '../../../src/lib/gate.ts';
import { live } from '../../fakes/engine-rig.ts';
import { plainPicture } from '../../fakes/made-pictures.ts';

const small = await plainPicture(40, 30, '#336699').jpeg().toBuffer();
const wide = await plainPicture(3_000, 20, '#336699').jpeg().toBuffer();
const webp = await plainPicture(40, 30, '#336699').webp().toBuffer();
const noted = await plainPicture(40, 30, '#336699')
  .withExif({ IFD0: { Copyright: 'Ann' } })
  .jpeg()
  .toBuffer();
const gif = await plainPicture(40, 30, '#336699').gif().toBuffer();

type Fitted = { readonly bytes: Uint8Array; readonly rule: PictureRule };

function toPicture(bytes: Uint8Array, key = 'images/a'): RequestPicture & { reads(): number } {
  let reads = 0;
  return {
    key,
    name: 'a.png',
    mimeType: 'image/png',
    number: null,
    original: null,
    reads: () => reads,
    async read() {
      reads += 1;
      return bytes;
    },
  };
}

/** A model that reads all pictures, twice where that is wished, behind a fitter that makes four bytes of each. */
function createBench(family: Exclude<PictureFamily, 'original'> = 'gpt-4o', fails: Error | null = null, atOnce = 4) {
  const fitted: Fitted[] = [];
  const counted: number[] = [];
  const seen: { mimeType: string; bytes: Uint8Array }[] = [];
  let working = 0;
  let most = 0;
  const fitPicture: FitPicture = async (bytes, rule) => {
    working += 1;
    most = Math.max(most, working);
    await new Promise((resolve) => setImmediate(resolve));
    working -= 1;
    if (fails !== null) throw fails;
    fitted.push({ bytes, rule });
    return { bytes: new Uint8Array(4), mimeType: 'image/jpeg', width: rule.longEdge, height: 20 };
  };
  const vision: VisionModel = {
    async *answer(request, signal) {
      for (const { pictures } of [...request.history, request])
        for (const picture of pictures) {
          const bytes = await picture.read(signal);
          seen.push({ mimeType: picture.mimeType, bytes });
        }
      yield { type: 'answer-end', finish: 'stop', text: 'Yes.', usage: null };
    },
  };
  const model = withFittedPictures(vision, {
    rules: pictureRules[family],
    fitPicture,
    gate: createGate(atOnce, 100),
    onCounted: (tokens) => counted.push(tokens),
  });
  const ask = async (request: Partial<VisionRequest>) => {
    const asked = { model: 'm', prompt: '?', pictures: [], history: [], webSearch: null, sources: [], ...request };
    for await (const _event of model.answer(asked, live()));
  };
  return { ask, fitted, counted, seen, most: () => most };
}

const turn = (...pictures: RequestPicture[]) => ({ model: 'm', prompt: '?', pictures, answer: 'Yes.' });

describe('pictures for a vendor', () => {
  it.each([
    ['a JPEG', small],
    ['a WebP', webp],
  ])('go as they are when they fit: %s', async (_what, bytes) => {
    const bench = createBench();
    await bench.ask({ pictures: [toPicture(bytes)] });
    expect(bench.fitted).toEqual([]);
    expect(bench.seen[0]?.bytes).toBe(bytes);
    expect(bench.counted).toEqual([255]);
  });

  it('are told by their bytes, not by what somebody said of them', async () => {
    const bench = createBench();
    await bench.ask({ pictures: [toPicture(small)] });
    expect(bench.seen[0]?.mimeType).toBe('image/jpeg');
  });

  it.each([
    ['larger than the vendor looks at', wide],
    ['with notes about who made it', noted],
    ['of a format that the vendor does not take', gif],
    ['damaged', small.subarray(0, 20)],
  ])('are made fit: one %s', async (_what, bytes) => {
    const bench = createBench();
    await bench.ask({ pictures: [toPicture(bytes)] });
    expect(bench.fitted.map(({ rule }) => rule)).toEqual([
      { longEdge: 2_048, maxBytes: 20 * 1_048_576, allowsWebp: true },
    ]);
    expect(bench.seen).toMatchObject([{ mimeType: 'image/jpeg', bytes: { byteLength: 4 } }]);
  });

  it('become JPEG where a server reads no WebP', async () => {
    const bench = createBench('plain');
    await bench.ask({ pictures: [toPicture(webp)] });
    expect(bench.fitted[0]?.rule.allowsWebp).toBe(false);
  });

  it('are smaller for Claude when there are more than twenty, with those of the history', async () => {
    const many = (count: number) => Array.from({ length: count }, () => toPicture(wide));
    const bench = createBench('claude-4.7');
    await bench.ask({ pictures: many(10), history: [turn(...many(10))] });
    await bench.ask({ pictures: many(11), history: [turn(...many(10))] });
    expect([...new Set(bench.fitted.slice(0, 20).map(({ rule }) => rule.longEdge))]).toEqual([2_576]);
    expect([...new Set(bench.fitted.slice(20).map(({ rule }) => rule.longEdge))]).toEqual([2_000]);
  });

  it('are counted in tokens together', async () => {
    const bench = createBench();
    await bench.ask({ pictures: [toPicture(small), toPicture(wide)], history: [turn(toPicture(small))] });
    expect(bench.counted).toEqual([255 + 255 + 85 + 170 * 4]);
  });

  it('are refused together when they are too many bytes for a request', async () => {
    const bench = createBench('gemini-2');
    const heavy = Buffer.concat([small, Buffer.alloc(6 * 1_048_576)]);
    const pictures = [1, 2, 3].map(() => toPicture(heavy));
    await expect(bench.ask({ pictures })).rejects.toMatchObject({
      code: 'chat-too-many-images',
      facts: { maxPictures: 2 },
    });
    expect(bench.seen).toEqual([]);
  });

  it('are worked on one after the other within a question, and so many at once in all', async () => {
    const alone = createBench();
    await alone.ask({ pictures: [toPicture(wide), toPicture(wide), toPicture(wide)] });
    expect(alone.most()).toBe(1);
    const crowd = createBench('gpt-4o', null, 2);
    await Promise.all([1, 2, 3, 4, 5].map(() => crowd.ask({ pictures: [toPicture(wide)] })));
    expect(crowd.most()).toBe(2);
    expect(crowd.fitted).toHaveLength(5);
  });

  it('are let go once they were read, and made fit again for whoever reads twice', async () => {
    const picture = toPicture(small);
    const reads: number[] = [];
    const vision: VisionModel = {
      async *answer({ pictures: [first] }, signal) {
        reads.push(picture.reads());
        const bytes = [await first?.read(signal), await first?.read(signal)];
        reads.push(picture.reads());
        expect(bytes).toEqual([small, small]);
        yield { type: 'answer-end', finish: 'stop', text: 'Yes.', usage: null };
      },
    };
    const fitPicture: FitPicture = () => Promise.reject(new Error('it fits already'));
    const parts = { rules: pictureRules['gpt-4o'], fitPicture, gate: createGate(1, 1), onCounted: () => {} };
    const request = { model: 'm', prompt: '?', pictures: [picture], history: [], webSearch: null, sources: [] };
    for await (const _event of withFittedPictures(vision, parts).answer(request, live()));
    expect(reads).toEqual([1, 2]);
  });
});

describe('a picture that cannot be made fit', () => {
  it('is refused by its number in the conversation', async () => {
    const bench = createBench('gpt-4o', new Failure('image-damaged', 'It is damaged.'));
    await expect(bench.ask({ pictures: [toPicture(gif)], history: [turn(toPicture(small))] })).rejects.toMatchObject({
      code: 'chat-image-refused',
      facts: { picture: 2 },
    });
  });

  it('keeps the number that it was given', async () => {
    const bench = createBench('gpt-4o', new Failure('image-too-many-pixels', 'It is huge.'));
    await expect(bench.ask({ pictures: [{ ...toPicture(gif), number: 7 }] })).rejects.toMatchObject({
      facts: { picture: 7 },
    });
  });

  it('may be tried again when too many others were waiting', async () => {
    const bench = createBench('gpt-4o', new Failure('image-busy', 'Too many wait.'));
    await expect(bench.ask({ pictures: [toPicture(gif)] })).rejects.toMatchObject({
      code: 'chat-failed',
      retryable: true,
    });
  });

  it('fails as it failed when it was not the picture’s fault', async () => {
    const broken = new Error('the decoder is not installed');
    await expect(createBench('gpt-4o', broken).ask({ pictures: [toPicture(gif)] })).rejects.toBe(broken);
  });
});
