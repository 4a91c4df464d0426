import type { ImageChat } from './image-chat.ts';

/** `ImageChat` whose maker is first called with the first call of any kind; a maker that rejects fails that call. */
export function createLazyImageChat(get: () => Promise<ImageChat>): ImageChat {
  return {
    upload: async (image, signal) => (await get()).upload(image, signal),
    async *ask(question, onRecord, signal) {
      yield* (await get()).ask(question, onRecord, signal);
    },
    async *resume(recordId, signal) {
      yield* (await get()).resume(recordId, signal);
    },
    forget: async (conversationId, signal) => (await get()).forget(conversationId, signal),
    models: async (signal) => (await get()).models(signal),
  };
}
