import { deflateSync } from 'node:zlib';
import sharp, { type Sharp } from 'sharp';

/** A repeatable sequence of whole numbers below `below`. */
function createNoise(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return (state >>> 16) % below;
  };
}

/** A scene with soft light, hard edges and fine grain, the same bytes every time. */
export function samplePhoto(width: number, height: number): Sharp {
  const noise = createNoise(7);
  const pixels = Buffer.alloc(width * height * 3);
  let at = 0;
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const light = 128 + 70 * Math.sin(x / 300) + 30 * Math.cos(y / 170);
      const tile = (Math.floor(x / 90) + Math.floor(y / 70)) % 2 === 0 ? 18 : -18;
      const grain = noise(17) - 8;
      pixels[at] = light + tile + grain;
      pixels[at + 1] = light * 0.8 + tile + grain;
      pixels[at + 2] = light * 0.6 - tile + grain;
      at += 3;
    }
  }
  return sharp(pixels, { raw: { width, height, channels: 3 } });
}

/** One colour everywhere. */
export function plainPicture(width: number, height: number, colour: string): Sharp {
  return sharp({ create: { width, height, channels: colour.length > 7 ? 4 : 3, background: colour } });
}

/** A picture whose left half is red and whose right half is blue: what turned it can be seen. */
export function redAndBlue(width: number, height: number): Sharp {
  const left = { create: { width: width / 2, height, channels: 3, background: '#ff0000' } } as const;
  return plainPicture(width, height, '#0000ff').composite([{ input: left, left: 0, top: 0 }]);
}

/** Frames of one colour each. */
export async function animation(format: 'gif' | 'webp', colours: readonly string[]): Promise<Buffer> {
  const frames = await Promise.all(colours.map((colour) => plainPicture(80, 80, colour).png().toBuffer()));
  const joined = sharp(frames, { join: { animated: true } });
  return format === 'gif' ? joined.gif().toBuffer() : joined.webp({ lossless: true }).toBuffer();
}

/** A PNG of a few bytes that claims any size. */
export function claimingPng(width: number, height: number): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 2, 0, 0, 0], 8);
  return Buffer.concat([
    Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
    pngChunk('IHDR', header),
    pngChunk('IDAT', deflateSync(Buffer.alloc(1_000))),
    pngChunk('IEND', Buffer.alloc(0)),
  ]);
}

/** An 8 × 8 PNG with an animation control chunk in front of its pixels. */
export async function animatedPng(): Promise<Buffer> {
  const png = await plainPicture(80, 80, '#00ff00').png().toBuffer();
  const headerEnd = 8 + 12 + 13;
  const control = Buffer.alloc(8);
  control.writeUInt32BE(2, 0);
  return Buffer.concat([png.subarray(0, headerEnd), pngChunk('acTL', control), png.subarray(headerEnd)]);
}

function pngChunk(type: string, content: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), content]);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(content.length);
  const check = Buffer.alloc(4);
  check.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, check]);
}

function crc32(bytes: Buffer): number {
  let remainder = 0xffffffff;
  for (const byte of bytes) {
    remainder ^= byte;
    for (let bit = 0; bit < 8; bit += 1) remainder = (remainder >>> 1) ^ (remainder & 1 ? 0xedb88320 : 0);
  }
  return (remainder ^ 0xffffffff) >>> 0;
}

/** Files of other kinds, by the name a person would give them. */
export function otherFiles(): ReadonlyMap<string, Buffer> {
  const box = (brand: string) => Buffer.from(`\0\0\0\x18ftyp${brand}\0\0\0\0mif1${brand}`, 'latin1');
  const program = Buffer.alloc(512);
  program.write('MZ\x90\0', 0, 'latin1');
  const bitmap = Buffer.alloc(70, 1);
  bitmap.write('BM', 0, 'latin1');
  return new Map([
    ['SVG', Buffer.from('<?xml version="1.0"?>\n<!-- a note -->\n<svg xmlns="http://www.w3.org/2000/svg"/>')],
    ['HEIC', box('heic')],
    ['AVIF', box('avif')],
    ['PDF', Buffer.from('%PDF-1.7\n%\xe2\xe3\xcf\xd3\n', 'latin1')],
    ['BMP', bitmap],
    ['TIFF', Buffer.from('II*\0\x08\0\0\0\0\0', 'latin1')],
    ['a Windows program', program],
    ['an HTML page', Buffer.from('<!DOCTYPE html><html><head><title>Sign in</title></head></html>')],
    ['text', Buffer.from('Not found\n')],
    ['of an unknown kind', Buffer.from([0, 200, 1, 201, 2, 202, 3, 203, 4, 204])],
  ]);
}
