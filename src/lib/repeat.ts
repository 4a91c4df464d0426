import type { Clock } from './clock.ts';
import { errorMessage } from './errors.ts';
import { isWorthALine } from './growing-pause.ts';
import type { Logger } from './logger.ts';

/** Work that is done again and again, such as sweeping. */
export type RepeatedTask = {
  readonly name: string;
  readonly everyMs: number;
  run(signal: AbortSignal): Promise<void>;
};

/** Runs the task now and then after each pause, until the signal aborts; then resolves. Runs that fail are logged less and less often, and others follow. */
export async function repeat(task: RepeatedTask, clock: Clock, logger: Logger, signal: AbortSignal): Promise<void> {
  let failures = 0;
  while (!signal.aborted) {
    try {
      await task.run(signal);
      failures = 0;
    } catch (error) {
      failures += 1;
      if (!signal.aborted && isWorthALine(failures)) {
        const facts = { task: task.name, failures, reason: errorMessage(error) };
        logger.warn(facts, 'A repeated task failed; it is tried again.');
      }
    }
    await clock.sleep(task.everyMs, signal).catch(() => {});
  }
}
