import type { APIApplicationCommandOptionChoice, APISelectMenuOption } from 'discord.js';
import { canAnswer, type ModelInfo } from '../../../src/answer/models.ts';

/** Discord's bounds, the same for choices and for the options of a menu. */
const mostChoices = 25;
const longestText = 100;

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
function describeFacts({ contextTokens, price, bestAt }: ModelInfo): readonly string[] {
  return [
    ...(contextTokens === null ? [] : [`${shortCount.format(contextTokens)} context`]),
    ...describePrice(price),
    ...(bestAt === '' ? [] : [bestAt]),
  ];
}

function whyNot(model: ModelInfo): readonly string[] {
  if (model.unavailableBecause !== null) return ['not available'];
  return model.seesPictures ? [] : ['text only'];
}

/** 0: begins with what was typed, 1: holds it, 2: neither. */
function distance({ id, name, vendor }: ModelInfo, typed: string): 0 | 1 | 2 {
  const texts = [id, name, vendor].map((text) => text.toLowerCase());
  if (texts.some((text) => text.startsWith(typed))) return 0;
  return texts.some((text) => text.includes(typed)) ? 1 : 2;
}

/** A model that cannot be named by its id cannot be chosen. */
function isNameable({ id }: ModelInfo): boolean {
  return id !== '' && id.length <= longestText;
}

/** The choices for what was typed so far: those that can answer first, the others marked. */
export function toModelChoices(
  models: readonly ModelInfo[],
  typed: string,
): readonly APIApplicationCommandOptionChoice<string>[] {
  const wanted = typed.trim().toLowerCase();
  return models
    .filter((model) => isNameable(model) && distance(model, wanted) < 2)
    .toSorted(
      (left, right) =>
        Number(canAnswer(right)) - Number(canAnswer(left)) || distance(left, wanted) - distance(right, wanted),
    )
    .slice(0, mostChoices)
    .map((model) => ({
      name: cut([model.id, ...whyNot(model), ...describeFacts(model)].join(' · ')),
      value: model.id,
    }));
}

function toOption(model: ModelInfo): APISelectMenuOption {
  const title = model.name.toLowerCase() === model.id.toLowerCase() ? model.id : `${model.name} · ${model.id}`;
  const description = model.unavailableBecause ?? describeFacts(model).join(' · ');
  return {
    label: cut(model.unavailableBecause === null ? title : `Not available: ${title}`),
    value: model.id,
    ...(description === '' ? {} : { description: cut(description) }),
  };
}

/** The models to try a picture with: those that can answer first, then those that lack something, which is said. */
export function toModelOptions(models: readonly ModelInfo[]): readonly APISelectMenuOption[] {
  const seeing = models.filter((model) => isNameable(model) && model.seesPictures);
  return [...seeing.filter(canAnswer), ...seeing.filter((model) => !canAnswer(model))]
    .slice(0, mostChoices)
    .map(toOption);
}
