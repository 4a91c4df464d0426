/** @import { FileView } from './shapes.js' */
import { discardFile, uploadFile } from './api.js';
import { make, makeButton } from './element.js';
import { describeLeftOut, describeTooLarge, formatSize } from './format.js';

/**
 * A file on its way into a message.
 * @typedef {{
 *   file: File, address: string, element: HTMLElement, uploaded: Omit<FileView, 'gone'> | null, abort: AbortController
 * }} Attachment
 */

const shownTypes = ['image/png', 'image/jpeg', 'image/webp', 'image/gif'];

/** A pasted picture has no name of its own. @param {File} file @param {number} index */
function withName(file, index) {
  if (file.name !== '' && file.name !== 'image.png') return file;
  const extension = file.type.split('/')[1]?.replace('jpeg', 'jpg') ?? 'bin';
  return new File([file], `pasted-${index + 1}.${extension}`, { type: file.type });
}

/**
 * The files of the message being written: uploaded one by one as soon as they are chosen.
 * @param {HTMLElement} list
 * @param {{
 *   maxFiles: number, maxBytes: number, onChange(): void, onProblem(sentence: string): void, onLastRemoved(): void
 * }} options
 */
export function createAttachments(list, { maxFiles, maxBytes, onChange, onProblem, onLastRemoved }) {
  /** @type {Attachment[]} */
  let attachments = [];
  /** @type {Promise<unknown>} */
  let queue = Promise.resolve();

  const changed = () => {
    list.hidden = attachments.length === 0;
    onChange();
  };

  /** @param {Attachment} attachment */
  const forget = (attachment) => {
    attachments = attachments.filter((each) => each !== attachment);
    attachment.element.remove();
    attachment.abort.abort(new Error('removed'));
    changed();
  };

  /** @param {Attachment} attachment */
  const remove = (attachment) => {
    forget(attachment);
    URL.revokeObjectURL(attachment.address);
    // The server throws it away by itself after a while; not hearing of it does no harm.
    if (attachment.uploaded !== null) discardFile(attachment.uploaded.id).catch(() => {});
  };

  /** By hand: the next one can be removed at once, by keyboard too. @param {Attachment} attachment */
  const removeByHand = (attachment) => {
    const index = attachments.indexOf(attachment);
    remove(attachment);
    const next = attachments[Math.min(index, attachments.length - 1)]?.element.querySelector('button');
    if (next instanceof HTMLElement) next.focus();
    else onLastRemoved();
  };

  /** @param {Attachment} attachment */
  const upload = async (attachment) => {
    const { file, abort, element } = attachment;
    if (abort.signal.aborted) return;
    const progress = element.querySelector('progress');
    const onProgress = (/** @type {number} */ share) => {
      if (progress !== null) progress.value = share;
    };
    try {
      attachment.uploaded = await uploadFile(file, onProgress, abort.signal);
      progress?.remove();
      element.classList.add('ready');
      changed();
    } catch (error) {
      if (abort.signal.aborted) return;
      remove(attachment);
      const reason = error instanceof Error ? error.message : 'It could not be uploaded.';
      onProblem(reason.startsWith(file.name) ? reason : `${file.name}: ${reason}`);
    }
  };

  /** @param {File} file */
  const add = (file) => {
    const address = URL.createObjectURL(file);
    const preview = shownTypes.includes(file.type)
      ? make('img', { src: address, alt: '', draggable: 'false' })
      : make('span', { class: 'no-preview', 'aria-hidden': 'true' }, file.name.split('.').at(-1)?.slice(0, 4) ?? '?');
    const button = makeButton('×', { class: 'remove', 'aria-label': `Remove ${file.name}` }, () =>
      removeByHand(attachment),
    );
    const progress = make('progress', { max: '1', value: '0', 'aria-label': `Upload of ${file.name}` });
    const name = make('span', { class: 'attachment-name', title: `${file.name}, ${formatSize(file.size)}` }, file.name);
    const element = make('li', { class: 'attachment' }, preview, name, progress, button);
    /** @type {Attachment} */
    const attachment = { file, address, element, uploaded: null, abort: new AbortController() };
    attachments = [...attachments, attachment];
    list.append(element);
    queue = queue.then(() => upload(attachment));
  };

  return {
    /** @param {Iterable<File>} files */
    add(files) {
      const problems = [];
      /** @type {string[]} */
      const leftOut = [];
      for (const given of files) {
        const file = withName(given, attachments.length);
        if (file.size > maxBytes) problems.push(describeTooLarge(file.name, file.size, maxBytes));
        else if (file.size === 0) problems.push(`${file.name} is empty.`);
        else if (attachments.length >= maxFiles) leftOut.push(file.name);
        else add(file);
      }
      if (leftOut.length > 0) problems.push(describeLeftOut(leftOut, maxFiles));
      changed();
      if (problems.length > 0) onProblem(problems.join(' '));
    },
    count: () => attachments.length,
    isUploading: () => attachments.some(({ uploaded }) => uploaded === null),
    /**
     * Puts other files in place of these, and gives these. Their uploads go on.
     * @param {Attachment[]} others
     */
    swap(others) {
      const kept = attachments;
      // One that could not be uploaded meanwhile has been given up.
      attachments = others.filter(({ abort }) => !abort.signal.aborted);
      list.replaceChildren(...attachments.map(({ element }) => element));
      changed();
      return kept;
    },
    /**
     * Hands the files over to a message and starts anew. The pictures can still be shown from the browser's own memory.
     * @returns {FileView[]}
     */
    take() {
      const taken = attachments.flatMap(({ uploaded }) => (uploaded === null ? [] : [{ ...uploaded, gone: false }]));
      for (const attachment of attachments) {
        URL.revokeObjectURL(attachment.address);
        attachment.element.remove();
      }
      attachments = [];
      changed();
      return taken;
    },
  };
}
