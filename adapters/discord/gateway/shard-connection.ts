import {
  CloseCodes,
  DefaultWebSocketManagerOptions,
  Encoding,
  type FetchingStrategyOptions,
  type SessionInfo,
  WebSocketShard,
  WebSocketShardEvents,
  WebSocketShardStatus,
} from '@discordjs/ws';
import { GatewayDispatchEvents } from 'discord-api-types/v10';
import type { Clock } from '../../../src/lib/clock.ts';
import type { GatewayBot } from './gateway-wire.ts';
import type { ShardSession } from './session-store.ts';

/** An event as it came: its name (`MESSAGE_CREATE`), its data unparsed, and the shard it came by. */
export type Dispatch = { readonly name: string; readonly data: unknown; readonly shardId: number };

/** How a connection ended. */
export type ConnectionEnd = {
  /** The close code of either side; 1006 for a line that was cut or never stood; null where there is none. */
  readonly code: number | null;
  /** What the socket said, such as `ENOTFOUND`. */
  readonly reason: string | null;
  /** How long it was ready, or null when it never was. */
  readonly readyForMs: number | null;
};

/** What one connection needs. */
export type ShardConnectionParts = {
  readonly token: string;
  readonly intents: number;
  readonly shardId: number;
  readonly shardCount: number;
  readonly information: GatewayBot;
  readonly session: ShardSession;
  /** Where to resume the session, null to begin a new one. */
  readonly resumeUrl: string | null;
  /** Resolves when a session may be started now. */
  readonly waitForIdentify: (signal: AbortSignal) => Promise<void>;
  readonly onReady: (isResumed: boolean) => void;
  readonly onDispatch: (dispatch: Dispatch) => void;
  readonly clock: Clock;
};

/** The upgrade of the connection, then Discord's greeting, then READY after a session was asked for: the library watches these. */
const handshakeLimitMs = 10_000;
const helloLimitMs = 30_000;
const readyLimitMs = 15_000;
/** The library has no limit of its own for a resumption; what was missed comes before its end. */
const resumeLimitMs = 60_000;
/** A side that does not answer the close frame is left alone after this time; the library would wait for half a minute. */
const closeLimitMs = 2_000;

/**
 * Connects a shard once, by the library's means, and resolves when that connection is over. An abort closes it so that the
 * session can be resumed. The library would connect again by itself, with the same pause for ever and without its session after
 * some failures of the network; here it is held back and forgotten, and whoever called decides.
 */
export async function runShardConnection(parts: ShardConnectionParts, signal: AbortSignal): Promise<ConnectionEnd> {
  const { shardId, session, clock } = parts;
  const ended = Promise.withResolvers<ConnectionEnd>();
  const timers = new AbortController();
  const resuming = new AbortController();
  let isStarted = false;
  let isLeaving = false;
  let isGreeted = false;
  let readyAtMs: number | null = null;
  let reason: string | null = null;

  const finish = (code: number | null) => {
    timers.abort();
    resuming.abort();
    ended.resolve({ code, reason, readyForMs: readyAtMs === null ? null : clock.now() - readyAtMs });
  };
  const finishAfterCloseLimit = () => {
    clock.sleep(closeLimitMs, timers.signal).then(
      () => finish(null),
      () => {},
    );
  };

  const shard = new WebSocketShard(
    {
      options: toOptions(parts),
      retrieveSessionInfo() {
        if (shard.status !== WebSocketShardStatus.Idle) return session.current();
        if (!isStarted) {
          isStarted = true;
          return toResumable(session, parts.resumeUrl);
        }
        // The library is about to connect again. It waits for this answer for ever and is collected with it.
        finish(null);
        return new Promise(() => {});
      },
      updateSessionInfo(_shardId, info) {
        if (isLeaving) return;
        if (info !== null) session.set(info);
        // A connection that never stood says nothing about the session.
        else if (shard.status !== WebSocketShardStatus.Connecting) session.drop();
      },
      waitForIdentify: (_shardId, closed) => parts.waitForIdentify(AbortSignal.any([closed, signal])),
    },
    shardId,
  );

  // Safe only once the socket is open: before, the library would let it fail with nobody listening, which ends the process.
  const closeWhenGreeted = () => {
    if (!isGreeted) return;
    shard.destroy({ code: CloseCodes.Resuming }).then(
      () => finish(CloseCodes.Resuming),
      () => finish(null),
    );
  };
  const leave = () => {
    if (isLeaving) return;
    isLeaving = true;
    finishAfterCloseLimit();
    closeWhenGreeted();
  };
  const giveUpResuming = () => {
    // Discord was there and did not know what to say: it would not the next time either.
    if (isGreeted) session.drop();
    leave();
  };
  const becomeReady = (isResumed: boolean) => {
    resuming.abort();
    if (isLeaving) return;
    readyAtMs = clock.now();
    session.seen();
    parts.onReady(isResumed);
  };

  // None is ever removed: the shard is forgotten with them, and an error that nobody hears would end the process.
  shard.on(WebSocketShardEvents.Error, ({ error }) => {
    reason = 'code' in error && typeof error.code === 'string' ? error.code : error.message;
  });
  shard.on(WebSocketShardEvents.Closed, ({ code }) => finish(code));
  shard.on(WebSocketShardEvents.Debug, ({ message }) => {
    // The texts themselves may hold the token. Should this one change, a dead line is given up later, by the library's limit.
    if (message.startsWith('Destroying shard')) finishAfterCloseLimit();
  });
  shard.on(WebSocketShardEvents.Hello, () => {
    isGreeted = true;
    if (isLeaving) closeWhenGreeted();
  });
  shard.on(WebSocketShardEvents.HeartbeatComplete, () => session.seen());
  shard.on(WebSocketShardEvents.Dispatch, ({ data }) => {
    if (!isLeaving) parts.onDispatch({ name: data.t, data: data.d, shardId });
    // The library's own events for these two come before what they say was handed out: who the bot is would not be known yet.
    if (data.t === GatewayDispatchEvents.Ready) becomeReady(false);
    if (data.t === GatewayDispatchEvents.Resumed) becomeReady(true);
  });

  if (signal.aborted) return { code: null, reason: null, readyForMs: null };
  signal.addEventListener('abort', leave, { once: true });
  if (parts.resumeUrl !== null) {
    clock.sleep(resumeLimitMs, resuming.signal).then(giveUpResuming, () => {});
  }
  // Rejects with the first error of the socket, which also closes it.
  shard.connect().catch(() => {});
  try {
    return await ended.promise;
  } finally {
    signal.removeEventListener('abort', leave);
  }
}

function toResumable(session: ShardSession, resumeUrl: string | null): SessionInfo | null {
  const current = session.current();
  return resumeUrl === null || current === null ? null : { ...current, resumeURL: resumeUrl };
}

function toOptions(parts: ShardConnectionParts): FetchingStrategyOptions {
  const { identifyProperties, version } = DefaultWebSocketManagerOptions;
  return {
    token: parts.token,
    intents: parts.intents,
    shardCount: parts.shardCount,
    gatewayInformation: parts.information,
    identifyProperties,
    version,
    encoding: Encoding.JSON,
    compression: null,
    initialPresence: null,
    largeThreshold: null,
    handshakeTimeout: handshakeLimitMs,
    helloTimeout: helloLimitMs,
    readyTimeout: readyLimitMs,
  };
}
