import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { prepareZXingModule, writeBarcode } from 'zxing-wasm/writer';
import type { RequestPicture } from '../../../../src/engine/vision-model.ts';

/** Black words on white in a common font, one line below the other. */
export function drawText(lines: readonly string[], width = 900): Promise<Buffer> {
  const height = 60 + lines.length * 70;
  const texts = lines.map(
    (line, index) => `<text x="40" y="${80 + index * 70}" font-size="46" font-family="DejaVu Sans">${line}</text>`,
  );
  return drawSvg(width, height, '#ffffff', texts.join(''));
}

/** A PNG of an SVG's inside, on a background. */
export function drawSvg(width: number, height: number, background: string, inside: string): Promise<Buffer> {
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}"><rect width="100%" height="100%" fill="${background}"/>${inside}</svg>`;
  return sharp(Buffer.from(svg)).png().toBuffer();
}

/** A JPEG of noise on a gradient, as photographs have everywhere. */
export function drawPhoto(width: number, height: number, seed = 1): Promise<Buffer> {
  const pixels = new Uint8Array(width * height * 3);
  let state = seed;
  for (let at = 0; at < pixels.length; at += 1) {
    state = (state * 1_103_515_245 + 12_345) & 0x7fffffff;
    pixels[at] = Math.min(255, Math.floor((at / pixels.length) * 180) + ((state >> 16) & 63));
  }
  return sharp(pixels, { raw: { width, height, channels: 3 } })
    .jpeg({ quality: 90 })
    .toBuffer();
}

/** A real QR or bar code, drawn by the library that also reads them. */
export async function drawCode(format: 'QRCode' | 'EAN13', text: string): Promise<Buffer> {
  const wasm = await readFile(fileURLToPath(import.meta.resolve('zxing-wasm/writer/zxing_writer.wasm')));
  await prepareZXingModule({ overrides: { wasmBinary: new Uint8Array(wasm).buffer }, fireImmediately: true });
  const { image, error } = await writeBarcode(text, { format, scale: 8 });
  if (image === null) throw new Error(error);
  return sharp(await image.arrayBuffer())
    .extend({ top: 40, bottom: 40, left: 40, right: 40, background: '#ffffff' })
    .png()
    .toBuffer();
}

/** A photograph with everything a camera writes, also what must never be told. */
export async function withCameraNotes(photo: Buffer): Promise<Buffer> {
  return sharp(photo)
    .withExif({
      IFD0: { Make: 'Canon', Model: 'Canon EOS 400D', Artist: 'Erika Mustermann', Copyright: 'Erika Mustermann' },
      IFD2: {
        DateTimeOriginal: '2008:04:20 19:12:06',
        ExposureTime: '1/250',
        FNumber: '35/10',
        ISOSpeedRatings: '100',
        FocalLength: '18/1',
        LensModel: 'EF-S 18-55mm',
        CameraOwnerName: 'Erika Mustermann',
        BodySerialNumber: 'SN0420815',
      },
      IFD3: {
        GPSLatitudeRef: 'N',
        GPSLatitude: '51/1 30/1 3230/100',
        GPSLongitudeRef: 'W',
        GPSLongitude: '0/1 7/1 3905/100',
      },
    })
    .jpeg()
    .toBuffer();
}

/** A picture of a request; counts how often its bytes were read. With an original, it is a copy that was made of it. */
export function toPicture(
  key: string,
  bytes: Uint8Array,
  original: RequestPicture['original'] = null,
): RequestPicture & { reads(): number } {
  let reads = 0;
  return {
    key,
    name: `${key}.png`,
    mimeType: 'image/png',
    number: null,
    original,
    reads: () => reads,
    async read(signal) {
      signal.throwIfAborted();
      reads += 1;
      return bytes;
    },
  };
}
