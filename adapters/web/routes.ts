import { type Context, Hono } from 'hono';
import type { ModelInfo } from '../../src/answer/models.ts';
import { errorMessage } from '../../src/lib/errors.ts';
import type { Ids } from '../../src/lib/ids.ts';
import type { Logger } from '../../src/lib/logger.ts';
import { tupleKey } from '../../src/lib/tuple-key.ts';
import type { CallLog } from './call-log.ts';
import { canSee, channelsOf, isDirect, webTenant } from './channels.ts';
import { turnIdOf, webPlatformName } from './decode.ts';
import { createFileRoutes } from './file-routes.ts';
import type { HandOver } from './hand-over.ts';
import type { MessageLog } from './message-log.ts';
import type { ToMessageView } from './message-view.ts';
import type { PageFiles } from './page-files.ts';
import type { People } from './people.ts';
import { fileLimits, type PictureFiles } from './picture-files.ts';
import type { PostMessage } from './post-message.ts';
import { readRequest } from './read-request.ts';
import { Refusal } from './refusal.ts';
import { findPerson, welcomePerson } from './session-cookie.ts';
import type { Viewers } from './viewers.ts';
import type { WebEnv } from './web-env.ts';
import {
  type MessageRow,
  maxFilesPerMessage,
  maxTextLength,
  nameRequestSchema,
  postRequestSchema,
  stopRequestSchema,
} from './wire.ts';

/** What the page is told once, beside who the person is. */
export type PageFacts = {
  readonly botName: string;
  /** Shown in the examples; null: a placeholder is. */
  readonly apiKey: string | null;
  apiUrl(): string;
  listModels(signal: AbortSignal): Promise<readonly ModelInfo[]>;
};

type RouteParts = {
  readonly facts: PageFacts;
  readonly pageFiles: PageFiles;
  readonly people: People;
  readonly log: MessageLog;
  readonly files: PictureFiles;
  readonly calls: CallLog;
  readonly viewers: Viewers;
  readonly handOver: HandOver;
  readonly postMessage: PostMessage;
  readonly toView: ToMessageView;
  readonly ids: Ids;
  readonly logger: Logger;
};

const pageLength = 50;
const threadLength = 200;

async function sendPageFile(context: Context, pageFiles: PageFiles, name: string): Promise<Response> {
  const file = await pageFiles(name);
  if (file === null) return context.notFound();
  const headers = { ETag: file.etag, 'Cache-Control': 'no-cache', 'X-Content-Type-Options': 'nosniff' };
  if (context.req.header('If-None-Match') === file.etag) return context.body(null, 304, headers);
  return context.body(file.bytes, 200, { ...headers, 'Content-Type': file.contentType });
}

/** The page itself: `/` and its parts under `/playground/`. */
function createPageRoutes(pageFiles: PageFiles): Hono {
  const routes = new Hono();
  routes.get('/', (context) => sendPageFile(context, pageFiles, 'index.html'));
  routes.get('/playground/vendor/:name', (context) =>
    sendPageFile(context, pageFiles, `vendor/${context.req.param('name')}`),
  );
  routes.get('/playground/:name{[a-z-]+\\.(?:js|css|svg)}', (context) =>
    sendPageFile(context, pageFiles, context.req.param('name')),
  );
  return routes;
}

