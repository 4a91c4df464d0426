import { type OriginalPicture, originalPictureSchema } from '../../src/api/original-picture.ts';
import { ApiFailure } from '../../src/engine/api-failure.ts';
import { parseJson } from '../../src/lib/parse-json.ts';

const maxBytes = 1_024;
const maxReasonChars = 160;

const example = '{"format":"PNG","width":2560,"height":1600,"sizeBytes":1843200,"frames":1}';

/** Says what is wrong with the form's field `original`. */
export function refuseOriginal(fault: string): ApiFailure {
  return new ApiFailure(
    'INVALID_REQUEST',
    `The field "original" ${fault}. It tells what the picture was before you made it smaller, as ${example}: correct it, or leave it out.`,
    { field: 'original' },
  );
}

/** The form's field `original`: its facts, or the refusal of anything that is not exactly them. */
export function readOriginal(text: string): OriginalPicture | ApiFailure {
  const sizeBytes = Buffer.byteLength(text);
  if (sizeBytes > maxBytes) return refuseOriginal(`has ${sizeBytes} bytes, which is more than ${maxBytes}`);
  const parsed = parseJson(text, originalPictureSchema);
  return parsed.ok ? parsed.value : refuseOriginal(`cannot be used (${parsed.reason.slice(0, maxReasonChars)})`);
}
