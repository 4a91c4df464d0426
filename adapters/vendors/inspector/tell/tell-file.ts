import type { PictureFacts } from '../wire.ts';
import { isSameKind, type SentFile, toMeasuredFile, toSentFile } from './sent-file.ts';
import { capitalise, listWords, percent } from './words.ts';

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

function describePixels({ width, height }: SentFile): string {
  const megapixels = (width * height) / 1_000_000;
  const amount = megapixels >= 0.95 ? `${megapixels.toFixed(1)} megapixels, ` : '';
  return `${width} × ${height} pixels (${amount}${describeShape(width, height)})`;
}

/** Format, dimensions and size in one sentence: what is known first. */
export function tellFileShortly(facts: PictureFacts, original: SentFile | null): string {
  const sent = toSentFile(facts, original);
  const animated = sent.frames > 1 ? `, animated with ${sent.frames} frames` : '';
  return `This is a ${sent.format} file of ${describePixels(sent)}, ${describeSize(sent.sizeBytes)}${animated}.`;
}

/** How much of it is see-through; empty when nothing is. */
export function tellTransparency({ transparentShare }: PictureFacts): string {
  return transparentShare === null || transparentShare === 0
    ? ''
    : `${capitalise(percent(transparentShare))} of it is transparent.`;
}

/** What is measured may be another file than the person's: they should know. Empty where that makes no difference. */
function tellCopy(facts: PictureFacts, original: SentFile | null): string {
  const copy = toMeasuredFile(facts);
  if (original === null || isSameKind(original, copy)) return '';
  return `What I look at is a copy that the bot made of it: a ${copy.format} of ${copy.width} × ${copy.height} pixels, ${describeSize(copy.sizeBytes)}.`;
}

function extras(facts: PictureFacts, original: SentFile | null): string[] {
  const sentences: string[] = [];
  const { frames } = toSentFile(facts, original);
  if (frames > 1) sentences.push('I look at its first frame only.');
  if (facts.transparentShare === 0) sentences.push('It has an alpha channel, but nothing in it is see-through.');
  else if (facts.transparentShare !== null) sentences.push(tellTransparency(facts));
  else if (frames === 1) sentences.push('It is a still picture without transparency.');
  if (original === null && facts.orientation !== 1)
    sentences.push('The file stores it turned or mirrored and says so; I measured it upright.');
  return sentences;
}

/** Everything about the file itself. */
export function tellFile(facts: PictureFacts, original: SentFile | null): string {
  const sentences = [tellFileShortly(facts, original), ...extras(facts, original), tellCopy(facts, original)];
  return sentences.filter((sentence) => sentence !== '').join(' ');
}

/** What two files have in common or not, for a comparison. */
export function describeFile(file: SentFile): string {
  return listWords([file.format, `${file.width} × ${file.height} pixels`, describeSize(file.sizeBytes)]);
}
