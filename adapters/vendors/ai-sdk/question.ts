import type { VendorProfile } from './vendor-profile.ts';

/** What a failure has to know of the question that was asked. */
export type Question = {
  readonly vendor: VendorProfile;
  readonly model: string;
  /** Pictures in the whole conversation. */
  readonly pictures: number;
  /** The number of the picture where it is the only one; else null. */
  readonly onlyPicture: number | null;
  /** The picture's number, from 1 through the conversation, by its place on the wire; null where none is. */
  pictureAt(message: number, part: number): number | null;
};
