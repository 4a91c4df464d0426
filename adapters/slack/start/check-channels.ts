import { parseValue } from '../../../src/lib/parse-json.ts';
import type { SlackApi } from '../api/slack-call.ts';
import type { SlackIdentity } from './check-start.ts';
import { ownChannelsSchema } from './start-wire.ts';

/**
 * One sentence when the bot is in no channel yet, else null; null too when Slack does not say: nothing depends on it. An
 * organisation's token is not asked, since it would have to name a workspace.
 */
export async function checkChannels(
  api: SlackApi,
  { isOrganisation, teamName, botName }: SlackIdentity,
  signal: AbortSignal,
): Promise<string | null> {
  if (isOrganisation) return null;
  const args = { types: 'public_channel,private_channel', exclude_archived: true, limit: 1 };
  const asked = await api({ team: '', method: 'users.conversations', arguments: args }, signal).catch(() => null);
  signal.throwIfAborted();
  const parsed = parseValue(asked, ownChannelsSchema);
  if (!parsed.ok || parsed.value.channels.length > 0) return null;
  return `Sightline is in no channel of ${teamName} yet: write /invite @${botName} in one.`;
}
