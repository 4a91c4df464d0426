import { find } from './element.js';

/**
 * The whole window takes files, dropped or pasted. Without this a file dropped beside the field would replace the page.
 * @param {(files: File[], target: EventTarget | null) => void} onFiles
 */
export function initDropZone(onFiles) {
  const hint = find('#drop-hint', HTMLElement);
  let depth = 0;
  const hasFiles = (/** @type {DragEvent} */ event) => event.dataTransfer?.types.includes('Files') ?? false;
  const hide = () => {
    depth = 0;
    hint.hidden = true;
  };

  window.addEventListener('dragenter', (event) => {
    if (!hasFiles(event)) return;
    depth += 1;
    hint.hidden = false;
  });
  window.addEventListener('dragleave', (event) => {
    if (!hasFiles(event)) return;
    depth -= 1;
    if (depth <= 0) hide();
  });
  window.addEventListener('dragover', (event) => {
    if (hasFiles(event)) event.preventDefault();
  });
  window.addEventListener('drop', (event) => {
    if (!hasFiles(event)) return;
    event.preventDefault();
    hide();
    onFiles([...(event.dataTransfer?.files ?? [])], event.target);
  });
  window.addEventListener('paste', (event) => {
    const files = [...(event.clipboardData?.files ?? [])];
    const isElsewhere = document.querySelector('dialog[open]') !== null;
    if (event.defaultPrevented || isElsewhere || files.length === 0) return;
    event.preventDefault();
    onFiles(files, event.target);
  });
}
