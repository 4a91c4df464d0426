import type { Askings } from './askings.ts';
import type { Clock } from './lib/clock.ts';
import { errorMessage } from './lib/errors.ts';
import type { Logger } from './lib/logger.ts';

type LeavingParts = {
  readonly askings: Pick<Askings, 'leave'>;
  /** Forgets all that is kept of a server or workspace of a platform, and gives the ids of its conversations. */
  forgetTenant(platform: string, tenant: string, signal: AbortSignal): Promise<readonly string[]>;
  /** Has the Chat with Image API forget a conversation; best effort. */
  forgetConversation(conversationId: string, signal: AbortSignal): Promise<void>;
  readonly clock: Clock;
  readonly logger: Logger;
};

/** What is done when the bot was taken out of a server or workspace. */
export type Leaving = {
  /** Withdraws the answers that run there, without touching the platform, and forgets everything; resolves when that is durable. */
  leave(platform: string, tenant: string, signal: AbortSignal): Promise<void>;
  /** Resolves when the API was told too: that may take longer than a platform waits for its receipt. */
  ended(): Promise<void>;
};

/** So long answers may take to end before they are forgotten all the same. */
const endingMs = 1_500;

/** Nothing has been left yet. */
export function createLeaving({ askings, forgetTenant, forgetConversation, clock, logger }: LeavingParts): Leaving {
  const errands = new Set<Promise<void>>();

  async function withdraw(platform: string, tenant: string): Promise<void> {
    const enough = new AbortController();
    const tooLong = clock.sleep(endingMs, enough.signal).catch(() => {});
    await Promise.race([askings.leave(platform, tenant, clock.now()), tooLong]);
    enough.abort();
  }

  async function tellApi(conversationIds: readonly string[], signal: AbortSignal): Promise<void> {
    try {
      for (const id of conversationIds) {
        signal.throwIfAborted();
        await forgetConversation(id, signal);
      }
    } catch (error) {
      logger.warn({ reason: errorMessage(error) }, 'The API was not told to forget every conversation that was left.');
    }
  }

  return {
    async leave(platform, tenant, signal) {
      await withdraw(platform, tenant);
      const errand = tellApi(await forgetTenant(platform, tenant, signal), signal);
      errands.add(errand);
      errand.finally(() => errands.delete(errand));
    },
    async ended() {
      await Promise.all(errands);
    },
  };
}
