import type { Clock } from '../../../src/lib/clock.ts';
import { createDeadline } from '../../../src/lib/deadline.ts';
import { keepNewest } from '../../../src/lib/keep-newest.ts';
import type { Logger } from '../../../src/lib/logger.ts';
import type { Turn } from '../../../src/turn/turn.ts';
import { authorTeamOf, callsBot, decodeTrigger, decodeTurn, isFromPerson, threadOf } from '../decode.ts';
import type { Asker, FindAsker } from '../directory/asker.ts';
import type { Channels } from '../directory/channels.ts';
import type { People } from '../directory/people.ts';
import type { SlackMayUse } from '../directory/slack-access.ts';
import type { WireMessage } from '../wire.ts';
import type { Workspaces } from '../workspaces/workspace.ts';
import type { CalledThreads } from './called-threads.ts';
import type { CompleteMessage } from './complete-message.ts';
import type { FetchMessage } from './fetch-message.ts';
import { createFindNames } from './find-names.ts';
import { findPictures, hasOwnPicture } from './find-pictures.ts';
import type { EventPlace, WrittenEvent } from './read-event.ts';
import { readableText, withPlainCommand } from './readable-text.ts';

/** Finds out about messages what their events do not say, as little of it as each needs. */
export type MessageReader = {
  /** The turn that the message is; null when it is not for the bot. Rejects when the store or the workspaces cannot be read, and for the signal. */
  read(event: WrittenEvent, receivedAtMs: number, signal: AbortSignal): Promise<Turn | null>;
  /** The workspace that owns the channel; null where the app is not installed (any more). */
  tenantOf(place: EventPlace, signal: AbortSignal): Promise<string | null>;
};

/** What reading messages needs. */
export type MessageReaderParts = {
  readonly workspaces: Workspaces;
  readonly people: People;
  readonly channels: Channels;
  readonly findAsker: FindAsker;
  readonly mayUse: SlackMayUse;
  readonly threads: CalledThreads;
  readonly complete: CompleteMessage;
  readonly fetchMessage: FetchMessage;
  readonly clock: Clock;
  readonly logger: Logger;
};

/** For everything that is asked for, so that the turn is stored within the 3 s that Slack waits. */
const lookupLimitMs = 1_500;
const mostWorkspaces = 1_000;
const timeIsUp = new Error('not found out in time');

/** The signals of one reading: `limit` ends the asking, `outer` ends it all. */
type Signals = { readonly limit: AbortSignal; readonly outer: AbortSignal };

type Judged = {
  readonly botUserId: string;
  readonly tenant: string;
  /** The bot is called into a thread that it has not answered in. */
  readonly isFirstInThread: boolean;
};

/** What people see where a message has no words of its own. What others wrote is no question, let alone a command, of who passes it on. */
function textOf({ text, attachments }: WireMessage): string {
  if (text) return text;
  const own = (attachments ?? []).filter((each) => each.is_share !== true && each.is_msg_unfurl !== true);
  return own.flatMap((each) => each.text || each.fallback || []).join('\n');
}

