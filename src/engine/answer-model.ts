import type { Clock } from '../lib/clock.ts';
import { createGate } from '../lib/gate.ts';
import { type Ids, toFraction } from '../lib/ids.ts';
import type { Logger } from '../lib/logger.ts';
import type { Metrics } from '../lib/metrics.ts';
import type { AskableModel, Catalogue, ChosenModel } from './catalogue.ts';
import type { CatalogueModel } from './catalogue-model.ts';
import { estimateTextTokens } from './estimate-tokens.ts';
import type { FitPicture } from './fit-picture.ts';
import { rulesOf } from './picture-rules.ts';
import { withSteadyAnswers } from './steady/with-steady-answers.ts';
import type { VisionModel } from './vision-model.ts';
import { type WebSearchParts, withWebSearch } from './web-search/with-web-search.ts';
import { type FittingParts, withFittedPictures } from './with-fitted-pictures.ts';

/** What stands between a question and the vendors. */
export type AnswerModelParts = {
  readonly catalogue: Catalogue;
  /** Null: pictures go as they were uploaded. */
  readonly fitPicture: FitPicture | null;
  /** Null: a question that wants the web goes on as such to the vendor, which may search by itself. */
  readonly webSearch: WebSearchParts | null;
  readonly fallbackModel: string | null;
  readonly firstWordMs: number;
  readonly ids: Ids;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: Metrics;
};

/** Who is being asked, for the record. */
export type AskWatcher = {
  onAsking(entry: CatalogueModel): void;
  /** What the question is estimated to have in tokens, words and pictures. */
  onEstimated(inputTokens: number): void;
};

/** The model that answers a question, with everything around it: web search, then steadiness, then fitted pictures. */
export type OpenAnswerModel = (chosen: ChosenModel, watcher: AskWatcher) => VisionModel;

/** Pictures of all questions together that are read and made fit at once, and questions that wait for it. */
const picturesAtOnce = 4;
const mostWaiting = 2_000;

/** Nothing runs before a question. The inspector is asked as it is: it is here, and it reads the files themselves. */
export function createAnswerModel(parts: AnswerModelParts): OpenAnswerModel {
  const { fitPicture, webSearch } = parts;
  const gate = createGate(picturesAtOnce, mostWaiting);

  const open = ({ entry, vision }: AskableModel, onEstimated: (inputTokens: number) => void): VisionModel => {
    const rules = rulesOf(entry.pictureFamily);
    if (rules === null || fitPicture === null) return vision;
    const onCounted: FittingParts['onCounted'] = (pictureTokens, request) =>
      onEstimated(pictureTokens + estimateTextTokens(request));
    return withFittedPictures(vision, { rules, fitPicture, gate, onCounted });
  };

  return function openAnswerModel(chosen, { onAsking, onEstimated }) {
    if (chosen.entry.vendor === 'inspector') {
      onAsking(chosen.entry);
      return chosen.vision;
    }
    const steady = withSteadyAnswers({
      ...parts,
      chosen,
      onAsking,
      random: () => toFraction(parts.ids.uuid()),
      open: (model) => open(model, onEstimated),
    });
    if (webSearch === null) return steady;
    return withWebSearch(steady, {
      ...webSearch,
      // A query is written by the plain model: what the answer says about itself is no part of a query, and without one there is
      // the question.
      writeQuery: (_steady, request, signal) =>
        webSearch.writeQuery(
          open(chosen, () => {}),
          request,
          signal,
        ),
    });
  };
}
