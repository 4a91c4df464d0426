import { catalogueModels } from './catalogue-data.ts';
import type { CatalogueModel } from './catalogue-model.ts';

/** Pictures of one request: vLLM and Ollama take one or few unless they are told otherwise. */
const usualMaxImages = 8;

/**
 * The catalogue with the models of an OpenAI-compatible server, by the names it has for them. They are assumed to see; the file of
 * models can say otherwise. A name that is listed already means the server's model from then on. The inspector stays last.
 */
export function addCompatibleModels(
  ids: readonly string[],
  base: readonly CatalogueModel[] = catalogueModels,
): readonly CatalogueModel[] {
  const named = new Set(ids);
  return inspectorLast([...base.filter(({ id }) => !named.has(id)), ...[...named].map(toCompatibleModel)]);
}

/** The same models in their order, but whoever does not choose gets a model before the inspector. */
export function inspectorLast(models: readonly CatalogueModel[]): readonly CatalogueModel[] {
  const isInspector = ({ vendor }: CatalogueModel) => vendor === 'inspector';
  return [...models.filter((model) => !isInspector(model)), ...models.filter(isInspector)];
}

function toCompatibleModel(id: string): CatalogueModel {
  return {
    id,
    name: id,
    vendor: 'openai-compatible',
    vendorModel: id,
    contextTokens: null,
    price: null,
    seesPictures: true,
    bestAt: 'questions about pictures',
    maxImages: usualMaxImages,
    pictureFamily: 'plain',
    retiresOn: null,
    successor: null,
  };
}
