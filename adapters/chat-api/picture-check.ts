import { z } from 'zod';
import type { ChatFailureCode } from '../../src/answer/chat-failure.ts';
import { errorMessage, Failure } from '../../src/lib/errors.ts';
import type { Logger } from '../../src/lib/logger.ts';
import { createCollection } from '../../src/memory/collection.ts';
import type { Store } from '../../src/memory/store.ts';
import type { WireRecord, WireUsage } from './wire.ts';

/** Notices answers to questions whose pictures never got to the model. */
export type PictureCheck = {
  /** To be told of every upload. */
  note(key: string, picture: { readonly width: number; readonly height: number }): Promise<void>;
  /** Rejects with `chat-image-unread` when the record shows that no picture was read. `imageKeys` null: not known any more. */
  check(record: WireRecord, imageKeys: readonly string[] | null, model: string | undefined): Promise<void>;
};

/**
 * Tokens that the hosted service puts around a question without pictures: `inputToken` 98 for a `promptToken` of 11 in a call that
 * was recorded, and a tenth more.
 */
const tokensAroundText = 96;
/** Pictures of fewer pixels may cost a model so few tokens that nothing can be told from their number. */
const smallPixels = 256 * 256;
const keptForMs = 30 * 24 * 3_600_000;

/** For APIs that refuse pictures they do not have. */
export const noPictureCheck: PictureCheck = { note: async () => {}, check: async () => {} };

/**
 * The hosted service ignores a picture that it does not find and answers all the same; then the input has the tokens of its words and
 * nothing more. An answer counts as blind only when both numbers are there and leave no room for any picture, and when the credits do
 * not say otherwise. A history or a search adds tokens too, and hides it. Small pictures are remembered: little room is enough for them.
 *
 * Such an answer is not asked for again in the other dialect: both would be billed, and no body of ours is one that a server ignores
 * a part of. What is wrong is the picture’s key.
 */
export function createPictureCheck(store: Store, logger: Logger): PictureCheck {
  const small = createCollection(store, 'chat-api-small-pictures', z.literal(true), logger, keptForMs);

  const isSmall = async (imageKeys: readonly string[] | null) => {
    if (imageKeys === null) return false;
    const found = await Promise.all(imageKeys.map((key) => small.get(key)));
    return found.every((each) => each === true);
  };

  return {
    async note(key, { width, height }) {
      if (width * height >= smallPixels) return;
      await small.set(key, true).catch((error: unknown) => {
        logger.warn({ reason: errorMessage(error) }, 'That a picture is a small one could not be kept.');
      });
    },
    async check(record, imageKeys, model) {
      if (!isOfTextAlone(record.usage) || (await isSmall(imageKeys))) return;
      const { inputToken, promptToken } = record.usage;
      throw new Failure<ChatFailureCode>('chat-image-unread', 'The API answered without having read a picture.', {
        facts: { inputToken, promptToken, ...(model === undefined ? {} : { model }) },
      });
    },
  };
}

function isOfTextAlone(usage: WireUsage): boolean {
  const { inputToken, promptToken } = usage;
  if (inputToken === 0 || promptToken === 0 || inputToken > promptToken + tokensAroundText) return false;
  return !paysForMore(usage);
}

/**
 * A token of input costs no more than one of output with any vendor. Where it seems to, the input holds something that is not counted
 * in tokens; a picture was seen to cost twenty-five times the words around it. Credits are whole numbers, hence the two.
 */
function paysForMore({ inputToken, inputCredit, outputToken, outputCredit }: WireUsage): boolean {
  return outputToken > 0 && inputCredit / inputToken > (outputCredit + 2) / outputToken;
}
