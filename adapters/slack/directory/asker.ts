import type { Clock } from '../../../src/lib/clock.ts';
import { createDeadline } from '../../../src/lib/deadline.ts';
import type { Person } from '../../../src/turn/turn.ts';
import type { Channels, SlackChannel } from './channels.ts';
import type { People, SlackPerson } from './people.ts';

/** Where somebody wants something, as the payload says. */
export type AskerPlace = {
  readonly via: string;
  readonly channel: string;
  readonly isDirect: boolean;
  /** With other organisations. */
  readonly isShared: boolean;
  readonly user: string;
  /** Their workspace; null where the payload does not say. */
  readonly userTeam: string | null;
};

/** Who it is, what they may, and whose the channel is. */
export type Asker = { readonly person: Person; readonly tenant: string; readonly userTeam: string | null };

/** Within 1.2 seconds. What is not known by then counts for nothing: no name, no rights, the channel that of `via`. Rejects only for the signal. */
export type FindAsker = (where: AskerPlace, signal: AbortSignal) => Promise<Asker>;

const limitMs = 1_200;
/** Whom nobody knows is called by no name: the id says nothing to people. */
const unknownName = 'somebody';

function toRights({ isDirect, user }: AskerPlace, found: SlackPerson | null, creator: string | null, isOwn: boolean) {
  // Everybody is in charge of their own direct messages.
  const rulesServer = isOwn && found !== null && (found.isAdmin || found.isOwner);
  const rulesChannel = rulesServer || isDirect || creator === user;
  return { moderator: rulesChannel, managesChannel: rulesChannel, managesServer: rulesServer };
}

/** Asks for the person and the channel at once. */
export function createFindAsker(parts: {
  readonly people: People;
  readonly channels: Channels;
  readonly clock: Clock;
}): FindAsker {
  const { people, channels, clock } = parts;

  const within = async <Value>(asking: Promise<Value | null>, signal: AbortSignal): Promise<Value | null> => {
    try {
      return await asking;
    } catch (error) {
      signal.throwIfAborted();
      if (error === timeIsUp) return null;
      throw error;
    }
  };

  // A direct message that is nobody else's has neither a creator nor an owner to be asked for.
  const findChannel = async (where: AskerPlace, limit: AbortSignal): Promise<SlackChannel | null> =>
    where.isDirect && !where.isShared ? null : channels.find(where.via, where.channel, limit);

  return async function findAsker(where, signal) {
    signal.throwIfAborted();
    const deadline = createDeadline(clock, limitMs, signal, () => timeIsUp);
    try {
      const [found, channel] = await Promise.all([
        within(people.find(where.via, where.user, deadline.signal), signal),
        within(findChannel(where, deadline.signal), signal),
      ]);
      const tenant = channel?.owner ?? where.via;
      const rights = toRights(where, found, channel?.creator ?? null, tenant === where.via);
      return {
        person: { id: where.user, name: found?.name ?? unknownName, ...rights },
        tenant,
        userTeam: where.userTeam ?? found?.teamId ?? null,
      };
    } finally {
      deadline.cancel();
    }
  };
}

const timeIsUp = new Error('not known in time');
