import type { PaletteColour, PictureFacts } from '../wire.ts';
import { capitalise, listWords, percent } from './words.ts';

function describeColour({ name, share }: PaletteColour): string {
  return `${name} (${percent(share)})`;
}

function describeBands([top, middle, bottom]: PictureFacts['bands']): string {
  if (top === middle && middle === bottom) return '';
  if (top === middle) return ` From top to bottom it goes from ${top} to ${bottom}.`;
  if (middle === bottom) return ` From top to bottom it goes from ${top} to ${bottom}.`;
  return ` From top to bottom the main colours are ${listWords([top, middle, bottom])}.`;
}

/** Words for the mean lightness (L*), as people judge a picture on a screen. */
export function brightnessWord(brightness: number): string {
  if (brightness < 20) return 'very dark';
  if (brightness < 38) return 'dark';
  if (brightness > 85) return 'very bright';
  return brightness > 68 ? 'bright' : 'balanced';
}

/** The main colours in a sentence, with how light the picture is. */
export function tellColoursShortly(facts: PictureFacts): string {
  const [first, ...rest] = facts.palette;
  if (first === undefined) return 'It is fully transparent.';
  const light = brightnessWord(facts.brightness);
  const overall = light === 'balanced' ? '' : `It is ${light} overall. `;
  if (rest.length === 0) return `${overall}Practically all of it is ${first.name}.`;
  return `${overall}The main colours are ${listWords(facts.palette.slice(0, 4).map(describeColour))}.${describeBands(facts.bands)}`;
}

/** The palette as a list, with hexadecimal values. */
export function tellColours(facts: PictureFacts): string {
  const [first] = facts.palette;
  if (first === undefined) return 'It has no colours: it is fully transparent.';
  const rest = 1 - facts.palette.reduce((sum, colour) => sum + colour.share, 0);
  return [
    'The main colours, by the share of the picture they cover:',
    '',
    ...facts.palette.map((colour) => `- ${capitalise(colour.name)}, about \`${colour.hex}\`: ${percent(colour.share)}`),
    ...(rest >= 0.02 ? [`- Others: ${percent(rest)}`] : []),
    ...(describeBands(facts.bands) === '' ? [] : ['', describeBands(facts.bands).trim()]),
  ].join('\n');
}
