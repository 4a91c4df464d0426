import { once } from 'node:events';
import type { Server } from 'node:http';
import type { Clock } from '../../src/lib/clock.ts';

const checkEveryMs = 50;

/**
 * Stops taking connections, waits up to `limitMs` for the answers that are under way, then cuts what is left. Safe to call
 * on a server that is closed already.
 */
export async function closeServer(server: Server, clock: Clock, limitMs: number): Promise<void> {
  if (!server.listening) return;
  const waiting = new AbortController();
  const closed = once(server, 'close').then(() => waiting.abort(new Error('the server is closed')));
  server.close();
  const untilMs = clock.now() + limitMs;
  while (!waiting.signal.aborted && clock.now() < untilMs) {
    // A kept-alive connection whose answer has ended since is idle now, and would hold the server open.
    server.closeIdleConnections();
    await clock.sleep(checkEveryMs, waiting.signal).catch(() => {});
  }
  server.closeAllConnections();
  await closed;
}
