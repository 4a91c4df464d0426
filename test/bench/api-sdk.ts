import { createServer } from 'node:http';
import { createOpenAI } from '@ai-sdk/openai';
import { streamText } from 'ai';
import { listenOnLoopback } from './api-listen.ts';
import { benchPicture, benchPrompt } from './api-question.ts';

/** The same question, asked straight with the AI SDK. */
export function askWithSdk(vendorUrl: string, abortSignal: AbortSignal) {
  const openai = createOpenAI({ baseURL: vendorUrl, apiKey: 'a-key' });
  return streamText({
    model: openai.chat('gpt-4o'),
    messages: [
      {
        role: 'user',
        content: [
          { type: 'file', mediaType: 'image/jpeg', data: benchPicture },
          { type: 'text', text: benchPrompt },
        ],
      },
    ],
    abortSignal,
    maxRetries: 0,
  });
}

/** A server as people write it with the AI SDK: asks, and hands the text through. */
export async function startSdkServer(vendorUrl: string) {
  const server = createServer((request, response) => {
    request.resume();
    const gone = new AbortController();
    response.on('close', () => gone.abort(new Error('the caller left')));
    request.on('end', () => {
      response.writeHead(200, { 'Content-Type': 'text/plain; charset=utf-8' });
      const write = async () => {
        for await (const text of askWithSdk(vendorUrl, gone.signal).textStream) response.write(text);
        response.end();
      };
      write().catch(() => response.destroy());
    });
  });
  return { url: await listenOnLoopback(server), key: '' };
}
