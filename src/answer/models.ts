/** A model as people choose it. */
export type ModelInfo = {
  readonly id: string;
  readonly name: string;
  readonly vendor: string;
  /** Context window in tokens, null where it is not known. */
  readonly contextTokens: number | null;
  /** US dollars for `perTokens` tokens, null where it is not known. */
  readonly price: { readonly input: number; readonly output: number; readonly perTokens: number } | null;
  readonly seesPictures: boolean;
  /** Pictures of one question at the most. */
  readonly maxPictures: number;
  readonly bestAt: string;
  /** The model that answers in its place, where its vendor has retired it. */
  readonly answeredBy?: string;
  /** Null when it can be asked now; else one sentence with what is missing. */
  readonly unavailableBecause: string | null;
};

/** Whether a question about pictures can go to it now. */
export function canAnswer(model: ModelInfo): boolean {
  return model.unavailableBecause === null && model.seesPictures;
}

/** The model of that name: its id in any case, or the only one whose id begins with what was written. */
export function findModel(models: readonly ModelInfo[], written: string): ModelInfo | undefined {
  const wanted = written.toLowerCase();
  const exact = models.find((model) => model.id.toLowerCase() === wanted);
  if (exact !== undefined) return exact;
  const beginning = models.filter((model) => model.id.toLowerCase().startsWith(wanted));
  return beginning.length === 1 ? beginning[0] : undefined;
}

/** The configured default where it can answer, else the first that can; undefined when none can. */
export function defaultModel(models: readonly ModelInfo[], configured: string | null): ModelInfo | undefined {
  const wanted = configured === null ? undefined : findModel(models, configured);
  return wanted !== undefined && canAnswer(wanted) ? wanted : models.find(canAnswer);
}

function describeContext(tokens: number | null): string {
  if (tokens === null) return 'context not stated';
  return `${countTokens(tokens)} context`;
}

function countTokens(tokens: number): string {
  if (tokens >= 1_000_000) return `${tokens / 1_000_000}M`;
  return tokens >= 1_000 ? `${Math.round(tokens / 1_000)}K` : `${tokens}`;
}

function describePrice(price: ModelInfo['price']): string {
  if (price === null) return 'price not stated';
  if (price.input === 0 && price.output === 0) return 'free';
  return `$${price.input} in / $${price.output} out per ${countTokens(price.perTokens)} tokens`;
}

function describeStrength({ bestAt, answeredBy }: ModelInfo): string[] {
  if (answeredBy !== undefined) return [`retired, \`${answeredBy}\` answers`];
  return bestAt === '' ? [] : [`best at: ${bestAt}`];
}

/** One line for a list: id, context, price, eyes, what it is best at, what is missing. */
export function describeModel(model: ModelInfo): string {
  const context =
    model.contextTokens === null && model.price?.input === 0 ? [] : [describeContext(model.contextTokens)];
  const facts = [
    ...context,
    describePrice(model.price),
    model.seesPictures ? 'sees pictures' : 'text only',
    ...describeStrength(model),
  ];
  return `\`${model.id}\` · ${facts.join(' · ')}`;
}
