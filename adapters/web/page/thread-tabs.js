import { find } from './element.js';

/**
 * The two sides of a thread: what is said, and the calls to the API behind it.
 * @param {HTMLElement} pane
 * @param {{ onConversation(): void }} listener
 */
export function createThreadTabs(pane, { onConversation }) {
  const tabs = find('[role=tablist]', HTMLElement, pane);
  const title = find('#thread-title', HTMLElement, pane);
  const conversationTab = find('#tab-thread', HTMLButtonElement, pane);
  const callsTab = find('#tab-calls', HTMLButtonElement, pane);
  const conversationView = find('#thread-view', HTMLElement, pane);
  const callsView = find('#calls-view', HTMLElement, pane);
  const count = find('#calls-count', HTMLElement, pane);

  /** @param {boolean} isCalls */
  const choose = (isCalls) => {
    for (const tab of [conversationTab, callsTab]) {
      const isChosen = (tab === callsTab) === isCalls;
      tab.setAttribute('aria-selected', String(isChosen));
      tab.tabIndex = isChosen ? 0 : -1;
    }
    conversationView.hidden = isCalls;
    callsView.hidden = !isCalls;
    if (!isCalls) onConversation();
  };

  conversationTab.addEventListener('click', () => choose(false));
  callsTab.addEventListener('click', () => choose(true));
  tabs.addEventListener('keydown', (event) => {
    if (event.key !== 'ArrowLeft' && event.key !== 'ArrowRight') return;
    choose(!conversationView.hidden);
    (conversationView.hidden ? callsTab : conversationTab).focus();
  });

  return {
    callsView,
    isConversation: () => !conversationView.hidden,
    /** @param {boolean} isCallsOnly there is no conversation beside the calls */
    open(isCallsOnly) {
      title.textContent = isCallsOnly ? 'API calls' : 'Thread';
      tabs.hidden = isCallsOnly;
      choose(isCallsOnly);
    },
    /** @param {number} calls */
    setCount(calls) {
      count.textContent = calls === 0 ? '' : String(calls);
    },
  };
}
