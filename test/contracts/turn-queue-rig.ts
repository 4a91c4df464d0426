import type { TurnQueue } from '../../src/turn/turn-queue.ts';
import type { FakeClock } from '../fakes/fake-clock.ts';
import type { LogLine } from '../fakes/silent-logger.ts';
import { createTurnDesk, type TurnDesk } from './turn-desk.ts';

/** The bounds of a queue; what is left out has its default. */
export type QueueBounds = { concurrency?: number; perConversation?: number; total?: number };

/** A kind of turn queue on a storage of its own, as the contract needs it. */
export type TurnQueueRig = {
  readonly clock: FakeClock;
  readonly lines: readonly LogLine[];
  /** Opens a queue on the storage. */
  open(bounds: QueueBounds): TurnQueue;
  /** Cuts the open queue off from its storage at once, as the end of its process would. */
  crash(): void;
  /** Resolves when the queue has done everything it can do for now. */
  settled(): Promise<void>;
  /** Frees what the storage holds. */
  close(): void;
};

/** A process that works a queue. */
export type QueueProcess = { readonly queue: TurnQueue; readonly desk: TurnDesk };

/** Starts one on what the storage holds. */
export async function startProcess(rig: TurnQueueRig, bounds: QueueBounds = {}): Promise<QueueProcess> {
  const queue = rig.open(bounds);
  const desk = createTurnDesk(queue);
  await rig.settled();
  return { queue, desk };
}

/** Kills it: nothing it does afterwards reaches the storage. */
export async function killProcess(rig: TurnQueueRig, { desk }: QueueProcess): Promise<void> {
  rig.crash();
  desk.abort();
  desk.failAll();
  await desk.worked;
}

/** Ends it in good order, with whatever is on the desk given back. */
export async function stopProcess({ desk }: QueueProcess): Promise<void> {
  desk.abort();
  desk.failAll();
  await desk.worked;
}

/** Lets everything run that is ready to, for storages that answer at once. */
export async function settleImmediates(): Promise<void> {
  for (let round = 0; round < 4; round += 1) await new Promise((resolve) => setImmediate(resolve));
}
