import type { Clock } from '../../../src/lib/clock.ts';
import { errorMessage } from '../../../src/lib/errors.ts';
import { isWorthALine } from '../../../src/lib/growing-pause.ts';
import type { Logger } from '../../../src/lib/logger.ts';
import { createPayloadReader } from '../../../src/lib/read-payload.ts';
import { tupleKey } from '../../../src/lib/tuple-key.ts';
import type { SlackApi } from '../api/slack-call.ts';
import { slackWordOf } from '../api/slack-word.ts';
import { userReplySchema, type WireUser } from './directory-wire.ts';
import { createLookup } from './lookup.ts';

/** Somebody, as a workspace knows them. */
export type SlackPerson = {
  readonly id: string;
  /** As people call them there. */
  readonly name: string;
  /** Of the workspace that was asked: nobody is where they are a guest, or of another organisation. */
  readonly isAdmin: boolean;
  readonly isOwner: boolean;
  readonly isBot: boolean;
  /** Their own workspace. */
  readonly teamId: string | null;
};

/** The people of all workspaces, each as one workspace knows them. */
export type People = {
  /** Within a second; null: not known now. Never rejects but for the signal. */
  find(via: string, user: string, signal: AbortSignal): Promise<SlackPerson | null>;
};

const limitMs = 1_000;
/** Who stops being an admin stops being one here after this. */
const keepMs = 600_000;
const mostPeople = 5_000;

/** Slack’s words for somebody whom the workspace does not know. */
const unknownWords: readonly (string | null)[] = ['user_not_found', 'user_not_visible'];

function toPerson(user: WireUser, via: string): SlackPerson {
  const isGuest = user.is_restricted === true || user.is_ultra_restricted === true;
  const isHome = user.team_id === via || (user.enterprise_user?.teams ?? []).includes(via);
  // Somebody of another organisation may be an admin there.
  const mayRule = isHome && !isGuest && user.is_stranger !== true && user.deleted !== true;
  const name = user.profile?.display_name || user.real_name || user.profile?.real_name || user.name || user.id;
  return {
    id: user.id,
    name,
    isAdmin: mayRule && user.is_admin === true,
    isOwner: mayRule && (user.is_owner === true || user.is_primary_owner === true),
    isBot: user.is_bot === true,
    teamId: user.team_id ?? null,
  };
}

/** Knows nobody at first; asks `users.info`. */
export function createPeople(parts: {
  readonly api: SlackApi;
  readonly clock: Clock;
  readonly logger: Logger;
}): People {
  const { api, clock, logger } = parts;
  const read = createPayloadReader('Slack', logger);
  let failures = 0;
  const lookup = createLookup<SlackPerson>({
    clock,
    limitMs,
    keepMs,
    most: mostPeople,
    onFailure(error) {
      failures += 1;
      if (!isWorthALine(failures)) return;
      logger.warn(
        { failures, reason: errorMessage(error) },
        'Slack did not tell who somebody is; until it does they have no name and no rights.',
      );
    },
  });

  async function ask(via: string, user: string, signal: AbortSignal): Promise<SlackPerson | null> {
    try {
      const reply = await api({ team: via, method: 'users.info', arguments: { user } }, signal);
      const found = read('a person', userReplySchema, reply);
      return found === null ? null : toPerson(found.user, via);
    } catch (error) {
      if (unknownWords.includes(slackWordOf(error))) return null;
      throw error;
    }
  }

  return {
    find: (via, user, signal) => lookup.find(tupleKey(via, user), (within) => ask(via, user, within), signal),
  };
}
