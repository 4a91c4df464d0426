import type { CatalogueModel } from './catalogue-model.ts';

/** A model of a vendor as it is written down here. */
export type ListedModel = Pick<CatalogueModel, 'id' | 'name' | 'contextTokens' | 'bestAt' | 'pictureFamily'> &
  Partial<Pick<CatalogueModel, 'vendorModel' | 'successor' | 'retiresOn' | 'seesPictures'>> & {
    /** Dollars in and out; null where it was not found. */
    readonly price: readonly [number, number] | null;
    /** Where it was read under which name the vendor serves the model, and until when; `unverified` where it was not found. */
    readonly source: string;
    readonly checkedOn: string;
  };

const thousand = 1_000;
const million = 1_000_000;

const detailed = 'detailed analysis';
const cheap = 'simple questions at low cost';
const large = 'large contexts and many pictures';
const creative = 'creative and detailed descriptions';
const textOnly = 'text only: it cannot look at pictures';

/** The vendors' pages of what ends when, as they were on that day. */
const openaiEnds = { source: 'https://developers.openai.com/api/docs/deprecations', checkedOn: '2026-11-22' } as const;
const googleEnds = { source: 'https://ai.google.dev/gemini-api/docs/deprecations', checkedOn: '2026-11-22' } as const;
const anthropicEnds = {
  source: 'https://platform.claude.com/docs/en/about-claude/model-deprecations',
  checkedOn: '2026-11-22',
} as const;
const unverified = { source: 'unverified', checkedOn: '2026-11-22' } as const;

/**
 * The models of the page https://docs.1min.ai/docs/api/ai-for-image/chat-with-image, in its order, with its contexts and prices as it
 * lists them (gpt-4o's input price included, which its vendor sells at 2.50), and behind them the models that answer for those
 * which their vendor has retired.
 */
