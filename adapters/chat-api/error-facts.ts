import type { ChatFailureCode } from '../../src/answer/chat-failure.ts';
import type { FailureFacts } from '../../src/lib/errors.ts';
import { isUnknownFeature } from './classify-error.ts';
import type { ErrorContext } from './error-context.ts';
import type { WireError } from './wire-errors.ts';

const goneConversation =
  /\bconversation\b.{0,80}\b(not found|not exist|no longer)|\b(no such|unknown|invalid) conversation\b(?! type)/i;

/** What the server says that it does not know: the dialect, or the conversation. */
export function findUnknown({ code, message, details }: WireError, { status }: ErrorContext): FailureFacts {
  const words = `${message ?? ''} ${details ?? ''}`;
  if (isUnknownFeature.test(words)) return { unknown: 'feature-type' };
  const isGone = code === 'CONVERSATION_NOT_FOUND' || (status >= 400 && status < 500 && goneConversation.test(words));
  return isGone ? { unknown: 'conversation' } : {};
}

/** Values that a person can use and that give nothing away. */
export function findFacts(code: ChatFailureCode, { message, field }: WireError, { model }: ErrorContext): FailureFacts {
  const words = message ?? '';
  const wholeNumber = (pattern: RegExp, name: string): FailureFacts => {
    const digits = pattern.exec(words)?.[1];
    return digits === undefined ? {} : { [name]: Number(digits) };
  };
  const word = (pattern: RegExp, name: string): FailureFacts => {
    const found = pattern.exec(words)?.[1];
    return found === undefined ? {} : { [name]: found };
  };
  const modelFact: FailureFacts = model === undefined ? {} : { model };
  switch (code) {
    case 'chat-unauthorized':
      return { variable: 'CHAT_API_KEY' };
    case 'chat-out-of-credits':
      return {
        ...wholeNumber(/requires (\d{1,12}) credits/, 'requiredCredits'),
        ...wholeNumber(/only has (\d{1,12}) credits/, 'availableCredits'),
      };
    case 'chat-model-unknown':
      return { ...modelFact, ...word(/\bAsk ([\w./:@-]{1,120}) instead\b/, 'successor') };
    case 'chat-model-unavailable':
      return { ...modelFact, ...word(/\b([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)*_API_KEY)\b/, 'variable') };
    case 'chat-model-not-mixed':
      return modelFact;
    case 'chat-too-many-images':
      return {
        ...modelFact,
        ...wholeNumber(/(?:at most|up to|most is|maximum(?: of| is)?|limit(?: of| is)?) (\d{1,4})\b/i, 'maxPictures'),
      };
    case 'chat-prompt-too-long':
      return wholeNumber(/(?:at most|most is|limit(?: of| is)?) (\d{1,9})\b/i, 'maxChars');
    case 'chat-invalid-request':
      return field !== null && /^[\w.[\]]{1,80}$/.test(field) ? { field } : {};
    default:
      return {};
  }
}
