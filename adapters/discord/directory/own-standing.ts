import { z } from 'zod';
import { keepNewest } from '../../../src/lib/keep-newest.ts';
import { parseValue } from '../../../src/lib/parse-json.ts';
import type { Dispatch } from '../gateway/shard-connection.ts';
import type { ChannelDirectory } from './channel-directory.ts';
import type { GuildDirectory } from './guild-directory.ts';
import { memberRights } from './member-rights.ts';

/** What the bot itself may do. */
export type OwnStanding = {
  onDispatch(dispatch: Dispatch): void;
  /** False only where it is known that the bot may open threads in the channel but not write in them. */
  mayWriteInThreads(server: string, channel: string): boolean;
};

const ownMemberSchema = z.object({ user: z.object({ id: z.string() }), roles: z.array(z.string()) });
const announcedSchema = z.object({ id: z.string(), members: z.array(ownMemberSchema) });
const changedSchema = ownMemberSchema.extend({ guild_id: z.string() });
/** About as many as one connection serves. */
const maxServers = 2_500;

/** Learns the bot's roles when servers are announced and when they change. Nothing is asked for: what is not known is taken for allowed. */
export function createOwnStanding(parts: {
  readonly me: () => { readonly userId: string };
  readonly directory: ChannelDirectory;
  readonly guilds: GuildDirectory;
}): OwnStanding {
  const rolesByServer = new Map<string, readonly string[]>();

  const keep = (server: string, member: z.infer<typeof ownMemberSchema> | undefined) => {
    if (member?.user.id === parts.me().userId) keepNewest(rolesByServer, server, member.roles, maxServers);
  };

  return {
    onDispatch({ name, data }) {
      if (name === 'GUILD_CREATE') {
        const announced = parseValue(data, announcedSchema);
        if (!announced.ok) return;
        const { id, members } = announced.value;
        keep(
          id,
          members.find(({ user }) => user.id === parts.me().userId),
        );
      }
      if (name === 'GUILD_MEMBER_UPDATE') {
        const changed = parseValue(data, changedSchema);
        if (changed.ok) keep(changed.value.guild_id, changed.value);
      }
    },
    mayWriteInThreads(server, channel) {
      const roles = rolesByServer.get(server);
      const guild = parts.guilds.peek(server);
      const known = parts.directory.peek(channel);
      if (roles === undefined || guild === null || known === null) return true;
      const rights = memberRights(guild, { id: parts.me().userId, roles }, known.overwrites);
      // Where it may not even open one, Discord says so when it is tried, and nothing is left behind.
      return rights.writesInThreads || !rights.opensThreads;
    },
  };
}
