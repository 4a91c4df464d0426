import type { ChatFailureCode } from '../../src/answer/chat-failure.ts';
import type { ImageChat } from '../../src/answer/image-chat.ts';
import type { ModelInfo } from '../../src/answer/models.ts';
import { unifyChatWithAi } from '../../src/api/feature-type.ts';
import type { Clock } from '../../src/lib/clock.ts';
import { Failure } from '../../src/lib/errors.ts';
import { createInOrder } from '../../src/lib/in-order.ts';
import { keepNewest } from '../../src/lib/keep-newest.ts';
import { parseJson } from '../../src/lib/parse-json.ts';
import type { ApiCalls } from './api-calls.ts';
import { readBody } from './body-chunks.ts';
import { type DialectChoice, dialectForms } from './dialect.ts';
import type { HttpReply } from './http-client.ts';
import { chatApiLimits } from './limits.ts';
import { readRetries } from './retry-rules.ts';
import { toHostedModelInfos, toModelInfos } from './to-model-info.ts';
import { modelListSchema, type WireModel } from './wire-models.ts';
import { withLimit } from './with-limit.ts';

type Models = readonly ModelInfo[];

const maxRefused = 100;
const waiting = { all: 1_000, perKey: 1_000 } as const;

/** What can be asked. */
export type Listing = {
  readonly models: ImageChat['models'];
  /** The API refused this model: what it lists is not to be believed about it for a while. */
  refused(modelId: string): void;
};

/** `GET /models` of our own engine: no feature is asked for, so that everything is listed. */
export function createOwnListing(calls: ApiCalls, clock: Clock): Listing {
  return { models: async (signal) => toModelInfos(await fetchEntries(calls, clock, null, signal)), refused: () => {} };
}

/**
 * The hosted catalogue, kept for ten minutes: what chats, sees pictures and is switched on. It is asked for the feature of the
 * dialect; a server that knows or lists nothing there is asked for the older one, then for everything. It is fetched once for all who
 * ask meanwhile; when it cannot be had, the last one stays good, and without one nobody tries again at once.
 */
export function createHostedListing(calls: ApiCalls, clock: Clock, choice: DialectChoice): Listing {
  const features = featuresFor(choice);
  const inOrder = createInOrder(waiting);
  let known: { readonly models: Models; readonly untilMs: number } | null = null;
  const refusedUntilMs = new Map<string, number>();
  let trouble: { readonly error: unknown; readonly untilMs: number } | null = null;

  const readModels = async (signal: AbortSignal): Promise<Models> => {
    if (known !== null && clock.now() < known.untilMs) return known.models;
    if (trouble !== null && clock.now() < trouble.untilMs) throw trouble.error;
    try {
      const models = await fetchFirst(calls, clock, features, signal);
      known = { models, untilMs: clock.now() + chatApiLimits.modelsFreshMs };
      return models;
    } catch (error) {
      if (signal.aborted) throw error;
      if (known === null) {
        trouble = { error, untilMs: clock.now() + chatApiLimits.modelsTroubleMs };
        throw error;
      }
      known = { ...known, untilMs: clock.now() + chatApiLimits.modelsAgainMs };
      return known.models;
    }
  };

  const withRefusals = (model: ModelInfo): ModelInfo =>
    (refusedUntilMs.get(model.id) ?? 0) > clock.now()
      ? { ...model, unavailableBecause: 'The API lists it, but refused a question to it a moment ago.' }
      : model;

  return {
    models: async (signal) =>
      (await inOrder.run('models', () => readModels(signal), signal)).map((model) => withRefusals(model)),
    refused(modelId) {
      keepNewest(refusedUntilMs, modelId, clock.now() + chatApiLimits.modelsFreshMs, maxRefused);
      if (known !== null) known = { ...known, untilMs: clock.now() };
    },
  };
}

function featuresFor(choice: DialectChoice): readonly (string | null)[] {
  const first = choice === 'features' ? dialectForms.features.feature : unifyChatWithAi;
  const second = choice === 'features' ? unifyChatWithAi : dialectForms.features.feature;
  return [first, second, null];
}

/** The first of the lists that has something in it. Rejects when the last one cannot be had, and at once for trouble that all would meet. */
async function fetchFirst(
  calls: ApiCalls,
  clock: Clock,
  features: readonly (string | null)[],
  signal: AbortSignal,
): Promise<Models> {
  for (const feature of features) {
    try {
      const models = toHostedModelInfos(await fetchEntries(calls, clock, feature, signal));
      if (models.length > 0) return models;
    } catch (error) {
      const status = error instanceof Failure ? error.facts['status'] : undefined;
      if (feature === null || (status !== 400 && status !== 404)) throw error;
    }
  }
  throw new Failure<ChatFailureCode>('chat-failed', 'The API lists no model that chats.', { retryable: true });
}

function fetchEntries(
  calls: ApiCalls,
  clock: Clock,
  feature: string | null,
  signal: AbortSignal,
): Promise<readonly WireModel[]> {
  const path = feature === null ? '/models' : `/models?feature=${feature}`;
  const request = { method: 'GET', path, accept: 'application/json' } as const;
  const rules = { conversationKey: null, urgency: 'errand', retriesFor: readRetries, read: readEntries } as const;
  return withLimit(clock, chatApiLimits.modelsMs, signal, (limited) => calls.call(request, rules, limited));
}

async function readEntries(reply: HttpReply): Promise<readonly WireModel[]> {
  const list = parseJson(await readBody(reply.chunks, chatApiLimits.jsonBodyBytes, 'fail'), modelListSchema);
  if (list.ok) return list.value;
  throw new Failure<ChatFailureCode>('chat-failed', `The API’s list of models cannot be read (${list.reason}).`, {
    facts: { status: reply.status },
  });
}
