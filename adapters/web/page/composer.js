/** @import { Attachment } from './attachments.js' */
/** @import { FileView, Message, Model, Session } from './shapes.js' */
import { announce } from './announce.js';
import { createAttachments } from './attachments.js';
import { createCompletion } from './completion.js';
import { find } from './element.js';
import { callsBot } from './mention.js';

/**
 * What was written, ready to be sent.
 * @typedef {{ text: string, files: FileView[], quotes: Message | null }} Draft
 */

/**
 * What was written and not sent.
 * @typedef {{ text: string, files: Attachment[] }} Unsent
 */

/**
 * A place to write a message: text, files, a message that it replies to.
 * @param {HTMLElement} place
 * @param {{
 *   id: string, session: Session, loadModels(): Promise<readonly Model[]>,
 *   send(draft: Draft): void, stop(): void
 * }} options
 */
export function createComposer(place, { id, session, loadModels, send, stop }) {
  place.append(find('#composer-template', HTMLTemplateElement).content.cloneNode(true));
  const form = find('form', HTMLFormElement, place);
  const field = find('textarea', HTMLTextAreaElement, form);
  const fileInput = find('.file-input', HTMLInputElement, form);
  const hint = find('.hint', HTMLElement, form);
  const problem = find('.problem', HTMLElement, form);
  const replying = find('.replying', HTMLElement, form);
  const typing = find('.typing', HTMLElement, form);
  const typingText = find('.typing-text', HTMLElement, form);
  const stopButton = find('.typing .stop', HTMLButtonElement, form);
  const sendButton = find('.send', HTMLButtonElement, form);
  field.id = `${id}-field`;
  fileInput.setAttribute('aria-label', 'Choose pictures');

  /** @type {Message | null} */
  let quotes = null;
  /** Whether everything written here is for the bot. */
  let botListens = false;
  let sendWhenUploaded = false;

  const isEmpty = () => field.value.trim() === '' && attachments.count() === 0;

  const maxLength = session.limits.textLength;
  const length = () => field.value.trim().length;

  /** @param {string} sentence */
  const showProblem = (sentence) => {
    problem.textContent = sentence;
  };

  const refresh = () => {
    field.style.height = 'auto';
    field.style.height = `${field.scrollHeight}px`;
    const lacksMention = attachments.count() > 0 && !botListens && !callsBot(field.value, session.botName);
    hint.textContent = sendWhenUploaded
      ? 'Sends as soon as the pictures are up'
      : length() > maxLength
        ? `${length()} of ${maxLength} characters`
        : lacksMention
          ? `Add @${session.botName} to get an answer`
          : '';
    sendButton.disabled = isEmpty();
    if (sendWhenUploaded && !attachments.isUploading()) submit();
  };

  const attachments = createAttachments(find('.attachments', HTMLElement, form), {
    maxFiles: session.limits.files,
    maxBytes: session.limits.fileBytes,
    onChange: refresh,
    onProblem: showProblem,
    onLastRemoved: () => field.focus(),
  });
  const suggestions = find('.suggestions', HTMLElement, form);
  const completion = createCompletion(field, suggestions, { botName: session.botName, loadModels });

  /** @param {Message | null} message */
  const setQuote = (message) => {
    quotes = message;
    replying.hidden = message === null;
    find('span', HTMLElement, replying).textContent = message === null ? '' : `Replying to ${message.author.name}`;
    if (message !== null) field.focus();
  };

  function submit() {
    sendWhenUploaded = false;
    if (isEmpty()) return;
    if (length() > maxLength) {
      showProblem(`Your message has ${length()} characters; the limit is ${maxLength}. Shorten it.`);
      return;
    }
    if (attachments.isUploading()) {
      sendWhenUploaded = true;
      refresh();
      return;
    }
    const draft = { text: field.value.trim(), files: attachments.take(), quotes };
    field.value = '';
    showProblem('');
    setQuote(null);
    completion.close();
    refresh();
    send(draft);
  }

  form.addEventListener('submit', (event) => {
    event.preventDefault();
    submit();
  });
  field.addEventListener('input', () => {
    sendWhenUploaded = false;
    showProblem('');
    refresh();
  });
  field.addEventListener('keydown', (event) => {
    // While an input method composes a character, its keys are its own.
    if (event.isComposing || completion.takeKey(event)) return;
    if (event.key === 'Enter' && !event.shiftKey) {
      event.preventDefault();
      submit();
    } else if (event.key === 'Escape' && quotes !== null) {
      event.stopPropagation();
      setQuote(null);
    }
  });
  field.addEventListener('paste', (event) => {
    const files = [...(event.clipboardData?.files ?? [])];
    if (files.length === 0) return;
    event.preventDefault();
    add(files);
  });
  find('.add-file', HTMLButtonElement, form).addEventListener('click', () => fileInput.click());
  fileInput.addEventListener('change', () => {
    add([...(fileInput.files ?? [])]);
    fileInput.value = '';
    field.focus();
  });
  find('button', HTMLButtonElement, replying).addEventListener('click', () => setQuote(null));
  stopButton.addEventListener('click', () => stop());

  /** @param {string} text */
  function setText(text) {
    field.value = text;
    field.dispatchEvent(new Event('input', { bubbles: true }));
    completion.close();
  }

  /** @param {File[]} files */
  function add(files) {
    showProblem('');
    attachments.add(files);
    if (problem.textContent === '') announce(files.length === 1 ? 'File added' : `${files.length} files added`);
  }

  refresh();
  return {
    add,
    setQuote,
    isEmpty,
    focus: () => field.focus(),
    hasFocus: () => form.contains(document.activeElement),
    chooseFile: () => fileInput.click(),
    setText,
    /** Takes what is written here away, and puts in what was written elsewhere. @param {Unsent} unsent @returns {Unsent} */
    swap({ text, files }) {
      const taken = { text: field.value, files: attachments.swap(files) };
      setText(text);
      return taken;
    },
    /** @param {{ label: string, placeholder: string, botListens: boolean }} facts */
    setPlace(facts) {
      field.setAttribute('aria-label', facts.label);
      field.placeholder = facts.placeholder;
      botListens = facts.botListens;
      refresh();
    },
    showProblem,
    /**
     * The line that says that an answer is on its way.
     * @param {string | null} sentence
     * @param {boolean} canStop
     */
    showTyping(sentence, canStop) {
      if (sentence === null && document.activeElement === stopButton) field.focus();
      typing.hidden = sentence === null;
      typingText.textContent = sentence ?? '';
      stopButton.hidden = !canStop;
    },
  };
}
