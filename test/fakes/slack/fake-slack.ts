import type { Clock } from '../../../src/lib/clock.ts';
import { type ApiServer, createApiServer, type RequestLogEntry } from './api-server.ts';
import { type AgentThreads, createAgentThreads } from './assistant-methods.ts';
import type { Backend } from './backend.ts';
import { type BearerTravels, createBearerTravels } from './bearer-travels.ts';
import { createChatMethods } from './chat-methods.ts';
import { type Clicks, createClicks } from './clicks.ts';
import { createConversationMethods } from './conversation-methods.ts';
import { createDeliveries, type Deliveries } from './deliveries.ts';
import { createEventDesk } from './event-desk.ts';
import { createFaults, type Faults } from './faults.ts';
import { createFileHost, type FileHost } from './file-host.ts';
import { createHttpCarrier, type HttpCarrier } from './http-carrier.ts';
import { createInProcessFetch, type InProcessFetch } from './in-process.ts';
import { createInstalling, type Installing } from './installing.ts';
import { createThrottle } from './limits.ts';
import { createMessageDesk } from './message-desk.ts';
import { createPayloads, type Payloads } from './payloads.ts';
import { createPeople, type People } from './people.ts';
import { createPlaces, type Places } from './places.ts';
import type { Violation } from './project-rules.ts';
import { createResponseHost, type ResponseHost } from './response-host.ts';
import { createScreen, type Screen } from './screen.ts';
import { defaultSettings, type Settings } from './settings.ts';
import { createSocketCarrier, type SocketCarrier } from './socket-carrier.ts';
import { createStreamMethods } from './stream-methods.ts';
import { isStreaming } from './stream-state.ts';
import { createTriggers } from './triggers.ts';
import { createViewMethods } from './view-methods.ts';
import { createWorkspaceMethods } from './workspace-methods.ts';
import { type AppRecord, createWorld, type World } from './world.ts';

/** What the fake is like. Everything but the clock has a default. */
export type FakeSlackOptions = {
  readonly clock: Clock;
  readonly appName?: string;
  readonly settings?: Partial<Settings>;
  /** How long calls by `fetch` are under way in process, each way: 0 unless told otherwise. */
  readonly oneWayMs?: () => number;
};

/** Which requests are meant; everything that is given has to fit. */
export type RequestFilter = {
  readonly method?: string;
  readonly teamId?: string;
  readonly status?: number;
  readonly error?: string | null;
};

/**
 * A Slack of its own: workspaces, channels and people to build with `places`, people who write (`people`) and click
 * (`clicks`), installing (`installing`), the Web API, files, events and sockets for the app, trouble on demand (`faults`,
 * `sockets`, `settings`), and the judge (`screen`, `requests`, `deliveries.log`, `travels`, `violations`). It works in process by
 * `fetch` and `http.setRequestUrl(url, post)`; `listenAsSlack` gives it sockets.
 */
export type FakeSlack = {
  readonly app: AppRecord;
  /** The settings in force; they can be changed at any time. */
  readonly settings: Settings;
  readonly world: World;
  readonly places: Places;
  readonly people: People;
  readonly clicks: Clicks;
  readonly installing: Installing;
  readonly agents: AgentThreads;
  readonly faults: Faults;
  readonly screen: Screen;
  readonly payloads: Payloads;
  readonly server: ApiServer;
  readonly files: FileHost;
  readonly responses: ResponseHost;
  readonly http: HttpCarrier;
  readonly sockets: SocketCarrier;
  readonly deliveries: Deliveries;
  readonly travels: BearerTravels;
  /** Every host of this Slack in process: the option `fetch` of @slack/web-api, and for downloads. */
  readonly fetch: InProcessFetch;
  /** The requests that were made, in order. */
  requests(filter?: RequestFilter): readonly RequestLogEntry[];
  /** What the app sent that the project forbids. */
  violations(): readonly Violation[];
  /** The same, and forgets them: for tests that break rules on purpose. */
  takeViolations(): readonly Violation[];
  /** Fails with a list when anything forbidden was sent. */
  expectNoViolations(): void;
  /** Ends everything that waits: retries and connections. */
  end(): void;
};

/** Builds a Slack with no workspace in it yet. */
export function createFakeSlack(options: FakeSlackOptions): FakeSlack {
  const { clock } = options;
  const world = createWorld({ clock, appName: options.appName ?? 'sightline' });
  const settings: Settings = { ...defaultSettings(), ...options.settings };
  const violations: Violation[] = [];
  const screen = createScreen(world, (message) => !isStreaming(message, settings, clock.now()));
  const payloads = createPayloads(world);
  const http = createHttpCarrier(world, settings);
  const sockets = createSocketCarrier(world, settings);
  const deliveries = createDeliveries(world, settings, { http, socket: sockets });
  const events = createEventDesk(world, settings, deliveries);
  const desk = createMessageDesk(world, settings, events, payloads, screen);
  const triggers = createTriggers(world, () => settings.triggerMs);
  const backend: Backend = {
    world,
    settings,
    payloads,
    screen,
    events,
    desk,
    deliveries,
    sockets,
    triggers,
    violations,
  };
  const faults = createFaults();
  const travels = createBearerTravels(world, ({ origin, path }) => {
    if (!settings.projectRules.guardsBearer) return;
    violations.push({ method: `${origin}${path}`, rule: 'guardsBearer', message: 'a token went to a stranger' });
  });
  const installing = createInstalling(world, settings);
  const agents = createAgentThreads(backend);
  const methods = [
    ...createChatMethods(backend),
    ...createStreamMethods(backend),
    ...agents.methods,
    ...createConversationMethods(backend),
    ...createViewMethods(backend),
    ...createWorkspaceMethods(backend),
    ...installing.methods,
  ];
  const server = createApiServer(backend, methods, createThrottle(clock.now), faults, travels);
  const files = createFileHost(world, settings, installing, faults, travels);
  const responses = createResponseHost(backend);

  const fits = (entry: RequestLogEntry, filter: RequestFilter) =>
    (filter.method === undefined || entry.method === filter.method) &&
    (filter.teamId === undefined || entry.teamId === filter.teamId) &&
    (filter.status === undefined || entry.status === filter.status) &&
    (filter.error === undefined || entry.error === filter.error);

  return {
    app: world.app,
    settings,
    world,
    places: createPlaces(backend),
    people: createPeople(backend),
    clicks: createClicks(backend),
    installing,
    agents,
    faults,
    screen,
    payloads,
    server,
    files,
    responses,
    http,
    sockets,
    deliveries,
    travels,
    fetch: createInProcessFetch(
      world,
      { api: server, files, responses },
      travels,
      clock,
      options.oneWayMs ?? (() => 0),
    ),
    requests: (filter = {}) => server.requests().filter((entry) => fits(entry, filter)),
    violations: () => violations,
    takeViolations: () => violations.splice(0),
    expectNoViolations() {
      const said = violations.map((each) => `${each.method} (${each.rule}): ${each.message}`);
      if (said.length > 0) throw new Error(`what was sent breaks rules:\n${said.join('\n')}`);
    },
    end() {
      deliveries.end();
      sockets.end();
    },
  };
}
