import { Hono } from 'hono';
import type { ModelInfo } from '../../src/answer/models.ts';
import type { Outbox } from '../../src/delivery/outbox.ts';
import type { ImageSource } from '../../src/images/image-source.ts';
import type { Clock } from '../../src/lib/clock.ts';
import { errorMessage } from '../../src/lib/errors.ts';
import type { Ids } from '../../src/lib/ids.ts';
import type { Logger } from '../../src/lib/logger.ts';
import type { Store } from '../../src/memory/store.ts';
import type { AccessRules } from '../../src/turn/access.ts';
import type { Inbox } from '../../src/turn/inbox.ts';
import { createAgentSurface } from './agent/agent-surface.ts';
import { createThreadStatus } from './agent/thread-status.ts';
import { createRespondToUrl } from './answers/response-url.ts';
import { createMethodWindows } from './api/method-windows.ts';
import { createWebApi, type SlackFetch } from './api/web-api.ts';
import { slackHelp } from './commands/slack-help.ts';
import { createFindAsker } from './directory/asker.ts';
import { createChannels } from './directory/channels.ts';
import { createPeople } from './directory/people.ts';
import { createSlackAccess } from './directory/slack-access.ts';
import { createThreadMemory } from './directory/thread-memory.ts';
import { createEventsRoute, eventsPath } from './events/events-route.ts';
import { createHttpEvents } from './events/http-events.ts';
import { createSocketMode, type SocketMode, type SocketModeParts } from './events/socket-mode.ts';
import { createSlackInbox } from './inbox.ts';
import { createInteractions } from './interactions/interactions.ts';
import { createMessageInbox } from './messages/message-inbox.ts';
import { createSlackOutbox } from './outbox.ts';
import { createSlackImageSource, type DownloadFile, type DownloadPreview } from './pictures/image-source.ts';
import { askPatiently } from './start/ask-patiently.ts';
import { introduceSlack } from './start/introduce.ts';
import { secretProblems } from './start/token-kinds.ts';
import { createForgetKept } from './workspaces/forget-kept.ts';
import { createOauthStanding, createTokenStanding, slackRefused } from './workspaces/standing.ts';
import { createUninstalled } from './workspaces/uninstalled.ts';

/** Where the app is in Slack, how Slack reaches it, and whom it serves. */
export type SlackSettings = {
  /** In one workspace by its token, or in every workspace that installs the app. */
  readonly installed:
    | { readonly type: 'token'; readonly botToken: string }
    | { readonly type: 'oauth'; readonly clientId: string; readonly clientSecret: string };
  /** For Socket Mode; null: requests alone. */
  readonly appToken: string | null;
  /** For requests to `/slack/events`; null: Socket Mode alone. */
  readonly signingSecret: string | null;
  /** Null: Slack's own. */
  readonly apiUrl: string | null;
} & AccessRules;

export type SlackPlatformParts = {
  readonly settings: SlackSettings;
  /** The address of this program, for the lines at the start. */
  readonly ownUrl: () => string;
  readonly downloadFile: DownloadFile;
  readonly downloadPreview: DownloadPreview;
  listModels(signal: AbortSignal): Promise<readonly ModelInfo[]>;
  readonly store: Store;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly logger: Logger;
  /** How calls are sent; Node's own way unless told otherwise. */
  readonly fetch?: SlackFetch;
  /** What connects in Socket Mode; the real one unless told otherwise. */
  readonly connectSockets?: (parts: SocketModeParts) => SocketMode;
};

/** Slack as a platform. */
export type SlackPlatform = {
  readonly inbox: Inbox;
  readonly outbox: Outbox;
  readonly downloadImage: ImageSource;
  /** Slack has commands of its own, and none in threads. */
  readonly help: string;
  /** What Slack, and people who install the app, ask for over HTTP; without any route where nobody does. */
  readonly routes: Hono;
  /** Lines for the operator, once it is connected. Rejects when Slack refuses the app. */
  readonly started: Promise<readonly string[]>;
  /** One sentence when it is not connected now, else null. */
  problem(): string | null;
};

const slackApiUrl = 'https://slack.com/api/';
/** Slack's own client looks for a sign of life as often. */
const silenceLimitMs = 5_000;

/** Throws when a secret is evidently another one than it should be: nothing of it must be sent anywhere. */
function refuseWrongSecrets({ installed, appToken, signingSecret }: SlackSettings): void {
  const problems = secretProblems({
    botToken: installed.type === 'token' ? installed.botToken : null,
    appToken,
    signingSecret,
    client: installed.type === 'oauth' ? { id: installed.clientId, secret: installed.clientSecret } : null,
  });
  if (problems.length > 0) throw slackRefused(problems);
}

