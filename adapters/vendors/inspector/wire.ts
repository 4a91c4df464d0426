import { z } from 'zod';

// The child decodes bytes that strangers made: what it says is checked before it is believed, and everything is bounded.

const share = z.number().min(0).max(1);
const name = z.string().min(1).max(80);

const paletteSchema = z.array(z.strictObject({ name, hex: z.string().regex(/^#[\da-f]{6}$/), share })).max(6);

const cameraSchema = z.strictObject({
  make: name.nullable(),
  model: name.nullable(),
  lens: name.nullable(),
  /** `YYYY-MM-DD HH:MM` by the camera's own clock, which knows no time zone. */
  takenAt: z
    .string()
    .regex(/^\d{4}-\d\d-\d\d \d\d:\d\d$/)
    .nullable(),
  exposureSeconds: z.number().positive().nullable(),
  fNumber: z.number().positive().nullable(),
  iso: z.number().positive().nullable(),
  focalLengthMm: z.number().positive().nullable(),
});

const factsSchema = z.strictObject({
  format: z.enum(['jpeg', 'png', 'webp', 'gif']),
  /** Pixels as the picture is seen, after its EXIF orientation is applied. */
  width: z.int().min(1),
  height: z.int().min(1),
  sizeBytes: z.int().min(1),
  sha256: z.string().regex(/^[\da-f]{64}$/),
  frames: z.int().min(1),
  /** Share of pixels that are mostly see-through; null without an alpha channel. */
  transparentShare: share.nullable(),
  /** The EXIF orientation, 1 to 8; 1 is upright. */
  orientation: z.int().min(1).max(8),
  hasExif: z.boolean(),
  camera: cameraSchema,
  /** Only whether there is a position: the position itself never leaves the child. */
  hasLocation: z.boolean(),
  palette: paletteSchema,
  /** The most frequent colour of the top, middle and bottom third. */
  bands: z.tuple([name, name, name]),
  /** Mean lightness, CIE L*, 0 to 100. */
  brightness: z.number().min(0).max(100),
  /** Standard deviation of lightness, CIE L*. */
  contrast: z.number().min(0).max(100),
  /** Variance of the Laplacian of the grey picture, longest side at most 512 pixels. */
  sharpness: z.number().min(0),
  /** Share of neighbouring pixels that are all but equal: high in screenshots and drawings. */
  flatShare: share,
  /** 64-bit difference hash, in hexadecimal. */
  perceptualHash: z.string().regex(/^[\da-f]{16}$/),
  /** The picture on 96 × 96 pixels of RGB on white, stretched: for comparisons. */
  thumbnail: z.instanceof(Uint8Array).refine((pixels) => pixels.byteLength === 96 * 96 * 3),
});

const codesSchema = z.array(z.strictObject({ format: name, text: z.string().max(1_000) })).max(8);

const textSchema = z.strictObject({
  /** In reading order. */
  lines: z.array(z.string().min(1).max(1_000)).max(200),
  /** Mean confidence of the words, 0 to 100; 0 without text. */
  confidence: z.number().min(0).max(100),
  /** Whether there was more than is given here. */
  cut: z.boolean(),
});

/** What is measured at once: file, colours, light, camera. */
export type PictureFacts = z.infer<typeof factsSchema>;
export type PaletteColour = z.infer<typeof paletteSchema>[number];
export type CameraFacts = z.infer<typeof cameraSchema>;
/** QR and bar codes with their content, untrusted. */
export type FoundCodes = z.infer<typeof codesSchema>;
/** Text inside the picture, untrusted. */
export type FoundText = z.infer<typeof textSchema>;

/** What each job finds. */
export type Findings = { readonly facts: PictureFacts; readonly codes: FoundCodes; readonly text: FoundText };

/** What can be asked of the child about a picture's bytes. */
export type InspectionJob = keyof Findings;

/** What the child answers to a job, with the memory it holds by then. */
export type Reply<Value> =
  | { readonly outcome: 'seen'; readonly value: Value; readonly residentBytes: number }
  | { readonly outcome: 'unreadable' | 'failed'; readonly reason: string; readonly residentBytes: number };

function toReplySchema<Value>(value: z.ZodType<Value>): z.ZodType<Reply<Value>> {
  const residentBytes = z.number().min(0);
  return z.discriminatedUnion('outcome', [
    z.strictObject({ outcome: z.literal('seen'), value, residentBytes }),
    z.strictObject({ outcome: z.enum(['unreadable', 'failed']), reason: z.string().max(300), residentBytes }),
  ]);
}

/** The schema of each job's reply. */
export const replySchemas: { readonly [Job in InspectionJob]: z.ZodType<Reply<Findings[Job]>> } = {
  facts: toReplySchema(factsSchema),
  codes: toReplySchema(codesSchema),
  text: toReplySchema(textSchema),
};

/** What the child is asked: one job at a time, the picture's bytes with each. */
export const jobRequestSchema = z.strictObject({
  job: z.enum(['facts', 'codes', 'text']),
  bytes: z.instanceof(Uint8Array),
});
