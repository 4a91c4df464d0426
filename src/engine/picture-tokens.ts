/** Width and height in pixels, upright. */
export type PictureSize = { readonly width: number; readonly height: number };

/** How a vendor counts the tokens of a picture; sides and edges in pixels. */
export type PictureTokens =
  /** Scaled into a box, then to its short side; so many for the picture and so many for each tile. */
  | {
      readonly type: 'tiles';
      readonly box: number;
      readonly shortSide: number;
      readonly side: number;
      readonly base: number;
      readonly each: number;
    }
  /** Patches of 32 pixels, of which there are `most` at the most. */
  | { readonly type: 'patches'; readonly edge: number; readonly most: number; readonly multiplier: number }
  /** Tiles whose side follows the picture's; one tile for a small picture. */
  | { readonly type: 'gemini-tiles'; readonly each: number; readonly smallEdge: number }
  | { readonly type: 'fixed'; readonly each: number }
  /** Patches of 28 pixels; the picture is made smaller until it has `most` tokens at the most. */
  | { readonly type: 'claude'; readonly edge: number; readonly most: number }
  /** One token for so many pixels. */
  | { readonly type: 'area'; readonly edge: number; readonly pixels: number };

/** What a picture costs in tokens, by what the vendors publish of it. An estimate: they round in ways of their own. */
export function countPictureTokens(size: PictureSize, rule: PictureTokens): number {
  switch (rule.type) {
    case 'tiles': {
      const boxed = shrink(size, rule.box);
      const { width, height } = scale(boxed, Math.min(1, rule.shortSide / Math.min(boxed.width, boxed.height)));
      return rule.base + rule.each * count(width, rule.side) * count(height, rule.side);
    }
    case 'patches':
      return Math.ceil(rule.multiplier * countPatches(shrink(size, rule.edge), rule.most) - tolerance);
    case 'gemini-tiles': {
      if (Math.max(size.width, size.height) <= rule.smallEdge) return rule.each;
      const side = Math.max(1, Math.floor(Math.min(size.width, size.height) / 1.5));
      return rule.each * count(size.width, side) * count(size.height, side);
    }
    case 'fixed':
      return rule.each;
    case 'claude':
      return countClaudeTokens(shrink(size, rule.edge), rule.most);
    case 'area': {
      const { width, height } = shrink(size, rule.edge);
      return Math.max(1, Math.round((width * height) / rule.pixels));
    }
    default:
      return rule satisfies never;
  }
}

const openAiPatch = 32;
const claudePatch = 28;
/** What floating point adds to a whole number must not make one more of it. */
const tolerance = 1e-6;

function count(length: number, side: number): number {
  return Math.max(1, Math.ceil(length / side - tolerance));
}

function scale({ width, height }: PictureSize, factor: number): PictureSize {
  return { width: width * factor, height: height * factor };
}

/** Never larger than it is. */
function shrink(size: PictureSize, edge: number): PictureSize {
  return scale(size, Math.min(1, edge / Math.max(size.width, size.height)));
}

/** As OpenAI describes it: scaled to the budget, then so that one side is a whole number of patches. */
function countPatches(size: PictureSize, most: number): number {
  const patches = ({ width, height }: PictureSize) => count(width, openAiPatch) * count(height, openAiPatch);
  if (patches(size) <= most) return patches(size);
  const budget = scale(size, Math.sqrt((openAiPatch ** 2 * most) / (size.width * size.height)));
  const wholeness = (length: number) => Math.floor(length / openAiPatch) / (length / openAiPatch);
  return patches(scale(budget, Math.min(wholeness(budget.width), wholeness(budget.height))));
}

/** The largest copy within the budget: its size is one at which a side is a whole number of patches. */
function countClaudeTokens(size: PictureSize, most: number): number {
  const tokens = ({ width, height }: PictureSize) => count(width, claudePatch) * count(height, claudePatch);
  if (tokens(size) <= most) return tokens(size);
  let best = 0;
  for (const length of [size.width, size.height])
    for (let patches = 1; patches <= count(length, claudePatch); patches += 1) {
      const factor = (patches * claudePatch) / length;
      if (factor > 1 || factor <= best) continue;
      if (tokens(scale(size, factor)) <= most) best = factor;
    }
  return tokens(scale(size, best));
}
