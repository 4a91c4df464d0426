import type { Inbox, InboxEvent, Receipt } from '../../src/turn/inbox.ts';
import type { DiscordGateway } from './gateway/gateway.ts';
import type { Dispatch } from './gateway/shard-connection.ts';

/** The name under which turns of this platform are known. */
export const discordName = 'discord';

type OnEvent = (event: InboxEvent) => Promise<Receipt>;

/** A part of the inbox: it takes the events that are its own and leaves the others alone. */
export type EventTaker = {
  /** Never blocks; the work goes on in the background until `idle`. */
  onDispatch(dispatch: Dispatch): void;
  /** From now on events are handed over there, until the signal aborts; a promise resolves when nothing of it runs any more. */
  connect(onEvent: OnEvent, signal: AbortSignal): Promise<void> | void;
  /** Resolves when nothing of it runs any more. */
  idle(): Promise<void>;
};

type InboxParts = {
  readonly gateway: DiscordGateway;
  /** Those who only learn from events, before anybody takes them. */
  readonly listeners: readonly Pick<EventTaker, 'onDispatch'>[];
  /** In the order in which they hear of an event. */
  readonly takers: readonly EventTaker[];
  /** What has to be there before the first event. */
  prepare(): Promise<void>;
  /** What is done beside the first events. */
  settle(signal: AbortSignal): Promise<void>;
  /** Aborts when Discord refuses the bot for good, wherever that shows. */
  readonly refusal: AbortSignal;
  onRefused(error: unknown): void;
};

/**
 * Discord's events as the bot's inbox. A bot that is refused hears nothing more; the program and its other platforms go on.
 */
export function createDiscordInbox({
  gateway,
  listeners,
  takers,
  prepare,
  settle,
  refusal,
  onRefused,
}: InboxParts): Inbox {
  async function connect(signal: AbortSignal): Promise<void> {
    const running = new AbortController();
    const end = () => running.abort(new Error('the bot no longer listens to Discord'));
    for (const ended of [signal, refusal]) ended.addEventListener('abort', end, { once: true });
    if (signal.aborted || refusal.aborted) end();
    const onDispatch = (dispatch: Dispatch) => {
      for (const each of [...listeners, ...takers]) each.onDispatch(dispatch);
    };
    try {
      await prepare();
      const settling = settle(running.signal).catch(onFailure);
      await gateway.run(onDispatch, running.signal).catch(onFailure);
      end();
      await settling;
    } finally {
      for (const ended of [signal, refusal]) ended.removeEventListener('abort', end);
    }

    function onFailure(error: unknown): void {
      if (!running.signal.aborted) onRefused(error);
    }
  }

  return {
    name: discordName,
    async listen(onEvent, signal) {
      const connected = takers.map((taker) => taker.connect(onEvent, signal));
      await connect(signal);
      if (!signal.aborted) await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
      await Promise.all([...connected, ...takers.map((taker) => taker.idle())]);
    },
  };
}
