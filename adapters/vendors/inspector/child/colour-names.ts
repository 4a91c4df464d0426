import { toLab } from './lab.ts';

/**
 * Plain words and the colours they are said of: the CSS named colours (CSS Color Module Level 4, §6.1) under the word a
 * person would use, and muted tones that photographs are full of and CSS has no names for.
 */
const coloursByName = {
  black: '000000 0b0b0b 141414 0a0a12 120c0a',
  'very dark grey': '222222 2b2b2b 333333',
  'dark grey': '404040 4d4d4d 595959 2f4f4f',
  grey: '696969 778899 708090 808080 8c8c8c 979797',
  'light grey': 'a9a9a9 b5b5b5 c0c0c0 cccccc d3d3d3',
  'very light grey': 'dcdcdc e4e4e4 ebebeb',
  white: 'ffffff f5f5f5 fffafa f8f8ff f0f8ff f5fffa f0ffff fffaf0',
  cream: 'e8e4cc fdf5e6 fff5ee fffff0 faf0e6 fff8dc ffebcd ffefd5 faebd7 f5f5dc fffacd fafad2 ffffe0',
  beige: 'd8d8b8 d0ccb0 ffe4c4 ffdead f5deb3 eee8aa d2b48c deb887 d8c8a8 c8b898 e0d0b8 c2ab88',
  'grey-brown': '8b7d6b a09080 75685a 968878',
  brown: '8b4513 a0522d cd853f 8a5a2b 7a5230 9c6b3f 6f4e37 86674a b08050',
  'dark brown': '3b2414 4a2c17 5c3a1e 2e1c10 4b3621 3d3020 54432f',
  'reddish brown': 'a52a2a bc8f8f 8c4a3c 75392c',
  'dark red': '8b0000 800000 5a0f0f 6b1a1a 3d0808 7a1f1f',
  red: 'ff0000 b22222 dc143c cc2222 e03030',
  'light red': 'cd5c5c f08080 ff6347 ff7f50 fa8072 e9967a e07060',
  pink: 'ffc0cb ffb6c1 ff69b4 db7093 e8a0b0 f0b8c8 d890a0',
  'light pink': 'ffe4e1 fff0f5 f8dce0 f0d0d4',
  'bright pink': 'ff1493 c71585 e0217a',
  orange: 'ff8c00 ffa500 ff4500 e07020 f08030 d2691e',
  'light orange': 'ffa07a f4a460 ffdab9 ffe4b5 f0b080 e8b890',
  'dark orange': 'b85c10 a84c08 c05818',
  gold: 'ffd700 daa520 b8860b c8a030 e0b840',
  yellow: 'ffff00 f5e030 e8e020 ffee40',
  'light yellow': 'f0e68c f8f0a0 ece28c',
  'dark yellow': 'bdb76b a89830 c0b040',
  olive: '808000 6b8e23 556b2f 6e6a2a 5a5828 7c7a48 8a8858 474420',
  'yellow-green': '9acd32 adff2f 7fff00 7cfc00 a8c83c b8d060 8fb030',
  'light green': '90ee90 98fb98 00fa9a 00ff7f b0d8a0 a8e0a0 c4e4b8',
  'grey-green': '8fbc8f 7a8c74 8c9c84 68785f a2b09a 556050 9aa890',
  green: '008000 228b22 32cd32 00ff00 3cb371 2e8b57 4c9a3c 3f8030 5ba04a 6aaa50 4f7c34',
  'dark green': '006400 0c3010 1c4020 2a4a24 12240f 2f5a28 1e3618 38502c 3a4428',
  'blue-green': '008b8b 008080 20b2aa 5f9ea0 3a8880 4a9a90 2c6c6c',
  'dark blue-green': '0c3a3a 144848 0a2c2e 1f4a4c',
  turquoise: '40e0d0 48d1cc 00ced1 66cdaa 7fffd4 00ffff',
  'light turquoise': 'afeeee e0ffff b0e8e0 a0e0e0',
  'light blue': 'add8e6 b0e0e6 87ceeb 87cefa 9cc4e4 b0d0f0 a4c8e0',
  'very light blue': 'd4e8f8 dcecf6 cfe0ee',
  'grey-blue': 'a3afd0 b0c4de 6a7c90 8090a8 93a5b8 5a6b80 a4b4c4',
  blue: '0000ff 0000cd 4169e1 1e90ff 00bfff 6495ed 4682b4 2a62b8 3a78c8 5090d0 1f5fa0',
  'very dark blue': '1e1e2e 181828 10101e 282a36 2a2a3c 1c2030 313244 0d1117',
  'dark blue': '00008b 000080 191970 0c1c40 102850 1a3468 0a1430 22406c 2c4460',
  violet: '483d8b 6a5acd 7b68ee 8a2be2 4b0082 5a4aa8 663399',
  purple: '800080 8b008b 9400d3 9932cc ba55d3 8a3a98 7a4a88',
  'dark purple': '2c0c34 3c1848 281838 44204c 1c1028',
  'light purple': 'e6e6fa d8bfd8 dda0dd ee82ee 9370db da70d6 c0b0e0 b8a0d0 cdb8e0',
  magenta: 'ff00ff e020d0 cc33bb',
} as const;

const anchors = Object.entries(coloursByName).flatMap(([name, colours]) =>
  colours.split(' ').map((hex) => {
    const value = Number.parseInt(hex, 16);
    return { name, lab: toLab(value >> 16, (value >> 8) & 255, value & 255) };
  }),
);

/** The plain word for a colour: that of the nearest known one in L*a*b*. */
export function colourName(red: number, green: number, blue: number): string {
  const { lightness, a, b } = toLab(red, green, blue);
  let nearest = 'grey';
  let least = Number.POSITIVE_INFINITY;
  for (const { name, lab } of anchors) {
    const distance = (lightness - lab.lightness) ** 2 + (a - lab.a) ** 2 + (b - lab.b) ** 2;
    if (distance < least) {
      least = distance;
      nearest = name;
    }
  }
  return nearest;
}

/** The same with an answer for every colour of 5 bits a channel remembered: a picture has far fewer than its pixels. */
export function createColourNamer(): typeof colourName {
  const known = new Map<number, string>();
  return function nameColour(red, green, blue) {
    const cell = ((red >> 3) << 10) | ((green >> 3) << 5) | (blue >> 3);
    const found = known.get(cell);
    if (found !== undefined) return found;
    const name = colourName((red & 0xf8) + 4, (green & 0xf8) + 4, (blue & 0xf8) + 4);
    known.set(cell, name);
    return name;
  };
}
