/** @import { Message } from './shapes.js' */
/** @import { Actions, Delivery } from './message-element.js' */
import { make, makeButton } from './element.js';
import { createMessageElement } from './message-element.js';

/** So near to the end, in pixels, counts as at the end: new messages are followed then. */
const nearEnd = 60;

/**
 * The messages of a channel or of a thread, in order, following the end while the reader is there.
 * @param {HTMLElement} log
 * @param {Actions} actions
 * @param {{ onOlder: (() => void) | null }} options
 */
export function createMessageList(log, actions, { onOlder }) {
  /** @typedef {ReturnType<typeof createMessageElement>} Entry */
  /** @type {Map<string, Entry>} */
  const entries = new Map();
  /** @type {WeakMap<Element, Entry>} */
  const entryOf = new WeakMap();
  const messageAt = (/** @type {Element | null} */ element) =>
    (element === null ? undefined : entryOf.get(element))?.message() ?? null;
  /** @type {Map<string, Delivery>} by nonce */
  const deliveries = new Map();
  /** @type {Set<string>} removed here, so that a late answer of the server does not bring them back */
  const removed = new Set();

  const older = makeButton('Show earlier messages', { class: 'quiet older', hidden: '' }, () => onOlder?.());
  const messages = make('div', { class: 'messages' });
  const empty = make('div', { class: 'empty', hidden: true });
  const toEnd = makeButton('New messages ↓', { class: 'to-end', hidden: '' }, () => scrollToEnd());
  log.replaceChildren(older, empty, messages, toEnd);

  // Readable by keyboard alone, also in browsers that do not focus what scrolls by themselves.
  log.tabIndex = 0;
  let followsEnd = true;
  /** Whether the last change brought a message that was not there before. */
  let hasNews = false;
  const distanceToEnd = () => log.scrollHeight - log.scrollTop - log.clientHeight;

  function scrollToEnd() {
    followsEnd = true;
    toEnd.hidden = true;
    log.scrollTop = log.scrollHeight;
  }
  log.addEventListener('scroll', () => {
    followsEnd = distanceToEnd() < nearEnd;
    if (followsEnd) toEnd.hidden = true;
  });
  // Also when the pane becomes smaller, by the composer growing or a keyboard coming up.
  new ResizeObserver(() => {
    if (followsEnd) log.scrollTop = log.scrollHeight;
  }).observe(log);
  new ResizeObserver(() => {
    if (followsEnd) log.scrollTop = log.scrollHeight;
    else if (distanceToEnd() > nearEnd * 2) toEnd.hidden = !hasNews;
  }).observe(messages);

  /** An own message keeps its element from the moment it is written until it has arrived. @param {Message} message */
  const keyOf = (message) => (message.author.id === actions.me && message.nonce !== null ? message.nonce : message.id);

  /** @param {Message} message */
  const orderOf = (message) => (message.seq < 0 ? Number.MAX_SAFE_INTEGER : message.seq);

  /**
   * @param {Entry} entry
   * @param {Message} message
   */
  const place = (entry, message) => {
    let next = messages.lastElementChild;
    /** @type {Element | null} */
    let before = null;
    while (next !== null) {
      const other = messageAt(next);
      if (other === null || orderOf(other) <= orderOf(message)) break;
      before = next;
      next = next.previousElementSibling;
    }
    if (entry.element.nextElementSibling !== before || !entry.element.isConnected) {
      messages.insertBefore(entry.element, before);
    }
  };

  /** The same author within five minutes: the head is shown once. @param {Element | null} element */
  const joinWithPrevious = (element) => {
    if (!(element instanceof HTMLElement)) return;
    const [mine, previous] = [messageAt(element), messageAt(element.previousElementSibling)];
    const isJoined =
      mine !== null &&
      previous !== null &&
      mine.author.id === previous.author.id &&
      mine.quote === null &&
      previous.replies === 0 &&
      mine.atMs - previous.atMs < 300_000;
    element.classList.toggle('joined', isJoined);
  };

  /** @param {Message} message */
  function apply(message) {
    const key = keyOf(message);
    if (removed.has(message.id)) return;
    const known = entries.get(key);
    const current = known?.message() ?? null;
    if (current !== null && current.revision > message.revision) return;
    const entry = known ?? createMessageElement(actions);
    entries.set(key, entry);
    entryOf.set(entry.element, entry);
    hasNews = known === undefined;
    entry.update(message, deliveries.get(message.nonce ?? '') ?? null);
    if (known === undefined || current?.seq !== message.seq) place(entry, message);
    joinWithPrevious(entry.element);
    joinWithPrevious(entry.element.nextElementSibling);
    empty.hidden = true;
  }

  return {
    apply,
    scrollToEnd,
    /** Throws away everything that is shown: another place comes. */
    clear() {
      entries.clear();
      deliveries.clear();
      removed.clear();
      messages.replaceChildren();
      followsEnd = true;
    },
    /**
     * Brings what is shown in line with what the server has: the newest messages, without gaps.
     * @param {Message[]} loaded
     */
    sync(loaded) {
      const ids = new Set(loaded.map((message) => message.id));
      const first = loaded[0]?.seq ?? 0;
      // What came while it was being loaded is newer than all of it.
      const last = loaded.at(-1)?.seq ?? -1;
      for (const [key, entry] of entries) {
        const message = entry.message();
        if (message === null || message.seq < first || message.seq > last || ids.has(message.id)) continue;
        entries.delete(key);
        entry.element.remove();
      }
      for (const message of loaded) apply(message);
    },
    /**
     * Earlier messages come in above without moving what is being read.
     * @param {Message[]} loaded
     */
    prepend(loaded) {
      const fromEnd = log.scrollHeight - log.scrollTop;
      for (const message of loaded) apply(message);
      log.scrollTop = log.scrollHeight - fromEnd;
    },
    /** @param {string} id */
    remove(id) {
      if (removed.size > 1_000) removed.clear();
      removed.add(id);
      for (const [key, entry] of entries) {
        if (entry.message()?.id !== id) continue;
        entries.delete(key);
        entry.element.remove();
      }
    },
    /** Takes away an own message that never arrived. @param {string} nonce */
    discard(nonce) {
      entries.get(nonce)?.element.remove();
      entries.delete(nonce);
      deliveries.delete(nonce);
    },
    /**
     * @param {string} nonce
     * @param {Delivery} delivery
     */
    setDelivery(nonce, delivery) {
      if (delivery === null) deliveries.delete(nonce);
      else deliveries.set(nonce, delivery);
      const entry = entries.get(nonce);
      const message = entry?.message();
      if (entry !== undefined && message) entry.update(message, delivery);
    },
    /** A person has another name. @param {string} id @param {string} name */
    rename(id, name) {
      for (const entry of entries.values()) {
        const message = entry.message();
        if (message?.author.id === id) apply({ ...message, author: { ...message.author, name } });
      }
    },
    /** @param {boolean} more */
    setOlder(more) {
      older.hidden = !more;
    },
    /** Shown when there is nothing else. @param {...(Node | string)} content */
    setEmpty(...content) {
      empty.replaceChildren(...content);
      empty.hidden = entries.size > 0;
    },
    /** In order. @returns {Message[]} */
    all() {
      return [...entries.values()]
        .flatMap((entry) => entry.message() ?? [])
        .sort((left, right) => orderOf(left) - orderOf(right));
    },
  };
}
