import { createVendorModels, type VendorSettings } from '../../../../adapters/vendors/ai-sdk/create-vendor-models.ts';
import type { AskedVendorId } from '../../../../adapters/vendors/ai-sdk/vendor-profile.ts';
import type { AnswerEvent } from '../../../../src/answer/answer-event.ts';
import type { RequestPicture, VisionModel, VisionRequest } from '../../../../src/engine/vision-model.ts';
import { type Clock, createSystemClock } from '../../../../src/lib/clock.ts';
import { Failure } from '../../../../src/lib/errors.ts';
import { pictureHeads } from '../../../fakes/sample-picture.ts';
import { anthropicWire } from '../../../fakes/vendor-servers/anthropic-wire.ts';
import { googleWire } from '../../../fakes/vendor-servers/google-wire.ts';
import { mistralWire } from '../../../fakes/vendor-servers/mistral-wire.ts';
import { createOpenAiCompatibleWire } from '../../../fakes/vendor-servers/openai-compatible-wire.ts';
import { openAiWire } from '../../../fakes/vendor-servers/openai-wire.ts';
import { startVendorServer, type VendorServer, type VendorWire } from '../../../fakes/vendor-servers/vendor-server.ts';

/** Every vendor with its wire format and a model that its fake server has. */
export const vendorsUnderTest: Readonly<Record<AskedVendorId, { readonly wire: VendorWire; readonly model: string }>> =
  {
    openai: { wire: openAiWire, model: 'gpt-4o' },
    google: { wire: googleWire, model: 'gemini-2.5-pro' },
    anthropic: { wire: anthropicWire, model: 'claude-opus-4-20250514' },
    mistral: { wire: mistralWire, model: 'pixtral-12b-2409' },
    llama: {
      wire: createOpenAiCompatibleWire(['meta/llama-3.2-90b-vision-instruct'], 4),
      model: 'meta/llama-3.2-90b-vision-instruct',
    },
    'openai-compatible': { wire: createOpenAiCompatibleWire(['llava:13b'], 4), model: 'llava:13b' },
  };

/** For `describe.each`. */
export const vendorIds = ['openai', 'google', 'anthropic', 'mistral', 'llama', 'openai-compatible'] as const;

/** The key that the servers know. */
export const rightKey = 'sk-proj-canaryKEYcanaryKEYcanaryKEY0123456789';

/** What every `answer.txt` says. */
export const recordedAnswer = 'The sign says “Geschlossen” – “closed” in German. 👩‍🍳 日本語 ok.';

/** A vendor's server and a model that asks it. */
export type VendorRig = {
  readonly server: VendorServer;
  readonly model: VisionModel;
  readonly request: VisionRequest;
  /** Asks to the end, or to the failure. */
  ask(change?: Partial<VisionRequest>): Promise<Asked>;
  closeModels(): Promise<void>;
  close(): Promise<void>;
};

/** What came of a question. */
export type Asked = {
  readonly events: readonly AnswerEvent[];
  /** The deltas together. */
  readonly text: string;
  /** Null when it was answered; anything but a `Failure` is thrown. */
  readonly failure: Failure | null;
};

/** Starts a vendor. The key is what our side sends. */
export async function startVendorRig(
  vendor: AskedVendorId,
  options: { readonly apiKey?: string; readonly clock?: Clock; readonly baseUrlEnd?: string } = {},
): Promise<VendorRig> {
  const { wire, model: name } = vendorsUnderTest[vendor];
  const server = await startVendorServer(wire, rightKey);
  const baseUrl = `${server.baseUrl}${options.baseUrlEnd ?? ''}`;
  const settings: VendorSettings = { vendor, apiKey: options.apiKey ?? rightKey, baseUrl };
  const clock = options.clock ?? createSystemClock();
  const vendors = createVendorModels({ vendors: [settings], version: '1.2.3', clock });
  const model = vendors.models.get(vendor);
  if (model === undefined) throw new Error(`no ${vendor}`);
  const request = toRequest(name, [toPicture()]);
  return {
    server,
    model,
    request,
    ask: (change) => ask(model, { ...request, ...change }),
    closeModels: vendors.close,
    async close() {
      await vendors.close();
      await server.close();
    },
  };
}

/** A question about pictures. */
export function toRequest(model: string, pictures: readonly RequestPicture[]): VisionRequest {
  return { model, prompt: 'What does the sign say?', pictures, history: [], webSearch: null, sources: [] };
}

/** A picture that begins as one of its type does, with something of its own after that. */
export function toPicture(content = 'a sign', mimeType: keyof typeof pictureHeads = 'image/png'): RequestPicture {
  const bytes = Buffer.concat([pictureHeads[mimeType], Buffer.from(content)]);
  return {
    key: `images/${content}`,
    name: `${content}.png`,
    mimeType,
    number: null,
    original: null,
    read: async () => bytes,
  };
}

async function ask(model: VisionModel, request: VisionRequest): Promise<Asked> {
  const events: AnswerEvent[] = [];
  const toText = () => events.map((event) => (event.type === 'text-delta' ? event.text : '')).join('');
  try {
    for await (const event of model.answer(request, new AbortController().signal)) events.push(event);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return { events, text: toText(), failure: error };
  }
  return { events, text: toText(), failure: null };
}
