import type { PictureFacts } from '../wire.ts';
import { type SentFile, toSentFile } from './sent-file.ts';
import { brightnessWord } from './tell-colours.ts';

/**
 * Measured on twelve photographs at 512 pixels: sharp originals gave 48 to 1,500, the same blurred by 4 pixels of 1,600
 * gave 8 to 47, by 8 pixels 2 to 8.
 */
const sharpness = { blurredBelow: 10, softBelow: 35 } as const;
/** Share of equal neighbours: photographs gave up to 0.67, screenshots and drawings 0.8 and more. */
const flatFrom = 0.78;

/** Whether large parts are of one colour, as in screenshots, drawings and diagrams. */
function isFlat(facts: PictureFacts): boolean {
  return facts.flatShare >= flatFrom;
}

/** One word or two for how much fine detail there is. */
function sharpnessWord(facts: PictureFacts): 'sharp' | 'a little soft' | 'blurred' {
  if (facts.sharpness < sharpness.blurredBelow) return 'blurred';
  return facts.sharpness < sharpness.softBelow ? 'a little soft' : 'sharp';
}

function describeSharpness(facts: PictureFacts): string {
  const figure = `edge variance ${facts.sharpness < 10 ? facts.sharpness.toFixed(1) : Math.round(facts.sharpness)}`;
  switch (sharpnessWord(facts)) {
    case 'sharp':
      return `Sharp: there is plenty of fine detail (${figure}).`;
    case 'a little soft':
      return `A little soft: there is less fine detail than in most pictures (${figure}).`;
    default:
      return `Blurred, or smooth by nature: there is hardly any fine detail (${figure}).`;
  }
}

function describeContrast(contrast: number): string {
  const word = contrast < 10 ? 'Low' : contrast > 24 ? 'High' : 'Medium';
  return `${word}: lightness spreads by ${Math.round(contrast)} around its mean.`;
}

function describeBrightness(brightness: number): string {
  const word = brightnessWord(brightness);
  return `${word.charAt(0).toUpperCase()}${word.slice(1)}: mean lightness ${Math.round(brightness)} of 100.`;
}

/** Brightness, contrast and sharpness, with the figures they were judged by. */
export function tellQuality(facts: PictureFacts, original: SentFile | null): string {
  const { width, height } = toSentFile(facts, original);
  const small = Math.min(width, height) < 300;
  return [
    `- **Brightness.** ${describeBrightness(facts.brightness)}`,
    `- **Contrast.** ${describeContrast(facts.contrast)}`,
    `- **Sharpness.** ${describeSharpness(facts)} I judge it at the size of a screen, not of a large print.`,
    ...(small ? [`- **Size.** At ${width} × ${height} pixels it is small: details and small text are lost.`] : []),
  ].join('\n');
}

/** What of it belongs into an overview; empty when nothing stands out. */
export function tellQualityShortly(facts: PictureFacts): string {
  if (isFlat(facts)) return 'Large parts are of one even colour, as in a screenshot, drawing or diagram.';
  const word = sharpnessWord(facts);
  return word === 'sharp' ? 'It is sharp.' : word === 'blurred' ? 'It looks blurred.' : 'It is a little soft.';
}
