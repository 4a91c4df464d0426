import { z } from 'zod';

const featureBody = z.object({
  type: z.string(),
  model: z.string(),
  conversationId: z.string().nullish(),
  promptObject: z.object({ prompt: z.string(), imageList: z.array(z.string()), webSearch: z.boolean().optional() }),
});

const unifiedBody = z.object({
  type: z.string(),
  model: z.string(),
  promptObject: z.object({
    prompt: z.string(),
    conversationId: z.string().optional(),
    settings: z.object({ webSearchSettings: z.object({ webSearch: z.boolean() }).optional() }).optional(),
    attachments: z.object({ images: z.array(z.string()).optional() }).optional(),
  }),
});

/** A question in either dialect. */
export type ScriptedQuestion = {
  readonly dialect: 'features' | 'unified';
  readonly type: string;
  readonly model: string;
  readonly conversationId: string | null;
  readonly prompt: string;
  readonly imageKeys: readonly string[];
  readonly webSearch: boolean;
};

/** The page's form; null for a body that is none. */
export function readFeatureBody(body: string): ScriptedQuestion | null {
  const parsed = featureBody.safeParse(JSON.parse(body));
  if (!parsed.success) return null;
  const { type, model, conversationId, promptObject } = parsed.data;
  const { prompt, imageList, webSearch } = promptObject;
  return {
    dialect: 'features',
    type,
    model,
    conversationId: conversationId ?? null,
    prompt,
    imageKeys: imageList,
    webSearch: webSearch ?? false,
  };
}

/** The form of today. Pictures anywhere else than in `attachments.images` are not seen, and nobody is told. */
export function readUnifiedBody(body: string): ScriptedQuestion | null {
  const parsed = unifiedBody.safeParse(JSON.parse(body));
  if (!parsed.success) return null;
  const { type, model, promptObject } = parsed.data;
  return {
    dialect: 'unified',
    type,
    model,
    conversationId: promptObject.conversationId ?? null,
    prompt: promptObject.prompt,
    imageKeys: promptObject.attachments?.images ?? [],
    webSearch: promptObject.settings?.webSearchSettings?.webSearch ?? false,
  };
}
