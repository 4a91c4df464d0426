/** @import { ApiCall, KeptCall } from './shapes.js' */
import { announce } from './announce.js';
import { make, makeButton } from './element.js';
import { formatTime } from './format.js';
import { languages, toSnippet } from './snippets.js';

/** @type {Record<string, string>} */
const titles = {
  'POST /api/assets': 'Upload a picture',
  'POST /api/features': 'Ask about pictures',
  'POST /api/chat-with-ai': 'Ask about pictures',
  'POST /api/conversations': 'Open a conversation',
};

/** @param {ApiCall} call */
function titleOf(call) {
  const path = call.path.split('?')[0] ?? '';
  if (path.startsWith('/api/features/stream/')) return 'Read the answer';
  return titles[`${call.method} ${path}`] ?? 'Call';
}

/**
 * @param {string} text
 * @param {HTMLButtonElement} button
 */
async function copy(text, button) {
  try {
    await navigator.clipboard.writeText(text);
    button.textContent = 'Copied';
    announce('Copied');
  } catch {
    button.textContent = 'Select it and copy by hand';
  }
  setTimeout(() => {
    button.textContent = 'Copy';
  }, 2_000);
}

/**
 * The calls of one conversation, each ready to be run by hand.
 * @param {HTMLElement} panel
 * @param {{ url: string, key: string | null }} api
 * @param {(count: number) => void} onCount
 */
export function createCallsPanel(panel, api, onCount) {
  /** @type {Map<number, ApiCall>} */
  const calls = new Map();
  /** @type {(typeof languages)[number]} */
  let language = 'cURL';

  const list = make('ol', { class: 'call-list' });
  const tabs = make('div', { class: 'tabs', role: 'tablist', 'aria-label': 'Language of the examples' });
  const intro = make('p', { class: 'calls-intro' });

  /** @param {ApiCall} call */
  const makeCall = (call) => {
    const snippet = toSnippet(call, language, api);
    const button = makeButton('Copy', { class: 'quiet copy' }, () => void copy(snippet, button));
    const time = make('time', {}, formatTime(call.atMs, Date.now()));
    const name = make('h3', {}, titleOf(call));
    const path = make('code', { class: 'call-path' }, `${call.method} ${call.path}`);
    const code = make('pre', { tabindex: '0', 'aria-label': `${language} for: ${titleOf(call)}` }, snippet);
    return make('li', { class: 'call' }, make('div', { class: 'call-head' }, name, time, button), path, code);
  };

  const render = () => {
    const ordered = [...calls].sort(([left], [right]) => left - right);
    const hasFile = ordered.some(([, call]) => call.body.type === 'file');
    list.replaceChildren(...ordered.map(([, call]) => makeCall(call)));
    intro.textContent =
      ordered.length === 0
        ? 'Ask something here, and every call that Sightline makes for it appears in this list, ready to copy.'
        : `What Sightline called for this conversation. Run it yourself from a terminal or your own program.${hasFile ? ' Where a picture’s name stands, put the path of yours.' : ''}`;
    for (const tab of tabs.children) {
      const isChosen = tab.textContent === language;
      tab.setAttribute('aria-selected', String(isChosen));
      tab.setAttribute('tabindex', isChosen ? '0' : '-1');
    }
    tabs.hidden = ordered.length === 0;
    onCount(ordered.length);
  };

  /** @param {(typeof languages)[number]} next */
  const choose = (next) => {
    language = next;
    render();
  };
  tabs.append(...languages.map((name) => makeButton(name, { role: 'tab' }, () => choose(name))));
  tabs.addEventListener('keydown', (event) => {
    const step = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0;
    if (step === 0) return;
    const index = (languages.indexOf(language) + step + languages.length) % languages.length;
    choose(languages[index] ?? 'cURL');
    if (tabs.children[index] instanceof HTMLElement) tabs.children[index].focus();
  });
  panel.replaceChildren(intro, tabs, list);

  return {
    /** @param {KeptCall[]} kept */
    show(kept) {
      calls.clear();
      for (const { seq, call } of kept) calls.set(seq, call);
      render();
    },
    /** @param {KeptCall} kept */
    add({ seq, call }) {
      calls.set(seq, call);
      render();
    },
  };
}
