/**
 * The latest frame of a message that is being written. Frames are not queued: what was not shown when a newer one came is never
 * shown, and a frame is made only when it is about to be sent.
 */
export type FrameSlot = {
  /** There is something newer to show. Costs next to nothing, so it may be called for every token. */
  touch(): void;
  /** Nothing newer will come. */
  close(): void;
  readonly isClosed: boolean;
  /** Resolves with true as soon as something newer is there than at the last call, with false when the slot is closed. */
  waitForNews(): Promise<boolean>;
};

/** An open slot without news. */
export function createFrameSlot(): FrameSlot {
  let hasNews = false;
  let isClosed = false;
  let wake = () => {};
  return {
    touch() {
      hasNews = true;
      wake();
    },
    close() {
      isClosed = true;
      wake();
    },
    get isClosed() {
      return isClosed;
    },
    async waitForNews() {
      while (!hasNews && !isClosed) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
      hasNews = false;
      return !isClosed;
    },
  };
}
