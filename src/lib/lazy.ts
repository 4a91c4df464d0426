/** Something that is made when it is first needed, once. */
export type Lazy<Value> = {
  /** The same for every caller; rejects as making it did. */
  get(): Promise<Value>;
  /** Closes it if it was ever made. */
  close(): Promise<void>;
};

/** Puts off what costs memory or time, such as loading a package, until somebody asks for it. */
export function createLazy<Value extends { close(): Promise<void> }>(make: () => Promise<Value>): Lazy<Value> {
  let made: Promise<Value> | null = null;
  return {
    get() {
      made ??= make();
      return made;
    },
    async close() {
      const value = await made?.catch(() => undefined);
      await value?.close();
    },
  };
}
