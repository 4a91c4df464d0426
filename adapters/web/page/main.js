/** @import { Channel, LiveEvent, Message, Model } from './shapes.js' */
import { announce } from './announce.js';
import { getCalls, getMessages, getModels, getSession, getThread } from './api.js';
import { createCallsPanel } from './calls-panel.js';
import { initDropZone } from './drop-zone.js';
import { find, make, makeButton } from './element.js';
import { initLightbox } from './lightbox.js';
import { connectLive } from './live.js';
import { createOutgoing } from './outgoing.js';
import { createPane } from './pane.js';
import { initRename } from './rename-dialog.js';
import { readRoute, toHash } from './route.js';
import { initTheme } from './theme.js';

initTheme(find('#theme', HTMLButtonElement));
initLightbox();

const session = await getSession();
const botTitle = session.botName.slice(0, 1).toUpperCase() + session.botName.slice(1);
const me = session.person.id;

const threadPaneElement = find('#thread-pane', HTMLElement);
const tabThread = find('#tab-thread', HTMLButtonElement);
const tabCalls = find('#tab-calls', HTMLButtonElement);
const threadView = find('#thread-view', HTMLElement);
const callsView = find('#calls-view', HTMLElement);

/** In a direct channel the second pane shows its calls alone. */
const callsOnly = 'calls';
const [firstChannel] = session.channels;
if (firstChannel === undefined) throw new Error('There is no channel.');

/** @type {Channel} */
let channel = firstChannel;
/** @type {string | null} */
let thread = null;
/** @type {string | null} */
let conversation = null;
/** @type {Promise<readonly Model[]> | null} */
let models = null;

/** Asked for once a minute at the most. */
function loadModels() {
  models ??= getModels().then((answer) => answer.models);
  models.catch(() => {
    models = null;
  });
  setTimeout(() => {
    models = null;
  }, 60_000);
  return models;
}

const outgoing = createOutgoing(session.person, {
  onUpdate(item) {
    paneAt(item.place.channel, item.place.thread)?.showOutgoing(item);
  },
  onArrived(item, message) {
    paneAt(item.place.channel, item.place.thread)?.showArrived(item, message);
    const opens = message.forBot && message.thread === null && !channel.direct;
    const isFree = thread === null || threadPane.composer.isEmpty();
    if (opens && isFree && message.channel === channel.id) openThread(message);
  },
});

const shared = { session, botTitle, loadModels, outgoing };
const channelPane = createPane({
  ...shared,
  id: 'channel',
  log: find('#channel-log', HTMLElement),
  composerPlace: find('#channel-composer', HTMLElement),
  openThread: (message) => openThread(message),
  onOlder: () => void loadOlder(),
});
const threadPane = createPane({
  ...shared,
  id: 'thread',
  log: find('#thread-log', HTMLElement),
  composerPlace: find('#thread-composer', HTMLElement),
  openThread: null,
  onOlder: null,
});
const callsPanel = createCallsPanel(callsView, session.api, (count) => {
  find('#calls-count', HTMLElement).textContent = count === 0 ? '' : String(count);
});

/**
 * @param {string} channelId
 * @param {string | null} threadId
 */
function paneAt(channelId, threadId) {
  if (channelId !== channel.id) return null;
  if (threadId === null) return channelPane;
  return threadId === thread ? threadPane : null;
}

/** @param {Message} message */
function openThread(message) {
  const takeFocus = channelPane.composer.hasFocus() && channelPane.composer.isEmpty();
  if (thread === message.id) return;
  location.hash = toHash(channel.id, message.id);
  if (takeFocus || !channelPane.composer.hasFocus()) requestAnimationFrame(() => threadPane.composer.focus());
  announce('Thread opened');
}

function closeThread() {
  const root = thread;
  location.hash = toHash(channel.id);
  requestAnimationFrame(() => {
    const link = document.querySelector(`#channel-log [data-id="${CSS.escape(root ?? '')}"] .thread-link`);
    if (link instanceof HTMLElement && link.offsetParent !== null) link.focus();
    else channelPane.composer.focus();
  });
}

// ——— what is where

const unread = new Set();

function renderChannels() {
  const items = session.channels.map((each) => {
    const sign = make('span', { class: 'sign', 'aria-hidden': 'true' }, each.direct ? '@' : '#');
    const link = make('a', { href: toHash(each.id) }, sign, each.name);
    if (each.id === channel.id) link.setAttribute('aria-current', 'page');
    if (unread.has(each.id))
      link.append(make('span', { class: 'unread' }, make('span', { class: 'visually-hidden' }, 'new messages')));
    return make('li', {}, link);
  });
  find('#channels', HTMLElement).replaceChildren(...items);
}

