import type { ChatFailureCode } from '../answer/chat-failure.ts';
import type { ImageFailureCode } from '../images/image-failure.ts';
import { errorMessage, Failure, type FailureFacts } from '../lib/errors.ts';
import type { Ids } from '../lib/ids.ts';
import type { Logger } from '../lib/logger.ts';
import type { PlatformFailureCode } from './platform-failure.ts';

/** Every failure that has a sentence of its own. */
export type KnownFailureCode =
  | ImageFailureCode
  | ChatFailureCode
  | PlatformFailureCode
  | 'turn-given-up'
  | 'store-failed'
  | 'internal';

/** What a sentence is made of: the facts, made safe, or words to stand for one that is missing. */
type Words = {
  /** The fact as inline code; else `otherwise`. */
  code(fact: string, otherwise: string): string;
  /** The fact as a plain word or number; else `otherwise`. */
  word(fact: string, otherwise: string): string;
  /** The fact, a number of bytes, in megabytes as people are told limits (of 1,024 × 1,024 bytes); else `otherwise`. */
  megabytes(fact: string, otherwise: string): string;
  /** `in 20 seconds` where the server said so, else `in a minute`. */
  readonly later: string;
};

type Sentence = string | ((words: Words) => string);

const sentences = {
  'image-type-unsupported': ({ code, word }) =>
    `${code('name', 'The picture')} is ${word('format', 'of another kind')}, which I cannot read. Send it as JPEG, PNG, WebP or GIF.`,
  'image-too-large': ({ code, megabytes }) =>
    `${code('name', 'The picture')} is larger than ${megabytes('maxBytes', '20 MB')}. Send a smaller copy.`,
  'image-too-many-pixels': ({ code, word }) =>
    `${code('name', 'The picture')} has more than ${word('maxMegapixels', '50')} megapixels. Send it scaled down.`,
  'image-empty': ({ code }) => `${code('name', 'The picture')} is an empty file. Upload it again.`,
  'image-damaged': ({ code }) =>
    `${code('name', 'The picture')} cannot be opened: the file is damaged. Save it again and send that.`,
  'image-over-limit': ({ code, word }) =>
    `${code('name', 'A picture')} was left out: one question can have ${word('maxPictures', '10')} pictures. Ask about the others separately.`,
  'image-busy': ({ code }) =>
    `${code('name', 'The picture')} was left out because too many pictures are being worked on. Send it again in a minute.`,
  'image-gone': ({ code }) => `${code('name', 'The picture')} is no longer there. Upload it again.`,
  'image-no-access': ({ code }) =>
    code('needed', '') === ''
      ? `${code('name', 'The picture')} is not open to me. Upload it here yourself.`
      : `${code('name', 'The picture')} was not given to me. Whoever runs the bot has to check that it has the scope ${code('needed', '')}.`,
  'image-download-failed': ({ code }) =>
    `${code('name', 'The picture')} could not be downloaded from here. Try again, or upload it anew.`,

  'chat-unauthorized': ({ code }) =>
    `The model’s service refused the key that this bot has for it. Whoever runs the bot has to check ${code('variable', 'the key in its settings')}.`,
  'chat-out-of-credits':
    'The account that pays for this model has no credit left. Whoever runs the bot has to top it up, or choose another model with /model.',
  'chat-model-unknown': ({ code }) =>
    `There is no model ${code('model', 'of that name')} any more. Choose one with /model and ask again.`,
  'chat-model-unavailable': ({ code }) =>
    `${code('model', 'The model')} cannot answer now. Choose another one with /model, or try again later.`,
  'chat-model-not-mixed': ({ code }) =>
    `This conversation belongs to another model than ${code('model', 'the one chosen')}. Start a new one with /new, or switch back with /model.`,
  'chat-image-unknown': 'The service no longer has these pictures. Send them again with your question.',
  'chat-image-refused': ({ code }) =>
    `${code('model', 'The model')} did not accept the picture. Try another picture, or another model with /model.`,
  'chat-image-unread': ({ code }) =>
    `${code('model', 'The model')} answered without having seen the picture, so this is no answer about it. Send the picture again, or choose another model with /model.`,
  'chat-too-many-images': ({ code, word }) =>
    `${code('model', 'The model')} takes fewer pictures at once${word('maxPictures', '') === '' ? '' : `: ${word('maxPictures', '')} at the most`}. Ask about fewer of them.`,
  'chat-prompt-too-long': ({ word }) =>
    `The question is too long for the model${word('maxChars', '') === '' ? '' : `: ${word('maxChars', '')} characters at the most`}. Shorten it, or start afresh with /new.`,
  'chat-invalid-request': ({ word }) =>
    `The service did not understand what I sent${word('field', '') === '' ? '' : ` (${word('field', '')})`}. Try another model with /model; whoever runs the bot finds the details in its log.`,
  'chat-rate-limited': ({ later }) => `The model gets too many questions at the moment. Ask again ${later}.`,
  'chat-moderated':
    'The model’s service declined to answer this because of its content rules. Put the question differently, or try another model with /model.',
  'chat-timeout': 'The model took too long and was given up. Ask again, or choose a faster one with /model.',
  'chat-stalled': 'The model stopped in the middle of its answer. Ask again, or try another one with /model.',
  'chat-unreachable': ({ later }) => `The model’s service cannot be reached. Ask again ${later}, or try /model.`,
  'chat-broken-stream': 'The connection to the model broke off. Ask again.',
  'chat-empty-answer':
    'The model gave an empty answer. Put the question differently, or try another model with /model.',
  'chat-record-gone': 'The answer that was being written is lost. Ask again.',
  'chat-failed': ({ later, word }) =>
    `The model’s service had a problem of its own${word('reason', '') === '' ? '' : ` (“${word('reason', '')}”)`}. Ask again ${later}, or try another model with /model.`,

  'platform-rate-limited': ({ later }) => `I may not write here so often. Ask again ${later}.`,
  'platform-forbidden':
    'I am not allowed to do that here. Somebody who manages this place has to give me the right to read and write in it.',
  'platform-place-gone': 'The thread or channel of this question is gone. Ask again in another one.',
  'platform-message-gone': 'The message that was being written was deleted. Ask again if you still want the answer.',
  'platform-text-too-long': 'The answer does not fit into a message here. Ask for a shorter one.',
  'platform-unreachable': ({ later }) => `This platform could not be reached. Ask again ${later}.`,
  'platform-rejected': 'The answer was not accepted here. Ask again, or put the question differently.',

  'turn-given-up':
    'Something goes wrong every time I try to answer this. Ask again, perhaps with another picture or model.',
  'store-failed':
    'I cannot keep anything at the moment. Ask again in a minute; whoever runs the bot finds the details in its log.',
  internal: 'Something went wrong on my side. Ask again; if it happens again, tell whoever runs the bot.',
} as const satisfies Record<KnownFailureCode, Sentence>;

