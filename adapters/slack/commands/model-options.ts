import type { types } from '@slack/bolt';
import { canAnswer, type ModelInfo } from '../../../src/answer/models.ts';
import { formTexts } from '../interactions/interaction-sentences.ts';

/** Slack's bounds for the options of a menu (https://docs.slack.dev/reference/block-kit/composition-objects/option-object). */
const mostOptions = 100;
const longestText = 75;
const longestValue = 150;
/** No id of a model has a space in it. */
const asUsualValue = 'as usual';

const shortCount = new Intl.NumberFormat('en', { notation: 'compact', maximumFractionDigits: 1 });

/** Cut to what fits, never inside a character. */
function cut(text: string): string {
  if (text.length <= longestText) return text;
  const start = text.slice(0, longestText - 1);
  // Half a surrogate pair at the end is not well formed.
  return `${start.isWellFormed() ? start : start.slice(0, -1)}…`;
}

function describePrice(price: ModelInfo['price']): readonly string[] {
  if (price === null) return [];
  if (price.input === 0 && price.output === 0) return ['free'];
  return [`$${price.input} in, $${price.output} out per ${shortCount.format(price.perTokens)}`];
}

/** Context, price and what it is best at, as far as they are known. */
function describeFacts({ contextTokens, price, bestAt }: ModelInfo): string {
  return [
    ...(contextTokens === null ? [] : [`${shortCount.format(contextTokens)} context`]),
    ...describePrice(price),
    ...(bestAt === '' ? [] : [bestAt]),
  ].join(' · ');
}

/** 0: begins with what was typed, 1: holds it, 2: neither. */
function distance({ id, name, vendor }: ModelInfo, typed: string): 0 | 1 | 2 {
  const texts = [id, name, vendor].map((text) => text.toLowerCase());
  if (texts.some((text) => text.startsWith(typed))) return 0;
  return texts.some((text) => text.includes(typed)) ? 1 : 2;
}

/** A model that cannot be named by its id cannot be chosen. */
function isNameable({ id }: ModelInfo): boolean {
  return id !== '' && id.length <= longestValue;
}

function toOption(model: ModelInfo): types.PlainTextOption {
  const title = model.name.toLowerCase() === model.id.toLowerCase() ? model.id : `${model.name} · ${model.id}`;
  const description = model.unavailableBecause ?? describeFacts(model);
  return {
    text: { type: 'plain_text', text: cut(model.unavailableBecause === null ? title : `Not available: ${title}`) },
    value: model.id,
    ...(description === '' ? {} : { description: { type: 'plain_text', text: cut(description) } }),
  };
}

/** The choice of no model in particular. */
export const asUsualOption: types.PlainTextOption = {
  text: { type: 'plain_text', text: formTexts.asUsual },
  value: asUsualValue,
};

/** The model of an option that was chosen; null for none in particular. */
export function modelOfOption(value: string | null): string | null {
  return value === null || value === asUsualValue ? null : value;
}

/**
 * The models that see pictures and fit what was typed so far: those that can answer first, then those that lack something, which
 * is said. Never more than `most`.
 */
export function toModelOptions(
  models: readonly ModelInfo[],
  typed: string,
  most: number = mostOptions,
): readonly types.PlainTextOption[] {
  const wanted = typed.trim().toLowerCase();
  return models
    .filter((model) => model.seesPictures && isNameable(model) && distance(model, wanted) < 2)
    .toSorted(
      (left, right) =>
        Number(canAnswer(right)) - Number(canAnswer(left)) || distance(left, wanted) - distance(right, wanted),
    )
    .slice(0, most)
    .map(toOption);
}

/** The same with “as usual” in front, as long as nothing else is being typed. */
export function toModelOptionsOrNone(models: readonly ModelInfo[], typed: string): readonly types.PlainTextOption[] {
  const wanted = typed.trim().toLowerCase();
  const isWanted = formTexts.asUsual.toLowerCase().startsWith(wanted);
  return isWanted ? [asUsualOption, ...toModelOptions(models, typed, mostOptions - 1)] : toModelOptions(models, typed);
}
