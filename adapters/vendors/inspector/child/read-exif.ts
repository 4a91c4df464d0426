import readExifTags from 'exif-reader';
import type { CameraFacts } from '../wire.ts';

/** What is told of the metadata. Of a position only that there is one; owners and serial numbers are not read at all. */
export type ExifFacts = { readonly camera: CameraFacts; readonly hasLocation: boolean };

const nothing: CameraFacts = {
  make: null,
  model: null,
  lens: null,
  takenAt: null,
  exposureSeconds: null,
  fNumber: null,
  iso: null,
  focalLengthMm: null,
};

/** Names as makers write them; everything that could be markup, a mention or a trick of display becomes a space. */
function toName(value: unknown): string | null {
  if (typeof value !== 'string') return null;
  const name = value
    .replaceAll(/[^\p{L}\p{N} .,/()+-]/gu, ' ')
    .replaceAll(/\s+/g, ' ')
    .trim()
    .slice(0, 60)
    .trim();
  return name === '' ? null : name;
}

function toPositive(value: unknown): number | null {
  const first: unknown = Array.isArray(value) ? value[0] : value;
  return typeof first === 'number' && Number.isFinite(first) && first > 0 ? first : null;
}

function toMinute(value: unknown): string | null {
  if (!(value instanceof Date) || Number.isNaN(value.getTime())) return null;
  const text = value.toISOString();
  return text.length === 24 ? `${text.slice(0, 10)} ${text.slice(11, 16)}` : null;
}

/** Reads the EXIF and XMP blocks of a picture. A damaged block tells nothing and is no failure. */
export function readExif(exif: Buffer | undefined, xmp: Buffer | undefined): ExifFacts {
  const hasXmpLocation = xmp?.includes('GPSLatitude') ?? false;
  if (exif === undefined) return { camera: nothing, hasLocation: hasXmpLocation };
  try {
    const { Image, Photo, GPSInfo } = readExifTags(exif);
    return {
      camera: {
        make: toName(Image?.Make),
        model: toName(Image?.Model),
        lens: toName(Photo?.LensModel),
        takenAt: toMinute(Photo?.DateTimeOriginal) ?? toMinute(Photo?.DateTimeDigitized),
        exposureSeconds: toPositive(Photo?.ExposureTime),
        fNumber: toPositive(Photo?.FNumber),
        iso: toPositive(Photo?.ISOSpeedRatings),
        focalLengthMm: toPositive(Photo?.FocalLength),
      },
      hasLocation: hasXmpLocation || GPSInfo?.GPSLatitude !== undefined || GPSInfo?.GPSLongitude !== undefined,
    };
  } catch {
    return { camera: nothing, hasLocation: hasXmpLocation };
  }
}
