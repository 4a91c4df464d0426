import { turnQueueContract } from '../contracts/turn-queue.contract.ts';
import { settleImmediates } from '../contracts/turn-queue-rig.ts';
import { createFakeClock } from './fake-clock.ts';
import { createMemoryTurnQueue, type MemoryTurnRows } from './memory-turn-queue.ts';
import { createSilentLogger } from './silent-logger.ts';

turnQueueContract('fake in memory', () => {
  const clock = createFakeClock();
  const logger = createSilentLogger();
  let rows: MemoryTurnRows = new Map();
  return {
    clock,
    lines: logger.lines,
    open: (bounds) => createMemoryTurnQueue({ clock, logger, rows, ...bounds }),
    crash: () => {
      rows = structuredClone(rows);
    },
    settled: settleImmediates,
    close: () => {},
  };
});
