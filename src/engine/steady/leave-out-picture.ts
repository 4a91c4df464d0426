import type { RequestPicture, VisionRequest } from '../vision-model.ts';

/** A question without one of its pictures, and a sentence that says which. */
export type LeftOut = { readonly request: VisionRequest; readonly sentence: string };

/** The question with every picture's number on it, so that the numbers stay when one is left out. */
export function numberPictures(request: VisionRequest): VisionRequest {
  let count = 0;
  const number = (picture: RequestPicture): RequestPicture => {
    count += 1;
    return { ...picture, number: picture.number ?? count };
  };
  const history = request.history.map((turn) => ({ ...turn, pictures: turn.pictures.map(number) }));
  return { ...request, history, pictures: request.pictures.map(number) };
}

/**
 * Takes the picture of that number out. Null where it is the only one that the question is about: then the question is refused whole
 * rather than answered about something else.
 */
export function leaveOutPicture(request: VisionRequest, number: number): LeftOut | null {
  const others = (pictures: readonly RequestPicture[]) => pictures.filter((picture) => picture.number !== number);
  const index = request.pictures.findIndex((picture) => picture.number === number);
  if (index !== -1) {
    if (request.pictures.length === 1) return null;
    const sentence = `Picture ${index + 1} was refused by the model and left out.`;
    return { request: { ...request, pictures: others(request.pictures) }, sentence };
  }
  const history = request.history.map((turn) => ({ ...turn, pictures: others(turn.pictures) }));
  const count = (turns: VisionRequest['history']) => turns.reduce((sum, turn) => sum + turn.pictures.length, 0);
  if (count(history) === count(request.history) || count(history) + request.pictures.length === 0) return null;
  return { request: { ...request, history }, sentence: 'An earlier picture was refused by the model and left out.' };
}

/** The number of the only picture there is; null where there are several, or none. */
export function onlyPicture(request: VisionRequest): number | null {
  const [first, ...more] = [...request.history, request].flatMap((turn) => turn.pictures);
  return first === undefined || more.length > 0 ? null : (first.number ?? 1);
}
