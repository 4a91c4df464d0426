import { createServer } from 'node:http';
import { Agent } from 'undici';
import { listenOnLoopback } from './api-listen.ts';

/** The least that can stand in front of a vendor: every byte is handed through, and nothing is looked at. */
export async function startPipe(vendorUrl: string) {
  const { origin, pathname } = new URL(vendorUrl);
  const agent = new Agent({ connections: 1_000 });
  const server = createServer(async (request, response) => {
    const { statusCode, body } = await agent.request({
      origin,
      path: `${pathname}/chat/completions`,
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: 'Bearer a-key' },
      body: request,
    });
    response.writeHead(statusCode, { 'Content-Type': 'text/event-stream; charset=utf-8' });
    response.flushHeaders();
    body.on('error', () => response.destroy());
    body.pipe(response);
  });
  return { url: await listenOnLoopback(server), key: '' };
}
