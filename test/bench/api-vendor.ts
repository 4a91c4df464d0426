import { createServer, type ServerResponse } from 'node:http';
import { performance } from 'node:perf_hooks';
import { listenOnLoopback } from './api-listen.ts';
import type { Script } from './api-messages.ts';

const nowMs = () => performance.timeOrigin + performance.now();

function chunk(delta: object, finish: string | null): string {
  const choices = [{ index: 0, delta, finish_reason: finish }];
  const body = { id: 'chatcmpl-1', object: 'chat.completion.chunk', created: 1, model: 'gpt-4o', choices };
  return `data: ${JSON.stringify(body)}\n\n`;
}

const usage = { prompt_tokens: 800, completion_tokens: 200, total_tokens: 1_000 };
const lastChunks = `${chunk({}, 'stop')}data: ${JSON.stringify({ id: 'chatcmpl-1', object: 'chat.completion.chunk', created: 1, model: 'gpt-4o', choices: [], usage })}\n\ndata: [DONE]\n\n`;

/** Chat Completions as OpenAI streams them; every token is the time it was sent at. Answers as soon as the request is there. */
export async function startBenchVendor() {
  let script: Script = { tokens: 5, gapMs: 0, padding: 0 };

  function write(response: ServerResponse, { tokens, gapMs, padding }: Script): void {
    response.writeHead(200, { 'Content-Type': 'text/event-stream; charset=utf-8' });
    const letters = 'x'.repeat(padding);
    let sent = 0;
    const next = () => {
      response.write(chunk({ content: `${nowMs().toFixed(1)}${letters} ` }, null));
      sent += 1;
    };
    if (gapMs === 0) {
      while (sent < tokens) next();
      response.end(lastChunks);
      return;
    }
    next();
    const timer = setInterval(() => {
      next();
      if (sent < tokens) return;
      clearInterval(timer);
      response.end(lastChunks);
    }, gapMs);
    response.on('close', () => clearInterval(timer));
  }

  const server = createServer((request, response) => {
    request.resume();
    request.on('end', () => write(response, script));
  });
  const url = await listenOnLoopback(server);
  return {
    url: `${url}/v1`,
    key: 'a-key',
    setScript(next: Script) {
      script = next;
    },
  };
}
