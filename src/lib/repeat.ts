import type { Clock } from './clock.ts';
import { errorMessage } from './errors.ts';
import type { Logger } from './logger.ts';

/** Work that is done again and again, such as sweeping. */
export type RepeatedTask = {
  readonly name: string;
  readonly everyMs: number;
  run(signal: AbortSignal): Promise<void>;
};

/** Runs the task now and then after each pause, until the signal aborts; then resolves. A run that fails is logged, the next one comes. */
export async function repeat(task: RepeatedTask, clock: Clock, logger: Logger, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    try {
      await task.run(signal);
    } catch (error) {
      if (!signal.aborted)
        logger.warn({ task: task.name, reason: errorMessage(error) }, 'A repeated task failed; it is tried again.');
    }
    await clock.sleep(task.everyMs, signal).catch(() => {});
  }
}
