/**
 * Where in a text the lines of fenced code are, read in the two ways platforms read them: by lines (a fence opens and
 * closes on a line of its own) and by toggling (any three backticks open or close). Only where both agree is text
 * taken for code; the reading that would make a link live wins everywhere else.
 */
export type FenceState = {
  /** By lines: the indentation of the open fence, or null outside. */
  readonly openIndent: number | null;
  /** By toggling: whether code is open. */
  readonly toggled: boolean;
  /** Something was written that platforms read differently: nothing after it is trusted to be code. */
  readonly doubtful: boolean;
};

/**
 * How a line may be treated. `code`: every platform shows it as it is, up to `codeLength`. `doubtful`: some might not, and
 * from `codeLength` on a line of code is that too.
 */
export type FencedLine = {
  readonly kind: 'prose' | 'code' | 'doubtful';
  readonly codeLength: number;
  /** Whether the line opens a fence, which it may stop doing as it grows. */
  readonly opens: boolean;
  /** The state after the line. */
  readonly next: FenceState;
};

/** The state before the first line. */
export const outsideFences: FenceState = { openIndent: null, toggled: false, doubtful: false };

/** The longest line that is taken for the opening of a fence. */
const longestFenceLine = 200;

// Deeper fences are not trusted: where a text is cut, they may not be opened again.
const fenceLine = /^([ \t]{0,16})```([^`]*)$/;

/** What a line is, and the state after it. */
export function readFences(state: FenceState, line: string): FencedLine {
  const runs = line.includes('```') ? (line.match(/`{3,}/g) ?? []) : [];
  const fence = runs.length > 0 && line.length <= longestFenceLine ? fenceLine.exec(line) : null;
  const opens = state.openIndent === null && fence !== null;
  const leaves = state.openIndent !== null && line.trim() !== '' && indentOf(line) < state.openIndent;
  const doubtful = state.doubtful || leaves;
  const isCode = state.openIndent !== null && state.toggled && !doubtful;
  const next = {
    openIndent: opens ? (fence[1]?.length ?? 0) : closesFence(state, fence) ? null : state.openIndent,
    toggled: runs.length % 2 === 0 ? state.toggled : !state.toggled,
    doubtful: doubtful || runs.some((run) => run.length > 3),
  };
  if (isCode) return { kind: 'code', codeLength: runs.length === 0 ? line.length : line.indexOf('```'), opens, next };
  const isProse = state.openIndent === null && !state.toggled && !opens;
  return { kind: isProse ? 'prose' : 'doubtful', codeLength: 0, opens, next };
}

function closesFence(state: FenceState, fence: RegExpExecArray | null): boolean {
  return state.openIndent !== null && fence !== null && fence[2]?.trim() === '';
}

function indentOf(line: string): number {
  return line.length - line.trimStart().length;
}
