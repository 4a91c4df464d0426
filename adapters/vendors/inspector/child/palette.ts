import type { PaletteColour } from '../wire.ts';
import type { createColourNamer } from './colour-names.ts';
import type { PixelSample } from './pixel-sample.ts';

type NameColour = ReturnType<typeof createColourNamer>;
type Tally = { count: number; red: number; green: number; blue: number };

const maxColours = 6;
/** Less than this is not worth telling. */
const minShare = 0.02;
/** Enough pixels for shares that are right to a percent. */
const wantedPixels = 40_000;

function tallyColours(sample: PixelSample, nameColour: NameColour, fromRow: number, toRow: number): Map<string, Tally> {
  const tallies = new Map<string, Tally>();
  const step = Math.max(1, Math.floor(Math.sqrt((sample.width * sample.height) / wantedPixels)));
  for (let y = fromRow; y < toRow; y += step) {
    for (let x = 0; x < sample.width; x += step) {
      const at = (y * sample.width + x) * 4;
      if ((sample.pixels[at + 3] ?? 255) < 128) continue;
      const [red, green, blue] = [sample.pixels[at] ?? 0, sample.pixels[at + 1] ?? 0, sample.pixels[at + 2] ?? 0];
      const name = nameColour(red, green, blue);
      const tally = tallies.get(name) ?? { count: 0, red: 0, green: 0, blue: 0 };
      tally.count += 1;
      tally.red += red;
      tally.green += green;
      tally.blue += blue;
      tallies.set(name, tally);
    }
  }
  return tallies;
}

function byCount(tallies: Map<string, Tally>): [string, Tally][] {
  return [...tallies].sort(([, left], [, right]) => right.count - left.count);
}

function toHex(tally: Tally): string {
  const channels = [tally.red, tally.green, tally.blue].map((sum) => Math.round(sum / tally.count));
  return `#${channels.map((channel) => channel.toString(16).padStart(2, '0')).join('')}`;
}

/** The most frequent colours by their plain names, largest first; see-through pixels do not count. */
export function measurePalette(sample: PixelSample, nameColour: NameColour): PaletteColour[] {
  const tallies = byCount(tallyColours(sample, nameColour, 0, sample.height));
  const total = tallies.reduce((sum, [, tally]) => sum + tally.count, 0);
  return tallies
    .map(([name, tally]) => ({ name, hex: toHex(tally), share: tally.count / total }))
    .filter((colour, index) => index === 0 || colour.share >= minShare)
    .slice(0, maxColours);
}

/** The most frequent colour of the top, middle and bottom third. */
export function measureBands(sample: PixelSample, nameColour: NameColour): [string, string, string] {
  const third = sample.height / 3;
  const dominant = (from: number) => {
    const rows = [Math.floor(from), Math.max(Math.floor(from) + 1, Math.floor(from + third))] as const;
    return (
      byCount(tallyColours(sample, nameColour, rows[0], Math.min(rows[1], sample.height)))[0]?.[0] ?? 'transparent'
    );
  };
  return [dominant(0), dominant(Math.min(third, sample.height - 1)), dominant(Math.min(2 * third, sample.height - 1))];
}
