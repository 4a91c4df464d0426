import type { LanguageModelV4, LanguageModelV4Prompt, LanguageModelV4StreamPart } from '@ai-sdk/provider';
import { type ComposedMessage, composeMessages } from '../../../src/engine/compose-messages.ts';
import type { VisionModel, VisionRequest } from '../../../src/engine/vision-model.ts';
import { citeSources, sayWithoutSearch } from './cite-sources.ts';
import type { Question } from './question.ts';
import { relayStream } from './relay-stream.ts';
import { toPrompt } from './to-prompt.ts';
import { toStreamFailure } from './to-stream-failure.ts';
import { createVendorFetch, type VendorConnection } from './vendor-fetch.ts';
import type { MakeLanguageModel, VendorProfile } from './vendor-profile.ts';

/** What the models of a vendor take. */
export type AiSdkModelParts = {
  readonly vendor: VendorProfile;
  readonly baseUrl: string;
  readonly apiKey: string | null;
  readonly connection: VendorConnection;
  readonly makeModel: MakeLanguageModel;
};

/** A vendor's models over its AI SDK package. No temperature and the like is sent: reasoning models refuse it. */
export function createAiSdkModel(parts: AiSdkModelParts): VisionModel {
  return {
    async *answer(request, signal) {
      signal.throwIfAborted();
      const { messages, ...composed } = composeMessages(request);
      const question = toQuestion(parts.vendor, request.model, messages);
      const prompt = await toPrompt({ ...composed, messages }, signal);
      signal.throwIfAborted();
      // One signal for the whole exchange, and aborted at its end however that comes: nothing of it stays open.
      const over = new AbortController();
      const onAbort = () => over.abort(signal.reason);
      signal.addEventListener('abort', onAbort, { once: true });
      try {
        const model = parts.makeModel(
          {
            baseURL: parts.baseUrl,
            apiKey: parts.apiKey,
            fetch: createVendorFetch(parts.connection, question, over.signal),
          },
          request.model,
        );
        yield* relayStream(ask(model, prompt, parts.vendor, request, over.signal), question);
      } catch (error) {
        throw signal.aborted ? signal.reason : toStreamFailure(error, question);
      } finally {
        signal.removeEventListener('abort', onAbort);
        over.abort(new Error('the answer is over'));
      }
    },
  };
}

/** Where a question still wants the web here, nobody has searched it: the vendor does, if it can. */
async function* ask(
  model: LanguageModelV4,
  prompt: LanguageModelV4Prompt,
  vendor: VendorProfile,
  { webSearch, model: name }: VisionRequest,
  abortSignal: AbortSignal,
): AsyncGenerator<LanguageModelV4StreamPart> {
  const tool = webSearch === null ? null : vendor.searchTool(name);
  const { stream } = await model.doStream({ prompt, abortSignal, ...(tool === null ? {} : { tools: [tool] }) });
  if (webSearch === null) yield* stream;
  else yield* tool === null ? sayWithoutSearch(stream) : citeSources(stream, webSearch.numOfSite);
}

function toQuestion(vendor: VendorProfile, model: string, messages: readonly ComposedMessage[]): Question {
  const parts = messages.flatMap((message) => (message.role === 'asked' ? message.parts : []));
  const numbers = parts.flatMap((part) => (part.type === 'picture' ? [part.number] : []));
  return {
    vendor,
    model,
    pictures: numbers.length,
    onlyPicture: numbers.length === 1 ? (numbers[0] ?? null) : null,
    pictureAt(index, partIndex) {
      const message = messages[index - vendor.messagesBefore];
      const part = message?.role === 'asked' ? message.parts[partIndex] : undefined;
      return part?.type === 'picture' ? part.number : null;
    },
  };
}