/** Asks nobody twice for the same: the directories remember. */
export function createMessageReader(parts: MessageReaderParts): MessageReader {
  const { workspaces, channels, mayUse, threads, clock, logger } = parts;
  const findNames = createFindNames(parts);
  const notInstalled = new Map<string, true>();

  async function withLimit<Value>(signal: AbortSignal, work: (signals: Signals) => Promise<Value>): Promise<Value> {
    signal.throwIfAborted();
    const deadline = createDeadline(clock, lookupLimitMs, signal, () => timeIsUp);
    try {
      return await work({ limit: deadline.signal, outer: signal });
    } finally {
      deadline.cancel();
    }
  }

  /** What is found within the limit, else `fallback`. */
  async function inTime<Value>(asking: Promise<Value>, fallback: Value, { limit, outer }: Signals): Promise<Value> {
    try {
      return await asking;
    } catch (error) {
      outer.throwIfAborted();
      if (limit.aborted) return fallback;
      throw error;
    }
  }

  async function findWorkspace({ via, enterprise }: EventPlace, signal: AbortSignal) {
    const workspace = await workspaces.find(via, enterprise, signal);
    if (workspace === null && !notInstalled.has(via)) {
      keepNewest(notInstalled, via, true, mostWorkspaces);
      logger.info(
        { workspace: via },
        'Slack sends events of a workspace that the app is not installed in; they are left out.',
      );
    }
    return workspace;
  }

  async function findOwner({ via, channel, isShared }: EventPlace, signals: Signals): Promise<string> {
    if (!isShared) return via;
    return (await inTime(channels.find(via, channel, signals.limit), null, signals))?.owner ?? via;
  }

  function isServed({ place, message }: WrittenEvent, tenant: string, userTeam: string | null): boolean {
    const { via, channel, isDirect: direct } = place;
    const person = message.user ?? '';
    if (mayUse({ via, tenant, userTeam, channel, direct, person })) return true;
    logger.debug({ message: message.ts, person }, 'Somebody who may not use the bot was not answered.');
    return false;
  }

  /** Whether the bot is meant; null when it is not. Nearly nothing that goes on in threads is for it: that has to be cheap. */
  async function judge(event: WrittenEvent, botUserId: string, signals: Signals): Promise<Judged | null> {
    const { place, message, isMention } = event;
    if (!isFromPerson(message) || message.user === botUserId) return null;
    const thread = threadOf(message);
    const isCalled = place.isDirect || callsBot(message, { botUserId, isMention });
    if (!isCalled && thread === null) return null;
    if (!isServed(event, place.via, authorTeamOf(message))) return null;
    const tenant = await findOwner(place, signals);
    const inBotThread = thread !== null && (await threads.isBots(tenant, place.channel, thread));
    const isForBot = decodeTrigger(message, { botUserId, isDirect: place.isDirect, isMention, inBotThread });
    return isForBot ? { botUserId, tenant, isFirstInThread: thread !== null && !inBotThread } : null;
  }

  function askFor({ place, message }: WrittenEvent, tenant: string, signals: Signals): Promise<Asker> {
    const user = message.user ?? '';
    const userTeam = authorTeamOf(message);
    const rights = { moderator: place.isDirect, managesChannel: place.isDirect, managesServer: false };
    const nobody: Asker = { person: { id: user, name: 'somebody', ...rights }, tenant, userTeam };
    return inTime(parts.findAsker({ ...place, user, userTeam }, signals.limit), nobody, signals);
  }

  /** The message that its thread hangs on, where the bot is called into the thread because of it. */
  async function findRoot({ place, message }: WrittenEvent, judged: Judged, { limit, outer }: Signals) {
    const thread = threadOf(message);
    if (thread === null || !judged.isFirstInThread || hasOwnPicture(message)) return null;
    if (message.parent_user_id === judged.botUserId) return null;
    return parts.fetchMessage({ via: place.via, channel: place.channel, ts: thread }, limit, outer);
  }

  async function toTurn(event: WrittenEvent, judged: Judged, receivedAtMs: number, signals: Signals) {
    const { place, edit } = event;
    const words = textOf(event.message);
    const [message, asker, names, root] = await Promise.all([
      parts.complete(event, signals.limit, signals.outer),
      askFor(event, judged.tenant, signals),
      findNames(place.via, words, judged.botUserId, signals.limit),
      findRoot(event, judged, signals),
    ]);
    signals.outer.throwIfAborted();
    if (!isServed(event, asker.tenant, asker.userTeam)) return null;
    return decodeTurn(message, edit, {
      place,
      tenant: asker.tenant,
      person: asker.person,
      askerTeam: asker.userTeam,
      text: withPlainCommand(readableText(words, judged.botUserId, names)),
      ...findPictures(message, root, place),
      receivedAtMs,
    });
  }

  return {
    async read(event, receivedAtMs, signal) {
      const workspace = await findWorkspace(event.place, signal);
      if (workspace === null) return null;
      return withLimit(signal, async (signals) => {
        const judged = await judge(event, workspace.botUserId, signals);
        return judged === null ? null : toTurn(event, judged, receivedAtMs, signals);
      });
    },
    async tenantOf(place, signal) {
      if ((await findWorkspace(place, signal)) === null) return null;
      return withLimit(signal, (signals) => findOwner(place, signals));
    },
  };
}
