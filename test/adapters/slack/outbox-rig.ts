import { expect } from 'vitest';
import { type AnswerRoute, renderRoute } from '../../../adapters/slack/answers/answer-route.ts';
import { createRespondToUrl } from '../../../adapters/slack/answers/response-url.ts';
import { createMethodWindows } from '../../../adapters/slack/api/method-windows.ts';
import { createWebApi } from '../../../adapters/slack/api/web-api.ts';
import { createThreadMemory } from '../../../adapters/slack/directory/thread-memory.ts';
import { createSlackOutbox } from '../../../adapters/slack/outbox.ts';
import type { AnswerControls, Part } from '../../../src/delivery/outbox.ts';
import { Failure } from '../../../src/lib/errors.ts';
import type { Turn } from '../../../src/turn/turn.ts';
import { toObject } from '../../fakes/discord/json.ts';
import { createFakeIds } from '../../fakes/fake-ids.ts';
import { createMemoryStore } from '../../fakes/memory-store.ts';
import { createSamplePerson, createSampleTurn } from '../../fakes/sample-turn.ts';
import { createSilentLogger } from '../../fakes/silent-logger.ts';
import type { ChannelRecord, MessageRecord, TeamRecord, UserRecord } from '../../fakes/slack/records.ts';
import { createSlackRig } from '../../fakes/slack/slack-rig.ts';

export const never = new AbortController().signal;

/** One part of an answer; final and without controls unless told otherwise. */
export function part(text: string, state: Part['state'] = 'final', controls: AnswerControls | null = null): Part {
  return { text, state, controls };
}

/** The button under an answer that is being written. */
export const stop = (turn: Turn): AnswerControls => ({ type: 'stop', subject: turn.subject });
/** What stands under a whole answer. */
export const again = (turn: Turn): AnswerControls => ({ type: 'again', subject: turn.subject });

type Asking = {
  readonly overrides?: Partial<Turn>;
  readonly route?: Partial<Extract<AnswerRoute, { type: 'messages' }>>;
  readonly inThreadOf?: MessageRecord;
};

/** An outbox on a Slack of its own, with a workspace, a channel and a person in it. */
export function createOutboxRig(options: Parameters<typeof createSlackRig>[0] = {}) {
  const rig = createSlackRig(options);
  const { clock, slack, team, channel, person, installation } = rig;
  const store = createMemoryStore();
  const logger = createSilentLogger();
  const memory = createThreadMemory(store, logger);
  const statuses: (readonly [string, ...unknown[]])[] = [];
  const tokens = new Map([[team.id, installation.token]]);
  const status = {
    show: async (where: unknown) => void statuses.push(['show', where]),
    ended: (where: unknown) => void statuses.push(['ended', where]),
    clear: async (where: unknown) => void statuses.push(['clear', where]),
  };
  const ids = createFakeIds();

  /** As a new start of the program has it: only the store stays. */
  const start = () => {
    const windows = createMethodWindows(clock);
    const api = createWebApi({
      tokenFor: async (via) => tokens.get(via) ?? null,
      apiUrl: slack.world.origins.api,
      clock,
      windows,
      fetch: slack.fetch,
    });
    const respond = createRespondToUrl({ apiUrl: null, clock, fetch: slack.fetch });
    return createSlackOutbox({ api, windows, store, memory, respond, status, clock, ids, logger });
  };

  const toTurn = (message: MessageRecord, { overrides, route }: Asking = {}): Turn => {
    const where = message.channel;
    const id = `slack:${where.teamId}:${where.id}:${message.ts}`;
    const direct = where.kind === 'im';
    return createSampleTurn(id, message.threadTs ?? (direct ? where.id : message.ts), {
      platform: 'slack',
      tenant: where.teamId,
      channel: where.id,
      opensThread: !direct && message.threadTs === null,
      message: message.ts,
      direct,
      route: renderRoute({ type: 'messages', via: team.id, askerTeam: message.author.teamId, ...route }),
      text: 'what is this?',
      person: createSamplePerson(message.author.id, message.author.name),
      receivedAtMs: clock.now(),
      ...overrides,
    });
  };

  /** The person asks something; gives the turn. */
  const ask = (where: ChannelRecord = channel, asking: Asking = {}, author: UserRecord = person): Turn => {
    const { inThreadOf } = asking;
    const words = { text: 'what is this?', ...(inThreadOf === undefined ? {} : { inThreadOf }) };
    return toTurn(slack.people.say(author, where, words), asking);
  };

  /** The person gives a command; gives its turn. */
  const command = async (where: ChannelRecord = channel): Promise<Turn> => {
    const socket = await rig.connect();
    await slack.clicks.slash(person, where, '/help');
    const responseUrl = String(toObject(socket.frames.at(-1)?.['payload'])['response_url']);
    return createSampleTurn(`slack:${team.id}:command:${responseUrl}`, where.id, {
      tenant: team.id,
      channel: where.id,
      message: '',
      text: '/help',
      aside: true,
      route: renderRoute({ type: 'ephemeral', via: team.id, responseUrl }),
      receivedAtMs: clock.now(),
    });
  };

  return {
    ...rig,
    store,
    memory,
    statuses,
    tokens,
    start,
    outbox: start(),
    toTurn,
    ask,
    command,
    /** The direct messages of the person and the bot. */
    direct: () => slack.places.direct(person, installation),
    sent: (method: string) => slack.requests({ method }).map(({ args }) => args),
    /** How often each method was called. */
    counts: () => {
      const counts: Record<string, number> = {};
      for (const { method } of slack.requests()) counts[method] = (counts[method] ?? 0) + 1;
      return counts;
    },
    /** What people see of the bot in the thread of a turn. */
    shown: (turn: Turn) =>
      slack.screen
        .botMessages()
        .filter((message) => message.channelId === turn.channel)
        .filter((message) => turn.thread === turn.channel || message.threadTs === turn.thread),
    /** The message behind what is shown. */
    record: (turn: Turn, ts: string): MessageRecord => {
      const shown = slack.screen.botMessages().find((each) => each.channelId === turn.channel && each.ts === ts);
      if (shown === undefined) throw new Error(`there is no message ${ts}`);
      return slack.screen.recordOf(shown);
    },
    expectQuiet: () => {
      slack.expectNoViolations();
      expect(slack.screen.doubledMessages()).toEqual([]);
      expect(slack.screen.pings()).toEqual([]);
      expect(slack.screen.unfurls()).toEqual([]);
      slack.end();
      expect(clock.pending()).toBe(0);
    },
  };
}

/** A workspace of its own beside the rig's, with the app in it. */
export function addWorkspace(
  rig: Pick<ReturnType<typeof createOutboxRig>, 'slack' | 'tokens'>,
  name: string,
): { readonly team: TeamRecord; readonly person: UserRecord; readonly bot: UserRecord } {
  const team = rig.slack.places.createTeam({ name });
  const person = rig.slack.places.createPerson(team, { name: 'bea' });
  const { token, bot } = rig.slack.installing.install(team, { installer: person });
  rig.tokens.set(team.id, token);
  return { team, person, bot };
}

/** The `Failure` that a promise rejects with. */
export async function failureOf(promise: Promise<unknown>): Promise<Failure> {
  const error: unknown = await promise.then(
    () => new Error('nothing was refused'),
    (reason: unknown) => reason,
  );
  if (!(error instanceof Failure)) throw error;
  return error;
}
