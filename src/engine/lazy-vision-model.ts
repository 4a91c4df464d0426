import type { VisionModel } from './vision-model.ts';

/** A model whose maker is first called with the first question; a maker that rejects fails that question. */
export function createLazyVisionModel(get: () => Promise<VisionModel>): VisionModel {
  return {
    async *answer(request, signal) {
      yield* (await get()).answer(request, signal);
    },
  };
}
