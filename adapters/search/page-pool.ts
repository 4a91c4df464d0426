import { Worker } from 'node:worker_threads';
import { z } from 'zod';
import type { Clock } from '../../src/lib/clock.ts';
import { createDeadline } from '../../src/lib/deadline.ts';
import { Failure } from '../../src/lib/errors.ts';
import { createGate } from '../../src/lib/gate.ts';
import { parseValue } from '../../src/lib/parse-json.ts';
import type { PageText } from './readable-page.ts';

/** Reads pages in a thread of its own, one after the other. */
export type PagePool = {
  /** Null where a page says nothing that can be read. Rejects with a `Failure` when it takes too long or too many wait. */
  read(html: string, signal: AbortSignal): Promise<PageText | null>;
  close(): Promise<void>;
};

const replySchema = z.object({
  id: z.number(),
  page: z.object({ title: z.string(), text: z.string() }).nullable(),
});

/** A page that takes longer is made to. */
const limitMs = 5_000;
const mostWaiting = 40;
/** A document of two megabytes takes some tens of them. */
const memoryMb = 256;

/** Starts the thread with the first page, and again after one that took it down. */
export function createPagePool(clock: Clock): PagePool {
  const gate = createGate(1, mostWaiting);
  let worker: Worker | null = null;
  let lastId = 0;

  const start = (): Worker => {
    const started = new Worker(new URL('./page-worker.ts', import.meta.url), {
      resourceLimits: { maxOldGenerationSizeMb: memoryMb },
      // Nothing of the program's environment is its business.
      env: {},
      execArgv: [],
    });
    started.unref();
    return started;
  };

  const end = async () => {
    const ending = worker;
    worker = null;
    await ending?.terminate();
  };

  const readNow = async (html: string, signal: AbortSignal): Promise<PageText | null> => {
    worker ??= start();
    const thread = worker;
    lastId += 1;
    const id = lastId;
    const { promise, resolve, reject } = Promise.withResolvers<PageText | null>();
    const onMessage = (message: unknown) => {
      const parsed = parseValue(message, replySchema);
      if (parsed.ok && parsed.value.id === id) resolve(parsed.value.page);
    };
    const onEnd = () => reject(new Failure('search-page-unreadable', 'The page took its reader down.'));
    const onAbort = () => reject(signal.reason);
    thread.on('message', onMessage);
    thread.once('error', onEnd);
    thread.once('exit', onEnd);
    signal.addEventListener('abort', onAbort, { once: true });
    try {
      thread.postMessage({ id, html });
      return await promise;
    } catch (error) {
      // Whatever it is doing: the next page needs another one.
      await end();
      throw error;
    } finally {
      thread.off('message', onMessage);
      thread.off('error', onEnd);
      thread.off('exit', onEnd);
      signal.removeEventListener('abort', onAbort);
    }
  };

  return {
    async read(html, signal) {
      const leave = await gate.enter(signal);
      if (leave === 'full') throw new Failure('search-busy', 'Too many pages wait to be read.');
      const slow = () => new Failure('search-page-unreadable', `The page could not be read within ${limitMs} ms.`);
      const deadline = createDeadline(clock, limitMs, signal, slow);
      try {
        return await readNow(html, deadline.signal);
      } finally {
        deadline.cancel();
        leave();
      }
    },
    close: end,
  };
}
