import type { ChatFailureCode } from '../../../src/answer/chat-failure.ts';
import { Failure, type FailureFacts } from '../../../src/lib/errors.ts';
import type { Question } from './question.ts';
import type { Problem } from './wire.ts';

/** A refusal, or an error inside an answer. */
export type Refusal = {
  /** Null when it came inside an answer and says none itself. */
  readonly status: number | null;
  readonly retryAfterMs: number | null;
  /** Null when the body was nothing that a vendor says. */
  readonly problem: Problem | null;
};

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

/** Codes that say nothing about our request: the same one may succeed later. */
const retryable: readonly ChatFailureCode[] = ['chat-rate-limited', 'chat-timeout', 'chat-unreachable'];

/**
 * A vendor's refusal as a `Failure`. Neither message nor facts repeat what the vendor wrote, for it may hold the question or a part of
 * the key: they have its name for the problem where that looks like one, and numbers that were recognised.
 */
export function toChatFailure(refusal: Refusal, question: Question): Failure<ChatFailureCode> {
  const { problem } = refusal;
  const status = refusal.status ?? problem?.status ?? null;
  const code = classify(problem, status, question);
  const retryAfterMs = refusal.retryAfterMs ?? problem?.retryAfterMs ?? null;
  const name = findName(problem, status);
  return new Failure<ChatFailureCode>(code, toSentence(code, status, name, question), {
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

function classify(problem: Problem | null, status: number | null, question: Question): ChatFailureCode {
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

function toSentence(
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
  return named ?? (question.pictures === 1 ? 1 : null);
}
