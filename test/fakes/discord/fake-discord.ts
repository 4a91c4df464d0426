import type { Clock } from '../../../src/lib/clock.ts';
import type { Backend, Settings } from './backend.ts';
import { createBuckets, defaultLimits, type Limits } from './buckets.ts';
import { type Cdn, createCdn, type DownloadLogEntry } from './cdn.ts';
import { type Clicks, createClicks } from './clicks.ts';
import { createFaults, type Faults } from './faults.ts';
import { createGateway, type Gateway } from './gateway.ts';
import { createApiCall, createFileCall, type InProcessCall } from './in-process.ts';
import { createInProcessGateway, type InProcessGateway, type InProcessGatewayOptions } from './in-process-gateway.ts';
import { createMessageDesk } from './message-desk.ts';
import { createPayloads } from './payloads.ts';
import { createPeople, type People } from './people.ts';
import { createPlaces, type Places } from './places.ts';
import type { AttachmentRecord, UserRecord } from './records.ts';
import { createRestServer, type RequestLogEntry, type RestServer } from './rest-server.ts';
import { createScreen, type Screen } from './screen.ts';
import { createSignedAddresses } from './signed-addresses.ts';
import type { ProjectRules, Violation } from './validate-request.ts';
import { createWorld, type PrivilegedIntents, type World } from './world.ts';

/** What the fake is like. Everything but the clock has a default. */
export type FakeDiscordOptions = {
  readonly clock: Clock;
  readonly token?: string;
  readonly botName?: string;
  /** Privileged intents that are switched on in the portal; none unless told otherwise. */
  readonly privileged?: Partial<PrivilegedIntents>;
  /** The project's own rules; all are checked unless told otherwise. */
  readonly projectRules?: Partial<ProjectRules>;
  readonly limits?: Partial<Limits>;
  /** How long anything is under way in process, each way: 0 unless told otherwise. */
  readonly oneWayMs?: () => number;
};

/** Which requests are meant; everything that is given has to fit. */
export type RequestFilter = { readonly method?: string; readonly route?: string; readonly status?: number };

/**
 * A Discord of its own: servers, channels and people to build with `places`, people who write (`people`) and click
 * (`clicks`), the API, the gateway and the CDN for the bot, trouble on demand (`faults`, `gateway`), and the judge (`screen`,
 * `requests`, `violations`). It works in process by `makeRequest`, `fetchFile` and `connect`; `listenAsDiscord` gives it sockets.
 */
export type FakeDiscord = {
  readonly token: string;
  readonly bot: UserRecord;
  readonly applicationId: string;
  /** The settings in force; they can be changed at any time. */
  readonly settings: Settings;
  readonly world: World;
  readonly places: Places;
  readonly people: People;
  readonly clicks: Clicks;
  readonly gateway: Gateway;
  readonly faults: Faults;
  readonly screen: Screen;
  readonly server: RestServer;
  readonly cdn: Cdn;
  /** The API in process: the option `makeRequest` of @discordjs/rest. */
  readonly makeRequest: InProcessCall;
  /** The CDN and the media proxy in process. Never follows redirects. */
  readonly fetchFile: InProcessCall;
  /** Fresh signed addresses of an attachment, as a payload of now would carry them. */
  addressesOf(attachment: AttachmentRecord): { readonly url: string; readonly proxyUrl: string };
  /** A gateway client in process, of the shape that the bot's own gateway has. */
  connect(options: InProcessGatewayOptions): InProcessGateway;
  /** The requests that were made, in order. */
  requests(filter?: RequestFilter): readonly RequestLogEntry[];
  downloads(): readonly DownloadLogEntry[];
  /** What the bot sent that Discord or the project forbids. */
  violations(): readonly Violation[];
  /** The same, and forgets them: for tests that break rules on purpose. */
  takeViolations(): readonly Violation[];
  /** Fails with a list when anything forbidden was sent. */
  expectNoViolations(): void;
};

/** Builds a Discord with nobody in it but the bot. */
export function createFakeDiscord(options: FakeDiscordOptions): FakeDiscord {
  const { clock } = options;
  const oneWayMs = options.oneWayMs ?? (() => 0);
  const world = createWorld({
    clock,
    token: options.token ?? 'fake-bot-token.of.discord',
    botName: options.botName ?? 'sightline',
    privileged: { messageContent: false, guildMembers: false, presences: false, ...options.privileged },
  });
  const settings: Settings = {
    limits: { ...defaultLimits, ...options.limits },
    attachmentLifeMs: 86_400_000,
    nonceLifeMs: 300_000,
    callbackMs: 3_000,
    interactionTokenMs: 900_000,
    projectRules: { mentionsNobody: true, suppressesEmbeds: true, enforcesNonce: true, ...options.projectRules },
    refuseDirectMessages: new Set(),
    hiddenLimitCountsEdits: false,
    invalidRequestLimit: 10_000,
  };
  const addresses = createSignedAddresses(world, () => settings.attachmentLifeMs);
  const payloads = createPayloads(world, addresses);
  const gateway = createGateway(world, payloads, clock);
  const screen = createScreen(clock.now, clock.now());
  const desk = createMessageDesk(world, gateway, payloads, screen);
  const violations: Violation[] = [];
  const backend: Backend = { world, gateway, payloads, addresses, desk, screen, settings, violations };
  const faults = createFaults();
  const server = createRestServer(backend, createBuckets(clock.now), faults);
  const cdn = createCdn(world, addresses, faults);

  const fits = (entry: RequestLogEntry, filter: RequestFilter) =>
    (filter.method === undefined || entry.method === filter.method) &&
    (filter.route === undefined || entry.route === filter.route) &&
    (filter.status === undefined || entry.status === filter.status);

  return {
    token: world.token,
    bot: world.bot,
    applicationId: world.applicationId,
    settings,
    world,
    places: createPlaces(backend),
    people: createPeople(backend),
    clicks: createClicks(backend),
    gateway,
    faults,
    screen,
    server,
    cdn,
    makeRequest: createApiCall(world, server, clock, oneWayMs),
    fetchFile: createFileCall(world, cdn, clock, oneWayMs),
    addressesOf: (attachment) => ({ url: addresses.url(attachment), proxyUrl: addresses.proxyUrl(attachment) }),
    connect: (client) => createInProcessGateway(world, gateway, clock, oneWayMs, client),
    requests: (filter = {}) => server.requests().filter((entry) => fits(entry, filter)),
    downloads: cdn.downloads,
    violations: () => violations,
    takeViolations: () => violations.splice(0),
    expectNoViolations() {
      const said = violations.map((each) => `${each.route} (${each.rule}): ${each.message}`);
      if (said.length > 0) throw new Error(`what was sent breaks rules:\n${said.join('\n')}`);
    },
  };
}
