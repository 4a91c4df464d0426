/** The picture key that stands in every example. */
export const exampleKey = 'images/2026_11_20_09_30_00_000_3f9c2d5b8a7e41d09c6b1f2e3a4d5c6b_photo.jpg';
const exampleId = '0b6f2a52-6a3e-4c1e-9a41-7f2f6f0f5f11';

/** The page's own example, with a key as uploads give it. */
export const featureExample = {
  type: 'CHAT_WITH_IMAGE',
  model: 'gpt-4o',
  conversationId: 'image-analysis-session-1',
  promptObject: {
    prompt: 'What do you see in this image? Please describe the scene in detail.',
    imageList: [exampleKey],
    isMixed: false,
    webSearch: false,
    numOfSite: 3,
    maxWord: 500,
  },
} as const;

/** The same question in the newer form. */
export const chatExample = {
  type: 'UNIFY_CHAT_WITH_AI',
  model: 'gpt-4o',
  promptObject: {
    prompt: featureExample.promptObject.prompt,
    conversationId: featureExample.conversationId,
    settings: { historySettings: { isMixed: false, historyMessageLimit: 10 } },
    attachments: { images: [exampleKey] },
  },
} as const;

export const ackExample = {
  status: 'success',
  message: 'Streaming response will be returned',
  data: {
    conversationId: featureExample.conversationId,
    aiRecordId: exampleId,
    streamingUrl: `/api/features/stream/${exampleId}`,
  },
} as const;

export const recordExample = {
  aiRecord: {
    uuid: exampleId,
    userId: 'owner-1',
    teamId: 'owner-1',
    model: 'gpt-4o',
    type: 'CHAT_WITH_IMAGE',
    metadata: {
      credit: null,
      inputCredit: null,
      outputCredit: null,
      inputToken: 812,
      outputToken: 41,
      promptToken: null,
      estimatedInputToken: 790,
      totalToken: 853,
      finishReason: 'stop',
      executionTime: 2.4,
      costUsd: 0.0024,
    },
    rating: null,
    feedback: null,
    conversationId: featureExample.conversationId,
    status: 'SUCCESS',
    createdAt: '2026-11-20T09:30:00.000Z',
    aiRecordDetail: {
      promptObject: featureExample.promptObject,
      resultObject: ['A red tram crosses a bridge in the evening sun.'],
      errorCode: null,
      errorMessage: null,
    },
    modelDetail: { name: 'gpt-4o', provider: 'OPENAI' },
  },
} as const;

export const eventsExample = [
  'event: content\ndata: {"content":"A red tram crosses"}',
  'event: content\ndata: {"content":" a bridge in the evening sun."}',
  `event: result\ndata: ${JSON.stringify(recordExample)}`,
  'event: done\ndata: {"message":"Stream completed"}',
  '',
].join('\n\n');

export const conversationExample = {
  uuid: '5d1b8f0e-2f57-4b8e-8b55-0f3a1c1f7a22',
  title: 'Holiday photos',
  type: 'UNIFY_CHAT_WITH_AI',
  model: 'gpt-4o',
  status: 'ACTIVE',
  createdAt: '2026-11-20T09:30:00.000Z',
} as const;

/** Sentences as the API says them, for the codes that people meet most. */
const sentences: Readonly<Record<string, string>> = {
  UNAUTHORIZED: 'Invalid or missing API key',
  RATE_LIMITED: 'Too many requests: wait as many seconds as Retry-After says, then go on.',
  MISSING_IMAGES: 'promptObject.imageList holds no picture: upload a picture with POST /api/assets and send its key.',
  UNSUPPORTED_FILE_TYPE: 'The file is a PDF, which cannot be used: send a PNG, JPEG, WebP or GIF picture.',
  PROMPT_OBJECT_VALIDATION_FAILED: 'promptObject.numOfSite must be a whole number from 1 to 10, not 50.',
  NOT_FOUND: 'There is no such answer of yours, or it is no longer kept.',
  OVERLOADED: 'Too many answers are being written at the moment. Try again in a few seconds.',
};

/** An error body for each of the codes whose sentence is known, or for the first one. */
export function toExamples(codes: readonly string[]): Record<string, { value: object }> {
  const known = codes.filter((code) => sentences[code] !== undefined);
  const shown = known.length > 0 ? known : codes.slice(0, 1);
  return Object.fromEntries(shown.map((code) => [code, { value: toEnvelope(code) }]));
}

function toEnvelope(code: string): object {
  const message = sentences[code] ?? 'One sentence: what happened, and what to do.';
  const [field] = message.match(/^promptObject\.\w+/) ?? [];
  const details = field === undefined ? [] : [{ field, message }];
  return { success: false, errorCode: code, message, error: { code, message, details } };
}