/** Puts the adapter together. Nothing is asked of Slack before `inbox.listen`. Throws a `Failure` when a secret is of the wrong kind. */
export function createSlackPlatform(parts: SlackPlatformParts): SlackPlatform {
  const { settings, store, clock, ids, logger, listModels } = parts;
  const { installed, appToken, signingSecret } = settings;
  refuseWrongSecrets(settings);
  const apiUrl = settings.apiUrl ?? slackApiUrl;
  const sending = parts.fetch === undefined ? {} : { fetch: parts.fetch };
  const windows = createMethodWindows(clock);
  const apiWith = (token: string) => createWebApi({ tokenFor: async () => token, apiUrl, clock, windows, ...sending });

  const closing = new AbortController();
  const started = Promise.withResolvers<readonly string[]>();
  started.promise.catch(() => {});
  let standingNow: 'starting' | 'connected' | 'refused' = 'starting';

  const standingParts = {
    apiUrl,
    apiWith,
    appApi: appToken === null ? null : apiWith(appToken),
    store,
    clock,
    ids,
    logger,
    ...sending,
  };
  const standing =
    installed.type === 'token'
      ? createTokenStanding(installed.botToken, standingParts)
      : createOauthStanding(installed, {
          ...standingParts,
          installUrl: () => `${parts.ownUrl()}/slack/install`,
          closing: closing.signal,
        });
  const { workspaces } = standing;
  const tokenFor = async (team: string, signal: AbortSignal) =>
    (await workspaces.find(team, null, signal))?.token ?? null;
  const api = createWebApi({ tokenFor, apiUrl, clock, windows, ...sending });

  const base = { api, store, clock, ids, logger };
  const people = createPeople(base);
  const channels = createChannels(base);
  const findAsker = createFindAsker({ people, channels, clock });
  const mayUse = createSlackAccess(settings);
  const memory = createThreadMemory(store, logger);
  const respond = createRespondToUrl({ apiUrl, clock, ...sending });
  const status = createThreadStatus(base);
  const outbox = createSlackOutbox({ ...base, windows, memory, respond, status });
  const directory = { workspaces, people, channels, findAsker, mayUse };

  const { inbox, take } = createSlackInbox({
    takers: [
      createMessageInbox({ ...base, ...directory, memory }),
      createInteractions({ ...base, ...directory, respond, listModels }),
      createAgentSurface({
        ...base,
        ...directory,
        subjectOfStream: outbox.subjectOfStream,
        subjectInThread: outbox.subjectInThread,
      }),
      createUninstalled({
        ...standing,
        installed: standing.tokens,
        apiWith,
        forget: [memory.forget, createForgetKept(store, logger)],
        logger,
      }),
    ],
    run,
  });

  const socketMode =
    appToken === null
      ? null
      : (parts.connectSockets ?? createSocketMode)({
          appToken,
          apiUrl: apiUrl.endsWith('/') ? apiUrl : `${apiUrl}/`,
          send: (url, init) => (parts.fetch ?? globalThis.fetch)(url, init ?? {}),
          silenceLimitMs,
          clock,
          logger,
        });

  const routes = new Hono();
  if (signingSecret !== null) {
    routes.route('/', createEventsRoute(createHttpEvents({ signingSecret, take, clock, logger }), closing.signal));
  }
  if (standing.routes !== null) routes.route('/', standing.routes);

  function refuse(error: unknown): void {
    const wasStarted = standingNow === 'connected';
    standingNow = 'refused';
    started.reject(error);
    // Before, whoever waits for the start says it.
    if (wasStarted)
      logger.error({ reason: errorMessage(error) }, 'Slack refuses the app; it takes nothing more from there.');
  }

  /** Who the bot is there; then Slack may send. */
  async function connect(signal: AbortSignal): Promise<void> {
    const found = await askPatiently(standing.check, { clock, logger }, signal);
    const listening = socketMode === null ? Promise.resolve() : socketMode.run(take, signal).catch(onSocketRefused);
    if (signingSecret === null) await Promise.race([socketMode?.ready, listening]);
    standingNow = 'connected';
    logger.info({}, 'Connected to Slack.');
    const requestUrl = signingSecret === null ? null : `${parts.ownUrl()}${eventsPath}`;
    started.resolve(introduceSlack(found, { socketMode: socketMode !== null, requestUrl }));
    await listening;

    function onSocketRefused(error: unknown): void {
      if (signal.aborted) return;
      if (signingSecret === null) throw error;
      logger.error({ reason: errorMessage(error) }, 'Slack refuses Socket Mode; requests are still taken.');
    }
  }

  async function run(signal: AbortSignal): Promise<void> {
    const onAbort = () => closing.abort(signal.reason);
    signal.addEventListener('abort', onAbort, { once: true });
    if (signal.aborted) onAbort();
    try {
      await connect(signal);
    } catch (error) {
      if (!signal.aborted) refuse(error);
    }
    if (!signal.aborted) await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
    signal.removeEventListener('abort', onAbort);
    await standing.idle();
  }

  return {
    inbox,
    outbox,
    help: slackHelp,
    downloadImage: createSlackImageSource({ ...base, ...parts, tokenFor }),
    routes,
    started: started.promise,
    problem() {
      if (standingNow === 'refused') return 'Slack refuses the app; the log says why.';
      if (standingNow === 'starting') return 'Slack is not connected.';
      return socketMode !== null && signingSecret === null && socketMode.state() !== 'connected'
        ? 'Slack is not connected.'
        : null;
    },
  };
}
