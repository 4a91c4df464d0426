import { Failure } from '../../../src/lib/errors.ts';
import type { Looks } from './looks.ts';
import type { Piece } from './piece.ts';
import type { SeenPicture } from './see-pictures.ts';
import { type Side, tellDifference, tellTextDifference } from './tell/tell-difference.ts';
import type { FoundText } from './wire.ts';

const tooFew = 'There is only one picture to look at. Send a second one, and I compare them.';

async function findText({ picture }: SeenPicture, looks: Looks, signal: AbortSignal): Promise<FoundText | null> {
  try {
    const outcome = await looks.text(picture, signal);
    return outcome.type === 'seen' ? outcome.value : null;
  } catch (error) {
    if (signal.aborted || !(error instanceof Failure)) throw error;
    return null;
  }
}

/** Compares the first picture with each of the others: first what is measured, then the texts. */
export async function* answerAboutDifference(
  seen: readonly SeenPicture[],
  looks: Looks,
  signal: AbortSignal,
): AsyncGenerator<Piece> {
  const [first, ...others] = seen.flatMap((each) => (each.facts === null ? [] : [{ ...each, facts: each.facts }]));
  if (first === undefined || others.length === 0) {
    yield { type: 'paragraph', text: tooFew };
    return;
  }
  for (const other of others) {
    yield { type: 'paragraph', text: tellDifference(first, other) };
    if (first.facts.sha256 === other.facts.sha256) continue;
    yield { type: 'line', text: await textDifference(first, other, looks, signal) };
  }
}

async function textDifference(
  first: SeenPicture & Side,
  second: SeenPicture & Side,
  looks: Looks,
  signal: AbortSignal,
): Promise<string> {
  const [left, right] = [await findText(first, looks, signal), await findText(second, looks, signal)];
  if (left === null || right === null) return '- Text: I could not read it in both.';
  return tellTextDifference([first.name, second.name], left, right);
}
