import type { Clock } from '../../src/lib/clock.ts';
import { errorMessage } from '../../src/lib/errors.ts';
import type { Logger } from '../../src/lib/logger.ts';
import type { Inbox } from '../../src/turn/inbox.ts';
import { webPlatformName } from './decode.ts';
import type { HandOver } from './hand-over.ts';
import type { People } from './people.ts';
import type { PictureFiles } from './picture-files.ts';
import type { Viewers } from './viewers.ts';

/** Proxies close connections that are silent for about a minute. */
const keepAliveEveryMs = 20_000;
const sweepEveryMs = 600_000;

type InboxParts = {
  readonly handOver: HandOver;
  readonly viewers: Viewers;
  readonly files: PictureFiles;
  readonly people: People;
  readonly clock: Clock;
  readonly logger: Logger;
};

/** Hands messages over while it listens, and keeps house meanwhile: connections alive, old uploads away. */
export function createWebInbox({ handOver, viewers, files, people, clock, logger }: InboxParts): Inbox {
  async function sweep(): Promise<void> {
    try {
      await files.sweep();
      people.sweep();
    } catch (error) {
      logger.warn({ reason: errorMessage(error) }, 'Old uploads of the playground could not be removed.');
    }
  }

  async function every(periodMs: number, act: () => Promise<void> | void, signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await act();
      await clock.sleep(periodMs, signal).catch(() => {});
    }
  }

  return {
    name: webPlatformName,
    async listen(onEvent, signal) {
      if (signal.aborted) return;
      const onAbort = () => handOver.disconnect();
      signal.addEventListener('abort', onAbort, { once: true });
      try {
        await Promise.all([
          handOver.connect(onEvent),
          every(keepAliveEveryMs, viewers.keepAlive, signal),
          every(sweepEveryMs, sweep, signal),
        ]);
      } finally {
        signal.removeEventListener('abort', onAbort);
        handOver.disconnect();
      }
    },
  };
}
