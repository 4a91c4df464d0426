import { expect, onTestFinished } from 'vitest';
import { readRoute } from '../../../../adapters/slack/answers/answer-route.ts';
import { renderActionId } from '../../../../adapters/slack/answers/custom-ids.ts';
import { createRespondToUrl, type RespondToUrl } from '../../../../adapters/slack/answers/response-url.ts';
import { createMethodWindows } from '../../../../adapters/slack/api/method-windows.ts';
import { createWebApi } from '../../../../adapters/slack/api/web-api.ts';
import { createFindAsker } from '../../../../adapters/slack/directory/asker.ts';
import { createChannels } from '../../../../adapters/slack/directory/channels.ts';
import { createPeople } from '../../../../adapters/slack/directory/people.ts';
import { createSlackAccess } from '../../../../adapters/slack/directory/slack-access.ts';
import { answerEnvelope } from '../../../../adapters/slack/events/answer-envelope.ts';
import type { SlackDelivery } from '../../../../adapters/slack/events/delivery.ts';
import { frameSchema } from '../../../../adapters/slack/events/events-wire.ts';
import { createHttpEvents } from '../../../../adapters/slack/events/http-events.ts';
import { createTaking } from '../../../../adapters/slack/events/taking.ts';
import { createInteractions } from '../../../../adapters/slack/interactions/interactions.ts';
import type { Workspaces } from '../../../../adapters/slack/workspaces/workspace.ts';
import type { ModelInfo } from '../../../../src/answer/models.ts';
import { Failure } from '../../../../src/lib/errors.ts';
import { parseJson } from '../../../../src/lib/parse-json.ts';
import type { Store } from '../../../../src/memory/store.ts';
import type { AccessLists } from '../../../../src/turn/access.ts';
import type { InboxEvent, Receipt } from '../../../../src/turn/inbox.ts';
import type { Turn } from '../../../../src/turn/turn.ts';
import { toText } from '../../../fakes/discord/json.ts';
import type { FakeClock } from '../../../fakes/fake-clock.ts';
import { createMemoryStore } from '../../../fakes/memory-store.ts';
import { pngOfSize } from '../../../fakes/sample-picture.ts';
import { createSilentLogger } from '../../../fakes/silent-logger.ts';
import type { FakeSlack } from '../../../fakes/slack/fake-slack.ts';
import { activeIn } from '../../../fakes/slack/installing.ts';
import type { ChannelRecord, MessageRecord, UserRecord } from '../../../fakes/slack/records.ts';
import { createSlackRig } from '../../../fakes/slack/slack-rig.ts';
import type { SocketConnection } from '../../../fakes/slack/socket-carrier.ts';

const nobody: AccessLists = { servers: [], channels: [], roles: [], people: [] };
export const never = () => new Promise<never>(() => {});
export const broken = async (): Promise<never> => {
  throw new Failure('store-failed', 'The database could not do that: it is broken.');
};
export const picture = { name: 'cat.png', bytes: pngOfSize(2_000) };

/** The ways by which Slack delivers. */
export const carriers = ['http', 'socket'] as const;
type Carrier = (typeof carriers)[number];

/** What differs from interactions that work and are accepted at once. */
export type RigOptions = {
  readonly carrier?: Carrier;
  readonly store?: Store;
  readonly allowed?: Partial<AccessLists>;
  readonly denied?: Partial<AccessLists>;
  readonly findWorkspace?: Workspaces['find'];
  readonly respond?: RespondToUrl;
  readonly onEvent?: (event: InboxEvent) => Promise<Receipt>;
  readonly listModels?: (signal: AbortSignal) => Promise<readonly ModelInfo[]>;
};

/** A model that can be asked. */
export function createModel(id: string, more: Partial<ModelInfo> = {}): ModelInfo {
  return {
    id,
    name: id,
    vendor: 'vendor',
    contextTokens: null,
    price: null,
    seesPictures: true,
    maxPictures: 10,
    bestAt: '',
    unavailableBecause: null,
    ...more,
  };
}

function workspacesOf(slack: FakeSlack): Workspaces {
  return {
    async find(teamId, enterprise) {
      const [found] = activeIn(slack.world, teamId);
      const { enterpriseId } = slack.world.teams.get(teamId) ?? { enterpriseId: null };
      if (found === undefined) return null;
      // What speaks for an organisation speaks for those that are said to be of it.
      if (found.teamId === null && enterprise !== enterpriseId) return null;
      return { teamId, enterpriseId, botUserId: found.bot.id, botId: found.botId, token: found.token };
    },
  };
}

