import type { ServerResponse } from 'node:http';
import type { ScriptedAnswer } from './scripted-answer.ts';

/** Sends the text, in single bytes where that is wished, and ends as the script says. */
export async function sendPaced(response: ServerResponse, text: string, answer: ScriptedAnswer): Promise<void> {
  const bytes = Buffer.from(text);
  const size = answer.drips ? 1 : Math.max(1, bytes.length);
  for (let at = 0; at < bytes.length && !response.destroyed; at += size) {
    response.write(bytes.subarray(at, at + size));
    await new Promise((resolve) => setImmediate(resolve));
  }
  if (answer.ending === 'stall') return;
  if (answer.ending === 'reset') response.destroy();
  else response.end();
}

/** JSON with any status. */
export function sendJson(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8' }).end(JSON.stringify(body));
}

/** The envelope as it was recorded, with what it must not give away. */
export function sendError(response: ServerResponse, status: number, errorCode: string, message: string): void {
  sendJson(response, status, { errorCode, message, context: { service: 'Team Rocket' } });
}

/** What stands in front of the hosted service, with a page of its own. */
export function sendPage(response: ServerResponse, status: number): void {
  const page = `<!DOCTYPE html>\n<html><head><title>${status} | Cloudflare</title></head><body>Ray ID: 8f</body></html>`;
  response.writeHead(status, { 'content-type': 'text/html; charset=UTF-8' }).end(page);
}
