import type { AskedVendorId, MakeLanguageModel, VendorProfile } from './vendor-profile.ts';

/** Where each vendor's API is when nobody says otherwise. The others are always told. */
export const defaultBaseUrls = {
  openai: 'https://api.openai.com/v1',
  google: 'https://generativelanguage.googleapis.com/v1beta',
  anthropic: 'https://api.anthropic.com/v1',
  mistral: 'https://api.mistral.ai/v1',
} as const satisfies Partial<Record<AskedVendorId, string>>;

/** Each is paid for. */
const mostSearches = 3;

/** Every vendor, over the AI SDK's package for it. */
export const vendorProfiles: Readonly<Record<AskedVendorId, VendorProfile>> = {
  openai: {
    name: 'OpenAI',
    keyVariable: 'OPENAI_API_KEY',
    urlVariable: 'OPENAI_BASE_URL',
    messagesBefore: 1,
    // Its search belongs to Responses.
    searchTool: () => null,
    async load() {
      const { createOpenAI } = await import('@ai-sdk/openai');
      // Chat Completions, not Responses: it has every model of the catalogue, keeps nothing on the vendor's side unless it is
      // asked to, and is what a proxy behind OPENAI_BASE_URL speaks.
      return ({ baseURL, apiKey, fetch }, model) => createOpenAI({ baseURL, apiKey: apiKey ?? '', fetch }).chat(model);
    },
  },
  google: {
    name: 'Google',
    keyVariable: 'GOOGLE_API_KEY',
    urlVariable: 'GOOGLE_BASE_URL',
    messagesBefore: 0,
    // From Gemini 2.0 on: https://ai.google.dev/gemini-api/docs/google-search
    searchTool: (model) =>
      /^gemini-1\./.test(model)
        ? null
        : { type: 'provider', id: 'google.google_search', name: 'google_search', args: {} },
    async load() {
      const { createGoogle } = await import('@ai-sdk/google');
      return ({ baseURL, apiKey, fetch }, model) => createGoogle({ baseURL, apiKey: apiKey ?? '', fetch })(model);
    },
  },
  anthropic: {
    name: 'Anthropic',
    keyVariable: 'ANTHROPIC_API_KEY',
    urlVariable: 'ANTHROPIC_BASE_URL',
    messagesBefore: 0,
    // From Claude 3.7 on: https://platform.claude.com/docs/en/agents-and-tools/tool-use/web-search-tool
    searchTool: (model) =>
      /^claude-3-(opus|sonnet|haiku|5-sonnet)/.test(model)
        ? null
        : {
            type: 'provider',
            id: 'anthropic.web_search_20250305',
            name: 'web_search',
            args: { maxUses: mostSearches },
          },
    async load() {
      const { createAnthropic } = await import('@ai-sdk/anthropic');
      return ({ baseURL, apiKey, fetch }, model) => createAnthropic({ baseURL, apiKey: apiKey ?? '', fetch })(model);
    },
  },
  mistral: {
    name: 'Mistral',
    keyVariable: 'MISTRAL_API_KEY',
    urlVariable: 'MISTRAL_BASE_URL',
    messagesBefore: 1,
    // Its search belongs to Conversations.
    searchTool: () => null,
    async load() {
      const { createMistral } = await import('@ai-sdk/mistral');
      return ({ baseURL, apiKey, fetch }, model) => createMistral({ baseURL, apiKey: apiKey ?? '', fetch })(model);
    },
  },
  llama: {
    name: 'The Llama host',
    keyVariable: 'LLAMA_API_KEY',
    urlVariable: 'LLAMA_BASE_URL',
    messagesBefore: 1,
    searchTool: () => null,
    load: () => loadOpenAiCompatible('llama'),
  },
  'openai-compatible': {
    name: 'The OpenAI-compatible server',
    keyVariable: 'OPENAI_COMPATIBLE_API_KEY',
    urlVariable: 'OPENAI_COMPATIBLE_URL',
    messagesBefore: 1,
    searchTool: () => null,
    load: () => loadOpenAiCompatible('openai-compatible'),
  },
};

async function loadOpenAiCompatible(name: string): Promise<MakeLanguageModel> {
  const { createOpenAICompatible } = await import('@ai-sdk/openai-compatible');
  return ({ baseURL, apiKey, fetch }, model) =>
    createOpenAICompatible({ name, baseURL, fetch, includeUsage: true, ...(apiKey === null ? {} : { apiKey }) })(model);
}