/** Everything the page asks for. Whoever may not see something is told that it is not there. */
export function createWebRoutes(parts: RouteParts): Hono {
  const { facts, people, log, calls, viewers, handOver, postMessage, toView, ids, logger } = parts;
  const api = new Hono<WebEnv>();

  const toViews = (messages: readonly MessageRow[]) => messages.map(toView);
  const requireChannel = (personId: string, channel: string) => {
    if (!canSee(personId, channel)) throw new Refusal('web-not-found', 'There is no such channel.');
  };
  const requireMessage = (personId: string, id: string): MessageRow => {
    const message = log.find(id);
    if (message !== null && canSee(personId, message.channel)) return message;
    throw new Refusal('web-not-found', 'That message is no longer there.');
  };

  api.get('/session', (context) => {
    const person = welcomePerson(context, people, ids);
    return context.json({
      person,
      botName: facts.botName,
      channels: channelsOf(person.id),
      limits: { textLength: maxTextLength, files: maxFilesPerMessage, fileBytes: fileLimits.maxBytes },
      api: { url: facts.apiUrl(), key: facts.apiKey },
    });
  });

  api.use(async (context, next) => {
    const person = findPerson(context, people);
    if (person === null) throw new Refusal('web-no-session', 'Reload the page to go on.');
    context.set('person', person);
    await next();
  });

  api.post('/name', async (context) => {
    const { name } = await readRequest(context, nameRequestSchema);
    const person = { id: context.get('person').id, name };
    people.rename(person.id, name);
    viewers.send({ type: 'person', channel: null, person });
    return context.json({ person });
  });

  api.get('/events', (context) => {
    const body = viewers.open(context.get('person').id);
    if (body === null) throw new Refusal('web-too-fast', 'Too many pages are open. Close some and reload.');
    return context.body(body, 200, {
      'Content-Type': 'text/event-stream; charset=utf-8',
      'Cache-Control': 'no-store',
      'X-Accel-Buffering': 'no',
    });
  });

  api.get('/messages', (context) => {
    const channel = context.req.query('channel') ?? '';
    requireChannel(context.get('person').id, channel);
    const before = Number(context.req.query('before') ?? Number.NaN);
    const page = log.page(channel, Number.isSafeInteger(before) ? before : null, pageLength + 1);
    return context.json({ messages: toViews(page.slice(-pageLength)), more: page.length > pageLength });
  });

  api.get('/threads/:root', (context) => {
    const root = requireMessage(context.get('person').id, context.req.param('root'));
    return context.json({ root: toView(root), messages: toViews(log.thread(root.id, threadLength)) });
  });

  api.post('/messages', async (context) => {
    const message = await postMessage(context.get('person'), await readRequest(context, postRequestSchema));
    return context.json({ message: toView(log.find(message.id) ?? message) });
  });

  api.post('/stop', async (context) => {
    const person = context.get('person');
    const { message: id } = await readRequest(context, stopRequestSchema);
    const message = requireMessage(person.id, id);
    const asker = message.author ?? message.asker;
    if (asker !== person.id) throw new Refusal('web-not-yours', 'Only who asked can stop an answer.');
    const turnId = message.turn_id ?? turnIdOf(message.id);
    const receipt = await handOver.stop(turnId, {
      ...person,
      moderator: false,
      managesChannel: false,
      managesServer: false,
    });
    if (receipt !== 'accepted') throw new Refusal('web-ended', 'That answer has ended already.');
    return context.json({ stopped: true });
  });

  api.get('/models', async (context) => {
    const models = await facts.listModels(context.req.raw.signal);
    return context.json({ models });
  });

  api.get('/calls', (context) => {
    const channel = context.req.query('channel') ?? '';
    requireChannel(context.get('person').id, channel);
    const thread = isDirect(channel) ? channel : (context.req.query('thread') ?? '');
    const conversation = tupleKey(webPlatformName, webTenant, channel, thread);
    return context.json({ conversation, calls: calls.of(conversation) });
  });

  api.route('/files', createFileRoutes(parts.files, log));

  api.onError((error, context) => {
    if (error instanceof Refusal) return context.json({ code: error.code, message: error.message }, error.status);
    const failed = { path: context.req.path, reason: errorMessage(error) };
    if (context.req.raw.signal.aborted) logger.debug(failed, 'A page went away before its answer.');
    else logger.error(failed, 'The playground could not answer its page.');
    return context.json({ code: 'web-failed', message: 'Something went wrong here. Try again.' }, 500);
  });

  return createPageRoutes(parts.pageFiles).route('/playground', api);
}
