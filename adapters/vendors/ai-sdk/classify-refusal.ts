import type { ChatFailureCode } from '../../../src/answer/chat-failure.ts';
import type { Question } from './question.ts';
import type { Problem } from './wire.ts';

type Rule = { readonly code: ChatFailureCode; readonly names: RegExp; readonly words: RegExp };

const never = /(?!)/;

/**
 * The first that fits counts. Names are what the vendors document; words are for those who give none for it (Anthropic on credit,
 * context and pictures, Google on pictures, vLLM and Ollama on nearly everything).
 */
const rules: readonly Rule[] = [
  {
    code: 'chat-out-of-credits',
    names: /insufficient_(quota|credits?|balance|funds)|billing|payment_required/,
    words:
      /credit balance|insufficient (balance|credits?|funds|quota)|(credits?|balance) (are|is|has been|have been) (depleted|exhausted|used up)/,
  },
  {
    code: 'chat-model-unknown',
    names: /model_?not_?(found|exist)|invalid_model|unknown_model|deprecated_model|model_deprecated/,
    words:
      /(unknown|invalid|no such) model|\bmodels?\b.{0,200}\b(does not exist|not (be )?found|no longer (available|supported)|has been (deprecated|retired|decommissioned|shut down))/,
  },
  {
    code: 'chat-unauthorized',
    names: /authentication_error|invalid_api_key|api_key_invalid|unauthenticated|permission_(error|denied)/,
    words: /(incorrect|invalid) api key|api key (not valid|expired)/,
  },
  {
    code: 'chat-moderated',
    names: /content_?(filter|policy)|moderation|responsibleai/,
    words:
      /content (management|filter(ing)?|usage)? ?polic|safety system|blocked by (our )?(safety|content)|usage polic/,
  },
  {
    code: 'chat-prompt-too-long',
    names: /context_length|context_window|string_above_max_length/,
    words:
      /context (length|window|limit)|prompt is too long|prompt too long|too many (input )?tokens|maximum (number of )?(allowed )?(input )?tokens|input token count|too large for model/,
  },
  {
    code: 'chat-too-many-images',
    names: /too_many_images/,
    words:
      /too many (images|image|pictures)|(at most|up to|maximum of|limit of) \d{1,4} images?|number of images.{0,40}(exceeds?|more than|greater than|over)/,
  },
  {
    code: 'chat-image-refused',
    names: /image|invalid_base64/,
    words: /\bimages?\b|image_url|inline_?data/,
  },
];

const codeByStatus: Readonly<Record<number, ChatFailureCode>> = {
  400: 'chat-invalid-request',
  401: 'chat-unauthorized',
  402: 'chat-out-of-credits',
  403: 'chat-unauthorized',
  405: 'chat-invalid-request',
  408: 'chat-timeout',
  413: 'chat-image-refused',
  415: 'chat-image-refused',
  422: 'chat-invalid-request',
  429: 'chat-rate-limited',
  502: 'chat-unreachable',
  504: 'chat-unreachable',
  520: 'chat-unreachable',
  521: 'chat-unreachable',
  522: 'chat-unreachable',
  523: 'chat-unreachable',
  524: 'chat-unreachable',
};

const limitNames = /rate_limit|resource_exhausted|too_many_requests|throttl/;
const overloadNames = /overloaded|unavailable|server_error|api_error|internal/;

/** The code for a refusal: by the vendor's name for it, by its words, else by its status; null is an error inside an answer. */
export function classifyRefusal(problem: Problem | null, status: number | null, question: Question): ChatFailureCode {
  const names = (problem?.names.join(' ') ?? '').toLowerCase();
  const words = (problem?.words ?? '').toLowerCase();
  // A busy vendor may say anything about what it is busy with; only a name counts there.
  const isBusy = status !== null && (status === 429 || status >= 500);
  const fits = ({ names: name, words: word }: Rule) => name.test(names) || (isBusy ? never : word).test(words);
  const rule = rules.find((each) => fits(each) && !(isBusy && each.code === 'chat-image-refused'));
  if (rule !== undefined) return rule.code;
  if (limitNames.test(names)) return 'chat-rate-limited';
  if (status === null) return overloadNames.test(names) ? 'chat-failed' : statuslessCode(names);
  if (status === 404)
    return problem !== null && /model/.test(`${names} ${words}`) ? 'chat-model-unknown' : 'chat-failed';
  if (status === 413 && question.pictures === 0) return 'chat-prompt-too-long';
  return codeByStatus[status] ?? 'chat-failed';
}

function statuslessCode(names: string): ChatFailureCode {
  return /invalid_?(request|argument)|bad_request/.test(names) ? 'chat-invalid-request' : 'chat-failed';
}
