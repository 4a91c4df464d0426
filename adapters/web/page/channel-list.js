/** @import { Channel } from './shapes.js' */
import { make } from './element.js';
import { toHash } from './route.js';

/**
 * The list of channels, with a mark on those where something was said meanwhile.
 * @param {HTMLElement} list
 * @param {readonly Channel[]} channels
 */
export function createChannelList(list, channels) {
  /** @type {Set<string>} */
  const unread = new Set();
  let currentId = '';

  /** @param {Channel} channel */
  const makeItem = (channel) => {
    const sign = make('span', { class: 'sign', 'aria-hidden': 'true' }, channel.direct ? '@' : '#');
    const link = make('a', { href: toHash(channel.id) }, sign, channel.name);
    if (channel.id === currentId) link.setAttribute('aria-current', 'page');
    if (unread.has(channel.id)) {
      link.append(make('span', { class: 'unread' }, make('span', { class: 'visually-hidden' }, 'new messages')));
    }
    return make('li', {}, link);
  };
  const render = () => list.replaceChildren(...channels.map(makeItem));

  return {
    /** @param {string} id */
    enter(id) {
      currentId = id;
      unread.delete(id);
      render();
    },
    /** @param {string} id */
    markUnread(id) {
      if (id === currentId || unread.has(id)) return;
      unread.add(id);
      render();
    },
    focus() {
      const current = list.querySelector('[aria-current]');
      if (current instanceof HTMLElement) current.focus();
    },
  };
}
