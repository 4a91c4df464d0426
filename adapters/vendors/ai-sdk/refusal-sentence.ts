import type { ChatFailureCode } from '../../../src/answer/chat-failure.ts';
import type { Question } from './question.ts';

/** What callers of the API are told of a refusal: what happened, what to do, and in brackets what whoever runs the server can look up. */
export function toRefusalSentence(
  code: ChatFailureCode,
  status: number | null,
  name: string | undefined,
  { vendor, model }: Question,
): string {
  const said = [status === null ? null : `status ${status}`, name ?? null].filter((each) => each !== null).join(', ');
  const reason = said === '' ? '' : ` (${said})`;
  switch (code) {
    case 'chat-unauthorized':
      return `${vendor.name} refused the key of this server${reason}. Whoever runs it has to check ${vendor.keyVariable}.`;
    case 'chat-out-of-credits':
      return `The account at ${vendor.name} has no credit left${reason}. Whoever runs this server has to top it up.`;
    case 'chat-model-unknown':
      return `${vendor.name} does not know the model ${model}${reason}. Ask another one.`;
    case 'chat-moderated':
      return `${vendor.name} declined to answer by its content rules${reason}. Put the question differently.`;
    case 'chat-prompt-too-long':
      return `The conversation is too long for ${model}${reason}. Shorten the question or start a new conversation.`;
    case 'chat-too-many-images':
      return `These are too many pictures for ${model}${reason}. Send fewer.`;
    case 'chat-image-refused':
      return `${model} did not accept a picture${reason}. Try another picture or another model.`;
    case 'chat-rate-limited':
      return `${vendor.name} gets too many questions from this server${reason}. Try again later.`;
    case 'chat-invalid-request':
      return `${vendor.name} did not understand the question${reason}. Ask another model.`;
    case 'chat-unreachable':
    case 'chat-timeout':
      return `${vendor.name} could not be reached${reason}. Try again later.`;
    default:
      return status === 404
        ? `There is nothing at the address of ${vendor.name}${reason}. Whoever runs this server has to check ${vendor.urlVariable}.`
        : `${vendor.name} had a problem of its own${reason}. Try again later.`;
  }
}
