import { z } from 'zod';
import { parseJson } from '../../../src/lib/parse-json.ts';

/** Longer addresses are not kept: the whole locator is to stay within some kilobytes. */
const longestAddress = 2_000;

const address = z.string().max(longestAddress);
const sidePixels = z.number().int().positive().nullable();
const sizeBytes = z.number().int().nonnegative().nullable();

const slackFileSchema = z.strictObject({
  id: z.string(),
  /**
   * `open`: to be had. `unasked`: Slack tells no more than the id until it is asked. `elsewhere`: only a link to it was shared.
   * `gone`: deleted, or too old for the workspace's plan. `closed`: not for the bot.
   */
  state: z.enum(['open', 'unasked', 'elsewhere', 'gone', 'closed']),
  /** On Slack's file host, as Slack says; the host is checked before anything goes there. Null where it has to be asked for. */
  url: address.nullable(),
  /** The largest of the small copies that Slack has made. */
  copy: z.strictObject({ url: address, width: sidePixels, height: sidePixels }).nullable(),
  mimeType: z.string().nullable(),
  /** What it is, in words, where it is said to be no picture. */
  otherKind: z.string().nullable(),
  sizeBytes,
  width: sidePixels,
  height: sidePixels,
});

/** A file of Slack's, as far as fetching it as a picture takes. */
export type SlackFile = z.infer<typeof slackFileSchema>;

const previewSchema = z.strictObject({
  /** Anybody's address: no token ever goes there. */
  url: address,
  width: sidePixels,
  height: sidePixels,
});

/** A picture that a preview shows, wherever it lies. */
export type PreviewPicture = z.infer<typeof previewSchema>;

const pictureLocatorSchema = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('file'),
    /** The workspace whose token sees the file. */
    via: z.string(),
    /** The message that shows it; empty where there is none. */
    channel: z.string(),
    ts: z.string(),
    file: slackFileSchema,
  }),
  z.strictObject({ type: z.literal('preview'), preview: previewSchema }),
]);

/** What `ImageRef.locator` holds for a picture in Slack. */
export type PictureLocator = z.infer<typeof pictureLocatorSchema>;

/** As `ImageRef.locator`. */
export function renderPictureLocator(locator: PictureLocator): string {
  return JSON.stringify(locator);
}

/** Reads a locator back; null when it is none. */
export function readPictureLocator(locator: string): PictureLocator | null {
  const parsed = parseJson(locator, pictureLocatorSchema);
  return parsed.ok ? parsed.value : null;
}

/** A number of pixels or bytes as it came, null when it is none. */
export function toCount(value: number | null | undefined): number | null {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : null;
}

/** The sides of a picture; null where they are not known. */
export function toSide(value: number | null | undefined): number | null {
  return toCount(value) || null;
}

/** An address that can be kept; null for one that is none or too long. */
export function toAddress(value: string | null | undefined): string | null {
  return value != null && value.length <= longestAddress && URL.canParse(value) ? value : null;
}
