import { SocketModeClient } from '@slack/socket-mode';
import type { FetchFunction } from '@slack/web-api';
import type { Clock } from '../../../src/lib/clock.ts';
import { createDeadline } from '../../../src/lib/deadline.ts';
import type { Failure } from '../../../src/lib/errors.ts';
import { parseJson } from '../../../src/lib/parse-json.ts';
import { type Frame, frameSchema } from './events-wire.ts';
import { createQuietSdkLogger } from './quiet-sdk-logger.ts';
import { type SocketRefusalCode, toOpeningFault, toSocketRefusal } from './socket-refusal.ts';

/** What one connection needs. */
export type SocketConnectionParts = {
  /** Begins with `xapp-`. */
  readonly appToken: string;
  /** Ends with a slash. */
  readonly apiUrl: string;
  /** How calls of the Web API are made. */
  readonly send: FetchFunction;
  /** How old the last sign of life may be before the connection counts as dead. */
  readonly silenceLimitMs: number;
  readonly clock: Clock;
  /** Slack has greeted: from now on deliveries may come. */
  readonly onReady: () => void;
  /** Slack has said that the connection will end soon; until then it goes on. */
  readonly onRetiring: () => void;
  /** An envelope with a delivery; `reply` tells whether the acknowledgement could be sent. Must not throw. */
  readonly onEnvelope: (envelope: Frame, reply: (text: string) => boolean) => void;
};

/** How a connection ended. `readyForMs` is null when Slack never greeted. */
export type SocketEnd = {
  readonly reason: string;
  readonly refusal: Failure<SocketRefusalCode> | null;
  readonly retryAfterMs: number;
  readonly readyForMs: number | null;
};

/** Asking for an address, opening and being greeted, all together. */
const openingLimitMs = 15_000;
const callLimitMs = 10_000;
/** How long the other side may take to close as well. */
const closingLimitMs = 250;
/** A client that is told to close while it opens may need to be told again. */
const mostClosings = 3;

/** Opens a connection and stays with it until it ends or the signal aborts; then it is closed, by force where Slack does not answer. Never rejects. */
export async function runSocketConnection(parts: SocketConnectionParts, signal: AbortSignal): Promise<SocketEnd> {
  const { clock } = parts;
  const opening = createDeadline(clock, openingLimitMs, signal, () => new Error('no greeting in time'));
  const client = createClient(parts, opening.signal);
  const { promise: ended, resolve: end } = Promise.withResolvers<Omit<SocketEnd, 'readyForMs'>>();
  const endAs = (reason: string) => end({ reason, refusal: toSocketRefusal(reason), retryAfterMs: 0 });
  const onAbort = () => endAs('stopped');
  const onOpeningAbort = () => endAs('no greeting in time');
  let readyAtMs: number | null = null;

  const onFrame = (frame: Frame) => {
    if (frame.type === 'hello') {
      readyAtMs = clock.now();
      opening.signal.removeEventListener('abort', onOpeningAbort);
      opening.cancel();
      // The client waits for this before it counts as started.
      client.emit('connected');
      parts.onReady();
    } else if (frame.type === 'disconnect') {
      if (frame.reason === 'warning') parts.onRetiring();
      else endAs(frame.reason ?? 'disconnect');
    } else if (frame.envelope_id !== undefined && frame.envelope_id !== null) {
      parts.onEnvelope(frame, (text) => reply(client, text));
    }
  };

  // The client's own reader gives a connection up at the first warning, and an envelope without an event would end the process.
  client.removeAllListeners('ws_message');
  client.on('ws_message', (text: unknown) => {
    const parsed = typeof text === 'string' ? parseJson(text, frameSchema) : null;
    if (parsed?.ok === true && !signal.aborted) onFrame(parsed.value);
  });
  client.on('disconnected', () => endAs('connection lost'));
  if (signal.aborted) onAbort();
  signal.addEventListener('abort', onAbort, { once: true });
  opening.signal.addEventListener('abort', onOpeningAbort, { once: true });
  try {
    const started = client.start().then(
      () => {},
      (error: unknown) => end(toOpeningFault(error)),
    );
    const how = await ended;
    const readyForMs = readyAtMs === null ? null : clock.now() - readyAtMs;
    await close(client, started, clock);
    return { ...how, readyForMs };
  } finally {
    signal.removeEventListener('abort', onAbort);
    opening.signal.removeEventListener('abort', onOpeningAbort);
    opening.cancel();
    client.removeAllListeners();
  }
}

/** A client that connects once: when and how often is ours to say. */
function createClient(parts: SocketConnectionParts, signal: AbortSignal): SocketModeClient {
  return new SocketModeClient({
    appToken: parts.appToken,
    autoReconnectEnabled: false,
    clientPingTimeout: parts.silenceLimitMs,
    logger: createQuietSdkLogger(),
    clientOptions: {
      slackApiUrl: parts.apiUrl,
      retryConfig: { retries: 0 },
      rejectRateLimitedCalls: true,
      timeout: callLimitMs,
      fetch: (url, init) =>
        parts.send(url, { ...init, signal: init?.signal ? AbortSignal.any([init.signal, signal]) : signal }),
    },
  });
}

function reply(client: SocketModeClient, text: string): boolean {
  if (client.websocket?.isActive() !== true) return false;
  let isSent = true;
  client.websocket.send(text, (error) => {
    isSent = error === undefined;
  });
  return isSent;
}

/** Closes politely, then by force: a second time does not wait for the other side. */
async function close(client: SocketModeClient, started: Promise<void>, clock: Clock): Promise<void> {
  for (let time = 0; time < mostClosings; time += 1) {
    const waiting = new AbortController();
    const late = clock.sleep(closingLimitMs, waiting.signal).catch(() => {});
    // What keeps the client from being closed keeps it from having started.
    await Promise.race([client.disconnect().then(() => started), late]);
    waiting.abort(new Error('no longer waited for'));
    if (client.websocket === undefined || client.websocket.readyState === undefined) return;
  }
}