function renderChannel() {
  const sign = channel.direct ? '' : '#';
  document.title = `${sign}${channel.name} · Sightline`;
  find('#channel-title', HTMLElement).textContent = `${sign}${channel.name}`;
  find('#channel-description', HTMLElement).textContent = channel.description;
  const callsButton = find('#channel-calls', HTMLElement);
  callsButton.hidden = !channel.direct;
  callsButton.setAttribute('aria-expanded', String(thread === callsOnly));
  channelPane.enter(
    { channel: channel.id, thread: null },
    {
      label: `Message ${sign}${channel.name}`,
      placeholder: channel.direct
        ? 'Ask about a picture'
        : `Message ${sign}${channel.name}, or @${session.botName} to ask about a picture`,
      botListens: channel.direct,
      answersHere: channel.direct,
    },
  );
  renderEmpty();
}

function renderEmpty() {
  const question = channel.direct ? 'what is this?' : `@${session.botName} what is this?`;
  const choose = makeButton('Choose a picture', { class: 'primary' }, () => {
    channelPane.composer.setText(question);
    channelPane.composer.chooseFile();
  });
  const eye = make('div', { class: 'empty-eye', 'aria-hidden': 'true' });
  const lead = make('p', { class: 'empty-lead' }, 'Ask about a picture, and the answer opens in a thread.');
  if (channel.direct)
    lead.textContent = 'Ask about a picture. Everything you write here is for Sightline, and nobody else sees it.';
  const attempt = make('p', {}, 'Try: drop a picture here and write “', make('b', {}, question), '”');
  channelPane.list.setEmpty(eye, lead, attempt, choose);
}

/** @param {'thread' | 'calls'} tab */
function chooseTab(tab) {
  const isCalls = tab === 'calls';
  for (const [button, chosen] of /** @type {const} */ ([
    [tabThread, !isCalls],
    [tabCalls, isCalls],
  ])) {
    button.setAttribute('aria-selected', String(chosen));
    button.tabIndex = chosen ? 0 : -1;
  }
  threadView.hidden = isCalls;
  callsView.hidden = !isCalls;
  if (!isCalls) threadPane.list.scrollToEnd();
}

function renderThread() {
  const isOpen = thread !== null;
  const isCallsOnly = thread === callsOnly;
  threadPaneElement.hidden = !isOpen;
  document.body.classList.toggle('thread-open', isOpen);
  find('#thread-title', HTMLElement).textContent = isCallsOnly ? 'API calls' : 'Thread';
  find('[role=tablist]', HTMLElement, threadPaneElement).hidden = isCallsOnly;
  const isThread = isOpen && !isCallsOnly;
  threadPane.enter(isThread ? { channel: channel.id, thread } : null, {
    label: 'Reply in the thread',
    placeholder: `Reply to ${botTitle}`,
    botListens: true,
    answersHere: true,
  });
  chooseTab(isCallsOnly ? 'calls' : 'thread');
}

// ——— loading

let loading = 0;

/** Fetches what is shown. An answer that comes after the person has gone elsewhere is thrown away. */
async function load() {
  loading += 1;
  const mine = loading;
  try {
    const [page, replies] = await Promise.all([
      getMessages(channel.id, null),
      thread === null || thread === callsOnly ? null : getThread(thread),
    ]);
    if (mine !== loading) return;
    channelPane.sync(page.messages);
    channelPane.list.setOlder(page.more);
    renderEmpty();
    if (replies !== null) showThread(replies);
    await loadCalls(mine);
  } catch (error) {
    if (mine === loading) showConnection(error instanceof Error ? error.message : 'That could not be loaded.');
  }
}

/** @param {{ root: Message, messages: Message[] }} replies */
function showThread({ root, messages }) {
  threadPane.sync([root, ...messages]);
  const botListens = root.botThread || messages.some(({ author }) => author.bot);
  threadPane.enter(threadPane.place(), {
    label: 'Reply in the thread',
    placeholder: botListens ? `Ask ${botTitle} more about it` : `Reply, or @${session.botName} to bring it in`,
    botListens,
    answersHere: true,
  });
}

