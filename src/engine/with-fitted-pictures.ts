import type { ChatFailureCode } from '../answer/chat-failure.ts';
import { Failure } from '../lib/errors.ts';
import type { Gate } from '../lib/gate.ts';
import type { FitPicture, PictureRule } from './fit-picture.ts';
import { readPictureHeader } from './picture-header.ts';
import type { PictureRules } from './picture-rules.ts';
import { countPictureTokens, type PictureSize } from './picture-tokens.ts';
import type { RequestPicture, VisionModel, VisionRequest } from './vision-model.ts';

/** What fitting takes. */
export type FittingParts = {
  readonly rules: PictureRules;
  readonly fitPicture: FitPicture;
  /** Over all questions: so many pictures are worked on at once, whoever asks. */
  readonly gate: Gate;
  /** Told before the model is asked: the tokens that the pictures will be, estimated, and the question. */
  readonly onCounted: (pictureTokens: number, request: VisionRequest) => void;
};

type Sent = PictureSize & { readonly bytes: Uint8Array; readonly mimeType: string };

/**
 * The model with pictures as its vendor takes them: size, format, bytes. What fits already goes as it is. One picture of a question
 * is worked on at a time. Rejects with `chat-image-refused` and the picture's number where one cannot be made fit, with
 * `chat-too-many-images` where they are too many bytes together.
 */
export function withFittedPictures(vision: VisionModel, parts: FittingParts): VisionModel {
  return {
    async *answer(request, signal) {
      yield* vision.answer(await fitRequest(request, parts, signal), signal);
    },
  };
}

async function fitRequest(request: VisionRequest, parts: FittingParts, signal: AbortSignal): Promise<VisionRequest> {
  const { rules, onCounted } = parts;
  const pictures = [...request.history, request].flatMap((turn) => turn.pictures);
  const rule = toRule(rules, pictures.length);
  const fitted = new Map<RequestPicture, RequestPicture>();
  let leftBytes = rules.requestBytes;
  let tokens = 0;
  for (const [index, picture] of pictures.entries()) {
    const load = async (by: AbortSignal) => loadFitted(picture, picture.number ?? index + 1, rule, parts, by);
    const sent = await load(signal);
    leftBytes -= sent.bytes.byteLength;
    if (leftBytes < 0) throw tooMany(request.model, index);
    tokens += countPictureTokens(sent, rules.tokens);
    fitted.set(picture, handOver(picture, sent, load));
  }
  onCounted(tokens, request);
  const replace = (picture: RequestPicture) => fitted.get(picture) ?? picture;
  return {
    ...request,
    pictures: request.pictures.map(replace),
    history: request.history.map((turn) => ({ ...turn, pictures: turn.pictures.map(replace) })),
  };
}

function toRule({ longEdge, many, pictureBytes, formats }: PictureRules, count: number): PictureRule {
  return {
    longEdge: many !== null && count > many.above ? Math.min(longEdge, many.longEdge) : longEdge,
    maxBytes: pictureBytes,
    allowsWebp: formats.includes('image/webp'),
  };
}

async function loadFitted(
  picture: RequestPicture,
  number: number,
  rule: PictureRule,
  { rules, fitPicture, gate }: FittingParts,
  signal: AbortSignal,
): Promise<Sent> {
  const leave = await gate.enter(signal);
  if (leave === 'full') throw busy();
  try {
    const bytes = await picture.read(signal);
    const header = readPictureHeader(bytes);
    const isFit =
      header?.isPlain === true &&
      rules.formats.includes(header.mimeType) &&
      Math.max(header.width, header.height) <= rule.longEdge &&
      bytes.byteLength <= rule.maxBytes;
    return isFit ? { ...header, bytes } : await fitPicture(bytes, rule, signal);
  } catch (error) {
    throw toChatFailure(error, number, signal);
  } finally {
    leave();
  }
}

/** The bytes are let go as soon as they were read once: an answer may take minutes. Read again, the picture is made fit again. */
function handOver(picture: RequestPicture, sent: Sent, load: (signal: AbortSignal) => Promise<Sent>): RequestPicture {
  let held: Uint8Array | null = sent.bytes;
  return {
    ...picture,
    mimeType: sent.mimeType,
    async read(signal) {
      const bytes = held ?? (await load(signal)).bytes;
      held = null;
      return bytes;
    },
  };
}

function toChatFailure(error: unknown, number: number, signal: AbortSignal): unknown {
  if (signal.aborted || !(error instanceof Failure) || !error.code.startsWith('image-')) return error;
  if (error.code === 'image-busy') return busy();
  return new Failure<ChatFailureCode>('chat-image-refused', `Picture ${number} cannot be read. Try another picture.`, {
    facts: { picture: number },
    cause: error,
  });
}

function busy(): Failure<ChatFailureCode> {
  return new Failure('chat-failed', 'Too many pictures are being worked on at the moment. Try again in a minute.', {
    retryable: true,
  });
}

function tooMany(model: string, maxPictures: number): Failure<ChatFailureCode> {
  return new Failure('chat-too-many-images', `The pictures are too large together for ${model}. Send fewer.`, {
    facts: { model, maxPictures },
  });
}
