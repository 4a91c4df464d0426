/** A piece of the answer: a paragraph of Markdown, or one more line of the list before it. */
export type Piece = { readonly type: 'paragraph' | 'line'; readonly text: string };
