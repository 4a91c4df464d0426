import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { prepareZXingModule, readBarcodes } from 'zxing-wasm/reader';
import type { FoundCodes } from '../wire.ts';
import { decodeStep, openPicture } from './open-picture.ts';

/** Longest side that is searched: a code smaller than this shows is rarely meant to be read. */
const searchEdge = 1_600;
const maxCodes = 8;
const maxTextChars = 1_000;

/** Prepares a reader whose WebAssembly comes from the installed package: by default it would come from a CDN. */
export async function createCodeReader(): Promise<(bytes: Uint8Array) => Promise<FoundCodes>> {
  const path = fileURLToPath(import.meta.resolve('zxing-wasm/reader/zxing_reader.wasm'));
  const wasm = await readFile(path);
  const wasmBinary = new Uint8Array(wasm).buffer;
  await prepareZXingModule({ overrides: { wasmBinary }, fireImmediately: true });

  return async function readCodes(bytes) {
    const { data, info } = await decodeStep(
      openPicture(bytes)
        .flatten({ background: '#ffffff' })
        .resize({ width: searchEdge, height: searchEdge, fit: 'inside', withoutEnlargement: true })
        .toColourspace('srgb')
        .ensureAlpha()
        .raw()
        .toBuffer({ resolveWithObject: true }),
    );
    const pixels = new Uint8ClampedArray(data);
    const found = await readBarcodes(
      { data: pixels, width: info.width, height: info.height, colorSpace: 'srgb' },
      { tryHarder: true, maxNumberOfSymbols: maxCodes, textMode: 'Plain' },
    );
    return found
      .filter((code) => code.isValid)
      .map((code) => ({ format: code.format, text: code.text.slice(0, maxTextChars) }));
  };
}
