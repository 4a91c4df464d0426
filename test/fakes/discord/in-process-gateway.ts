import { GatewayOpcodes } from 'discord-api-types/v10';
import type { Clock } from '../../../src/lib/clock.ts';
import type { Gateway } from './gateway.ts';
import { toNumber, toObject, toText } from './json.ts';
import type { World } from './world.ts';

/** A dispatch as it came. */
export type InProcessDispatch = { readonly name: string; readonly data: unknown; readonly shardId: number };

/** A session that may be resumed by the next run. */
export type KeptSession = { readonly id: string; readonly sequence: number };

/** A client of the gateway without sockets, of the same shape as the bot's own. */
export type InProcessGateway = {
  run(onDispatch: (dispatch: InProcessDispatch) => void, signal: AbortSignal): Promise<void>;
  readonly ready: Promise<void>;
  state(): 'connecting' | 'connected' | 'refused' | 'ended';
};

/** What the client asks for. */
export type InProcessGatewayOptions = {
  readonly intents: number;
  /** 1 unless told otherwise. */
  readonly shardCount?: number;
  /** Sessions by shard; hand the same map to the next client, and it resumes. */
  readonly sessions?: Map<number, KeptSession>;
};

const reconnectPauseMs = 500;
const newSessionPauseMs = 2_000;
const finalCodes: readonly number[] = [4004, 4010, 4011, 4012, 4013, 4014];
const keptCode = 4_200;

/** Connects to the gateway in process, on the given clock; dispatches arrive after `oneWayMs`, in order. */
export function createInProcessGateway(
  world: World,
  gateway: Gateway,
  clock: Clock,
  oneWayMs: () => number,
  options: InProcessGatewayOptions,
): InProcessGateway {
  const shardCount = options.shardCount ?? 1;
  const sessions = options.sessions ?? new Map<number, KeptSession>();
  const ready = Promise.withResolvers<void>();
  // Who only runs the client hears of a refusal from `run`.
  ready.promise.catch(() => {});
  let state: ReturnType<InProcessGateway['state']> = 'connecting';
  let shardsReady = 0;

  /** One connection from HELLO to its end; gives the close code, or null when the wire was cut. */
  const connectOnce = (
    shardId: number,
    onDispatch: (dispatch: InProcessDispatch) => void,
    signal: AbortSignal,
  ): Promise<number | null> => {
    const { promise, resolve } = Promise.withResolvers<number | null>();
    const frames: { readonly text: string; readonly dueMs: number }[] = [];
    let delivering = false;
    let over = false;
    const end = (code: number | null) => {
      if (over) return;
      over = true;
      signal.removeEventListener('abort', onAbort);
      resolve(code);
    };
    const onAbort = () => {
      connection.closed(keptCode);
      end(keptCode);
    };
    const leave = (code: number) => {
      connection.closed(code);
      end(code);
    };

    const take = (text: string) => {
      const { op, d, s, t } = toObject(JSON.parse(text));
      if (op === GatewayOpcodes.Hello) {
        const kept = sessions.get(shardId);
        const frame =
          kept === undefined
            ? {
                op: GatewayOpcodes.Identify,
                d: { token: world.token, intents: options.intents, shard: [shardId, shardCount], properties: {} },
              }
            : { op: GatewayOpcodes.Resume, d: { token: world.token, session_id: kept.id, seq: kept.sequence } };
        connection.receive(JSON.stringify(frame));
      } else if (op === GatewayOpcodes.Reconnect) leave(keptCode);
      else if (op === GatewayOpcodes.InvalidSession) {
        if (d !== true) sessions.delete(shardId);
        leave(keptCode);
      } else if (op === GatewayOpcodes.Dispatch) {
        const name = toText(t) ?? '';
        const kept = sessions.get(shardId);
        const id = name === 'READY' ? (toText(toObject(d)['session_id']) ?? '') : (kept?.id ?? '');
        sessions.set(shardId, { id, sequence: toNumber(s, 0) });
        if (name === 'READY' || name === 'RESUMED') {
          shardsReady += 1;
          state = 'connected';
          if (shardsReady >= shardCount) ready.resolve();
        }
        onDispatch({ name, data: d, shardId });
      }
    };

    const deliver = async () => {
      if (delivering) return;
      delivering = true;
      for (let frame = frames.shift(); frame !== undefined; frame = frames.shift()) {
        const delayMs = frame.dueMs - clock.now();
        await (delayMs > 0 ? clock.sleep(delayMs, signal) : undefined);
        if (over) return;
        take(frame.text);
      }
      delivering = false;
    };

    const connection = gateway.open(
      {
        send(text) {
          frames.push({ text, dueMs: clock.now() + oneWayMs() });
          // Ends early when the client stops; nothing is left to be delivered then.
          deliver().catch(() => {});
        },
        close: (code) => end(code),
        destroy: () => end(null),
      },
      { beats: false },
    );
    if (signal.aborted) onAbort();
    else if (!over) signal.addEventListener('abort', onAbort, { once: true });
    return promise;
  };

  const runShard = async (shardId: number, onDispatch: (dispatch: InProcessDispatch) => void, signal: AbortSignal) => {
    while (!signal.aborted) {
      const had = sessions.has(shardId);
      const code = await connectOnce(shardId, onDispatch, signal);
      if (signal.aborted) return;
      if (code !== null && finalCodes.includes(code)) {
        state = 'refused';
        throw new Error(`the gateway refused with close code ${code}`);
      }
      state = 'connecting';
      const lost = had && !sessions.has(shardId);
      await clock.sleep(lost ? newSessionPauseMs : reconnectPauseMs, signal).catch(() => {});
    }
  };

  return {
    ready: ready.promise,
    state: () => state,
    async run(onDispatch, signal) {
      state = 'connecting';
      try {
        await Promise.all(Array.from({ length: shardCount }, (_, shardId) => runShard(shardId, onDispatch, signal)));
        state = 'ended';
      } catch (error) {
        ready.reject(error);
        throw error;
      }
    },
  };
}
