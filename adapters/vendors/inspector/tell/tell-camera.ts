import type { CameraFacts, PictureFacts } from '../wire.ts';
import type { SentFile } from './sent-file.ts';

function cameraName({ make, model }: CameraFacts): string | null {
  if (model === null) return make;
  return make === null || model.toLowerCase().startsWith(make.toLowerCase()) ? model : `${make} ${model}`;
}

function describeExposure(seconds: number): string {
  return seconds >= 0.4 ? `${Number(seconds.toFixed(1))} s` : `1/${Math.round(1 / seconds)} s`;
}

function cameraLines(camera: CameraFacts): string[] {
  const name = cameraName(camera);
  const lines: (string | null)[] = [
    name === null ? null : `- Camera: ${name}`,
    camera.lens === null ? null : `- Lens: ${camera.lens}`,
    camera.takenAt === null ? null : `- Taken: ${camera.takenAt}, by the camera's own clock`,
    camera.exposureSeconds === null ? null : `- Exposure: ${describeExposure(camera.exposureSeconds)}`,
    camera.fNumber === null ? null : `- Aperture: f/${Number(camera.fNumber.toFixed(1))}`,
    camera.iso === null ? null : `- Sensitivity: ISO ${Math.round(camera.iso)}`,
    camera.focalLengthMm === null ? null : `- Focal length: ${Number(camera.focalLengthMm.toFixed(1))} mm`,
  ];
  return lines.filter((line) => line !== null);
}

const notesTakenOut =
  'I cannot tell: before a model sees a picture, the bot takes out what the camera wrote into it, such as its name, the time and the place. A picture that is uploaded straight to the API (`POST /api/assets`) keeps these notes.';
const notesMissing =
  'The file says nothing about a camera or when it was taken. Pictures sent in a chat usually lose these notes on the way: chat apps remove them, and so does this bot.';
const locationKept = 'The file also carries the place where it was taken. I do not tell places.';

/** What the camera wrote into the file, but never where, by whom or with which very camera. */
export function tellCamera(facts: PictureFacts, original: SentFile | null): string {
  const lines = cameraLines(facts.camera);
  const location = facts.hasLocation ? `\n\n${locationKept}` : '';
  if (lines.length > 0) return `The camera noted in the file:\n\n${lines.join('\n')}${location}`;
  return `${original === null ? notesMissing : notesTakenOut}${location}`;
}

/** The same in one sentence for an overview; empty when there is nothing. */
export function tellCameraShortly(facts: PictureFacts): string {
  const name = cameraName(facts.camera);
  const { takenAt } = facts.camera;
  if (name === null && takenAt === null) return '';
  return `Taken${name === null ? '' : ` with: ${name}`}${takenAt === null ? '' : `${name === null ? '' : ','} on ${takenAt}`}.`;
}

/** For questions about where. */
export function tellPlace(facts: PictureFacts, original: SentFile | null): string {
  if (facts.hasLocation)
    return 'I cannot recognise places. The file carries the position where it was taken; I do not tell it, because that could give away where somebody lives. Remove it before you share the file.';
  return original === null
    ? 'I cannot recognise places, and the file carries no position.'
    : 'I cannot recognise places, and before a model sees a picture, the bot takes any position out of it: I cannot tell whether the file had one.';
}
