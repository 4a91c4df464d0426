const megabyte = 1_048_576;

/**
 * A size as people say it: 310 KB, 2.4 MB, 31 MB.
 * @param {number} sizeBytes
 */
export function formatSize(sizeBytes) {
  if (sizeBytes < 1024) return `${sizeBytes} B`;
  if (sizeBytes < megabyte) return `${Math.round(sizeBytes / 1024)} KB`;
  const megabytes = sizeBytes / megabyte;
  return megabytes < 10 ? `${megabytes.toFixed(1)} MB` : `${Math.round(megabytes)} MB`;
}

/**
 * Why a file cannot be sent. Its size is rounded up, so that a file just above the limit never reads as the limit.
 * @param {string} name
 * @param {number} sizeBytes
 * @param {number} maxBytes
 */
export function describeTooLarge(name, sizeBytes, maxBytes) {
  return `${name} is ${Math.ceil(sizeBytes / megabyte)} MB; the limit is ${Math.floor(maxBytes / megabyte)} MB.`;
}

/**
 * What became of the files beyond the limit.
 * @param {readonly string[]} names
 * @param {number} maxFiles
 */
export function describeLeftOut(names, maxFiles) {
  const more = names.length - 1;
  const which = more === 0 ? `${names[0]} was` : `${names[0]} and ${more} more were`;
  return `A message takes ${maxFiles} files at the most; ${which} left out.`;
}

/**
 * The time for today's messages, with the day for others.
 * @param {number} atMs
 * @param {number} nowMs
 */
export function formatTime(atMs, nowMs) {
  const at = new Date(atMs);
  const time = at.toLocaleTimeString([], { hour: '2-digit', minute: '2-digit' });
  if (at.toDateString() === new Date(nowMs).toDateString()) return time;
  return `${at.toLocaleDateString([], { day: 'numeric', month: 'short' })}, ${time}`;
}

/**
 * @param {number} count
 * @param {string} one
 * @param {string} many
 */
export function plural(count, one, many) {
  return `${count} ${count === 1 ? one : many}`;
}

/**
 * The first letters of the first two words.
 * @param {string} name
 */
export function initialsOf(name) {
  const words = name.split(' ').filter((word) => word !== '');
  return words
    .slice(0, 2)
    .map((word) => [...word][0]?.toUpperCase() ?? '')
    .join('');
}

/**
 * One of eight colours, always the same for the same person.
 * @param {string} id
 */
export function hueOf(id) {
  let sum = 0;
  for (const character of id) sum = (sum * 31 + (character.codePointAt(0) ?? 0)) % 8_191;
  return `hue-${sum % 8}`;
}
