import { defaultModel, findModel, type ModelInfo } from './answer/models.ts';
import type { Conversation } from './memory/conversation.ts';
import type { Preferences } from './memory/preferences.ts';
import type { ModelScope } from './turn/commands.ts';
import type { Turn } from './turn/turn.ts';

/** What a choice depends on besides the conversation. */
export type ModelChoices = {
  readonly preferences: Preferences;
  /** `DEFAULT_MODEL`, or null. */
  readonly configuredModel: string | null;
};

/** The model that answers: as somebody wrote it, for whom it was chosen; scope null where nobody chose. */
export type ModelChoice = { readonly written: string | null; readonly scope: ModelScope | null };

/** The choice that counts: the conversation's, else the person's, the channel's, the server's. */
export async function chooseModel(turn: Turn, conversation: Conversation, choices: ModelChoices): Promise<ModelChoice> {
  if (conversation.model !== null) return { written: conversation.model, scope: 'thread' };
  const preferred = await choices.preferences.chosenModel(turn);
  return { written: preferred?.model ?? null, scope: preferred?.scope ?? null };
}

/** The model of a choice as the API has it now; undefined when it does not exist, or when none can answer. */
export function resolveModel(
  choice: ModelChoice,
  models: readonly ModelInfo[],
  choices: ModelChoices,
): ModelInfo | undefined {
  return choice.written === null ? defaultModel(models, choices.configuredModel) : findModel(models, choice.written);
}

/** Why a model cannot answer about pictures now, as a sentence; null when it can. */
export function modelRefusal(models: readonly ModelInfo[], written: string): string | null {
  const model = findModel(models, written);
  if (model === undefined) {
    const near = models.filter((each) => each.id.toLowerCase().includes(written.toLowerCase())).slice(0, 3);
    const hint = near.length === 0 ? '' : ` Did you mean ${near.map((each) => `\`${each.id}\``).join(' or ')}?`;
    return `There is no model “${written.slice(0, 80)}”.${hint} Write /model to see them all.`;
  }
  if (!model.seesPictures) return `\`${model.id}\` does not see pictures. Write /model to see which ones do.`;
  if (model.unavailableBecause !== null) return `\`${model.id}\` cannot be asked now: ${model.unavailableBecause}`;
  return null;
}
