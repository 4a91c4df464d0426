/** @import { Person } from './shapes.js' */
import { setName } from './api.js';
import { find } from './element.js';
import { hueOf, initialsOf } from './format.js';

/**
 * Shows who the person is, and lets them change their name.
 * @param {Person} me
 */
export function initRename(me) {
  const dialog = find('#rename-dialog', HTMLDialogElement);
  const input = find('#rename-input', HTMLInputElement);
  const problem = find('#rename-problem', HTMLElement);
  let name = me.name;

  const show = () => {
    find('#me-name', HTMLElement).textContent = name;
    const avatar = find('#me-avatar', HTMLElement);
    avatar.textContent = initialsOf(name);
    avatar.className = `avatar ${hueOf(me.id)}`;
    find('#rename', HTMLElement).setAttribute('aria-label', `You are ${name}. Change your name`);
  };

  find('#rename', HTMLButtonElement).addEventListener('click', () => {
    input.value = name;
    problem.textContent = '';
    dialog.showModal();
    input.select();
  });
  find('#rename-cancel', HTMLButtonElement).addEventListener('click', () => dialog.close());
  find('#rename-form', HTMLFormElement).addEventListener('submit', async (event) => {
    event.preventDefault();
    try {
      const { person } = await setName(input.value);
      name = person.name;
      show();
      dialog.close();
    } catch (error) {
      problem.textContent = error instanceof Error ? error.message : 'That name could not be kept.';
    }
  });
  show();
}
