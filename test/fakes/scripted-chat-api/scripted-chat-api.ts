import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import {
  type AnswerForm,
  type AskedAnswer,
  plainAnswer,
  type ScriptedAnswer,
  toEvents,
  toRecord,
} from './scripted-answer.ts';
import { createScriptedConversations, type ScriptedConversation } from './scripted-conversations.ts';
import { scriptedModels, toScriptedModelList } from './scripted-models.ts';
import { readFeatureBody, readUnifiedBody, type ScriptedQuestion } from './scripted-questions.ts';
import { friendlyServer, type ScriptedRules } from './scripted-rules.ts';
import { sendError, sendJson, sendPaced, sendPage } from './send-answer.ts';

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
 * A Chat with Image API on loopback: real HTTP, with its own keys, models, asset keys and conversations, in both dialects, answering
 * in any of the forms that were seen, and misbehaving as it is told to. Like the hosted service it turns away clients that do not say
 * who they are, and ignores in the unified dialect what it does not know.
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
  /** The body of `GET /models`, for every feature that is asked for or for each. */
  setModels(body: unknown | ((feature: string | null) => unknown)): void;
  /** What kind of a server it is from now on. */
  setRules(change: Partial<ScriptedRules>): void;
  readonly conversations: ReadonlyMap<string, ScriptedConversation>;
  /** The ids that were asked to be deleted. */
  readonly deletedConversations: readonly string[];
  forgetConversations(): void;
  /** Where `streamingUrl` leads, in place of the record's stream. */
  setStreamingUrl(toUrl: (recordId: string) => string): void;
  /** Whether it can stop models. */
  setStopping(can: boolean): void;
  forgetRecords(): void;
  close(): Promise<void>;
};

/** What the hosted service puts around a question (recorded: 98 tokens for a prompt of 11), and what gpt-4o-mini reads a picture as. */
const tokens = { around: 87, picture: 2_833, answer: 40 } as const;

