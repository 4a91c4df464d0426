import type { PictureTokens } from './picture-tokens.ts';

const megabyte = 1_048_576;

/** Formats that are sent as they are. Everything else is made one of the first. */
const usual = ['image/jpeg', 'image/png', 'image/webp'] as const;

/** How a vendor takes pictures, and what they cost. */
export type PictureRules = {
  /** Formats it takes; JPEG always. Without WebP, what is transparent becomes white. */
  readonly formats: readonly string[];
  /** Longest side in pixels: beyond it the vendor makes the picture smaller itself, or refuses it. */
  readonly longEdge: number;
  /** With more than `above` pictures in a request, a shorter longest side; null where there is no such rule. */
  readonly many: { readonly above: number; readonly longEdge: number } | null;
  /** Most bytes of one picture, and of all pictures in a request together, before base64 adds a third. */
  readonly pictureBytes: number;
  readonly requestBytes: number;
  readonly tokens: PictureTokens;
};

// https://developers.openai.com/api/docs/guides/images-vision (as of 2026-09-25): 512 MB a request, tiles or patches; from GPT-5.5 on a
// picture is taken at its full size, and one of more than 30,000 patches refused. 2,048 pixels are what "high" means for the others.
const openai = {
  formats: usual,
  longEdge: 2_048,
  many: null,
  pictureBytes: 20 * megabyte,
  requestBytes: 100 * megabyte,
} as const;
const tiles = { type: 'tiles', box: 2_048, shortSide: 768, side: 512 } as const;

// https://ai.google.dev/gemini-api/docs/image-understanding and …/media-resolution (2026): inline requests were 20 MB before 2026-01-12
// and are so still behind some proxies; Vertex takes 7 MB a file.
const google = {
  formats: usual,
  longEdge: 3_072,
  many: null,
  pictureBytes: 7 * megabyte,
  requestBytes: 14 * megabyte,
} as const;

// https://platform.claude.com/docs/en/build-with-claude/vision (2026-09-20): 5 MB of base64 on Bedrock and Google Cloud, 10 MB elsewhere;
// 32 MB a request; beyond 20 pictures, none may have more than 2,000 pixels.
const anthropic = {
  formats: usual,
  many: { above: 20, longEdge: 2_000 },
  pictureBytes: 3.7 * megabyte,
  requestBytes: 22 * megabyte,
} as const;

// https://docs.mistral.ai, studio-api/conversations/vision (2026-08-11): 8 pictures of 10 MB. It scales to 1,540 or 1,024 pixels itself:
// what has the bot's own size is not made 28 pixels smaller before.
const mistral = {
  formats: usual,
  longEdge: 1_568,
  many: null,
  pictureBytes: 7 * megabyte,
  requestBytes: 50 * megabyte,
} as const;

/** Every family of models whose vendor takes pictures by the same rules. Addresses and dates of the sources stand above. */
export const pictureRules = {
  'gpt-4o': { ...openai, tokens: { ...tiles, base: 85, each: 170 } },
  'gpt-4o-mini': { ...openai, tokens: { ...tiles, base: 2_833, each: 5_667 } },
  'gpt-5': { ...openai, tokens: { ...tiles, base: 70, each: 140 } },
  'gpt-5-mini': { ...openai, tokens: { type: 'patches', edge: 2_048, most: 1_536, multiplier: 1.2 } },
  'gpt-5.4': { ...openai, tokens: { type: 'patches', edge: 2_048, most: 2_500, multiplier: 1.2 } },
  'gpt-5.5': { ...openai, tokens: { type: 'patches', edge: 6_000, most: 10_000, multiplier: 1.2 } },
  'gpt-5.6': { ...openai, tokens: { type: 'patches', edge: 65_535, most: 30_000, multiplier: 1.2 } },
  'gemini-2': { ...google, tokens: { type: 'gemini-tiles', each: 258, smallEdge: 384 } },
  'gemini-3': { ...google, tokens: { type: 'fixed', each: 1_120 } },
  claude: { ...anthropic, longEdge: 1_568, tokens: { type: 'claude', edge: 1_568, most: 1_568 } },
  'claude-4.7': { ...anthropic, longEdge: 2_576, tokens: { type: 'claude', edge: 2_576, most: 4_784 } },
  mistral: { ...mistral, tokens: { type: 'area', edge: 1_540, pixels: 784 } },
  pixtral: { ...mistral, tokens: { type: 'area', edge: 1_024, pixels: 256 } },
  /** Servers of one's own: the normal form of the bot, in what stb_image decodes (llama.cpp and Ollama read no WebP). */
  plain: {
    formats: ['image/jpeg', 'image/png'],
    longEdge: 1_568,
    many: null,
    pictureBytes: 10 * megabyte,
    requestBytes: 50 * megabyte,
    tokens: { type: 'area', edge: 1_568, pixels: 784 },
  },
} as const satisfies Record<string, PictureRules>;

/** `original`: pictures go as they were uploaded, whatever they are. */
export type PictureFamily = keyof typeof pictureRules | 'original';

/** The names of all families, for whoever reads one from a file. */
export const pictureFamilies = [
  'original',
  'gpt-4o',
  'gpt-4o-mini',
  'gpt-5',
  'gpt-5-mini',
  'gpt-5.4',
  'gpt-5.5',
  'gpt-5.6',
  'gemini-2',
  'gemini-3',
  'claude',
  'claude-4.7',
  'mistral',
  'pixtral',
  'plain',
] as const satisfies readonly PictureFamily[];

/** The rules of a family; null where there are none. */
export function rulesOf(family: PictureFamily): PictureRules | null {
  return family === 'original' ? null : pictureRules[family];
}
