/** @import { LiveEvent, Message, Session } from './shapes.js' */
import { announce } from './announce.js';
import { getCalls, getMessages, getThread } from './api.js';
import { createCallsPanel } from './calls-panel.js';
import { createChannelList } from './channel-list.js';
import { initDropZone } from './drop-zone.js';
import { find } from './element.js';
import { makeEmptyState } from './empty-state.js';
import { connectLive } from './live.js';
import { createModelList } from './model-list.js';
import { createOutgoing } from './outgoing.js';
import { createPane } from './pane.js';
import { initRename } from './rename-dialog.js';
import { readRoute, toHash } from './route.js';
import { createThreadTabs } from './thread-tabs.js';

/** In a direct channel the second pane shows its calls alone. */
const callsOnly = 'calls';
/** As many as a conversation's list holds. */
const recentCallsKept = 50;

/**
 * Brings the page to life for this person: the channel and the thread that the address names, and what happens in them.
 * @param {Session} session
 */
export function startPlayground(session) {
  const { person, channels, botName } = session;
  const [firstChannel] = channels;
  if (firstChannel === undefined) throw new Error('There is no channel.');
  const botTitle = botName.slice(0, 1).toUpperCase() + botName.slice(1);

  let channel = firstChannel;
  /** @type {string | null} */
  let thread = null;
  /** @type {string | null} */
  let conversation = null;
  /** The calls that were heard of last, of any conversation. @type {Extract<LiveEvent, { type: 'call' }>[]} */
  let recentCalls = [];
  let isLost = false;
  /** Counts what was asked of the server, so that an answer is dropped when the person has gone elsewhere meanwhile. */
  let loading = 0;

  const outgoing = createOutgoing(person, {
    onUpdate: (item) => paneAt(item.place.channel, item.place.thread)?.showOutgoing(item),
    onArrived(item, message) {
      paneAt(item.place.channel, item.place.thread)?.showArrived(item, message);
      const opens = message.forBot && message.thread === null && !channel.direct;
      const isFree = thread === null || threadPane.composer.isEmpty();
      if (opens && isFree && message.channel === channel.id) openThread(message);
    },
  });

  const shared = { session, botTitle, loadModels: createModelList(), outgoing };
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
  const threadPaneElement = find('#thread-pane', HTMLElement);
  const tabs = createThreadTabs(threadPaneElement, { onConversation: () => threadPane.list.scrollToEnd() });
  const callsPanel = createCallsPanel(tabs.callsView, session.api, tabs.setCount);
  const channelList = createChannelList(find('#channels', HTMLElement), channels);

  /**
   * @param {string} channelId
   * @param {string | null} threadId
   */
  function paneAt(channelId, threadId) {
    if (channelId !== channel.id) return null;
    if (threadId === null) return channelPane;
    return threadId === thread ? threadPane : null;
  }

  /** At once, where setting the address alone would be followed some time later. @param {string} hash */
  function go(hash) {
    history.pushState(null, '', hash);
    follow();
  }

  /** @param {Message} message */
  function openThread(message) {
    if (thread === message.id) return;
    const { composer } = channelPane;
    const isWritingElse = composer.hasFocus() && !composer.isEmpty();
    go(toHash(channel.id, message.id));
    if (!isWritingElse) threadPane.composer.focus();
    announce('Thread opened');
  }

  function closeThread() {
    const root = thread;
    go(toHash(channel.id));
    const link = document.querySelector(`#channel-log [data-id="${CSS.escape(root ?? '')}"] .thread-link`);
    if (link instanceof HTMLElement && link.offsetParent !== null) link.focus();
    else channelPane.composer.focus();
  }

  function showChannel() {
    const name = `${channel.direct ? '' : '#'}${channel.name}`;
    document.title = `${name} · Sightline`;
    find('#channel-title', HTMLElement).textContent = name;
    find('#channel-description', HTMLElement).textContent = channel.description;
    const callsButton = find('#channel-calls', HTMLElement);
    callsButton.hidden = !channel.direct;
    callsButton.setAttribute('aria-expanded', String(thread === callsOnly));
    const inPublic = `Message ${name}, or @${botName} to ask about a picture`;
    channelPane.enter(
      { channel: channel.id, thread: null },
      {
        label: `Message ${name}`,
        placeholder: channel.direct ? 'Ask about a picture' : inPublic,
        botListens: channel.direct,
        answersHere: channel.direct,
      },
    );
  }

  function showEmptyState() {
    const question = channel.direct ? 'what is this?' : `@${botName} what is this?`;
    const onChoose = () => {
      channelPane.composer.setText(question);
      channelPane.composer.chooseFile();
    };
    channelPane.list.setEmpty(...makeEmptyState({ isDirect: channel.direct, question, onChoose }));
  }

  /** @param {boolean} botListens */
  const threadFacts = (botListens) => ({
    label: 'Reply in the thread',
    placeholder: botListens ? `Ask ${botTitle} more about it` : `Reply, or @${botName} to bring it in`,
    botListens,
    answersHere: true,
  });

  function showThread() {
    const isConversation = thread !== null && thread !== callsOnly;
    threadPaneElement.hidden = thread === null;
    document.body.classList.toggle('thread-open', thread !== null);
    threadPane.enter(isConversation ? { channel: channel.id, thread } : null, threadFacts(true));
    tabs.open(thread === callsOnly);
  }

  /** @param {{ root: Message, messages: Message[] }} replies */
  function showReplies({ root, messages }) {
    threadPane.sync([root, ...messages]);
    const botListens = root.botThread || messages.some(({ author }) => author.bot);
    threadPane.enter(threadPane.place(), threadFacts(botListens));
  }

  async function load() {
    loading += 1;
    const mine = loading;
    try {
      const [page, replies, calls] = await Promise.all([
        getMessages(channel.id, null),
        thread === null || thread === callsOnly ? null : getThread(thread),
        thread === null ? null : getCalls(channel.id, thread === callsOnly ? null : thread),
      ]);
      if (mine !== loading) return;
      channelPane.sync(page.messages);
      channelPane.list.setOlder(page.more);
      showEmptyState();
      if (replies !== null) showReplies(replies);
      conversation = calls?.conversation ?? null;
      callsPanel.show(calls?.calls ?? []);
      for (const call of recentCalls) if (call.conversation === conversation) callsPanel.add(call);
      if (!isLost) showConnection(null);
    } catch (error) {
      if (mine === loading) showConnection(error instanceof Error ? error.message : 'That could not be loaded.');
    }
  }

  async function loadOlder() {
    const first = channelPane.list.all()[0];
    if (first === undefined) return;
    const { id } = channel;
    try {
      const page = await getMessages(id, first.seq);
      if (id !== channel.id) return;
      channelPane.list.prepend(page.messages);
      channelPane.list.setOlder(page.more);
    } catch (error) {
      showConnection(error instanceof Error ? error.message : 'Earlier messages could not be loaded.');
    }
  }

  function follow() {
    const route = readRoute();
    const named = channels.find(({ id }) => id === route.channel);
    channel = named ?? channel;
    thread = named === undefined ? null : route.thread;
    document.body.dataset.pane = thread === null ? 'channel' : 'thread';
    channelList.enter(channel.id);
    showChannel();
    showThread();
    void load();
  }

  /** @param {string | null} sentence */
  function showConnection(sentence) {
    const line = find('#connection', HTMLElement);
    // A phone shows one pane alone: what has to be known is told in that one.
    const isAlone = thread !== null && matchMedia('(max-width: 720px)').matches;
    const pane = isAlone ? threadPaneElement : find('#channel-pane', HTMLElement);
    if (!pane.contains(line)) find('.pane-header', HTMLElement, pane).after(line);
    line.hidden = sentence === null;
    line.textContent = sentence;
  }

  /** @param {Message} message */
  function showMessage(message) {
    paneAt(message.channel, message.thread)?.apply(message);
    if (message.id === thread) threadPane.apply(message);
    if (message.author.id !== person.id && message.state === 'final') channelList.markUnread(message.channel);
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
        // One that comes while a thread is being loaded may be missing in what is loaded.
        recentCalls = [...recentCalls, event].slice(-recentCallsKept);
        return event.conversation === conversation ? callsPanel.add(event) : undefined;
      case 'person':
        for (const pane of [channelPane, threadPane]) pane.list.rename(event.person.id, event.person.name);
        return undefined;
      default:
        return undefined;
    }
  }

  function listenToButtons() {
    find('#close-thread', HTMLButtonElement).addEventListener('click', closeThread);
    find('#to-channel', HTMLButtonElement).addEventListener('click', closeThread);
    find('#to-channels', HTMLButtonElement).addEventListener('click', () => {
      document.body.dataset.pane = 'channels';
      channelList.focus();
    });
    find('#channels', HTMLElement).addEventListener('click', () => {
      document.body.dataset.pane = thread === null ? 'channel' : 'thread';
    });
    find('#channel-calls', HTMLButtonElement).addEventListener('click', () => {
      go(toHash(channel.id, thread === callsOnly ? null : callsOnly));
    });
    find('.skip', HTMLElement).addEventListener('click', (event) => {
      event.preventDefault();
      channelPane.composer.focus();
    });
    document.addEventListener('keydown', (event) => {
      const isTaken = event.defaultPrevented || document.querySelector('dialog[open]') !== null;
      if (event.key !== 'Escape' || isTaken || !threadPaneElement.contains(document.activeElement)) return;
      if (threadPane.composer.isEmpty()) closeThread();
    });
    initDropZone((files, target) => {
      const inThread = target instanceof Node && threadPaneElement.contains(target) && tabs.isConversation();
      const pane = inThread ? threadPane : channelPane;
      pane.composer.add(files);
      pane.composer.focus();
    });
  }

  initRename(person);
  listenToButtons();
  window.addEventListener('hashchange', follow);
  follow();
  connectLive({
    onEvent,
    onConnected() {
      if (isLost) announce('Connected again');
      isLost = false;
      void load();
    },
    onDisconnected() {
      if (!isLost) announce('Connection lost');
      isLost = true;
      showConnection('Connection lost. Trying again…');
    },
  });
}
