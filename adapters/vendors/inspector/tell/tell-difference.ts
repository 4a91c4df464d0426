import type { RequestPicture } from '../../../../src/engine/vision-model.ts';
import { type Comparison, comparePictures } from '../compare-pictures.ts';
import type { FoundText, PictureFacts } from '../wire.ts';
import { quoteInline } from './quote.ts';
import { isSameKind, type SentFile, toSentFile } from './sent-file.ts';
import { describeFile } from './tell-file.ts';
import { listWords } from './words.ts';

/** One side of a comparison. */
export type Side = {
  readonly name: string;
  readonly facts: PictureFacts;
  readonly picture: Pick<RequestPicture, 'key' | 'original'>;
};

const sentFileOf = ({ facts, picture }: Side): SentFile => toSentFile(facts, picture.original);

/** How much alike, by the picture laid on a grid where that is possible, else by the hash. */
function describeLikeness({ regions, hashDistance }: Comparison): string {
  if (regions !== null && regions.length === 0) return 'They look the same.';
  if (regions !== null && regions.length <= 5 && hashDistance <= 16) return 'They are nearly the same picture.';
  if (hashDistance <= 6) return 'They are much alike.';
  return hashDistance <= 12
    ? 'They have something in common in their layout, but differ widely.'
    : 'They are different pictures.';
}

function describeRegions({ regions }: Comparison): string | null {
  if (regions === null) return null;
  if (regions.length === 0) return '- Place: no part differs visibly.';
  return regions.length === 9
    ? '- Place: they differ everywhere.'
    : `- Place: they differ at the ${listWords(regions)}.`;
}

function describeBrightness(first: Side, second: Side, { brighterBy }: Comparison): string {
  if (Math.abs(brighterBy) < 2) return '- Brightness: the same.';
  const [bright, dark] = brighterBy > 0 ? [second, first] : [first, second];
  return `- Brightness: ${bright.name} is ${Math.abs(brighterBy) < 8 ? 'a little ' : ''}brighter (${Math.round(bright.facts.brightness)} of 100 against ${Math.round(dark.facts.brightness)}).`;
}

function describeColours(first: Side, second: Side, { onlyInFirst, onlyInSecond }: Comparison): string {
  const only = [
    ...(onlyInFirst.length > 0 ? [`only ${first.name} has much ${listWords(onlyInFirst)}`] : []),
    ...(onlyInSecond.length > 0 ? [`only ${second.name} has much ${listWords(onlyInSecond)}`] : []),
  ];
  return `- Colours: ${only.length === 0 ? 'the same main colours' : only.join('; ')}.`;
}

function describeBoth(first: Side, second: Side): string {
  return `${first.name} is ${describeFile(sentFileOf(first))}; ${second.name} is ${describeFile(sentFileOf(second))}.`;
}

function describeSizes(first: Side, second: Side): string {
  const { width, height } = sentFileOf(first);
  return isSameKind(sentFileOf(first), sentFileOf(second))
    ? `- Size: both ${width} × ${height} pixels.`
    : `- Size: ${describeBoth(first, second)}`;
}

/** Equal copies say nothing about the bytes of the files they were made of, unless both are one upload. */
function describeIdentical(first: Side, second: Side): string {
  const names = `${first.name} and ${second.name}`;
  const areOriginals = first.picture.original === null && second.picture.original === null;
  if (areOriginals || first.picture.key === second.picture.key) return `${names} are the same file, byte for byte.`;
  const alike = `${names} look exactly the same: what I get of them is equal, byte for byte.`;
  return describeFile(sentFileOf(first)) === describeFile(sentFileOf(second))
    ? `${alike} The files that were sent agree in format, dimensions and about in size; whether in every byte, I cannot see.`
    : `${alike} The files that were sent differ: ${describeBoth(first, second)}`;
}

/** Everything but the text, which takes longer to find. */
export function tellDifference(first: Side, second: Side): string {
  const comparison = comparePictures(first.facts, second.facts);
  if (comparison.identicalBytes) return describeIdentical(first, second);
  const lines = [
    describeRegions(comparison),
    describeSizes(first, second),
    describeBrightness(first, second, comparison),
    describeColours(first, second, comparison),
  ];
  return [
    `**${first.name} and ${second.name}.** ${describeLikeness(comparison)}`,
    '',
    ...lines.filter((line) => line !== null),
  ].join('\n');
}

function onlyIn(lines: readonly string[], others: readonly string[]): string[] {
  const known = new Set(others.map((line) => line.toLowerCase()));
  return lines.filter((line) => !known.has(line.toLowerCase()));
}

const maxQuotedLines = 5;

function describeOwnLines(name: string, lines: readonly string[]): string[] {
  if (lines.length === 0) return [];
  const more = lines.length > maxQuotedLines ? ` and ${lines.length - maxQuotedLines} more lines` : '';
  return [`  - only in ${name}: ${lines.slice(0, maxQuotedLines).map(quoteInline).join(', ')}${more}`];
}

/** How the texts of two pictures differ, as one more member of the list. */
export function tellTextDifference(names: readonly [string, string], first: FoundText, second: FoundText): string {
  if (first.lines.length === 0 && second.lines.length === 0) return '- Text: I find none in either.';
  const own = [onlyIn(first.lines, second.lines), onlyIn(second.lines, first.lines)] as const;
  if (own[0].length === 0 && own[1].length === 0) return '- Text: the same in both.';
  return ['- Text: it differs.', ...describeOwnLines(names[0], own[0]), ...describeOwnLines(names[1], own[1])].join(
    '\n',
  );
}
