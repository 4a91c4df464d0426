/** The models that the scripted server has. */
export const scriptedModels: readonly string[] = ['gpt-4o', 'gemini-2.5-pro'];

/** The catalogue for one feature; for none, all of it. */
export function toScriptedModelList(feature: string | null): object {
  const listed = feature === null || ['UNIFY_CHAT_WITH_AI', 'CHAT_WITH_IMAGE'].includes(feature) ? scriptedModels : [];
  return { models: listed.map(toModelEntry), total: listed.length };
}

function toModelEntry(modelId: string): object {
  return {
    uuid: `uuid-${modelId}`,
    modelId,
    name: `The ${modelId}`,
    provider: 'openai',
    status: 'ACTIVE',
    features: ['UNIFY_CHAT_WITH_AI', 'CHAT_WITH_IMAGE'],
    creditMetadata: { INPUT: 1.25, OUTPUT: 10, CONTEXT: 128_000 },
    modality: { INPUT: ['text', 'image'], OUTPUT: ['text'] },
  };
}
