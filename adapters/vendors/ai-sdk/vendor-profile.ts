import type { LanguageModelV4, LanguageModelV4ProviderTool } from '@ai-sdk/provider';
import type { VendorId } from '../../../src/engine/catalogue-model.ts';

/** The vendors that are asked over the network. */
export type AskedVendorId = Exclude<VendorId, 'inspector'>;

/** What a provider of the AI SDK is made with for one question. */
export type ProviderSettings = {
  readonly baseURL: string;
  /** Null for a server that wants none. */
  readonly apiKey: string | null;
  readonly fetch: typeof globalThis.fetch;
};

/** The loaded package of a vendor: makes its model. Cheap, so it is done for each question. */
export type MakeLanguageModel = (settings: ProviderSettings, model: string) => LanguageModelV4;

/** What differs between vendors besides their wire formats. */
export type VendorProfile = {
  /** As people read it in a failure. */
  readonly name: string;
  readonly keyVariable: string;
  readonly urlVariable: string;
  /** Messages that the wire has before the conversation's: where a refusal names one, it counts these. */
  readonly messagesBefore: number;
  /** The vendor's own search of the web for one of its models; null where it has none that this API offers. */
  searchTool(model: string): LanguageModelV4ProviderTool | null;
  /** Imports the vendor's package. Nothing of it is loaded before. */
  load(): Promise<MakeLanguageModel>;
};
