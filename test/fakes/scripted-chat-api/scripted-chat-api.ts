import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { type AnswerForm, plainAnswer, type ScriptedAnswer, toEvents, toRecord } from './scripted-answer.ts';

/** A request as it arrived. */
export type SeenRequest = {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
};

/** What the server does in place of an answer. `drop`: breaks the connection; `hang`: never answers. */
export type Refusal =
  | { readonly status: number; readonly headers?: Record<string, string>; readonly body?: string }
  | 'drop'
  | 'hang';

/**
 * A Chat with Image API on loopback: real HTTP, with its own keys, models and asset keys, answering in any of the forms that were
 * seen, and misbehaving as it is told to.
 */
export type ScriptedChatApi = {
  readonly url: string;
  readonly apiKey: string;
  readonly requests: readonly SeenRequest[];
  /** Records whose model was told to stop. */
  readonly stopped: readonly string[];
  /** How the next questions are answered, in order; plainly when there are none left. */
  script(...answers: readonly Partial<ScriptedAnswer>[]): void;
  /** What becomes of the next requests that begin like `POST /api/assets`, before anything is looked at. */
  refuse(request: string, ...refusals: readonly Refusal[]): void;
  /** Questions that were taken and got a record. */
  questionCount(): number;
  /** Answers being sent or waited for now. */
  openReplies(): number;
  /** The body of `GET /models`. */
  setModels(body: unknown): void;
  /** Where `streamingUrl` leads, in place of the record's stream. */
  setStreamingUrl(toUrl: (recordId: string) => string): void;
  /** Whether it can stop models. */
  setStopping(can: boolean): void;
  forgetRecords(): void;
  close(): Promise<void>;
};

const models = ['gpt-4o', 'gemini-2.5-pro'];

