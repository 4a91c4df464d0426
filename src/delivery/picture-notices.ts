import type { GatheredPictures } from '../images/gather-pictures.ts';
import type { PictureRemark } from '../images/prepare-image.ts';
import { describeFailure } from './failure-text.ts';

function quoteName(name: string): string {
  return `\`${
    name
      .replaceAll(/[\p{C}\s`]+/gu, ' ')
      .trim()
      .slice(0, 80) || 'picture'
  }\``;
}

function describeRemark(name: string, remark: PictureRemark): string {
  switch (remark) {
    case 'first-frame':
      return `${quoteName(name)} is animated; I look at its first frame.`;
    case 'tiny':
      return `${quoteName(name)} is very small, so details may be missing. A larger copy would help.`;
    case 'blurry':
      return `${quoteName(name)} is blurry, so details may be wrong. A sharper copy would help.`;
    default:
      return remark satisfies never;
  }
}

/** What to tell about a question's pictures: each one that was left out with the reason, then what may spoil the answer. */
export function pictureNotices({ leftOut, remarks }: Pick<GatheredPictures, 'leftOut' | 'remarks'>): string[] {
  const missing = leftOut.map(
    ({ name, failure }) =>
      describeFailure(failure, { name }) ?? `${quoteName(name)} could not be used. Try again, or send another copy.`,
  );
  return [...missing, ...remarks.map(({ name, remark }) => describeRemark(name, remark))];
}
