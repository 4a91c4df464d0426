import { createMethodWindows } from '../../../../adapters/slack/api/method-windows.ts';
import { createWebApi } from '../../../../adapters/slack/api/web-api.ts';
import { createFindAsker } from '../../../../adapters/slack/directory/asker.ts';
import { createChannels } from '../../../../adapters/slack/directory/channels.ts';
import { createPeople } from '../../../../adapters/slack/directory/people.ts';
import { createSilentLogger } from '../../../fakes/silent-logger.ts';
import { createSlackRig } from '../../../fakes/slack/slack-rig.ts';

/** Never aborts. */
export const live = new AbortController().signal;

/** The directories over a fake Slack with one workspace; others are as good as installed in once they are. */
export function createDirectoryRig() {
  const rig = createSlackRig();
  const { clock, slack } = rig;
  const logger = createSilentLogger();
  const api = createWebApi({
    tokenFor: async (team) => slack.world.installations.find(({ teamId }) => teamId === team)?.token ?? null,
    apiUrl: slack.world.origins.api,
    clock,
    windows: createMethodWindows(clock),
    fetch: slack.fetch,
  });
  const people = createPeople({ api, clock, logger });
  const channels = createChannels({ api, clock, logger });
  return {
    ...rig,
    logger,
    people,
    channels,
    findAsker: createFindAsker({ people, channels, clock }),
    calls: (method: string) => slack.requests({ method }).length,
  };
}
