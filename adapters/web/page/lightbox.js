import { find } from './element.js';

/**
 * Shows a picture large until it is closed with Esc, the button or a click beside it.
 * @param {string} address
 * @param {string} name
 */
export function enlarge(address, name) {
  const picture = find('#lightbox-picture', HTMLImageElement);
  picture.src = address;
  picture.alt = name;
  find('#lightbox-caption', HTMLElement).textContent = name;
  find('#lightbox', HTMLDialogElement).showModal();
}

/** Makes the dialog close. */
export function initLightbox() {
  const dialog = find('#lightbox', HTMLDialogElement);
  find('#lightbox-close', HTMLButtonElement).addEventListener('click', () => dialog.close());
  dialog.addEventListener('click', (event) => {
    if (event.target instanceof HTMLImageElement) return;
    dialog.close();
  });
  dialog.addEventListener('close', () => find('#lightbox-picture', HTMLImageElement).removeAttribute('src'));
}
