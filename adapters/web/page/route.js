/**
 * Where the page is, kept in the address, so that reloading, going back and links work: `#/photos`, `#/photos/THREAD`.
 * @typedef {{ channel: string | null, thread: string | null }} Route
 */

/** @returns {Route} */
export function readRoute() {
  const [, channel = '', thread = ''] = location.hash.split('/').map(decodeURIComponent);
  return { channel: channel === '' ? null : channel, thread: thread === '' ? null : thread };
}

/**
 * @param {string} channel
 * @param {string | null} [thread]
 */
export function toHash(channel, thread = null) {
  return `#/${encodeURIComponent(channel)}${thread === null ? '' : `/${encodeURIComponent(thread)}`}`;
}
