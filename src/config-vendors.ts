import { z } from 'zod';
import { httpUrl, list, optional, secret, withDefault } from './config-fields.ts';

/** The vendors of vision models, the web search, and what is done when a model does not answer. */
export const vendorVariables = {
  OPENAI_API_KEY: optional(secret),
  OPENAI_BASE_URL: optional(httpUrl),
  GOOGLE_API_KEY: optional(secret),
  GOOGLE_BASE_URL: optional(httpUrl),
  ANTHROPIC_API_KEY: optional(secret),
  ANTHROPIC_BASE_URL: optional(httpUrl),
  MISTRAL_API_KEY: optional(secret),
  MISTRAL_BASE_URL: optional(httpUrl),
  LLAMA_API_KEY: optional(secret),
  // A host that knows the model by the very id that the catalogue has (https://docs.api.nvidia.com/nim/reference/meta-llama-3_1-405b).
  LLAMA_BASE_URL: withDefault(httpUrl, 'https://integrate.api.nvidia.com/v1'),
  OPENAI_COMPATIBLE_URL: optional(httpUrl),
  OPENAI_COMPATIBLE_API_KEY: optional(secret),
  OPENAI_COMPATIBLE_MODELS: optional(
    list.pipe(z.array(z.string().max(200, 'holds a name of more than 200 characters'))),
  ),
  FALLBACK_MODEL: optional(z.string().trim()),
  RETIRED_MODELS: withDefault(z.enum(['successor', 'refuse'], { error: 'must be successor or refuse' }), 'successor'),
  SEARCH_PROVIDER: optional(z.enum(['brave', 'tavily', 'searxng'], { error: 'must be brave, tavily or searxng' })),
  SEARCH_API_KEY: optional(secret),
  SEARCH_URL: optional(httpUrl),
} as const;

const schema = z.object(vendorVariables);

type VendorVariables = z.infer<typeof schema>;

/** The variables among them that must never reach a log. */
export const vendorSecretNames = [
  'OPENAI_API_KEY',
  'GOOGLE_API_KEY',
  'ANTHROPIC_API_KEY',
  'MISTRAL_API_KEY',
  'LLAMA_API_KEY',
  'OPENAI_COMPATIBLE_API_KEY',
  'SEARCH_API_KEY',
] as const satisfies readonly (keyof VendorVariables)[];

/** A vendor that can be asked. Base URLs have their path, as `https://api.openai.com/v1`; null is the vendor's own. */
export type VendorConfig =
  | {
      readonly vendor: 'openai' | 'google' | 'anthropic' | 'mistral';
      readonly apiKey: string;
      readonly baseUrl: string | null;
    }
  | { readonly vendor: 'llama'; readonly apiKey: string; readonly baseUrl: string }
  | { readonly vendor: 'openai-compatible'; readonly apiKey: string | null; readonly baseUrl: string };

/** Where the web is searched; `url`: another address than the provider's own. */
export type SearchConfig = {
  readonly provider: 'brave' | 'tavily' | 'searxng';
  readonly apiKey: string | null;
  readonly url: string | null;
};

/** What does not go together: a sentence for each variable. `hasModelsFile`: whether models can come from there. */
export function vendorProblems(variables: VendorVariables, hasModelsFile: boolean): readonly string[] {
  return [...compatibleProblems(variables, hasModelsFile), ...searchProblems(variables)];
}

function compatibleProblems(variables: VendorVariables, hasModelsFile: boolean): string[] {
  const { OPENAI_COMPATIBLE_URL: url, OPENAI_COMPATIBLE_API_KEY: key, OPENAI_COMPATIBLE_MODELS: models } = variables;
  if (url === undefined)
    return key === undefined && models === undefined
      ? []
      : ['OPENAI_COMPATIBLE_URL is missing: the address of the server, with its path (…/v1).'];
  return models === undefined && !hasModelsFile
    ? [
        'OPENAI_COMPATIBLE_MODELS is missing: the names of the models that the server is to be asked for, with commas between them.',
      ]
    : [];
}

function searchProblems(variables: VendorVariables): string[] {
  const { SEARCH_PROVIDER: provider, SEARCH_API_KEY: key, SEARCH_URL: url } = variables;
  if (provider === undefined)
    return key === undefined && url === undefined ? [] : ['SEARCH_PROVIDER is missing: brave, tavily or searxng.'];
  if (provider === 'searxng') return url === undefined ? ['SEARCH_URL is missing: the address of your SearXNG.'] : [];
  return key === undefined ? [`SEARCH_API_KEY is missing: the key for ${provider}.`] : [];
}

/** Every vendor that there is a key or an address for. */
export function toVendorConfigs(variables: VendorVariables): readonly VendorConfig[] {
  const { LLAMA_API_KEY, LLAMA_BASE_URL, OPENAI_COMPATIBLE_URL } = variables;
  const keyed = [
    ['openai', variables.OPENAI_API_KEY, variables.OPENAI_BASE_URL],
    ['google', variables.GOOGLE_API_KEY, variables.GOOGLE_BASE_URL],
    ['anthropic', variables.ANTHROPIC_API_KEY, variables.ANTHROPIC_BASE_URL],
    ['mistral', variables.MISTRAL_API_KEY, variables.MISTRAL_BASE_URL],
  ] as const;
  return [
    ...keyed.flatMap(([vendor, apiKey, baseUrl]): VendorConfig[] =>
      apiKey === undefined ? [] : [{ vendor, apiKey, baseUrl: baseUrl ?? null }],
    ),
    ...(LLAMA_API_KEY === undefined
      ? []
      : [{ vendor: 'llama', apiKey: LLAMA_API_KEY, baseUrl: LLAMA_BASE_URL } as const]),
    ...(OPENAI_COMPATIBLE_URL === undefined
      ? []
      : [
          {
            vendor: 'openai-compatible',
            apiKey: variables.OPENAI_COMPATIBLE_API_KEY ?? null,
            baseUrl: OPENAI_COMPATIBLE_URL,
          } as const,
        ]),
  ];
}

/** Null when nobody searches. */
export function toSearchConfig(variables: VendorVariables): SearchConfig | null {
  const { SEARCH_PROVIDER: provider, SEARCH_API_KEY, SEARCH_URL } = variables;
  return provider === undefined ? null : { provider, apiKey: SEARCH_API_KEY ?? null, url: SEARCH_URL ?? null };
}
