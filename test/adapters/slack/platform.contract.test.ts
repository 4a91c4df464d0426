import { readPlace } from '../../../adapters/slack/answers/place.ts';
import { createSlackPlatform } from '../../../adapters/slack/platform.ts';
import type { Outbox, Part, Place } from '../../../src/delivery/outbox.ts';
import type { Inbox, InboxEvent, Receipt } from '../../../src/turn/inbox.ts';
import { type PlatformHarness, platformContract } from '../../contracts/platform.contract.ts';
import { connectInProcess } from '../../e2e/slack/in-process-sockets.ts';
import { createFakeIds } from '../../fakes/fake-ids.ts';
import { createMemoryStore } from '../../fakes/memory-store.ts';
import { createSilentLogger } from '../../fakes/silent-logger.ts';
import type { FakeSlack } from '../../fakes/slack/fake-slack.ts';
import { createSlackRig } from '../../fakes/slack/slack-rig.ts';

type Variant = { readonly mode: 'socket' | 'http'; readonly places: 'native' | 'update' };

const requestUrl = 'https://sightline.example/slack/events';
const nobody = { servers: [], channels: [], roles: [], people: [] };
/** Of the minute after which Slack repeats what was not taken, what a start leaves of it. */
const downMs = 59_950;

/** What outlives the program: Slack itself, the store, and what was seen of the messages. */
function createSurroundings(variant: Variant) {
  const rig = createSlackRig({ settings: { socketMode: variant.mode === 'socket' } });
  return {
    rig,
    variant,
    /** Direct messages outside of threads take no streams. */
    channel: variant.places === 'native' ? rig.channel : rig.slack.places.direct(rig.person, rig.installation),
    ids: createFakeIds(),
    store: createMemoryStore(),
    /** Where each message stands and whether it will grow: neither is to be seen. */
    placed: new Map<string, { readonly place: string; state: Part['state'] }>(),
    /** Where Slack's requests go: to the start that runs. */
    app: { take: null as ((url: string, init: RequestInit) => Promise<Response>) | null },
  };
}

type Surroundings = ReturnType<typeof createSurroundings>;

/** What is streaming has the button that stops it, as the bot’s answers have: without it nothing is streamed. */
function asAnswers(outbox: Outbox, { placed, variant }: Surroundings): Outbox {
  const dress = (place: Place, part: Part): Part => {
    const spot = readPlace(place);
    if (part.state !== 'streaming' || spot.type !== variant.places) return part;
    return { ...part, controls: { type: 'stop', subject: spot.subject } };
  };
  return {
    ...outbox,
    async post(place, part, key, signal) {
      const ref = await outbox.post(place, dress(place, part), key, signal);
      if (!placed.has(ref)) placed.set(ref, { place: place.id, state: part.state });
      return ref;
    },
    async edit(place, ref, part, signal) {
      const report = await outbox.edit(place, ref, dress(place, part), signal);
      placed.set(ref, { place: place.id, state: part.state });
      return report;
    },
  };
}

function createPlatform({ rig, variant, store, ids }: Surroundings) {
  const { slack, clock, installation } = rig;
  const refuseDownload = async () => Promise.reject(new Error('nothing is downloaded here'));
  return createSlackPlatform({
    settings: {
      installed: { type: 'token', botToken: installation.token },
      appToken: variant.mode === 'socket' ? slack.app.appToken : null,
      signingSecret: variant.mode === 'http' ? slack.app.signingSecret : null,
      apiUrl: slack.world.origins.api,
      allowed: nobody,
      denied: nobody,
    },
    ownUrl: () => 'https://sightline.example',
    downloadFile: refuseDownload,
    downloadPreview: refuseDownload,
    listModels: async () => [],
    store,
    clock,
    ids,
    logger: createSilentLogger(),
    fetch: slack.fetch,
    connectSockets: (parts) => connectInProcess(slack, parts),
  });
}

async function startSlack(surroundings: Surroundings): Promise<PlatformHarness> {
  const { rig, variant, channel, placed, app } = surroundings;
  const { clock, slack, person } = rig;
  const platform = createPlatform(surroundings);
  const stopped = new AbortController();
  let arrived = Promise.withResolvers<void>();
  let onEvent: ((event: InboxEvent) => Promise<Receipt>) | null = null;
  app.take = async (url, init) => platform.routes.request(url, init);

  async function take(event: InboxEvent): Promise<Receipt> {
    try {
      if (onEvent === null) throw new Error('nobody listens yet');
      return await onEvent(event);
    } catch (error) {
      // The program is gone before Slack comes again.
      app.take = null;
      arrived.reject(error);
      throw error;
    }
  }

  // From the start on: who it is has to be known before anything is sent.
  const listening = platform.inbox.listen(take, stopped.signal);
  await clock.runUntil(platform.started);

  const inbox: Inbox = {
    name: platform.inbox.name,
    async listen(listener, signal) {
      onEvent = listener;
      signal.addEventListener('abort', () => stopped.abort(signal.reason), { once: true });
      await listening;
    },
  };

  async function end(reason: string): Promise<void> {
    app.take = null;
    stopped.abort(new Error(reason));
    await clock.runUntil(listening);
  }

  return {
    inbox,
    outbox: asAnswers(platform.outbox, surroundings),
    async say(text) {
      if (variant.mode === 'http') await setRequestUrl(slack, surroundings);
      arrived = Promise.withResolvers<void>();
      arrived.promise.catch(() => {});
      slack.people.say(person, channel, { text, mentionsBot: true });
      if (!stopped.signal.aborted) await Promise.race([slack.deliveries.settled(), arrived.promise]);
    },
    // What stands there and is nobody else's.
    seen: (place) =>
      slack.screen.botMessages({ channel }).flatMap(({ ts, text }) => {
        const known = placed.get(ts);
        return known === undefined || known.place === place.id
          ? [{ ref: ts, text, state: known?.state ?? 'final' }]
          : [];
      }),
    removePlace: () => void slack.world.channels.delete(`${channel.teamId}/${channel.id}`),
    run: (promise) => clock.runUntil(promise),
    pass: (durationMs) => clock.advance(durationMs),
    async restart() {
      await end('the program ended');
      await clock.advance(downMs);
      return startSlack(surroundings);
    },
    async close() {
      await end('the test ended');
      slack.end();
      slack.expectNoViolations();
    },
  };
}

async function setRequestUrl(slack: FakeSlack, { app }: Surroundings): Promise<void> {
  const post = async (url: string, init: RequestInit) => {
    if (app.take === null) throw new Error('connection refused');
    return app.take(url, init);
  };
  await slack.http.setRequestUrl(requestUrl, post);
}

for (const mode of ['socket', 'http'] as const) {
  for (const places of ['native', 'update'] as const) {
    platformContract(
      `Slack over ${mode}, where messages are ${places === 'native' ? 'streamed' : 'changed'},`,
      async () => startSlack(createSurroundings({ mode, places })),
    );
  }
}