export const listedModels = {
  openai: [
    {
      id: 'gpt-4o',
      name: 'GPT-4o',
      contextTokens: 128 * thousand,
      price: [0.25, 10],
      bestAt: 'the best all-rounder for detailed analysis',
      pictureFamily: 'gpt-4o',
      retiresOn: '2027-01-14',
      successor: 'gpt-6-luna',
      ...openaiEnds,
    },
    {
      id: 'gpt-4o-mini',
      name: 'GPT-4o Mini',
      contextTokens: 128 * thousand,
      price: [0.15, 0.6],
      bestAt: cheap,
      pictureFamily: 'gpt-4o-mini',
      retiresOn: '2027-01-14',
      successor: 'gpt-6-luna',
      ...openaiEnds,
    },
    {
      id: 'gpt-4-turbo',
      name: 'GPT-4 Turbo',
      contextTokens: 128 * thousand,
      price: [10, 30],
      bestAt: detailed,
      pictureFamily: 'gpt-4o',
      retiresOn: '2026-10-23',
      // Its vendor names gpt-5.6-sol, which thinks before it speaks; this one is the nearest in kind.
      successor: 'gpt-4o',
      ...openaiEnds,
    },
    {
      id: 'gpt-5',
      name: 'GPT-5',
      contextTokens: 400 * thousand,
      price: [1.25, 10],
      bestAt: detailed,
      pictureFamily: 'gpt-5',
      retiresOn: '2026-12-11',
      successor: 'gpt-6.1-sol',
      ...openaiEnds,
    },
    {
      id: 'gpt-5-mini',
      name: 'GPT-5 Mini',
      contextTokens: 400 * thousand,
      price: [0.25, 2],
      bestAt: cheap,
      pictureFamily: 'gpt-5-mini',
      retiresOn: '2026-12-11',
      successor: 'gpt-6.1-terra',
      ...openaiEnds,
    },
    {
      id: 'gpt-5-chat-latest',
      name: 'GPT-5 Chat Latest',
      contextTokens: 128 * thousand,
      price: [1.25, 10],
      bestAt: detailed,
      pictureFamily: 'gpt-5',
      successor: 'gpt-6.1-sol',
      ...unverified,
    },
    {
      id: 'gpt-6.1-sol',
      name: 'GPT-6.1 Sol',
      contextTokens: 1_050 * thousand,
      price: [2, 10],
      bestAt: detailed,
      pictureFamily: 'gpt-5.6',
      ...openaiEnds,
    },
    {
      id: 'gpt-6.1-terra',
      name: 'GPT-6.1 Terra',
      contextTokens: 1_050 * thousand,
      price: [1, 5],
      bestAt: 'everyday questions about pictures',
      pictureFamily: 'gpt-5.6',
      ...openaiEnds,
    },
    {
      id: 'gpt-6-luna',
      name: 'GPT-6 Luna',
      contextTokens: 1_050 * thousand,
      price: [0.1, 0.5],
      bestAt: cheap,
      pictureFamily: 'gpt-5.6',
      ...openaiEnds,
    },
  ],
  google: [
    {
      id: 'gemini-1.5-pro',
      name: 'Gemini 1.5 Pro',
      contextTokens: 2 * million,
      price: [1.25, 5],
      bestAt: large,
      pictureFamily: 'gemini-2',
      retiresOn: '2025-09-29',
      successor: 'gemini-3.8-flash',
      ...googleEnds,
    },
    {
      id: 'gemini-1.5-flash',
      name: 'Gemini 1.5 Flash',
      contextTokens: million,
      price: [0.075, 0.3],
      bestAt: large,
      pictureFamily: 'gemini-2',
      retiresOn: '2025-09-29',
      successor: 'gemini-3.8-flash',
      ...googleEnds,
    },
    {
      id: 'gemini-2.0-flash',
      name: 'Gemini 2.0 Flash',
      contextTokens: million,
      price: [0.075, 0.3],
      bestAt: large,
      pictureFamily: 'gemini-2',
      retiresOn: '2026-06-01',
      successor: 'gemini-3.8-flash',
      ...googleEnds,
    },
    {
      // Until then only for accounts that used it before; to others its vendor says that it does not know it.
      id: 'gemini-2.5-pro',
      name: 'Gemini 2.5 Pro',
      contextTokens: 2 * million,
      price: [1.25, 5],
      bestAt: large,
      pictureFamily: 'gemini-2',
      retiresOn: '2026-12-01',
      successor: 'gemini-3.8-flash',
      ...googleEnds,
    },
    {
      // Half its price until the end of 2026.
      id: 'gemini-3.8-flash',
      name: 'Gemini 3.8 Flash',
      contextTokens: 1_048_576,
      price: [0.75, 3.75],
      bestAt: large,
      pictureFamily: 'gemini-3',
      source: 'https://docs.cloud.google.com/gemini-enterprise-agent-platform/models/guides/gemini-3-8-flash',
      checkedOn: '2026-11-22',
    },
  ],
  anthropic: [
    {
      id: 'claude-3-opus-20240229',
      name: 'Claude 3 Opus',
      contextTokens: 200 * thousand,
      price: [15, 75],
      bestAt: creative,
      pictureFamily: 'claude',
      retiresOn: '2026-01-05',
      successor: 'claude-opus-5-5',
      ...anthropicEnds,
    },
    {
      id: 'claude-3-sonnet',
      name: 'Claude 3 Sonnet',
      vendorModel: 'claude-3-sonnet-20240229',
      contextTokens: 200 * thousand,
      price: [3, 15],
      bestAt: creative,
      pictureFamily: 'claude',
      retiresOn: '2025-07-21',
      successor: 'claude-sonnet-4-6',
      ...anthropicEnds,
    },
    {
      id: 'claude-3-5-sonnet-20240620',
      name: 'Claude 3.5 Sonnet',
      contextTokens: 200 * thousand,
      price: [3, 15],
      bestAt: creative,
      pictureFamily: 'claude',
      retiresOn: '2025-10-28',
      successor: 'claude-sonnet-4-6',
      ...anthropicEnds,
    },
    {
      id: 'claude-4-opus',
      name: 'Claude 4 Opus',
      vendorModel: 'claude-opus-4-20250514',
      contextTokens: million,
      price: [15, 75],
      bestAt: creative,
      pictureFamily: 'claude',
      retiresOn: '2026-06-15',
      successor: 'claude-opus-5-5',
      ...anthropicEnds,
    },
    {
      id: 'claude-sonnet-4-6',
      name: 'Claude Sonnet 4.6',
      contextTokens: million,
      price: [3, 15],
      bestAt: creative,
      pictureFamily: 'claude',
      source: 'https://platform.claude.com/docs/en/models/sonnet-4-6/overview',
      checkedOn: '2026-11-22',
    },
    {
      id: 'claude-opus-5-5',
      name: 'Claude Opus 5.5',
      contextTokens: million,
      price: [4, 20],
      bestAt: creative,
      pictureFamily: 'claude-4.7',
      source: 'https://platform.claude.com/docs/en/models/opus-5-5/overview',
      checkedOn: '2026-11-22',
    },
  ],
  mistral: [
    {
      // The page means Mistral Large 2, which saw nothing. Its vendor's newest model of that name sees; `seesPictures` in the file of
      // models says so.
      id: 'mistral-large-latest',
      name: 'Mistral Large 2',
      contextTokens: 128 * thousand,
      price: [2, 6],
      bestAt: textOnly,
      seesPictures: false,
      pictureFamily: 'mistral',
      source: 'https://docs.mistral.ai/getting-started/models',
      checkedOn: '2026-11-22',
    },
    {
      id: 'pixtral-12b',
      name: 'Mistral Pixtral 12B',
      vendorModel: 'pixtral-12b-2409',
      contextTokens: 128 * thousand,
      price: [0.15, 0.15],
      bestAt: cheap,
      pictureFamily: 'pixtral',
      retiresOn: '2025-12-31',
      successor: 'ministral-14b-2512',
      source: 'https://docs.mistral.ai/getting-started/models',
      checkedOn: '2026-11-22',
    },
    {
      id: 'ministral-14b-2512',
      name: 'Ministral 3 14B',
      contextTokens: 256 * thousand,
      price: null,
      bestAt: cheap,
      pictureFamily: 'mistral',
      source: 'https://docs.mistral.ai/getting-started/models',
      checkedOn: '2026-11-22',
    },
  ],
  llama: [
    {
      id: 'meta/llama-3.1-405b-instruct',
      name: 'LLaMA 3.1 405B',
      contextTokens: 128 * thousand,
      price: [5.32, 16],
      bestAt: textOnly,
      seesPictures: false,
      pictureFamily: 'plain',
      ...unverified,
    },
  ],
} as const satisfies Record<string, readonly ListedModel[]>;