/** Starts the server; `form` is the one it answers in unless a script says otherwise. */
export async function startScriptedChatApi(
  form: AnswerForm = 'acknowledged',
  firstRules: ScriptedRules = friendlyServer,
): Promise<ScriptedChatApi> {
  const apiKey = 'scripted-secret-key';
  const requests: SeenRequest[] = [];
  const stopped: string[] = [];
  const answers: Partial<ScriptedAnswer>[] = [];
  const refusals: { request: string; refusal: Refusal }[] = [];
  const assets = new Set<string>();
  const records = new Map<string, { asked: AskedAnswer; polls: number }>();
  const conversations = createScriptedConversations(scriptedModels);
  const open = new Set<ServerResponse>();
  let rules = firstRules;
  let questionCount = 0;
  let modelList: unknown = toScriptedModelList;
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

  const refusalOf = (question: ScriptedQuestion): readonly [number, string, string] | null => {
    const { dialect, type, model, conversationId, imageKeys } = question;
    const expected = dialect === 'features' ? 'CHAT_WITH_IMAGE' : 'UNIFY_CHAT_WITH_AI';
    if (rules[dialect] === 'unsupported' || type !== expected)
      return [400, 'UNKNOWN_ERROR', `Unsupported feature type: ${type}`];
    if (!scriptedModels.includes(model)) return [400, 'UNSUPPORTED_MODEL', `Model ${model} is not supported`];
    const foreign = imageKeys.find((key) => !assets.has(key));
    if (dialect === 'features' && foreign !== undefined)
      return [400, 'INVALID_IMAGE', `${foreign} is no picture of yours.`];
    if (dialect === 'unified' && conversationId !== null && !conversations.all.has(conversationId))
      return [404, 'NOT_FOUND', `Conversation ${conversationId} not found`];
    if (question.webSearch && rules.webSearch === 'refused')
      return [400, 'EXTERNAL_API_RESPONSE_WITH_ERROR', 'The alibaba service is a bit busy. Please try again shortly.'];
    return null;
  };

  const accept = (question: ScriptedQuestion, answer: ScriptedAnswer): AskedAnswer => {
    questionCount += 1;
    const { type, model, conversationId, prompt } = question;
    const pictures = rules.pictures === 'ignored' ? 0 : question.imageKeys.filter((key) => assets.has(key)).length;
    const promptToken = Math.ceil(prompt.length / 4);
    const conversation = conversations.all.get(conversationId ?? '');
    const inputToken = promptToken + tokens.around + pictures * tokens.picture + (conversation?.historyTokens ?? 0);
    if (conversation !== undefined) conversation.historyTokens += promptToken + tokens.answer;
    const recordId = `record-${questionCount}`;
    const asked = { recordId, type, model, conversationId, prompt, inputToken, promptToken, answer };
    records.set(recordId, { asked, polls: 0 });
    return asked;
  };

  const answerQuestion = (question: ScriptedQuestion | null, usualForm: AnswerForm, response: ServerResponse) => {
    if (question === null)
      return sendJson(response, 422, {
        success: false,
        error: {
          code: 'PROMPT_OBJECT_VALIDATION_FAILED',
          message: 'Invalid promptObject',
          details: [{ field: 'prompt', message: 'prompt must be a string' }],
        },
      });
    if (rules[question.dialect] === 'missing')
      return sendJson(response, 404, { message: 'Cannot POST', statusCode: 404 });
    const refused = refusalOf(question);
    if (refused !== null) return sendError(response, ...refused);
    return answerInForm(accept(question, { ...plainAnswer, form: usualForm, ...answers.shift() }), response);
  };

  const answerInForm = (asked: AskedAnswer, response: ServerResponse) => {
    const { answer, recordId, conversationId } = asked;
    switch (answer.form) {
      case 'acknowledged': {
        const data = { conversationId, aiRecordId: recordId, streamingUrl: toStreamingUrl(recordId) };
        return sendJson(response, 200, { status: 'success', message: 'Streaming response will be returned', data });
      }
      case 'events':
        return sendEvents(asked, response);
      case 'text':
        response.writeHead(200, { 'content-type': 'text/plain; charset=utf-8' });
        return sendPaced(response, answer.words.join(''), { ...answer, ending: endingOfText(answer) });
      case 'record':
        if (answer.ending === 'stall') return undefined;
        return sendJson(response, 200, { aiRecord: toRecord(asked, statusOf(answer)) });
      case 'processing':
        return sendJson(response, 200, { aiRecord: toRecord(asked, 'PROCESSING') });
    }
  };

  const sendEvents = (asked: AskedAnswer, response: ServerResponse) => {
    response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' });
    return sendPaced(response, toEvents(asked), asked.answer);
  };

  const answerResult = (recordId: string, response: ServerResponse) => {
    const record = records.get(recordId);
    if (record === undefined) return sendJson(response, 200, { aiRecord: null });
    record.polls += 1;
    const { asked } = record;
    const isFinished = record.polls > 1 && asked.answer.ending !== 'stall';
    const status = isFinished ? statusOf(asked.answer) : 'PROCESSING';
    return sendJson(response, 200, { aiRecord: toRecord(asked, status) });
  };

  const answerStream = (seen: SeenRequest, recordId: string, response: ServerResponse) => {
    const record = records.get(recordId);
    if (record === undefined) return sendError(response, 404, 'NOT_FOUND', 'There is no such answer of yours.');
    if (seen.method !== 'DELETE') return sendEvents(record.asked, response);
    if (!canStop) return sendError(response, 405, 'METHOD_NOT_ALLOWED', 'This cannot be stopped.');
    stopped.push(recordId);
    return response.writeHead(204).end();
  };

  const answerModels = (query: string, response: ServerResponse) => {
    const feature = new URLSearchParams(query).get('feature');
    return sendJson(response, 200, typeof modelList === 'function' ? modelList(feature) : modelList);
  };

  const route = (seen: SeenRequest, response: ServerResponse): unknown => {
    const [path = '', query = ''] = seen.path.split('?');
    if (/^$|^(node|undici|axios|python)/i.test(seen.headers['user-agent'] ?? '')) return sendPage(response, 403);
    if (path === '/models') return answerModels(query, response);
    if (seen.headers['api-key'] !== apiKey)
      return sendJson(response, 401, {
        success: false,
        error: { code: 'UNAUTHORIZED', message: 'Invalid or missing API key' },
      });
    if (path === '/api/assets') return answerUpload(seen, response);
    if (path === '/api/features') return answerQuestion(readFeatureBody(seen.body), form, response);
    if (path === '/api/chat-with-ai') {
      const streamed = form === 'acknowledged' ? 'events' : form;
      return answerQuestion(
        readUnifiedBody(seen.body),
        query.includes('isStreaming=true') ? streamed : 'record',
        response,
      );
    }
    if (path === '/api/conversations') return conversations.create(seen.body, rules, response);
    const [, kind, id] = /^\/api\/(features\/stream|results|conversations)\/([^/?]+)$/.exec(path) ?? [];
    if (id === undefined) return sendError(response, 404, 'NOT_FOUND', 'No such path.');
    if (kind === 'conversations') return conversations.remove(decodeURIComponent(id), response);
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
    setRules(change) {
      rules = { ...rules, ...change };
    },
    conversations: conversations.all,
    deletedConversations: conversations.deleted,
    forgetConversations: () => conversations.all.clear(),
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
