/** @import { FileView, KeptCall, Message, Model, Person, Session } from './shapes.js' */

/** A request that was refused. `message` is a sentence for the person; `status` 0 means that no answer came. */
export class RequestRefused extends Error {
  /**
   * @param {number} status
   * @param {string} sentence
   */
  constructor(status, sentence) {
    super(sentence);
    this.status = status;
  }

  /** Whether the same request may succeed later. */
  get passing() {
    return this.status === 0 || this.status === 429 || this.status >= 500;
  }
}

const noAnswer = 'No connection to Sightline.';

/**
 * @param {number} status
 * @param {string} text
 */
function toRefusal(status, text) {
  try {
    const { message } = JSON.parse(text);
    if (typeof message === 'string') return new RequestRefused(status, message);
  } catch {
    // Not our server's words, but a proxy's: the plain sentence below serves better.
  }
  return new RequestRefused(status, `Sightline could not do that (${status}).`);
}

/**
 * @param {string} path
 * @param {RequestInit} [init]
 */
async function request(path, init) {
  const response = await fetch(`/playground/${path}`, init).catch(() => {
    throw new RequestRefused(0, noAnswer);
  });
  if (!response.ok) throw toRefusal(response.status, await response.text());
  return response.status === 204 ? null : response.json();
}

/**
 * @param {string} path
 * @param {unknown} body
 */
function post(path, body) {
  return request(path, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
  });
}

/** @returns {Promise<Session>} */
export const getSession = () => request('session');

/**
 * @param {string} channel
 * @param {number | null} before
 * @returns {Promise<{ messages: Message[], more: boolean }>}
 */
export const getMessages = (channel, before) =>
  request(`messages?channel=${encodeURIComponent(channel)}${before === null ? '' : `&before=${before}`}`);

/**
 * @param {string} root
 * @returns {Promise<{ root: Message, messages: Message[] }>}
 */
export const getThread = (root) => request(`threads/${encodeURIComponent(root)}`);

/**
 * @param {{ channel: string, thread: string | null, text: string, files: string[], quotes: string | null, nonce: string }} message
 * @returns {Promise<{ message: Message }>}
 */
export const postMessage = (message) => post('messages', message);

/** @param {string} message */
export const stopAnswer = (message) => post('stop', { message });

/**
 * @param {string} name
 * @returns {Promise<{ person: Person }>}
 */
export const setName = (name) => post('name', { name });

/** @returns {Promise<{ models: Model[] }>} */
export const getModels = () => request('models');

/**
 * @param {string} channel
 * @param {string | null} thread
 * @returns {Promise<{ conversation: string, calls: KeptCall[] }>}
 */
export const getCalls = (channel, thread) =>
  request(`calls?channel=${encodeURIComponent(channel)}&thread=${encodeURIComponent(thread ?? '')}`);

/** @param {string} id */
export const discardFile = (id) => request(`files/${encodeURIComponent(id)}`, { method: 'DELETE' });

/**
 * Uploads with progress, which `fetch` cannot tell.
 * @param {File} file
 * @param {(share: number) => void} onProgress from 0 to 1
 * @param {AbortSignal} signal
 * @returns {Promise<Omit<FileView, 'gone'>>}
 */
export function uploadFile(file, onProgress, signal) {
  return new Promise((resolve, reject) => {
    const upload = new XMLHttpRequest();
    upload.open('POST', `/playground/files?name=${encodeURIComponent(file.name)}`);
    upload.upload.addEventListener('progress', (event) => onProgress(event.loaded / Math.max(1, event.total)));
    upload.addEventListener('error', () => reject(new RequestRefused(0, noAnswer)));
    upload.addEventListener('abort', () => reject(signal.reason));
    upload.addEventListener('load', () => {
      if (upload.status === 200) resolve(JSON.parse(upload.responseText));
      else reject(toRefusal(upload.status, upload.responseText));
    });
    signal.addEventListener('abort', () => upload.abort(), { once: true });
    upload.send(file);
  });
}
