import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createWorker, OEM, PSM } from 'tesseract.js';
import type { FoundText } from '../wire.ts';
import { decodeStep, openPicture } from './open-picture.ts';
import { toFoundText } from './text-lines.ts';

/** Larger costs time and finds little more; smaller letters than these lose their form. */
const largestEdge = 1_600;
/** Below this the picture is enlarged: the recogniser wants letters of 20 pixels and more. */
const smallestEdge = 1_000;

function scaleOf(longEdge: number): number {
  if (longEdge > largestEdge) return largestEdge / longEdge;
  return longEdge < smallestEdge ? Math.min(3, smallestEdge / longEdge) : 1;
}

async function toReadable(bytes: Uint8Array): Promise<Buffer> {
  const { autoOrient } = await decodeStep(openPicture(bytes).metadata());
  const scale = scaleOf(Math.max(autoOrient.width, autoOrient.height));
  return decodeStep(
    openPicture(bytes)
      .flatten({ background: '#ffffff' })
      .resize({ width: Math.max(1, Math.round(autoOrient.width * scale)), kernel: scale > 1 ? 'cubic' : 'lanczos3' })
      .greyscale()
      .png({ compressionLevel: 1 })
      .toBuffer(),
  );
}

/** Prepares a reader of English text. Its data comes from the installed package: by default it would be downloaded. */
export async function createTextReader(): Promise<(bytes: Uint8Array) => Promise<FoundText>> {
  const dataPath = dirname(fileURLToPath(import.meta.resolve('@tesseract.js-data/eng')));
  const worker = await createWorker('eng', OEM.LSTM_ONLY, {
    langPath: join(dataPath, '4.0.0_best_int'),
    cacheMethod: 'none',
    gzip: true,
    // Without a handler the library throws outside of every promise.
    errorHandler: () => {},
  });
  await worker.setParameters({
    // The default takes the whole picture for one block of text: on a photograph that is 30 times slower, and noise.
    tessedit_pageseg_mode: PSM.AUTO,
    // Pictures carry no honest resolution; guessing one from each costs time.
    user_defined_dpi: '150',
  });

  return async function readText(bytes) {
    const { data } = await worker.recognize(await toReadable(bytes), {}, { text: false, blocks: true });
    return toFoundText(data.blocks ?? []);
  };
}