/** Starts the server; `form` is the one it answers in unless a script says otherwise. */
export async function startScriptedChatApi(form: AnswerForm = 'acknowledged'): Promise<ScriptedChatApi> {
  const apiKey = 'scripted-secret-key';
  const requests: SeenRequest[] = [];
  const stopped: string[] = [];
  const answers: Partial<ScriptedAnswer>[] = [];
  const refusals: { request: string; refusal: Refusal }[] = [];
  const assets = new Set<string>();
  const records = new Map<string, { answer: ScriptedAnswer; polls: number }>();
  const open = new Set<ServerResponse>();
  let questionCount = 0;
  let modelList: unknown = { models: models.map(toModelEntry), total: models.length };
  let toStreamingUrl = (recordId: string) => `/api/features/stream/${recordId}`;
  let canStop = true;

  const answerUpload = (seen: SeenRequest, response: ServerResponse) => {
    const part = /name="([^"]*)"; filename="([^"]*)"\r\ncontent-type: ([^\r]+)\r\n\r\n/i.exec(seen.body);
    if (part?.[1] !== 'asset') return sendError(response, 400, 'INVALID_REQUEST', 'No file in the field asset.');
    const name = part[2] ?? '';
    const isPicture = /\.(png|jpg|jpeg|webp|gif)$/.test(name) && /^image\//.test(part[3] ?? '');
    const content = seen.body.slice((part.index ?? 0) + part[0].length);
    if (!isPicture || !/^(\x89PNG|\xff\xd8|RIFF|GIF8)/.test(content))
      return sendError(response, 400, 'UNSUPPORTED_FILE_TYPE', `This file type isn't supported: ${name}`);
    const key = `images/2026_11_22_00_00_00_000_${assets.size + 1}_${name}`;
    assets.add(key);
    const asset = { fieldname: 'asset', originalname: name, key, location: `https://elsewhere.test/${key}` };
    return sendJson(response, 200, { asset, fileContent: { uuid: `file-${assets.size}`, path: key, type: 'png' } });
  };

  const answerQuestion = (seen: SeenRequest, response: ServerResponse) => {
    const { type, model, promptObject } = JSON.parse(seen.body);
    if (type !== 'CHAT_WITH_IMAGE')
      return sendError(response, 400, 'UNKNOWN_ERROR', `Unsupported feature type: ${type}`);
    if (!models.includes(model))
      return sendError(response, 400, 'UNSUPPORTED_MODEL', `Model ${model} is not supported`);
    const foreign = promptObject.imageList.find((key: string) => !assets.has(key));
    if (foreign !== undefined) return sendError(response, 400, 'INVALID_IMAGE', `${foreign} is no picture of yours.`);
    const answer: ScriptedAnswer = { ...plainAnswer, form, ...answers.shift() };
    questionCount += 1;
    const recordId = `record-${questionCount}`;
    records.set(recordId, { answer, polls: 0 });
    return answerInForm(recordId, answer, response);
  };

  const answerInForm = (recordId: string, answer: ScriptedAnswer, response: ServerResponse) => {
    switch (answer.form) {
      case 'acknowledged': {
        const data = { conversationId: 'c', aiRecordId: recordId, streamingUrl: toStreamingUrl(recordId) };
        return sendJson(response, 200, { status: 'success', message: 'Streaming response will be returned', data });
      }
      case 'events':
        return sendEvents(recordId, answer, response);
      case 'text':
        response.writeHead(200, { 'content-type': 'text/plain; charset=utf-8' });
        return sendPaced(response, answer.words.join(''), { ...answer, ending: endingOfText(answer) });
      case 'record':
        if (answer.ending === 'stall') return undefined;
        return sendJson(response, 200, { aiRecord: toRecord(recordId, answer, statusOf(answer)) });
      case 'processing':
        return sendJson(response, 200, { aiRecord: toRecord(recordId, answer, 'PROCESSING') });
    }
  };

  const sendEvents = (recordId: string, answer: ScriptedAnswer, response: ServerResponse) => {
    response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' });
    return sendPaced(response, toEvents(recordId, answer), answer);
  };

  const answerResult = (recordId: string, response: ServerResponse) => {
    const record = records.get(recordId);
    if (record === undefined) return sendJson(response, 200, { aiRecord: null });
    record.polls += 1;
    const isFinished = record.polls > 1 && record.answer.ending !== 'stall';
    const status = isFinished ? statusOf(record.answer) : 'PROCESSING';
    return sendJson(response, 200, { aiRecord: toRecord(recordId, record.answer, status) });
  };

  const answerStream = (seen: SeenRequest, recordId: string, response: ServerResponse) => {
    const record = records.get(recordId);
    if (record === undefined) return sendError(response, 404, 'NOT_FOUND', 'There is no such answer of yours.');
    if (seen.method !== 'DELETE') return sendEvents(recordId, record.answer, response);
    if (!canStop) return sendError(response, 405, 'METHOD_NOT_ALLOWED', 'This cannot be stopped.');
    stopped.push(recordId);
    return response.writeHead(204).end();
  };

  const route = (seen: SeenRequest, response: ServerResponse): unknown => {
    if (seen.path === '/models') return sendJson(response, 200, modelList);
    if (seen.headers['api-key'] !== apiKey)
      return sendJson(response, 401, {
        success: false,
        error: { code: 'UNAUTHORIZED', message: 'Invalid or missing API key' },
      });
    if (seen.path === '/api/assets') return answerUpload(seen, response);
    if (seen.path === '/api/features') return answerQuestion(seen, response);
    const [, kind, id] = /^\/api\/(features\/stream|results)\/([^/?]+)$/.exec(seen.path) ?? [];
    if (id === undefined) return sendError(response, 404, 'NOT_FOUND', 'No such path.');
    return kind === 'results' ? answerResult(id, response) : answerStream(seen, id, response);
  };

  const refuseNow = (refusal: Refusal, response: ServerResponse) => {
    if (refusal === 'hang') return;
    if (refusal === 'drop') response.destroy();
    else response.writeHead(refusal.status, refusal.headers).end(refusal.body ?? '');
  };

  const server = createServer(async (request, response) => {
    open.add(response);
    response.on('close', () => open.delete(response));
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const body = Buffer.concat(chunks).toString('latin1');
    const text = request.headers['content-type'] === 'application/json' ? Buffer.from(body, 'latin1').toString() : body;
    const seen = { method: request.method ?? '', path: request.url ?? '', headers: request.headers, body: text };
    requests.push(seen);
    const index = refusals.findIndex(({ request: start }) => `${seen.method} ${seen.path}`.startsWith(start));
    const [refused] = index === -1 ? [] : refusals.splice(index, 1);
    if (refused === undefined) route(seen, response);
    else refuseNow(refused.refusal, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;

  return {
    url: `http://127.0.0.1:${port}`,
    apiKey,
    requests,
    stopped,
    script: (...next) => void answers.push(...next),
    refuse: (start, ...next) => void refusals.push(...next.map((refusal) => ({ request: start, refusal }))),
    questionCount: () => questionCount,
    openReplies: () => open.size,
    setModels(body) {
      modelList = body;
    },
    setStreamingUrl(toUrl) {
      toStreamingUrl = toUrl;
    },
    setStopping(can) {
      canStop = can;
    },
    forgetRecords: () => records.clear(),
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function statusOf(answer: ScriptedAnswer): string {
  return answer.ending === 'whole' ? 'SUCCESS' : 'FAILURE';
}

/** A bare text has no way to say that it failed but to break off. */
function endingOfText({ ending }: ScriptedAnswer): ScriptedAnswer['ending'] {
  return ending === 'error' || ending === 'failed-record' ? 'reset' : ending;
}

/** Sends the text, in single bytes where that is wished, and ends as the script says. */
async function sendPaced(response: ServerResponse, text: string, answer: ScriptedAnswer): Promise<void> {
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

function sendJson(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8' }).end(JSON.stringify(body));
}

/** The envelope as it was recorded, with what it must not give away. */
function sendError(response: ServerResponse, status: number, errorCode: string, message: string): void {
  sendJson(response, status, { errorCode, message, context: { service: 'Team Rocket' } });
}

function toModelEntry(modelId: string): object {
  return {
    uuid: `uuid-${modelId}`,
    modelId,
    name: `The ${modelId}`,
    provider: 'openai',
    status: 'ACTIVE',
    features: ['UNIFY_CHAT_WITH_AI', 'CHAT_WITH_IMAGE'],
    creditMetadata: { INPUT: 1.25, OUTPUT: 10, CONTEXT: 128_000 },
    modality: { INPUT: ['text', 'image'], OUTPUT: ['text'] },
  };
}
