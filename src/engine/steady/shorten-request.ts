import type { PastTurn, VisionRequest } from '../vision-model.ts';

/** A shorter question, and what is no longer in it. */
export type Shortened = { readonly request: VisionRequest; readonly pictures: number; readonly turns: number };

/**
 * The same question with less of what came before: the first time the older half of its pictures, else of its exchanges; the second
 * time all of it. Pictures stay where the question has none of its own and is about them. Null where there is nothing to leave out.
 */
export function shortenRequest(request: VisionRequest, round: number): Shortened | null {
  const kept = request.pictures.length > 0 ? null : request.history.findLast((turn) => turn.pictures.length > 0);
  const pictures = request.history.reduce((sum, turn) => sum + (turn === kept ? 0 : turn.pictures.length), 0);
  const turns = request.history.filter((turn) => turn !== kept).length;
  const isLast = round > 1;
  const fewerPictures = isLast ? pictures : Math.ceil(pictures / 2);
  const fewerTurns = isLast ? turns : pictures > 0 ? 0 : Math.ceil(turns / 2);
  if (fewerPictures + fewerTurns === 0) return null;
  const history = leaveOutPictures(request.history, fewerPictures, kept);
  return {
    request: { ...request, history: leaveOutTurns(history, fewerTurns, (turn) => turn === kept) },
    pictures: fewerPictures,
    turns: fewerTurns,
  };
}

/** The same question with so many pictures at the most, the oldest left out; null where its own are too many already. */
export function limitPictures(request: VisionRequest, most: number): VisionRequest | null {
  const inHistory = request.history.reduce((sum, turn) => sum + turn.pictures.length, 0);
  const fewer = request.pictures.length + inHistory - most;
  if (fewer > inHistory) return null;
  return fewer <= 0 ? request : { ...request, history: leaveOutPictures(request.history, fewer, null) };
}

function leaveOutPictures(history: readonly PastTurn[], count: number, kept: PastTurn | null | undefined): PastTurn[] {
  let left = count;
  return history.map((turn) => {
    if (turn === kept || left === 0 || turn.pictures.length === 0) return turn;
    const pictures = turn.pictures.slice(left);
    left -= turn.pictures.length - pictures.length;
    return { ...turn, pictures };
  });
}

function leaveOutTurns(history: readonly PastTurn[], count: number, isKept: (turn: PastTurn) => boolean): PastTurn[] {
  let left = count;
  return history.filter((turn) => {
    if (left === 0 || isKept(turn)) return true;
    left -= 1;
    return false;
  });
}
