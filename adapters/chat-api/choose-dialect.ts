import { z } from 'zod';
import type { Clock } from '../../src/lib/clock.ts';
import { errorMessage } from '../../src/lib/errors.ts';
import type { Logger } from '../../src/lib/logger.ts';
import { type Collection, createCollection } from '../../src/memory/collection.ts';
import type { Store } from '../../src/memory/store.ts';
import { type Dialect, type DialectChoice, dialectSchema, otherDialect } from './dialect.ts';

/** Which dialects a question is tried in. */
export type ChooseDialect = {
  /** The first, and the one after it where the server does not understand that; `known`: what the conversation was created in. */
  order(known: Dialect | null): Promise<readonly [Dialect, ...Dialect[]]>;
  /** The server understood this one and not the other. */
  found(dialect: Dialect): Promise<void>;
};

/** A server that was upgraded meanwhile is noticed within that time. */
const foundForMs = 6 * 3_600_000;

const foundSchema = z.strictObject({ dialect: dialectSchema, atMs: z.number() });

/** For a server whose dialect is known. */
export function createFixedDialect(dialect: Dialect): ChooseDialect {
  return { order: async () => [dialect], found: async () => {} };
}

type FoundDialects = Collection<z.infer<typeof foundSchema>>;

/**
 * `auto`: what the server was found to understand within the last six hours, restarts included, else unified; then the other one. A
 * conversation stays in the dialect it was created in for as long as the server understands it, or its history would be lost.
 */
export function createDialectFinder(parts: {
  readonly store: Store;
  readonly baseUrl: string;
  readonly clock: Clock;
  readonly logger: Logger;
}): ChooseDialect {
  const { baseUrl, clock, logger } = parts;
  const servers: FoundDialects = createCollection(parts.store, 'chat-api-dialects', foundSchema, logger, foundForMs);
  const recall = async (): Promise<Dialect> => {
    const found = await servers.get(baseUrl);
    return found !== undefined && clock.now() - found.atMs < foundForMs ? found.dialect : 'unified';
  };
  return {
    async order(known) {
      const first = known ?? (await recall());
      return [first, otherDialect(first)];
    },
    async found(dialect) {
      logger.info({ dialect }, 'The API does not understand the other dialect; questions go to it in this one.');
      // The answer is on its way already: it is not given up for what only saves a request.
      await servers.set(baseUrl, { dialect, atMs: clock.now() }).catch((error: unknown) => {
        logger.warn({ reason: errorMessage(error) }, 'What the API understands could not be kept.');
      });
    },
  };
}

/** The one for what the operator chose. */
export function createDialectChoice(
  choice: DialectChoice,
  parts: Parameters<typeof createDialectFinder>[0],
): ChooseDialect {
  return choice === 'auto' ? createDialectFinder(parts) : createFixedDialect(choice);
}
