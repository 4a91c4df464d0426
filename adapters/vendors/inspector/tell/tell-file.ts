import { normalPicture } from '../../../../src/images/prepare-image.ts';
import type { PictureFacts } from '../wire.ts';
import { capitalise, listWords, percent } from './words.ts';

const formatNames = { jpeg: 'JPEG', png: 'PNG', webp: 'WebP', gif: 'GIF' } as const;

/** Ratios that people have names for; a picture within one percent of one is said to have it. */
const knownRatios = [
  [1, 1],
  [5, 4],
  [4, 3],
  [3, 2],
  [16, 10],
  [16, 9],
  [2, 1],
  [21, 9],
] as const;

function describeSize(sizeBytes: number): string {
  if (sizeBytes < 1_000) return `${sizeBytes} bytes`;
  if (sizeBytes < 1_000_000) return `${Math.round(sizeBytes / 1_000)} KB`;
  return `${(sizeBytes / 1_000_000).toFixed(1)} MB`;
}

function describeShape(width: number, height: number): string {
  if (width === height) return 'square';
  const orientation = width > height ? 'landscape' : 'portrait';
  const ratio = Math.max(width, height) / Math.min(width, height);
  const known = knownRatios.find(([long, short]) => Math.abs(ratio - long / short) / (long / short) < 0.01);
  if (known === undefined) return orientation;
  return `${orientation} ${width > height ? `${known[0]}:${known[1]}` : `${known[1]}:${known[0]}`}`;
}

function describePixels({ width, height }: PictureFacts): string {
  const megapixels = (width * height) / 1_000_000;
  const amount = megapixels >= 0.95 ? `${megapixels.toFixed(1)} megapixels, ` : '';
  return `${width} × ${height} pixels (${amount}${describeShape(width, height)})`;
}

/** Format, dimensions and size in one sentence: what is known first. */
export function tellFileShortly(facts: PictureFacts): string {
  const animated = facts.frames > 1 ? `, animated with ${facts.frames} frames` : '';
  return `This is a ${formatNames[facts.format]} file of ${describePixels(facts)}, ${describeSize(facts.sizeBytes)}${animated}.`;
}

/** How much of it is see-through; empty when nothing is. */
export function tellTransparency({ transparentShare }: PictureFacts): string {
  return transparentShare === null || transparentShare === 0
    ? ''
    : `${capitalise(percent(transparentShare))} of it is transparent.`;
}

function extras(facts: PictureFacts): string[] {
  const sentences: string[] = [];
  if (facts.frames > 1) sentences.push('I look at its first frame only.');
  if (facts.transparentShare === 0) sentences.push('It has an alpha channel, but nothing in it is see-through.');
  else if (facts.transparentShare !== null) sentences.push(tellTransparency(facts));
  else if (facts.frames === 1) sentences.push('It is a still picture without transparency.');
  if (facts.orientation !== 1)
    sentences.push('The file stores it turned or mirrored and says so; I measured it upright.');
  if (Math.max(facts.width, facts.height) === normalPicture.longEdge) {
    sentences.push(
      `Its longest side is exactly ${normalPicture.longEdge} pixels, to which pictures from a chat are scaled down before I get them, so the original may be larger.`,
    );
  }
  return sentences;
}

/** Everything about the file itself. */
export function tellFile(facts: PictureFacts): string {
  return [tellFileShortly(facts), ...extras(facts)].join(' ');
}

/** What two files have in common or not, for a comparison. */
export function describeFile(facts: PictureFacts): string {
  return listWords([
    `${formatNames[facts.format]}`,
    `${facts.width} × ${facts.height} pixels`,
    describeSize(facts.sizeBytes),
  ]);
}
