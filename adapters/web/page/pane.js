/** @import { Unsent } from './composer.js' */
/** @import { Message, Model, Place, Session } from './shapes.js' */
/** @import { createOutgoing, OutgoingItem } from './outgoing.js' */
import { announce } from './announce.js';
import { stopAnswer } from './api.js';
import { createComposer } from './composer.js';
import { enlarge } from './lightbox.js';
import { createMessageList } from './message-list.js';
import { isSamePlace } from './outgoing.js';

/** A word about an answer that does not begin is taken back after this time. */
const patienceMs = 8_000;

/**
 * A channel or a thread: its messages, and the field to write the next one.
 * @param {{
 *   id: string, log: HTMLElement, composerPlace: HTMLElement, session: Session, botTitle: string,
 *   loadModels(): Promise<readonly Model[]>, outgoing: ReturnType<typeof createOutgoing>,
 *   openThread: ((message: Message) => void) | null, onOlder: (() => void) | null
 * }} parts
 */
export function createPane({ id, log, composerPlace, session, botTitle, loadModels, outgoing, openThread, onOlder }) {
  /** @type {Place | null} */
  let place = null;
  /** @type {number | undefined} */
  let typingTimer;
  /** @type {Set<string>} answers that are being written */
  const streaming = new Set();
  /** @type {Map<string, Unsent>} by place */
  const drafts = new Map();
  let isLoaded = false;
  /** What happened while the messages were on their way: it may be newer than they are. @type {Message[]} */
  let early = [];
  /** Whether answers to what is asked here come here, and not in a thread. */
  let answersHere = false;

  const actions = {
    me: session.person.id,
    botName: session.botName,
    openThread,
    quote: (/** @type {Message} */ message) => composer.setQuote(message),
    stop: (/** @type {Message} */ message) => void stop(message.id),
    retry: (/** @type {Message} */ message) => outgoing.retry(message.nonce),
    discard(/** @type {Message} */ message) {
      if (message.nonce === null) return;
      outgoing.discard(message.nonce);
      list.discard(message.nonce);
    },
    enlarge,
  };
  const list = createMessageList(log, actions, { onOlder });
  const composer = createComposer(composerPlace, {
    id,
    session,
    loadModels,
    send(draft) {
      if (place !== null) outgoing.send(place, draft);
      list.scrollToEnd();
    },
    stop() {
      const question = openQuestion();
      if (question !== undefined) void stop(question.id);
    },
  });

  /** @param {string} message */
  async function stop(message) {
    try {
      await stopAnswer(message);
      announce('Stopping');
    } catch (error) {
      composer.showProblem(error instanceof Error ? error.message : 'It could not be stopped.');
    }
  }

  /** The own question that nothing was said to yet. */
  function openQuestion() {
    if (!answersHere) return undefined;
    const all = list.all();
    const last = all.findLastIndex(({ author, forBot }) => author.id === session.person.id && forBot);
    return all.slice(last + 1).some(({ author }) => author.bot) ? undefined : all[last];
  }

  /** @param {number} forMs */
  function showTyping(forMs) {
    clearTimeout(typingTimer);
    if (streaming.size > 0) return;
    composer.showTyping(`${botTitle} is looking`, openQuestion() !== undefined);
    typingTimer = setTimeout(hideTyping, forMs);
  }

  function hideTyping() {
    clearTimeout(typingTimer);
    composer.showTyping(null, false);
  }

  /** Tells in words what can be seen, but never every edit. @param {Message} message @param {boolean} isNew */
  function tell(message, isNew) {
    if (message.author.bot) {
      const wasStreaming = streaming.has(message.id);
      if (message.state === 'streaming') {
        streaming.add(message.id);
        if (!wasStreaming) announce(`${botTitle} is answering`);
      } else {
        streaming.delete(message.id);
        if (wasStreaming) announce('Answer finished');
        else if (isNew) announce(`${botTitle} answered`);
      }
      hideTyping();
    } else if (isNew && message.author.id !== session.person.id) announce(`${message.author.name}: ${message.text}`);
  }

  /** @param {OutgoingItem} item */
  function showOutgoing({ message, nonce, delivery }) {
    list.setDelivery(nonce, delivery);
    list.apply(message);
  }

  return {
    list,
    composer,
    place: () => place,
    /**
     * Goes to another place; what was written in the one before is kept.
     * @param {Place | null} next
     * @param {{ label: string, placeholder: string, botListens: boolean, answersHere: boolean }} facts
     */
    enter(next, facts) {
      const keyOf = (/** @type {Place} */ each) => `${each.channel}/${each.thread ?? ''}`;
      composer.setPlace(facts);
      answersHere = facts.answersHere;
      if (next !== null && isSamePlace(next, place)) return;
      const unsent = composer.swap((next === null ? null : drafts.get(keyOf(next))) ?? { text: '', files: [] });
      if (next !== null) drafts.delete(keyOf(next));
      const isWorthKeeping = unsent.text.trim() !== '' || unsent.files.length > 0;
      if (place !== null && isWorthKeeping && drafts.size < 100) drafts.set(keyOf(place), unsent);
      place = next;
      isLoaded = false;
      early = [];
      streaming.clear();
      hideTyping();
      list.clear();
      composer.setQuote(null);
    },
    /** What the server has; own messages still on their way come below. @param {Message[]} messages */
    sync(messages) {
      const isFirst = !isLoaded;
      isLoaded = true;
      list.sync(messages);
      for (const message of early.splice(0)) list.apply(message);
      for (const message of messages) {
        if (message.author.bot && message.state === 'streaming') streaming.add(message.id);
        else streaming.delete(message.id);
      }
      for (const item of place === null ? [] : outgoing.at(place)) showOutgoing(item);
      if (isFirst) list.scrollToEnd();
      const question = openQuestion();
      if (question !== undefined && Date.now() - question.atMs < patienceMs) showTyping(patienceMs);
    },
    /** @param {Message} message */
    apply(message) {
      if (!isLoaded) {
        if (early.length < 1_000) early.push(message);
        return;
      }
      const isNew = list.all().every((each) => each.id !== message.id);
      list.apply(message);
      tell(message, isNew);
    },
    /** @param {string} messageId */
    remove(messageId) {
      streaming.delete(messageId);
      list.remove(messageId);
    },
    showOutgoing,
    /** @param {OutgoingItem} item @param {Message} message */
    showArrived(item, message) {
      list.setDelivery(item.nonce, null);
      list.apply(message);
      if (message.forBot && openQuestion()?.id === message.id) showTyping(patienceMs);
    },
    showTyping,
  };
}
