/** @import { LiveEvent } from './shapes.js' */

const retryMs = 3_000;
/** Browsers allow few connections to one server: a page nobody looks at gives its own back. */
const hiddenMs = 30_000;
/** The server says something at least every 20 s: after this silence the connection is dead, whatever the browser thinks. */
const silenceMs = 50_000;

/**
 * Listens to what happens. After every gap `onConnected` is called, and what was missed has to be fetched.
 * @param {{
 *   onEvent(event: LiveEvent): void, onConnected(): void, onDisconnected(): void
 * }} listener
 */
export function connectLive({ onEvent, onConnected, onDisconnected }) {
  /** @type {EventSource | null} */
  let source = null;
  /** @type {number | undefined} */
  let timer;
  /** @type {number | undefined} */
  let watchdog;

  const close = () => {
    clearTimeout(watchdog);
    source?.close();
    source = null;
  };

  const watch = () => {
    clearTimeout(watchdog);
    watchdog = setTimeout(() => {
      onDisconnected();
      open();
    }, silenceMs);
  };

  function open() {
    clearTimeout(timer);
    close();
    watch();
    source = new EventSource('/playground/events');
    source.addEventListener('message', ({ data }) => {
      watch();
      /** @type {LiveEvent} */
      const event = JSON.parse(data);
      if (event.type === 'hello') onConnected();
      else onEvent(event);
    });
    source.addEventListener('error', () => {
      onDisconnected();
      // A refused connection is not tried again by the browser itself.
      if (source?.readyState === EventSource.CLOSED) timer = setTimeout(open, retryMs);
    });
  }

  document.addEventListener('visibilitychange', () => {
    clearTimeout(timer);
    if (document.visibilityState === 'hidden') timer = setTimeout(close, hiddenMs);
    else if (source === null || source.readyState === EventSource.CLOSED) open();
  });
  window.addEventListener('online', () => {
    if (source?.readyState !== EventSource.OPEN) open();
  });
  open();
}
