import fc from 'fast-check';
import { expect } from 'vitest';
import { mostAttempts } from '../../src/turn/turn-queue.ts';
import { createSampleTurn } from '../fakes/sample-turn.ts';
import { killProcess, type QueueProcess, startProcess, stopProcess, type TurnQueueRig } from './turn-queue-rig.ts';

const bounds = { concurrency: 3, perConversation: 3, total: 8 };
const threads = ['red', 'green', 'blue', 'white', 'black'];

type ModelTurn = {
  readonly id: string;
  readonly thread: string;
  /** `held`: its handler rejected; it waits for the next start. */
  state: 'waiting' | 'running' | 'held' | 'done';
  attempts: number;
  savedText: string | null;
};

/** What ought to be: the turns in order of arrival. It says nothing about which of two conversations goes first. */
type Model = { turns: ModelTurn[] };
type Real = { rig: TurnQueueRig; process: QueueProcess };
type QueueCommand = fc.AsyncCommand<Model, Real>;

const inState = (model: Model, ...states: ModelTurn['state'][]) =>
  model.turns.filter((turn) => states.includes(turn.state));

function pick<Item>(items: readonly Item[], at: number): Item | undefined {
  return items[at % Math.max(1, items.length)];
}

function expectedReceipt(model: Model, thread: string): 'accepted' | 'full' {
  const waiting = inState(model, 'waiting').filter((turn) => turn.thread === thread);
  const open = inState(model, 'waiting', 'running', 'held');
  return waiting.length < bounds.perConversation && open.length < bounds.total ? 'accepted' : 'full';
}

/** Follows what the queue handed out, refusing what the rules forbid. */
function followHandedOut(model: Model, { process }: Real): void {
  const onDesk = process.desk.running();
  expect(onDesk.length).toBeLessThanOrEqual(bounds.concurrency);
  for (const id of onDesk) {
    const turn = model.turns.find((known) => known.id === id);
    if (turn === undefined || turn.state === 'running') continue;
    expect(turn.state, `${id} is handed out`).toBe('waiting');
    const lane = inState(model, 'waiting', 'running').filter((other) => other.thread === turn.thread);
    expect(lane[0]?.id, `first of ${turn.thread}`).toBe(id);
    turn.state = 'running';
    turn.attempts += 1;
  }
}

function expectAgreement(model: Model, real: Real): void {
  followHandedOut(model, real);
  const { desk } = real.process;
  const running = inState(model, 'running');
  expect(desk.running().sort()).toEqual(running.map((turn) => turn.id).sort());
  for (const turn of running) {
    const claimed = desk.claimed(turn.id);
    expect(claimed.attempt).toBe(turn.attempts);
  }
  const idleThreads = new Set(inState(model, 'waiting').map((turn) => turn.thread));
  for (const turn of running) idleThreads.delete(turn.thread);
  expect(running.length === bounds.concurrency || idleThreads.size === 0, 'nothing is stranded').toBe(true);
}

async function agreeAfter(model: Model, real: Real): Promise<void> {
  await real.rig.settled();
  expectAgreement(model, real);
}

const deliver = (thread: string): QueueCommand => ({
  check: () => true,
  async run(model, real) {
    const id = `turn-${model.turns.length}`;
    const expected = expectedReceipt(model, thread);
    expect(await real.process.queue.accept(createSampleTurn(id, thread))).toBe(expected);
    // A refused turn stays unknown: its id is used by the next delivery.
    if (expected === 'accepted') model.turns.push({ id, thread, state: 'waiting', attempts: 0, savedText: null });
    await agreeAfter(model, real);
  },
  toString: () => `deliver to ${thread}`,
});

const redeliver = (at: number): QueueCommand => ({
  check: (model) => model.turns.length > 0,
  async run(model, real) {
    const turn = pick(model.turns, at);
    if (turn === undefined) return;
    expect(await real.process.queue.accept(createSampleTurn(turn.id, turn.thread))).toBe('duplicate');
    await agreeAfter(model, real);
  },
  toString: () => `redeliver ${at}`,
});

const end = (at: number, how: 'finish' | 'fail'): QueueCommand => ({
  check: (model) => inState(model, 'running').length > 0,
  async run(model, real) {
    const turn = pick(inState(model, 'running'), at);
    if (turn === undefined) return;
    real.process.desk[how](turn.id);
    turn.state = how === 'finish' || turn.attempts > mostAttempts ? 'done' : 'held';
    await agreeAfter(model, real);
  },
  toString: () => `${how} ${at}`,
});

const save = (at: number, finalText: string): QueueCommand => ({
  check: (model) => inState(model, 'running').length > 0,
  async run(model, real) {
    const turn = pick(inState(model, 'running'), at);
    if (turn === undefined) return;
    await real.process.desk.claimed(turn.id).save({ parts: [], recordId: null, finalText });
    turn.savedText = finalText;
  },
  toString: () => `save ${at}`,
});

const restart = (how: 'crash' | 'stop'): QueueCommand => ({
  check: () => true,
  async run(model, real) {
    if (how === 'crash') await killProcess(real.rig, real.process);
    else await stopProcess(real.process);
    for (const turn of inState(model, 'running', 'held'))
      turn.state = turn.attempts > mostAttempts ? 'done' : 'waiting';
    real.process = await startProcess(real.rig, bounds);
    expectAgreement(model, real);
    for (const turn of inState(model, 'running')) {
      expect(real.process.desk.claimed(turn.id).progress.finalText).toBe(turn.savedText);
    }
  },
  toString: () => how,
});

const commands = [
  fc.constantFrom(...threads).map(deliver),
  fc.constantFrom(...threads).map(deliver),
  fc.nat(50).map(redeliver),
  fc.nat(50).map((at) => end(at, 'finish')),
  fc.nat(50).map((at) => end(at, 'fail')),
  fc.tuple(fc.nat(50), fc.string({ unit: 'binary', maxLength: 5 })).map(([at, text]) => save(at, text)),
  fc.constantFrom('crash' as const, 'stop' as const).map(restart),
];

/** Runs random schedules against the rules of the port: order, bounds, attempts, progress, nothing lost or stranded. */
export async function checkTurnQueueModel(make: () => TurnQueueRig, numRuns = 60): Promise<void> {
  await fc.assert(
    fc.asyncProperty(fc.commands(commands, { maxCommands: 40 }), async (schedule) => {
      const rig = make();
      const real: Real = { rig, process: await startProcess(rig, bounds) };
      try {
        await fc.asyncModelRun(() => ({ model: { turns: [] }, real }), schedule);
      } finally {
        await stopProcess(real.process);
        rig.close();
      }
    }),
    { numRuns },
  );
}