/** Connects the deliveries of the fake with what takes them, as the adapter does it. */
async function connect(
  carrier: Carrier,
  slack: FakeSlack,
  clock: FakeClock,
  take: (delivery: SlackDelivery, signal: AbortSignal) => Promise<unknown>,
) {
  const logger = createSilentLogger();
  const { signal } = new AbortController();
  if (carrier === 'http') {
    const events = createHttpEvents({ signingSecret: slack.app.signingSecret, take, clock, logger });
    await slack.http.setRequestUrl('http://127.0.0.1:1/slack/events', async (_url, init) => {
      const body = new TextEncoder().encode(String(init.body));
      const reply = await events({ body, headers: new Headers(init.headers) }, signal);
      return new Response(reply.body, { status: reply.status, headers: reply.headers });
    });
    await clock.advance(0);
    return;
  }
  const taking = createTaking({ take, limitMs: 10_000, clock, logger });
  const asked = await slack.fetch(`${slack.world.origins.api}/apps.connections.open`, {
    method: 'POST',
    headers: { authorization: `Bearer ${slack.app.appToken}` },
  });
  const url = toText(Object(await asked.json()).url) ?? '';
  const connection: SocketConnection | null = slack.sockets.open(new URL(url), {
    send(text) {
      const frame = parseJson(text, frameSchema);
      if (!frame.ok || !frame.value.envelope_id) return;
      const reply = (said: string) => {
        connection?.receive(said);
        return true;
      };
      void answerEnvelope(frame.value, reply, taking, logger, signal);
    },
    ping() {},
    close() {},
    destroy() {},
  });
}

/** Commands, buttons and forms on a Slack of their own with one workspace, one channel and one person. */
export async function createInteractionsRig(options: RigOptions = {}) {
  const carrier = options.carrier ?? 'http';
  const rig = createSlackRig({ settings: { socketMode: carrier === 'socket' } });
  const { slack, clock, person, channel, installation } = rig;
  const logger = createSilentLogger();
  const store = options.store ?? createMemoryStore();
  const workspaces = { ...workspacesOf(slack), ...(options.findWorkspace ? { find: options.findWorkspace } : {}) };
  const api = createWebApi({
    tokenFor: async (teamId) => activeIn(slack.world, teamId)[0]?.token ?? null,
    apiUrl: slack.world.origins.api,
    clock,
    windows: createMethodWindows(clock),
    fetch: slack.fetch,
  });
  const directory = { api, clock, logger };
  const findAsker = createFindAsker({
    people: createPeople(directory),
    channels: createChannels(directory),
    clock,
  });
  const events: InboxEvent[] = [];
  /** What people did, as it came; messages are not part of it. */
  const deliveries: SlackDelivery[] = [];
  const onEvent = async (event: InboxEvent): Promise<Receipt> => {
    events.push(event);
    return options.onEvent?.(event) ?? 'accepted';
  };
  const create = () =>
    createInteractions({
      api,
      workspaces,
      findAsker,
      mayUse: createSlackAccess({
        allowed: { ...nobody, ...options.allowed },
        denied: { ...nobody, ...options.denied },
      }),
      respond: options.respond ?? createRespondToUrl({ apiUrl: null, clock, fetch: slack.fetch }),
      store,
      listModels: options.listModels ?? (async () => [createModel('inspector'), createModel('gpt-5')]),
      clock,
      logger,
    });
  let interactions = create();
  const { signal } = new AbortController();
  const take = async (delivery: SlackDelivery) => interactions.take(delivery, onEvent, signal);
  await connect(carrier, slack, clock, async (delivery) => {
    if (delivery.kind !== 'event') deliveries.push(delivery);
    return take(delivery);
  });
  onTestFinished(async () => {
    slack.end();
    slack.expectNoViolations();
    await clock.advance(0);
    expect(clock.pending()).toBe(0);
  });

  /** Everything that was started has ended. */
  const settle = async () => {
    await clock.advance(0);
    await clock.runUntil(interactions.idle());
  };
  /** Somebody does something, and all that comes of it. */
  const after = async <Value>(doing: Promise<Value>): Promise<Value> => {
    const outcome = await clock.runUntil(doing);
    await settle();
    return outcome;
  };
  const direct = slack.places.direct(person, installation);
  const shownTo = (user: UserRecord) =>
    slack.screen
      .botMessages()
      .filter(({ visibleTo }) => visibleTo === user.id)
      .map(({ text }) => text);

  return {
    ...rig,
    slack,
    api,
    logger,
    store,
    events,
    deliveries,
    direct,
    settle,
    shownTo,
    slash: (command: string, text = '', where: ChannelRecord = channel, who: UserRecord = person) =>
      after(slack.clicks.slash(who, where, command, text)),
    point: (message: MessageRecord, who: UserRecord = person) =>
      after(slack.clicks.messageShortcut(who, message, 'ask-about-image')),
    submit: (values: Parameters<typeof slack.clicks.submit>[1] = {}, who: UserRecord = person) =>
      after(slack.clicks.submit(who, values)),
    press: (message: MessageRecord, name: string, who: UserRecord = person) =>
      after(slack.clicks.press(who, message, name)),
    choose: (message: MessageRecord, menu: string, value: string, who: UserRecord = person) =>
      after(slack.clicks.choose(who, message, menu, value)),
    suggest: (where: Parameters<typeof slack.clicks.suggest>[1], menu: string, typed: string) =>
      after(slack.clicks.suggest(person, where, menu, typed)),
    /** Uses an address of an interaction until Slack takes it no more. */
    async useUp(url: unknown) {
      const headers = { 'content-type': 'application/json' };
      for (let time = 0; time < 5; time += 1) {
        await slack.fetch(String(url), { method: 'POST', headers, body: JSON.stringify({ text: `${time}` }) });
      }
    },
    /** The same delivery once more, and what it is acknowledged with. */
    async redeliver(delivery: SlackDelivery | undefined = deliveries.at(-1)) {
      if (delivery === undefined) throw new Error('nothing was delivered');
      return after(take(delivery));
    },
    take: (delivery: SlackDelivery) => take(delivery),
    interactions: () => interactions,
    restart() {
      interactions = create();
    },
    say: (words: Parameters<typeof slack.people.say>[2] = { files: [picture] }, where: ChannelRecord = channel) =>
      slack.people.say(person, where, words),
    formOf: (who: UserRecord = person) => slack.clicks.openView(who)?.content ?? null,
  };
}

