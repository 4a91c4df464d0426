import type { Clock } from '../../src/lib/clock.ts';
import { createDeadline } from '../../src/lib/deadline.ts';
import { createGate } from '../../src/lib/gate.ts';
import {
  DecoderDied,
  type DecoderProcess,
  type DecoderReply,
  DecoderTooSlow,
  startDecoder,
} from './decoder-process.ts';
import type { DecodeRequest } from './wire.ts';

/** How the decoders are kept. Memory fragments with the pictures, so that none lives for ever. */
export const decoderRules = {
  atOnce: 2,
  maxWaiting: 64,
  /** The longest a picture may take in a decoder. Real ones take a tenth of a second. */
  pictureMs: 5_000,
  picturesEach: 500,
  residentBytesEach: 400 * 1_024 * 1_024,
  idleMs: 5 * 60_000,
} as const satisfies Record<string, number>;

/** The rules, each of which may be set otherwise. */
export type DecoderRules = { readonly [Name in keyof typeof decoderRules]: number };

/** Decoders that are started when there is work, replaced when they die, and ended when there is none. */
export type DecoderPool = {
  /** Decodes, or says that too many pictures wait. Rejects with `DecoderTooSlow`, or with `DecoderDied` when two decoders in a row died. */
  decode(bytes: Uint8Array, request: DecodeRequest, signal: AbortSignal): Promise<DecoderReply | 'busy'>;
  /** Starts one decoder, so that the first picture need not wait for it. */
  warm(signal: AbortSignal): Promise<void>;
  /** Ends every decoder; nothing may be decoded after. */
  close(): Promise<void>;
  processIds(): readonly number[];
};

type Slot = { decoder: DecoderProcess | null; served: number; idle: AbortController };

/** Keeps up to `rules.atOnce` decoders. */
export function createDecoderPool(clock: Clock, rules: DecoderRules = decoderRules): DecoderPool {
  const gate = createGate(rules.atOnce, rules.maxWaiting);
  const slots = Array.from(
    { length: rules.atOnce },
    (): Slot => ({ decoder: null, served: 0, idle: new AbortController() }),
  );
  const free = [...slots];
  const idling = new Set<Promise<void>>();

  const retire = async (slot: Slot) => {
    const { decoder } = slot;
    slot.decoder = null;
    slot.served = 0;
    await decoder?.end();
  };

  const endWhenIdle = (slot: Slot) => {
    slot.idle = new AbortController();
    const wait = clock
      .sleep(rules.idleMs, slot.idle.signal)
      .then(() => retire(slot))
      .catch(() => {});
    idling.add(wait);
    wait.finally(() => idling.delete(wait));
  };

  const takeDecoder = async (slot: Slot): Promise<DecoderProcess> => {
    if (slot.decoder !== null && !slot.decoder.isAlive()) await retire(slot);
    slot.decoder ??= startDecoder();
    return slot.decoder;
  };

  const use = async <Result>(signal: AbortSignal, work: (slot: Slot) => Promise<Result>): Promise<Result | 'busy'> => {
    const leave = await gate.enter(signal);
    if (leave === 'full') return 'busy';
    // The one used last is the one most likely to run.
    const slot = free.pop();
    if (slot === undefined) throw new Error('the gate lets in more than there are decoders');
    slot.idle.abort();
    try {
      return await work(slot);
    } finally {
      if (slot.decoder !== null) endWhenIdle(slot);
      free.push(slot);
      leave();
    }
  };

  const decodeOnce = async (slot: Slot, bytes: Uint8Array, request: DecodeRequest, signal: AbortSignal) => {
    const decoder = await takeDecoder(slot);
    const deadline = createDeadline(clock, rules.pictureMs, signal, () => new DecoderTooSlow(rules.pictureMs));
    try {
      const reply = await decoder.decode(bytes, request, deadline.signal);
      slot.served += 1;
      const residentBytes = reply.header.outcome === 'ready' ? 0 : reply.header.residentBytes;
      if (slot.served >= rules.picturesEach || residentBytes > rules.residentBytesEach) await retire(slot);
      return reply;
    } catch (error) {
      await retire(slot);
      throw error;
    } finally {
      deadline.cancel();
    }
  };

  return {
    decode: (bytes, request, signal) =>
      use(signal, async (slot) => {
        try {
          return await decodeOnce(slot, bytes, request, signal);
        } catch (error) {
          // It may have died of something else, long before this picture: one more decoder, not two.
          if (!(error instanceof DecoderDied)) throw error;
          return decodeOnce(slot, bytes, request, signal);
        }
      }),
    async warm(signal) {
      await use(signal, async (slot) => (await takeDecoder(slot)).ready(signal));
    },
    async close() {
      for (const slot of slots) slot.idle.abort();
      await Promise.all([...slots.map(retire), ...idling]);
    },
    processIds: () => slots.flatMap((slot) => slot.decoder?.processId ?? []),
  };
}
