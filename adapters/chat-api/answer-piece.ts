import type { WireRecord } from './wire.ts';

/** What an answer is made of, in whatever form the API sends it. `end` comes last, unless reading fails. */
export type AnswerPiece =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'record'; readonly record: WireRecord }
  /** Something that should have been a piece of text and could not be read. */
  | { readonly type: 'unreadable' }
  /** `isWhole` false: the stream ended without the end that its kind always has. */
  | { readonly type: 'end'; readonly isWhole: boolean };
