/** What the reference says of `model`. */
export const modelWords = 'The `modelId` of a model that `GET /models` lists as available.';

/** What the reference says of `isMixed`, wherever a dialect has it. */
export const isMixedWords =
  'Off: the conversation keeps to the model it began with, and another one is refused (`MODEL_NOT_MIXED`). On: models mix, and each sees what the others said.';

/** What the reference says of the fields of a web search. */
export const searchWords = {
  webSearch: 'Looks on the web before the model answers.',
  numOfSite: 'How many sites are read when `webSearch` is on.',
  maxWord: 'How many words of each site are read.',
} as const;
