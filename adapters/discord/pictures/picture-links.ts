import { z } from 'zod';
import { parseJson } from '../../../src/lib/parse-json.ts';

const sidePixels = z.number().int().positive().nullable();

/** Where a picture is to be had, and what Discord says of it. */
const pictureLinksSchema = z.strictObject({
  /** Discord's own where the picture was uploaded; anybody's where it is an embed's. */
  url: z.string(),
  /** The same through Discord's media proxy. */
  proxyUrl: z.string().nullable(),
  contentType: z.string().nullable(),
  width: sidePixels,
  height: sidePixels,
});
export type PictureLinks = z.infer<typeof pictureLinksSchema>;

const id = z.string().regex(/^\d{1,20}$/);

/** Where fresh links come from when these have expired. */
const pictureHomeSchema = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('attachment'), channel: id, message: id, attachment: id }),
  z.strictObject({ type: z.literal('embed'), channel: id, message: id }),
  /** Given to a command: there is no message. */
  z.strictObject({ type: z.literal('interaction') }),
]);
type PictureHome = z.infer<typeof pictureHomeSchema>;

/** What `ImageRef.locator` holds for a picture on Discord. */
const pictureLocatorSchema = z.strictObject({ links: pictureLinksSchema, home: pictureHomeSchema });
export type PictureLocator = z.infer<typeof pictureLocatorSchema>;

/** A picture's links as they came, with sides that need not make sense. */
type FoundLinks = Readonly<PictureLinks>;

function toSide(pixels: number | null): number | null {
  return pixels !== null && Number.isSafeInteger(pixels) && pixels > 0 ? pixels : null;
}

/** Links as they are kept: a side that is no number of pixels is not known. */
export function toPictureLinks({ url, proxyUrl, contentType, width, height }: FoundLinks): PictureLinks {
  return { url, proxyUrl, contentType, width: toSide(width), height: toSide(height) };
}

/** The locator of a picture in a message. Without an attachment's id it is the picture of an embed. */
export function toPictureLocator(
  picture: FoundLinks & {
    readonly channelId: string;
    readonly messageId: string;
    readonly attachmentId: string | null;
  },
): string {
  const { channelId: channel, messageId: message, attachmentId: attachment } = picture;
  const home: PictureHome =
    attachment === null ? { type: 'embed', channel, message } : { type: 'attachment', channel, message, attachment };
  return JSON.stringify({ links: toPictureLinks(picture), home } satisfies PictureLocator);
}

/** The locator of a picture that was given to a command. */
export function toGivenPictureLocator(picture: FoundLinks): string {
  return JSON.stringify({ links: toPictureLinks(picture), home: { type: 'interaction' } } satisfies PictureLocator);
}

/** Reads a locator back; null when it is none. */
export function readPictureLocator(locator: string): PictureLocator | null {
  const parsed = parseJson(locator, pictureLocatorSchema);
  return parsed.ok ? parsed.value : null;
}

/** The members of a signature: until when, since when, and the signature itself. */
const signature = ['ex', 'is', 'hm'] as const;

/** Until when a link is good, as milliseconds; null for one that says nothing of it. */
export function readExpiryMs(address: string): number | null {
  const expiry = URL.parse(address)?.searchParams.get('ex') ?? '';
  return /^[0-9a-f]{1,12}$/i.test(expiry) ? Number.parseInt(expiry, 16) * 1_000 : null;
}

/** Whether two links lead to the same picture, signed at different times. */
export function isSamePicture(left: string, right: string): boolean {
  const [one, other] = [left, right].map((address) => {
    const url = URL.parse(address);
    for (const name of signature) url?.searchParams.delete(name);
    return url?.href ?? address;
  });
  return one === other;
}

/** A link with the signature of a fresher one: the CDN and the media proxy take the same. */
export function withSignatureOf(address: string, fresh: string): string {
  const [url, from] = [URL.parse(address), URL.parse(fresh)];
  if (url === null || from === null) return address;
  for (const name of signature) url.searchParams.set(name, from.searchParams.get(name) ?? '');
  return url.href;
}
