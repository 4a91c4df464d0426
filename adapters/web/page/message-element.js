/** @import { FileView, Message } from './shapes.js' */
import { make, makeButton } from './element.js';
import { formatSize, formatTime, hueOf, initialsOf, plural } from './format.js';
import { showMarkdown } from './markdown.js';
import { splitMentions } from './mention.js';

/**
 * What became of an own message on its way: `null` when it arrived.
 * @typedef {{ type: 'sending' } | { type: 'failed', sentence: string } | null} Delivery
 */

/**
 * What the elements of one pane can do.
 * @typedef {{
 *   me: string, botName: string,
 *   openThread: ((message: Message) => void) | null,
 *   quote(message: Message): void, stop(message: Message): void,
 *   retry(message: Message): void, discard(message: Message): void,
 *   enlarge(address: string, name: string): void
 * }} Actions
 */

/** @param {FileView} file */
export const fileAddress = (file) => (file.id.startsWith('blob:') ? file.id : `/playground/files/${file.id}`);

/**
 * @param {FileView} file
 * @param {Actions} actions
 */
function makeFile(file, actions) {
  if (file.kind === null || file.gone) {
    const size = file.gone ? 'no longer kept' : formatSize(file.sizeBytes);
    return make('li', { class: 'file-chip' }, make('span', { class: 'file-name' }, file.name), ` ${size}`);
  }
  const address = fileAddress(file);
  const picture = make('img', { src: address, alt: file.name, loading: 'lazy', decoding: 'async', draggable: 'false' });
  const button = makeButton('', { class: 'thumbnail', 'aria-label': `Enlarge ${file.name}` }, () =>
    actions.enlarge(address, file.name),
  );
  button.append(picture);
  return make('li', {}, button);
}

/**
 * A person's text with the mention of the bot marked.
 * @param {string} text
 * @param {string} botName
 */
function toPersonText(text, botName) {
  return splitMentions(text, botName).map((piece) =>
    piece.isMention ? make('span', { class: 'mention' }, piece.text) : document.createTextNode(piece.text),
  );
}

/** @param {Message} message */
function makeAvatar({ author }) {
  const avatar = make('span', { class: 'avatar', 'aria-hidden': 'true' });
  if (author.bot) avatar.classList.add('bot-avatar');
  else {
    avatar.classList.add(hueOf(author.id ?? ''));
    avatar.textContent = initialsOf(author.name);
  }
  return avatar;
}

/**
 * One message on the page. `update` changes what has changed and leaves the rest alone.
 * @param {Actions} actions
 */
export function createMessageElement(actions) {
  const element = make('article', { class: 'message' });
  const avatarPlace = make('div', { class: 'avatar-place' });
  const author = make('span', { class: 'author' });
  const badge = make('span', { class: 'badge', hidden: true }, 'bot');
  const time = make('time', {});
  const quote = make('blockquote', { class: 'quote', hidden: true });
  const body = make('div', { class: 'body' });
  const files = make('ul', { class: 'files', hidden: true });
  const state = make('p', { class: 'state', hidden: true });
  const below = make('div', { class: 'below', hidden: true });
  const tools = make('div', { class: 'tools' });
  const head = make('header', {}, author, badge, time);
  element.append(avatarPlace, make('div', { class: 'content' }, head, quote, body, files, state, below), tools);

  /** @type {Message | null} */
  let shown = null;
  /** @type {Delivery} */
  let shownDelivery = null;

  /** @param {Message} message */
  const showHead = (message) => {
    avatarPlace.replaceChildren(makeAvatar(message));
    author.textContent = message.author.name;
    element.setAttribute('aria-label', message.author.name);
    badge.hidden = !message.author.bot;
    time.textContent = formatTime(message.atMs, Date.now());
    time.dateTime = new Date(message.atMs).toISOString();
    time.title = new Date(message.atMs).toLocaleString();
    element.classList.toggle('from-bot', message.author.bot);
  };

  /** @param {Message} message */
  const showQuote = (message) => {
    quote.hidden = message.quote === null;
    if (message.quote === null) return;
    quote.replaceChildren(make('b', {}, message.quote.author), ` ${message.quote.text}`);
  };

  /** @param {Message} message */
  const showBody = (message) => {
    body.hidden = message.text === '';
    if (message.author.bot) showMarkdown(body, message.text);
    else body.replaceChildren(...toPersonText(message.text, actions.botName));
  };

  /** @param {Message} message */
  const showFiles = (message) => {
    files.hidden = message.files.length === 0;
    files.classList.toggle('several', message.files.length > 1);
    files.replaceChildren(...message.files.map((file) => makeFile(file, actions)));
  };

  /**
   * @param {Message} message
   * @param {Delivery} delivery
   */
  const showState = (message, delivery) => {
    const isMine = message.asker === actions.me && message.state === 'streaming';
    state.hidden = delivery === null && !isMine;
    element.dataset.state = delivery?.type ?? message.state;
    // Whoever pressed Stop by keyboard goes on from the messages, not from the top of the page.
    const log = element.closest('[role=log]');
    if (state.hidden && state.contains(document.activeElement) && log instanceof HTMLElement) {
      log.focus({ preventScroll: true });
    }
    if (state.hidden) state.replaceChildren();
    if (delivery?.type === 'failed') {
      const retry = makeButton('Try again', { class: 'quiet' }, () => actions.retry(message));
      const discard = makeButton('Discard', { class: 'quiet' }, () => actions.discard(message));
      state.replaceChildren(`Not sent: ${delivery.sentence} `, retry, ...(message.id === '' ? [discard] : []));
    } else if (delivery?.type === 'sending') state.replaceChildren('Sending…');
    else if (isMine && shown?.state !== 'streaming') {
      // Made once: a button that is replaced while somebody reaches for it cannot be pressed.
      state.replaceChildren(makeButton('Stop', { class: 'quiet stop' }, () => actions.stop(message)));
    }
  };

  /** @param {Message} message */
  const showThread = (message) => {
    const { openThread } = actions;
    below.hidden = openThread === null || message.replies === 0;
    if (openThread === null) return;
    if (message.replies > 0) {
      const label = `${plural(message.replies, 'reply', 'replies')} · open thread`;
      below.replaceChildren(makeButton(label, { class: 'thread-link' }, () => openThread(message)));
    }
  };

  const showTools = () => {
    /** @param {(message: Message) => void} act */
    const onShown = (act) => () => {
      if (shown !== null) act(shown);
    };
    const { openThread } = actions;
    if (openThread !== null) tools.append(makeButton('Thread', { title: 'Reply in a thread' }, onShown(openThread)));
    tools.append(makeButton('Reply', { title: 'Reply to this message' }, onShown(actions.quote)));
  };
  showTools();

  return {
    element,
    message: () => shown,
    /**
     * @param {Message} message
     * @param {Delivery} delivery
     */
    update(message, delivery) {
      const before = shown;
      const changed = (/** @type {(each: Message) => unknown} */ of) => before === null || of(before) !== of(message);
      element.dataset.id = message.id;
      tools.hidden = message.id === '';
      if (changed((each) => each.author.name) || changed((each) => each.atMs)) showHead(message);
      if (changed((each) => each.quote?.text)) showQuote(message);
      if (changed((each) => each.text)) showBody(message);
      if (changed((each) => each.files.map((file) => [file.id, file.gone]).join())) showFiles(message);
      if (changed((each) => each.state) || changed((each) => each.id) || delivery !== shownDelivery) {
        showState(message, delivery);
      }
      if (changed((each) => each.replies)) showThread(message);
      shown = message;
      shownDelivery = delivery;
    },
  };
}
