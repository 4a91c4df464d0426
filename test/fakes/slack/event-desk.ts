import type { JsonObject } from '../discord/json.ts';
import type { Deliveries } from './deliveries.ts';
import type { ChannelRecord, InstallationRecord } from './records.ts';
import type { Settings } from './settings.ts';
import { coversTeam, teamOf, type World } from './world.ts';

/** Something that happened, for all installations that may hear of it. */
export type Happening = {
  /** The name of the subscription, as `app_mention` or `message.channels`. */
  readonly subscription: string;
  /** The scope without which Slack does not send it; null when none is needed. */
  readonly scope: string | null;
  /** Where it happened: only members of the channel hear of it. Null for what concerns a workspace. */
  readonly channel: ChannelRecord | null;
  /** The workspace, where there is no channel. */
  readonly teamId?: string;
  /** Also for installations that are over. */
  readonly toEnded?: boolean;
  /** The event as this installation gets it; null when it is not meant. */
  readonly event: (installation: InstallationRecord) => JsonObject | null;
};

/** Decides which installations hear of what, and wraps it as Slack does. */
export type EventDesk = {
  /** Returns the ids of the events that were sent. */
  announce(happening: Happening): readonly string[];
  /** The workspace as which an installation sees a channel; null when it does not. */
  teamFor(installation: InstallationRecord, channel: ChannelRecord): string | null;
};

const historyScopes = { channel: 'channels', group: 'groups', im: 'im', mpim: 'mpim' } as const;

/** The subscription and the scope that messages of a channel need. */
export function messageSubscription(channel: ChannelRecord): { readonly subscription: string; readonly scope: string } {
  const name = historyScopes[channel.kind];
  return { subscription: `message.${name}`, scope: `${name}:history` };
}

/** The desk over the given deliveries. */
export function createEventDesk(world: World, settings: Settings, deliveries: Deliveries): EventDesk {
  const teamFor = (installation: InstallationRecord, channel: ChannelRecord) =>
    [channel.teamId, ...channel.connectedTeamIds].find((teamId) => coversTeam(world, installation, teamId)) ?? null;

  const envelope = (installation: InstallationRecord, teamId: string, happening: Happening, event: JsonObject) => {
    const enterpriseId = teamOf(world, teamId).enterpriseId;
    const eventId = world.nextId('Ev');
    const payload = {
      token: world.app.verificationToken,
      team_id: teamId,
      ...(enterpriseId === null ? {} : { enterprise_id: enterpriseId }),
      context_team_id: teamId,
      context_enterprise_id: enterpriseId,
      api_app_id: world.app.id,
      event,
      type: 'event_callback',
      event_id: eventId,
      event_time: Math.floor(world.clock.now() / 1_000),
      authorizations: [
        {
          enterprise_id: enterpriseId,
          team_id: installation.teamId,
          user_id: installation.bot.id,
          is_bot: true,
          is_enterprise_install: installation.teamId === null,
        },
      ],
      is_ext_shared_channel: (happening.channel?.connectedTeamIds.size ?? 0) > 0,
      event_context: `4-${eventId}`,
    };
    return { eventId, payload };
  };

  return {
    teamFor,
    announce(happening) {
      if (!settings.subscriptions.has(happening.subscription)) return [];
      return world.installations.flatMap((installation) => {
        if (installation.state !== 'active' && happening.toEnded !== true) return [];
        if (happening.scope !== null && !installation.scopes.has(happening.scope)) return [];
        const { channel } = happening;
        if (channel !== null && !channel.memberIds.has(installation.bot.id)) return [];
        const named = happening.teamId ?? '';
        const teamId =
          channel === null ? (coversTeam(world, installation, named) ? named : null) : teamFor(installation, channel);
        const event = happening.event(installation);
        if (teamId === null || event === null) return [];
        const { eventId, payload } = envelope(installation, teamId, happening, event);
        deliveries.publish({ kind: 'events_api', payload, takesAnswer: false });
        return [eventId];
      });
    },
  };
}
