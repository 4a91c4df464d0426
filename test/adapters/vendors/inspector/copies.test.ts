import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createInspector } from '../../../../adapters/vendors/inspector/create-inspector.ts';
import type { RequestPicture } from '../../../../src/engine/vision-model.ts';
import { createSystemClock } from '../../../../src/lib/clock.ts';
import { createSilentLogger } from '../../../fakes/silent-logger.ts';
import { ask, toPast, toRequest } from './ask.ts';
import { drawPhoto, drawSvg, toPicture, withCameraNotes } from './make-pictures.ts';

type Original = NonNullable<RequestPicture['original']>;

const wide: Original = { format: 'PNG', width: 2_560, height: 1_600, sizeBytes: 1_843_200, frames: 1 };

describe('the inspector on copies that were made of what a person posted', () => {
  const inspector = createInspector({ clock: createSystemClock(), logger: createSilentLogger(), tokenDelayMs: 0 });
  const answer = (prompt: string, ...pictures: RequestPicture[]) => ask(inspector, toRequest(prompt, pictures));
  let bytes: Buffer;
  let notedBytes: Buffer;
  let count = 0;
  /** A copy of 640 × 400 pixels. */
  const copyOf = (original: Partial<Original> = {}) => {
    count += 1;
    return toPicture(`copy-${count}`, bytes, { ...wide, ...original });
  };

  beforeAll(async () => {
    bytes = await drawPhoto(640, 400);
    notedBytes = await withCameraNotes(bytes);
  });
  afterAll(() => inspector.close());

  it('describes the file that was posted', async () => {
    const text = await answer('What is this?', copyOf());
    expect(text).toMatch(/^This is a PNG file of 2560 × 1600 pixels \(4\.1 megapixels, landscape 16:10\), 1\.8 MB\. /);
    expect(text).not.toMatch(/copy|JPEG|640/);
  });

  it('says what it looks at when it is asked about the file', async () => {
    const text = await answer('What format and size is it?', copyOf());
    expect(text).toMatch(/^This is a PNG file of 2560 × 1600 pixels .+, 1\.8 MB\. It is a still picture/);
    expect(text).toMatch(/What I look at is a copy that the bot made of it: a JPEG of 640 × 400 pixels, \d+ KB\.$/);
  });

  it('says so when the format alone differs', async () => {
    const text = await answer('Which format?', copyOf({ width: 640, height: 400 }));
    expect(text).toContain('a copy that the bot made of it: a JPEG of 640 × 400');
  });

  it('speaks of no copy when only its compression differs', async () => {
    const text = await answer('Which format?', copyOf({ format: 'JPEG', width: 640, height: 400, sizeBytes: 99_000 }));
    expect(text).toBe(
      'This is a JPEG file of 640 × 400 pixels (landscape 16:10), 99 KB. It is a still picture without transparency.',
    );
  });

  it('speaks of no copy and of no limit for a picture that is none', async () => {
    const red = await drawSvg(1_568, 980, '#ff0000', '');
    const text = await answer('Which format and size?', toPicture('direct', red));
    expect(text).toMatch(/^This is a PNG file of 1568 × 980 pixels .+ nothing in it is see-through\.$/);
  });

  it('tells how many frames an animation had', async () => {
    const text = await answer('What format is it?', copyOf({ format: 'GIF', width: 640, height: 400, frames: 12 }));
    expect(text).toMatch(
      /^This is a GIF file of 640 × 400 .+, animated with 12 frames\. I look at its first frame only\./,
    );
  });

  it('calls no picture small because its copy is', async () => {
    const small = await sharp(bytes).resize(320, 200).jpeg().toBuffer();
    expect(await answer('Is it sharp?', toPicture('small-copy', small, wide))).not.toContain('it is small');
    expect(await answer('Is it sharp?', toPicture('small', small))).toContain('At 320 × 200 pixels it is small');
  });

  it('compares the dimensions and formats of what was posted', async () => {
    const text = await answer('What is the difference?', copyOf(), copyOf({ format: 'WebP', sizeBytes: 230_000 }));
    expect(text).toContain('what I get of them is equal, byte for byte. The files that were sent differ: ');
    expect(text).toContain(
      'Picture 1 is PNG, 2560 × 1600 pixels and 1.8 MB; Picture 2 is WebP, 2560 × 1600 pixels and',
    );
  });

  it('names both sizes when two different pictures differ in them', async () => {
    const other = toPicture('other', await drawPhoto(640, 400, 9), { ...wide, width: 1_280, height: 800 });
    const text = await answer('What is the difference?', copyOf(), other);
    expect(text).toContain('- Size: Picture 1 is PNG, 2560 × 1600 pixels and 1.8 MB; Picture 2 is PNG, 1280 × 800');
    const alike = toPicture('alike', await drawPhoto(640, 400, 5), wide);
    expect(await answer('Compare them', copyOf(), alike)).toContain('- Size: both 2560 × 1600 pixels.');
  });

  it('does not claim that two files are equal because their copies are', async () => {
    const text = await answer('Are they the same?', copyOf(), copyOf());
    expect(text).toContain('Picture 1 and Picture 2 look exactly the same');
    expect(text).toContain('whether in every byte, I cannot see.');
  });

  it('says that two files are one when they are one upload', async () => {
    const once = copyOf();
    expect(await answer('Are they the same?', once, once)).toContain('are the same file, byte for byte.');
  });

  it('says why it cannot tell the camera or the place', async () => {
    const camera = await answer('Which camera was it?', copyOf());
    expect(camera).toMatch(/^I cannot tell: before a model sees a picture, the bot takes out/);
    expect(camera).toContain('uploaded straight to the API (`POST /api/assets`) keeps these notes');
    expect(await answer('Where was this taken?', copyOf())).toMatch(/takes any position out of it: I cannot tell/);
  });

  it('tells camera notes that a copy kept', async () => {
    const text = await answer('Which camera was it?', toPicture('noted', notedBytes, wide));
    expect(text).toContain('- Camera: Canon EOS 400D');
    expect(text).not.toContain('I cannot tell');
  });

  it('keeps to what was posted in a follow-up', async () => {
    const picture = copyOf();
    const text = await ask(inspector, toRequest('how big is it?', [picture], [toPast('which colours?', [picture])]));
    expect(text).toContain('2560 × 1600');
  });
});
