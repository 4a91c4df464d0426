import { find } from './element.js';

/**
 * Says something to people who listen instead of look.
 * @param {string} sentence
 */
export function announce(sentence) {
  const announcer = find('#announcer', HTMLElement);
  // The same sentence twice is read twice only when the text changes in between.
  announcer.textContent = '';
  requestAnimationFrame(() => {
    announcer.textContent = sentence;
  });
}
