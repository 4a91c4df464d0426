import { pictureNoun, toPlain } from './topics.ts';

/** Which of the pictures a question is about. */
export type PictureChoice =
  | { readonly type: 'unsaid' }
  | { readonly type: 'all' }
  | { readonly type: 'other' }
  | { readonly type: 'earlier' }
  /** Positions from 0; they may lie beyond the pictures there are. */
  | { readonly type: 'some'; readonly positions: readonly number[] };

const ordinals: readonly (readonly [string, number])[] = [
  ['first|1st|erste[ns]?|premiere?|primer[ao]?', 0],
  ['second|2nd|zweite[ns]?|deuxieme|seconde|segund[ao]', 1],
  ['third|3rd|dritte[ns]?|troisieme|tercer[ao]?', 2],
  ['fourth|4th|vierte[ns]?|quatrieme|cuart[ao]', 3],
  ['fifth|5th|funfte[ns]?|cinquieme|quint[ao]', 4],
  ['sixth|6th', 5],
  ['seventh|7th', 6],
  ['eighth|8th', 7],
  ['ninth|9th', 8],
  ['tenth|10th', 9],
];

// "the second sign" speaks of a sign, not of a picture: an ordinal counts before a noun for pictures, before "and", or at the end.
const afterOrdinal = `(?=\\s+${pictureNoun}\\b|\\s*(?:and|und|et|y|&|,|to|with|from)\\b|[\\s?.!)]*$)`;
const numbered = new RegExp(
  `(?:${pictureNoun}|number|no\\.?|nr\\.?)\\s*#?\\s*(\\d{1,2})\\b|(?:^|\\s)#(\\d{1,2})\\b`,
  'g',
);

function namedPositions(plain: string, count: number): number[] {
  const byWord = ordinals.filter(([words]) => new RegExp(`\\b(?:${words})${afterOrdinal}`).test(plain));
  const byNumber = [...plain.matchAll(numbered)].map((match) => Number(match[1] ?? match[2]) - 1);
  const last = new RegExp(`\\b(?:last|final|letzte[ns]?|dernier[e]?|ultim[ao])${afterOrdinal}`).test(plain);
  const positions = [...byWord.map(([, position]) => position), ...byNumber, ...(last ? [count - 1] : [])];
  return [...new Set(positions)].filter((position) => position >= 0).sort((left, right) => left - right);
}

/** What the words of a question choose, of `count` pictures. */
export function choosePictures(question: string, count: number): PictureChoice {
  const plain = toPlain(question);
  const positions = namedPositions(plain, count);
  if (positions.length > 0) return { type: 'some', positions };
  if (/\b(?:previous|earlier|before this|preceding|vorherig\w*|vorig\w*|precedente?|anterior)\b/.test(plain)) {
    return { type: 'earlier' };
  }
  if (new RegExp(`\\b(?:other|andere[ns]?|autre|otr[ao])${afterOrdinal}`).test(plain)) return { type: 'other' };
  if (/\b(?:both|all|each|every|them|alle|beide[ns]?|tou(?:s|tes)|les deux|tod[ao]s|amb[ao]s)\b/.test(plain)) {
    return { type: 'all' };
  }
  return { type: 'unsaid' };
}
