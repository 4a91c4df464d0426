/**
 * PORT: where the key that was made here is kept in plain. The table has only its hash, and whoever opens the playground
 * on the same machine after a restart has to be shown examples that work, so it must be readable by the account that runs
 * the program, and by nobody else.
 */
export type KeyFile = {
  /** Null when there is none, or when it is empty. */
  read(): string | null;
  /** Durable when it returns, and readable by the owner alone. */
  write(key: string): void;
};
