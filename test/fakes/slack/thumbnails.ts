import type { FileRecord } from './records.ts';

const sides = [64, 80, 160, 360, 480, 720, 960, 1_024] as const;
const squares: readonly number[] = [64, 80, 160];

/** One of the small copies that Slack makes of a picture. */
export type Thumbnail = {
  readonly side: number;
  readonly square: boolean;
  readonly width: number;
  readonly height: number;
};

/** The thumbnails of a picture: squares of the small sizes always, the others only where the picture is as large. */
export function thumbnailsOf(file: FileRecord): readonly Thumbnail[] {
  const { width, height } = file;
  if (width === null || height === null || !/^image\/(png|jpeg|gif|webp|heic)$/.test(file.mimetype)) return [];
  const longest = Math.max(width, height);
  return sides
    .filter((side) => squares.includes(side) || side === 360 || longest >= side)
    .map((side) => {
      if (squares.includes(side)) return { side, square: true, width: side, height: side };
      const scale = Math.min(1, side / longest);
      return {
        side,
        square: false,
        width: Math.max(1, Math.round(width * scale)),
        height: Math.max(1, Math.round(height * scale)),
      };
    });
}
