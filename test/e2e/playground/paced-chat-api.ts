import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { z } from 'zod';

const questionSchema = z.object({
  model: z.string(),
  conversationId: z.string(),
  promptObject: z.object({ prompt: z.string(), imageList: z.array(z.string()) }),
});
type Question = z.infer<typeof questionSchema>;

/** An answer that comes word by word as the test says. */
export type PacedAnswer = {
  readonly question: Question;
  say(text: string): void;
  end(): void;
  /** Resolves when the bot has told the model to stop. */
  readonly stopped: Promise<void>;
};

/** A Chat with Image API whose answers are dictated by the test. */
export type PacedChatApi = {
  readonly variables: Record<string, string>;
  /** The next question that is asked, in order. */
  nextAnswer(): Promise<PacedAnswer>;
  close(): Promise<void>;
};

const apiKey = 'paced-secret-key';

function toModelEntry(modelId: string): object {
  return {
    uuid: `uuid-${modelId}`,
    modelId,
    name: modelId,
    provider: 'openai',
    status: 'ACTIVE',
    features: ['CHAT_WITH_IMAGE'],
    creditMetadata: { INPUT: 1.25, OUTPUT: 10, CONTEXT: 128_000 },
    modality: { INPUT: ['text', 'image'], OUTPUT: ['text'] },
  };
}

function sendJson(response: ServerResponse, body: unknown): void {
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}

type OpenAnswer = { readonly answer: PacedAnswer; attach(response: ServerResponse): void; stop(): void };

function openAnswer(question: Question, recordId: string): OpenAnswer {
  const events: string[] = [];
  const readers = new Set<ServerResponse>();
  const stopped = Promise.withResolvers<void>();
  let text = '';
  let hasEnded = false;
  const emit = (name: string, data: object) => {
    const event = `event: ${name}\ndata: ${JSON.stringify(data)}\n\n`;
    events.push(event);
    for (const reader of readers) reader.write(event);
  };
  const answer = {
    question,
    stopped: stopped.promise,
    say(piece: string) {
      text += piece;
      emit('content', { content: piece });
    },
    end() {
      const record = { uuid: recordId, status: 'SUCCESS', aiRecordDetail: { resultObject: [text] } };
      emit('result', { aiRecord: record });
      emit('done', { message: 'Stream completed' });
      hasEnded = true;
      for (const reader of readers) reader.end();
    },
  };
  return {
    answer,
    attach(response) {
      response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' });
      response.write(events.join(''));
      readers.add(response);
      response.on('close', () => readers.delete(response));
      if (hasEnded) response.end();
    },
    stop() {
      stopped.resolve();
      if (!hasEnded) answer.end();
    },
  };
}

/** Starts it on loopback; `variables` make the program ask it. */
export async function startPacedChatApi(): Promise<PacedChatApi> {
  const records = new Map<string, OpenAnswer>();
  const asked: PacedAnswer[] = [];
  const waiting: ((answer: PacedAnswer) => void)[] = [];
  let uploads = 0;

  const ask = (body: string, response: ServerResponse) => {
    const recordId = `record-${records.size + 1}`;
    const opened = openAnswer(questionSchema.parse(JSON.parse(body)), recordId);
    records.set(recordId, opened);
    const next = waiting.shift();
    if (next === undefined) asked.push(opened.answer);
    else next(opened.answer);
    const data = { conversationId: 'c', aiRecordId: recordId, streamingUrl: `/api/features/stream/${recordId}` };
    sendJson(response, { status: 'success', message: 'Streaming response will be returned', data });
  };

  const server = createServer(async (request, response) => {
    const body = await readBody(request);
    const record = records.get((request.url ?? '').split('/').at(-1) ?? '');
    if (request.url?.startsWith('/models'))
      sendJson(response, { models: ['gpt-4o', 'gemini-2.5-pro'].map(toModelEntry), total: 2 });
    else if (request.url === '/api/features') ask(body, response);
    else if (request.url === '/api/assets') {
      uploads += 1;
      sendJson(response, {
        asset: { key: `images/upload-${uploads}` },
        fileContent: { path: `images/upload-${uploads}` },
      });
    } else if (record === undefined) response.writeHead(404).end();
    else if (request.method === 'DELETE') {
      record.stop();
      response.writeHead(204).end();
    } else record.attach(response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;

  return {
    variables: { CHAT_API_URL: `http://127.0.0.1:${port}`, CHAT_API_KEY: apiKey, CHAT_API_DIALECT: 'features' },
    nextAnswer: () => {
      const ready = asked.shift();
      return ready === undefined ? new Promise((resolve) => waiting.push(resolve)) : Promise.resolve(ready);
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
