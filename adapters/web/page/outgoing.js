/** @import { Message, Person, Place } from './shapes.js' */
/** @import { Draft } from './composer.js' */
/** @import { Delivery } from './message-element.js' */
import { postMessage, RequestRefused } from './api.js';

/**
 * An own message until the server has taken it. The nonce stays the same over all tries, so that it is posted once.
 * @typedef {{ nonce: string, place: Place, draft: Draft, message: Message, delivery: Delivery }} OutgoingItem
 */

/** Waits before the second and third try, when the first failed in a way that passes. */
const retryAfterMs = [800, 2_500];

function createNonce() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

const wait = (/** @type {number} */ delayMs) => new Promise((resolve) => setTimeout(resolve, delayMs));

/** @param {Place} left @param {Place | null} right */
export function isSamePlace(left, right) {
  return right !== null && left.channel === right.channel && left.thread === right.thread;
}

/**
 * Sends messages; each is shown at once and followed until it has arrived.
 * @param {Person} me
 * @param {{ onUpdate(item: OutgoingItem): void, onArrived(item: OutgoingItem, message: Message): void }} listener
 */
export function createOutgoing(me, { onUpdate, onArrived }) {
  /** @type {Map<string, OutgoingItem>} */
  const items = new Map();

  /** @param {OutgoingItem} item @param {Delivery} delivery */
  const update = (item, delivery) => {
    item.delivery = delivery;
    onUpdate(item);
  };

  /** @param {OutgoingItem} item */
  const post = async ({ place, draft, nonce }) => {
    const files = draft.files.map(({ id }) => id);
    const request = { ...place, text: draft.text, files, quotes: draft.quotes?.id ?? null, nonce };
    for (const delayMs of retryAfterMs) {
      try {
        return await postMessage(request);
      } catch (error) {
        if (!(error instanceof RequestRefused) || !error.passing) throw error;
        await wait(delayMs);
      }
    }
    return postMessage(request);
  };

  /** @param {OutgoingItem} item */
  const deliver = async (item) => {
    update(item, { type: 'sending' });
    try {
      const { message } = await post(item);
      items.delete(item.nonce);
      item.delivery = null;
      onArrived(item, message);
    } catch (error) {
      update(item, { type: 'failed', sentence: error instanceof Error ? error.message : 'No connection.' });
    }
  };

  return {
    /** @param {Place} place @param {Draft} draft */
    send(place, draft) {
      const nonce = createNonce();
      const { quotes } = draft;
      const quote =
        quotes === null ? null : { id: quotes.id, author: quotes.author.name, text: quotes.text.slice(0, 140) };
      /** @type {Message} */
      const message = {
        ...{ id: '', seq: -1, revision: -1, nonce, asker: null, forBot: false, replies: 0, botThread: false },
        ...{ channel: place.channel, thread: place.thread, text: draft.text, files: draft.files, quote },
        ...{ author: { id: me.id, name: me.name, bot: false }, state: 'final', atMs: Date.now() },
      };
      const item = { nonce, place, draft, message, delivery: null };
      items.set(nonce, item);
      void deliver(item);
    },
    /** @param {string | null} nonce */
    retry(nonce) {
      const item = items.get(nonce ?? '');
      if (item !== undefined) void deliver(item);
    },
    /** @param {string} nonce */
    discard(nonce) {
      items.delete(nonce);
    },
    /** @param {Place} place */
    at: (place) => [...items.values()].filter((item) => isSamePlace(item.place, place)),
  };
}
