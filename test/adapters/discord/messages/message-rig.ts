import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { createChannelDirectory } from '../../../../adapters/discord/directory/channel-directory.ts';
import { createGuildDirectory } from '../../../../adapters/discord/directory/guild-directory.ts';
import { createThreadMemory } from '../../../../adapters/discord/directory/thread-memory.ts';
import { createMessageInbox } from '../../../../adapters/discord/messages/message-inbox.ts';
import { toPictureLocator } from '../../../../adapters/discord/pictures/picture-links.ts';
import type { DiscordCall, DiscordRest } from '../../../../adapters/discord/rest/discord-call.ts';
import { Failure } from '../../../../src/lib/errors.ts';
import { parseJson } from '../../../../src/lib/parse-json.ts';
import { type AccessLists, createAccess } from '../../../../src/turn/access.ts';
import type { InboxEvent, Receipt } from '../../../../src/turn/inbox.ts';
import { createFakeClock, type FakeClock } from '../../../fakes/fake-clock.ts';
import { createMemoryStore, type MemoryStore } from '../../../fakes/memory-store.ts';
import { createSilentLogger } from '../../../fakes/silent-logger.ts';

/** The ids of the payloads in `test/fixtures/discord/`. */
export const ids = {
  bot: '1299000000000000001',
  ada: '805000000000000011',
  bob: '805000000000000022',
  guild: '1100000000000000100',
  text: '1100000000000000201',
  announcement: '1100000000000000202',
  voice: '1100000000000000203',
  forum: '1100000000000000204',
  post: '1456100000000000110',
  thread: '1456000000000000777',
  direct: '1456000000000000900',
} as const;

/** A JSON object. */
export type Payload = Record<string, unknown>;

/** A payload of `test/fixtures/discord/`, changed where the test says so. */
export function readFixture(name: string, changes: Payload = {}): Payload {
  const path = join(import.meta.dirname, '../../../fixtures/discord', `${name}.json`);
  const parsed = parseJson(readFileSync(path, 'utf8'), z.record(z.string(), z.unknown()));
  if (!parsed.ok) throw new Error(parsed.reason);
  return { ...parsed.value, ...changes };
}

/** A REST whose replies are written down: a body, or what it fails with. What is not written down is gone. */
export function createPaperRest(replies: Record<string, unknown>) {
  const calls: DiscordCall[] = [];
  const rest: DiscordRest = async (call, signal) => {
    calls.push(call);
    signal.throwIfAborted();
    const reply = replies[call.route];
    if (reply instanceof Error) throw reply;
    if (reply === undefined)
      throw new Failure('platform-message-gone', 'There is no such thing.', { facts: { status: 404 } });
    return { body: reply, bucket: null };
  };
  return { rest, calls, replies, routes: () => calls.map(({ route }) => route) };
}

const nobody: AccessLists = { servers: [], channels: [], roles: [], people: [] };

type RigOptions = {
  readonly messageContent?: boolean;
  readonly denied?: Partial<AccessLists>;
  readonly replies?: Record<string, unknown>;
  readonly rest?: DiscordRest;
  readonly botId?: string;
  readonly clock?: FakeClock;
  readonly store?: MemoryStore;
  readonly onEvent?: (event: InboxEvent) => Promise<Receipt>;
};

/** The inbox of messages over paper: dispatches in, events out. It is connected, and knows the server of the fixtures. */
export function createMessageRig(options: RigOptions = {}) {
  const clock = options.clock ?? createFakeClock();
  const logger = createSilentLogger();
  const store = options.store ?? createMemoryStore();
  const paper = createPaperRest(options.replies ?? {});
  const rest = options.rest ?? paper.rest;
  const directory = createChannelDirectory({ rest, logger });
  const guilds = createGuildDirectory({ rest, logger });
  const memory = createThreadMemory(store, logger);
  const events: InboxEvent[] = [];
  const stop = new AbortController();
  const inbox = createMessageInbox({
    rest,
    store,
    clock,
    logger,
    directory,
    guilds,
    memory,
    mayUse: createAccess({ allowed: nobody, denied: { ...nobody, ...options.denied } }),
    me: () => ({ userId: options.botId ?? ids.bot }),
    messageContent: options.messageContent ?? false,
    toLocator: toPictureLocator,
  });
  const onEvent = async (event: InboxEvent): Promise<Receipt> => {
    events.push(event);
    return 'accepted';
  };
  inbox.connect(options.onEvent ?? onEvent, stop.signal);

  const dispatch = (name: string, data: unknown, shardId = 0) => inbox.onDispatch({ name, data, shardId });
  const idle = () => clock.runUntil(inbox.idle());
  return {
    clock,
    logger,
    store,
    paper,
    directory,
    guilds,
    memory,
    inbox,
    events,
    stop,
    dispatch,
    idle,
    /** Tells of the server of the fixtures. */
    announce: () => dispatch('GUILD_CREATE', readFixture('guild-create')),
    /** Dispatches and waits until everything that follows is done. */
    async take(name: string, data: unknown) {
      dispatch(name, data);
      await idle();
    },
    turns: () => events.flatMap((event) => (event.type === 'turn' ? [event.turn] : [])),
    /** Ends as the program does, and waits for it. */
    async end() {
      stop.abort();
      await clock.runUntil(inbox.idle());
    },
  };
}