/** Every code that has a sentence, for whoever wants to go through them all. */
export const knownFailureCodes: readonly string[] = Object.keys(sentences);

const sentenceByCode: ReadonlyMap<string, Sentence> = new Map(Object.entries(sentences));

/**
 * What a person is told about a failure: one or two plain sentences, what happened and what to do. `facts` are added to the
 * failure's own, e.g. the `name` of a picture. Null for a code that has no sentence.
 */
export function describeFailure(failure: Failure, facts: FailureFacts = {}): string | null {
  const sentence = sentenceByCode.get(failure.code);
  if (sentence === undefined) return null;
  return typeof sentence === 'string'
    ? sentence
    : sentence(toWords({ ...failure.facts, ...facts }, failure.retryAfterMs));
}

/**
 * The sentence for anything that was thrown. What has no sentence of its own gets a neutral one with an id; the details go
 * to the log under the same id.
 */
export function createFailureText(tools: { readonly ids: Ids; readonly logger: Logger }): (error: unknown) => string {
  return function failureText(error) {
    const known = error instanceof Failure ? describeFailure(error) : null;
    if (known !== null) return known;
    const id = tools.ids.token().slice(0, 8);
    tools.logger.error({ id, reason: errorMessage(error), error }, 'An answer failed in a way that nobody foresaw.');
    return `${sentences.internal} (${id})`;
  };
}

/** The longest fact that is shown; what comes from outside may be any length. */
const longestFact = 80;

function toWords(facts: FailureFacts, retryAfterMs: number | undefined): Words {
  const tidy = (fact: string) =>
    String(facts[fact] ?? '')
      .toWellFormed()
      .replaceAll(/[\p{C}\s`]+/gu, ' ')
      .trim()
      .slice(0, longestFact)
      .toWellFormed();
  return {
    code: (fact, otherwise) => (tidy(fact) === '' ? otherwise : `\`${tidy(fact)}\``),
    word: (fact, otherwise) => tidy(fact).replaceAll(/[^\p{L}\p{N}\p{M} .,/+-]/gu, '') || otherwise,
    megabytes: (fact, otherwise) => {
      const sizeBytes = facts[fact];
      return typeof sizeBytes === 'number' ? `${Math.round((sizeBytes / 1_048_576) * 10) / 10} MB` : otherwise;
    },
    later: describeWait(retryAfterMs),
  };
}

function describeWait(retryAfterMs: number | undefined): string {
  if (retryAfterMs === undefined) return 'in a minute';
  const seconds = Math.max(1, Math.ceil(retryAfterMs / 1_000));
  if (seconds < 90) return seconds === 1 ? 'in a second' : `in ${seconds} seconds`;
  const minutes = Math.ceil(seconds / 60);
  return minutes < 90 ? `in ${minutes} minutes` : 'later';
}