/** @param {number} mine */
async function loadCalls(mine) {
  const isOpen = thread !== null;
  const { conversation: key, calls } = isOpen
    ? await getCalls(channel.id, thread === callsOnly ? null : thread)
    : { conversation: null, calls: [] };
  if (mine !== loading) return;
  conversation = key;
  callsPanel.show(calls);
}

async function loadOlder() {
  const first = channelPane.list.all()[0];
  if (first === undefined) return;
  const { id } = channel;
  const page = await getMessages(id, first.seq);
  if (id !== channel.id) return;
  channelPane.list.prepend(page.messages);
  channelPane.list.setOlder(page.more);
}

function follow() {
  const route = readRoute();
  channel = session.channels.find(({ id }) => id === route.channel) ?? channel;
  const isKnown = route.channel === null || route.channel === channel.id;
  thread = isKnown ? route.thread : null;
  unread.delete(channel.id);
  document.body.dataset.pane = thread === null ? 'channel' : 'thread';
  renderChannels();
  renderChannel();
  renderThread();
  void load();
}

// ——— what happens

/** @param {string | null} sentence */
function showConnection(sentence) {
  const line = find('#connection', HTMLElement);
  line.hidden = sentence === null;
  line.textContent = sentence;
}

/** @param {Message} message */
function showMessage(message) {
  paneAt(message.channel, message.thread)?.apply(message);
  if (message.id === thread) threadPane.list.apply(message);
  if (message.channel !== channel.id && message.author.id !== me && message.state === 'final') {
    unread.add(message.channel);
    renderChannels();
  }
}

/** @param {LiveEvent} event */
function onEvent(event) {
  switch (event.type) {
    case 'message':
      return showMessage(event.message);
    case 'removed':
      return paneAt(event.channel, event.thread)?.remove(event.id);
    case 'typing':
      return paneAt(event.channel, event.thread)?.showTyping(event.forMs);
    case 'call':
      if (event.conversation === conversation) callsPanel.add(event);
      return undefined;
    case 'person':
      for (const pane of [channelPane, threadPane]) pane.list.rename(event.person.id, event.person.name);
      return undefined;
    default:
      return undefined;
  }
}

let wasConnected = false;
let isLost = false;

function start() {
  initRename(session.person);
  window.addEventListener('hashchange', follow);
  follow();
  connectLive({
    onEvent,
    onConnected() {
      if (isLost) announce('Connected again');
      isLost = false;
      showConnection(null);
      if (wasConnected || conversation === null) void load();
      wasConnected = true;
    },
    onDisconnected() {
      if (!isLost) announce('Connection lost');
      isLost = true;
      showConnection('Connection lost. Trying again…');
    },
  });
  initDropZone((files, target) => {
    const inThread = target instanceof Node && threadPaneElement.contains(target) && !threadView.hidden;
    const pane = inThread ? threadPane : channelPane;
    pane.composer.add(files);
    pane.composer.focus();
  });
}

tabThread.addEventListener('click', () => chooseTab('thread'));
tabCalls.addEventListener('click', () => chooseTab('calls'));
find('[role=tablist]', HTMLElement, threadPaneElement).addEventListener('keydown', (event) => {
  if (event.key !== 'ArrowLeft' && event.key !== 'ArrowRight') return;
  chooseTab(callsView.hidden ? 'calls' : 'thread');
  (callsView.hidden ? tabThread : tabCalls).focus();
});
find('#close-thread', HTMLButtonElement).addEventListener('click', closeThread);
find('#to-channel', HTMLButtonElement).addEventListener('click', closeThread);
find('#to-channels', HTMLButtonElement).addEventListener('click', () => {
  document.body.dataset.pane = 'channels';
  find('#channels [aria-current]', HTMLElement).focus();
});
find('#channels', HTMLElement).addEventListener('click', () => {
  document.body.dataset.pane = thread === null ? 'channel' : 'thread';
});
find('#channel-calls', HTMLButtonElement).addEventListener('click', () => {
  location.hash = thread === callsOnly ? toHash(channel.id) : toHash(channel.id, callsOnly);
});
find('.skip', HTMLElement).addEventListener('click', (event) => {
  event.preventDefault();
  channelPane.composer.focus();
});
document.addEventListener('keydown', (event) => {
  const isFree = !event.defaultPrevented && document.querySelector('dialog[open]') === null;
  if (event.key !== 'Escape' || !isFree || !threadPaneElement.contains(document.activeElement)) return;
  if (threadPane.composer.isEmpty()) closeThread();
});

start();