export type Rig = Awaited<ReturnType<typeof createInteractionsRig>>;

export const subject = 'slack:T1:C1:1767225600.000100';

/** A message of the bot with every control under it. */
export async function postAnswer(rig: Rig, channel: ChannelRecord = rig.channel, threadTs: string | null = null) {
  const plain = (text: string) => ({ type: 'plain_text', text });
  const button = (name: Parameters<typeof renderActionId>[0], text: string, value?: string) => ({
    type: 'button',
    action_id: renderActionId(name, subject),
    text: plain(text),
    ...(value === undefined ? {} : { value }),
  });
  const menu = {
    type: 'external_select',
    action_id: renderActionId('model', subject),
    placeholder: plain('Another model'),
    min_query_length: 0,
  };
  const elements = [
    button('stop', 'Stop'),
    button('again', 'Try again'),
    menu,
    button('feedback-good', 'Good', 'good'),
    button('feedback-bad', 'Bad', 'bad'),
    { type: 'button', action_id: 'something-else', text: plain('Poll') },
  ];
  const posted = await rig.call('chat.postMessage', {
    channel: channel.id,
    text: 'A cat.',
    blocks: [{ type: 'actions', block_id: 'under', elements }],
    unfurl_links: false,
    unfurl_media: false,
    ...(threadTs === null ? {} : { thread_ts: threadTs }),
  });
  const message = channel.messages.get(String(posted.body['ts']));
  if (message === undefined) throw new Error('nothing was posted');
  return message;
}

/** The one turn that was handed over. */
export function onlyTurn(events: readonly InboxEvent[]): Turn {
  const [event] = events;
  if (events.length !== 1 || event?.type !== 'turn') throw new Error(`not one turn: ${JSON.stringify(events)}`);
  return event.turn;
}

/** Where the answer to the turn goes. */
export function routeOf(turn: Turn) {
  return readRoute(turn.route);
}

/** The text in an acknowledgement of a command. */
export function saidIn(outcome: { readonly type: string }): unknown {
  return 'answer' in outcome ? (Object(outcome.answer).text ?? null) : outcome.type;
}

/** The sentences at the inputs of a form. */
export function errorsIn(outcome: { readonly type: string }): unknown {
  return 'answer' in outcome ? (Object(outcome.answer).errors ?? null) : outcome.type;
}
