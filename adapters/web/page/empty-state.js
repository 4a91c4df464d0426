import { make, makeButton } from './element.js';

/**
 * What a newcomer reads where nothing was said yet.
 * @param {{ isDirect: boolean, question: string, onChoose(): void }} options
 * @returns {HTMLElement[]}
 */
export function makeEmptyState({ isDirect, question, onChoose }) {
  const lead = isDirect
    ? 'Ask about a picture. Everything you write here is for Sightline, and nobody else sees it.'
    : 'Ask about a picture, and the answer opens in a thread.';
  return [
    make('div', { class: 'empty-eye', 'aria-hidden': 'true' }),
    make('p', { class: 'empty-lead' }, lead),
    make('p', {}, 'Try: drop a picture here and write “', make('b', {}, question), '”'),
    makeButton('Choose a picture', { class: 'primary' }, onChoose),
  ];
}
