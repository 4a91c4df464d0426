import type { ChatFailureCode } from '../../../src/answer/chat-failure.ts';
import { Failure, type FailureFacts } from '../../../src/lib/errors.ts';
import { classifyRefusal } from './classify-refusal.ts';
import type { Question } from './question.ts';
import { toRefusalSentence } from './refusal-sentence.ts';
import type { Problem } from './wire.ts';

/** A refusal, or an error inside an answer. */
export type Refusal = {
  /** Null when it came inside an answer and says none itself. */
  readonly status: number | null;
  readonly retryAfterMs: number | null;
  /** Null when the body was nothing that a vendor says. */
  readonly problem: Problem | null;
};

/** Codes that say nothing about our request: the same one may succeed later. */
const retryable: readonly ChatFailureCode[] = ['chat-rate-limited', 'chat-timeout', 'chat-unreachable'];

/**
 * A vendor's refusal as a `Failure`. Neither message nor facts repeat what the vendor wrote, for it may hold the question or a part of
 * the key: they have its name for the problem where that looks like one, and numbers that were recognised.
 */
export function toChatFailure(refusal: Refusal, question: Question): Failure<ChatFailureCode> {
  const { problem } = refusal;
  const status = refusal.status ?? problem?.status ?? null;
  const code = classifyRefusal(problem, status, question);
  const retryAfterMs = refusal.retryAfterMs ?? problem?.retryAfterMs ?? null;
  const name = findName(problem, status);
  return new Failure<ChatFailureCode>(code, toRefusalSentence(code, status, name, question), {
    retryable:
      retryable.includes(code) || (code === 'chat-failed' && (status === null || (status >= 500 && status !== 501))),
    ...(retryAfterMs === null ? {} : { retryAfterMs }),
    facts: {
      ...(status === null ? {} : { status }),
      ...(name === undefined ? {} : { vendorCode: name }),
      ...toFacts(code, problem, question),
    },
  });
}

/** A name for the problem that is one, rather than something that was put in its place; words before numbers. */
function findName(problem: Problem | null, status: number | null): string | undefined {
  const names = problem?.names.filter((name) => name.length <= 64) ?? [];
  return (
    names.find((name) => /^[a-z]+(_[a-z]+)*$/i.test(name)) ??
    names.find((name) => /^\d{3,5}$/.test(name) && name !== String(status))
  );
}

/** Values that a person can use and that give nothing away. */
function toFacts(code: ChatFailureCode, problem: Problem | null, question: Question): FailureFacts {
  const { model, vendor } = question;
  switch (code) {
    case 'chat-unauthorized':
      return { variable: vendor.keyVariable };
    case 'chat-model-unknown':
    case 'chat-rate-limited':
      return { model };
    case 'chat-image-refused': {
      const picture = findPicture(problem, question);
      return { model, ...(picture === null ? {} : { picture }) };
    }
    case 'chat-too-many-images': {
      const most = /(?:at most|up to|maximum of|maximum is|limit(?: of| is)?) (\d{1,4})\b/i.exec(
        problem?.words ?? '',
      )?.[1];
      return { model, ...(most === undefined ? {} : { maxPictures: Number(most) }) };
    }
    case 'chat-invalid-request': {
      const field = problem?.field ?? '';
      return /^[\w.[\]]{1,80}$/.test(field) ? { field } : {};
    }
    default:
      return {};
  }
}

/** `messages.0.content.3.image`, `messages[0].content[3]`, `contents[0].parts[3].inline_data`, `messages.0.user.content.3`. */
const place =
  /\b(?:messages|contents)[.[]+(\d{1,4})\]?\.(?:user\.)?(?:content|parts)[.[]+(?:list\[[\w,]*\]\.)?(\d{1,4})\b/;

/** The number of the picture that a refusal is about, counted through the conversation; null when it cannot be told. */
function findPicture(problem: Problem | null, question: Question): number | null {
  const found = place.exec(`${problem?.field ?? ''} ${problem?.words ?? ''}`);
  const named = found === null ? null : question.pictureAt(Number(found[1]), Number(found[2]));
  return named ?? question.onlyPicture;
}
