import type { ApiCall } from '../../src/answer/api-call.ts';
import { canSee } from './channels.ts';
import { createEventStream, type EventStream } from './event-stream.ts';
import type { MessageView } from './message-view.ts';
import type { WebPerson } from './people.ts';

/** What open pages are told. A page that missed something fetches again; nothing is repeated here. */
export type LiveEvent =
  | { readonly type: 'message'; readonly channel: string; readonly message: MessageView }
  | { readonly type: 'removed'; readonly channel: string; readonly thread: string | null; readonly id: string }
  | { readonly type: 'typing'; readonly channel: string; readonly thread: string | null; readonly forMs: number }
  | {
      readonly type: 'call';
      readonly channel: string;
      readonly conversation: string;
      readonly seq: number;
      readonly call: ApiCall;
    }
  /** A person has another name; for everybody. */
  | { readonly type: 'person'; readonly channel: null; readonly person: WebPerson };

/** The pages that are open now. */
export type Viewers = {
  /** A stream of server-sent events for one page, or null when too many are open. */
  open(personId: string): ReadableStream<Uint8Array> | null;
  /** To every page whose person can see the event's channel. */
  send(event: LiveEvent): void;
  /** Keeps connections alive that nothing is sent on, and lets pages notice that theirs is dead. */
  keepAlive(): void;
  count(): number;
};

/** A page that has more than this waiting is cut off; it reconnects and fetches again. */
const maxWaitingBytes = 1_048_576;
const maxPages = 500;
const maxPagesOfPerson = 20;

const toBlock = (event: object) => `data: ${JSON.stringify(event)}\n\n`;

/** Sends events to open pages. */
export function createViewers(): Viewers {
  const pages = new Map<EventStream, string>();

  return {
    open(personId) {
      const own = [...pages.values()].filter((each) => each === personId).length;
      if (pages.size >= maxPages || own >= maxPagesOfPerson) return null;
      const page: EventStream = createEventStream(maxWaitingBytes, () => pages.delete(page));
      pages.set(page, personId);
      page.push(`retry: 1000\n${toBlock({ type: 'hello' })}`);
      return page.body;
    },
    send(event) {
      const block = toBlock(event);
      for (const [page, personId] of pages) {
        if (event.channel === null || canSee(personId, event.channel)) page.push(block);
      }
    },
    keepAlive() {
      for (const page of pages.keys()) page.push(toBlock({ type: 'alive' }));
    },
    count: () => pages.size,
  };
}
