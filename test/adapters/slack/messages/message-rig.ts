import { createMethodWindows } from '../../../../adapters/slack/api/method-windows.ts';
import { createWebApi } from '../../../../adapters/slack/api/web-api.ts';
import { createFindAsker } from '../../../../adapters/slack/directory/asker.ts';
import { createChannels } from '../../../../adapters/slack/directory/channels.ts';
import { createPeople } from '../../../../adapters/slack/directory/people.ts';
import { createSlackAccess } from '../../../../adapters/slack/directory/slack-access.ts';
import { createThreadMemory } from '../../../../adapters/slack/directory/thread-memory.ts';
import { createHttpEvents } from '../../../../adapters/slack/events/http-events.ts';
import { createMessageInbox } from '../../../../adapters/slack/messages/message-inbox.ts';
import type { AccessLists } from '../../../../src/turn/access.ts';
import type { InboxEvent, Receipt } from '../../../../src/turn/inbox.ts';
import type { Turn } from '../../../../src/turn/turn.ts';
import type { JsonObject } from '../../../fakes/discord/json.ts';
import { createMemoryStore } from '../../../fakes/memory-store.ts';
import { pngOfSize } from '../../../fakes/sample-picture.ts';
import { createSilentLogger } from '../../../fakes/silent-logger.ts';
import type { FakeSlackOptions } from '../../../fakes/slack/fake-slack.ts';
import { createSlackRig } from '../../../fakes/slack/slack-rig.ts';

/** Never aborts. */
const live = new AbortController().signal;

/** A picture to be posted. */
export const photo = { name: 'cat.png', bytes: pngOfSize(64), width: 640, height: 480 } as const;

const nobody: AccessLists = { servers: [], channels: [], roles: [], people: [] };

type RigOptions = Omit<FakeSlackOptions, 'clock'> & {
  readonly allowed?: Partial<AccessLists>;
  readonly denied?: Partial<AccessLists>;
};

/** The inbox of messages on a fake Slack that sends its events over HTTP; what it hands over is kept as the bot would. */
export async function startMessages({ allowed, denied, ...options }: RigOptions = {}) {
  const rig = createSlackRig({ ...options, settings: { socketMode: false, ...options.settings } });
  const { slack, clock } = rig;
  const { world } = slack;
  const logger = createSilentLogger();
  const store = createMemoryStore();

  const findInstallation = (team: string, enterprise: string | null) =>
    world.installations.find(
      ({ teamId, enterpriseId, state }) =>
        state === 'active' && (teamId === team || (teamId === null && enterpriseId === enterprise)),
    ) ?? null;
  const api = createWebApi({
    tokenFor: async (team) => findInstallation(team, world.teams.get(team)?.enterpriseId ?? null)?.token ?? null,
    apiUrl: world.origins.api,
    clock,
    windows: createMethodWindows(clock),
    fetch: slack.fetch,
  });
  const people = createPeople({ api, clock, logger });
  const channels = createChannels({ api, clock, logger });
  const memory = createThreadMemory(store, logger);

  const events: InboxEvent[] = [];
  const accepted = new Set<string>();
  let failures = 0;
  let receipt: Receipt | null = null;
  const onEvent = async (event: InboxEvent): Promise<Receipt> => {
    if (failures > 0) {
      failures -= 1;
      throw new Error('the store is down');
    }
    events.push(event);
    if (receipt !== null) return receipt;
    if (event.type !== 'turn' && event.type !== 'changed') return 'unknown';
    if (accepted.has(event.turn.id)) return 'duplicate';
    accepted.add(event.turn.id);
    return 'accepted';
  };

  const inbox = createMessageInbox({
    api,
    workspaces: {
      async find(team, enterprise) {
        const found = findInstallation(team, enterprise);
        if (found === null) return null;
        const { bot, botId, token } = found;
        return { teamId: team, enterpriseId: found.enterpriseId, botUserId: bot.id, botId, token };
      },
    },
    people,
    channels,
    findAsker: createFindAsker({ people, channels, clock }),
    mayUse: createSlackAccess({ allowed: { ...nobody, ...allowed }, denied: { ...nobody, ...denied } }),
    memory,
    clock,
    logger,
  });

  const answer = createHttpEvents({
    signingSecret: slack.app.signingSecret,
    clock,
    logger,
    take: (delivery, signal) => inbox.take(delivery, onEvent, signal) ?? Promise.resolve(undefined),
  });
  await slack.http.setRequestUrl('http://127.0.0.1:1/slack/events', async (_url, init) => {
    const body = new TextEncoder().encode(String(init.body));
    const reply = await answer({ body, headers: new Headers(init.headers) }, live);
    return new Response(reply.body, { status: reply.status, headers: reply.headers });
  });

  /** What was asked, each thing once. */
  const turns = (): readonly Turn[] => {
    const all = events.flatMap((event) => (event.type === 'turn' || event.type === 'changed' ? [event.turn] : []));
    return all.filter(({ id }, index) => all.findIndex((turn) => turn.id === id) === index);
  };

  return {
    ...rig,
    logger,
    store,
    memory,
    inbox,
    events,
    turns,
    /** The only thing that was asked; fails when it is not the only one. */
    turn(): Turn {
      const [turn, ...more] = turns();
      if (turn === undefined || more.length > 0) throw new Error(`${turns().length} things were asked`);
      return turn;
    },
    failNext(times: number) {
      failures = times;
    },
    answerWith(next: Receipt) {
      receipt = next;
    },
    /** Lets everything that is due happen. */
    settle: () => clock.advance(0),
    /** An event made by hand, taken as it comes. */
    take: (event: JsonObject, envelope: JsonObject = {}) =>
      inbox.take(
        {
          kind: 'event',
          retry: null,
          payload: { type: 'event_callback', team_id: rig.team.id, event_id: 'Ev1', event, ...envelope },
        },
        onEvent,
        live,
      ),
    /** How often a method was called. */
    calls: (method: string) => slack.requests({ method }).length,
    warnings: () => logger.lines.filter(({ level }) => level === 'warn').map(({ sentence }) => sentence),
    /** Nothing waits, nothing was sent that is forbidden. Retries of Slack’s own are given up. */
    async end() {
      slack.end();
      await clock.runUntil(inbox.idle());
      await clock.advance(5_000);
      slack.expectNoViolations();
      return clock.pending();
    },
  };
}
