import type { SlackConfig } from './config-slack.ts';
import type { ConnectedPlatform, PlatformTools } from './connected-platform.ts';
import { createGuard } from './load-guard.ts';

/** Loaded only where it is configured. `ownUrl`: of this program. */
export async function loadSlack(
  config: SlackConfig,
  ownUrl: () => string,
  tools: PlatformTools,
): Promise<ConnectedPlatform> {
  const [{ createSlackPlatform }, { createSlackDownloads, slackFilesOrigins, slackOtherHosts }] = await Promise.all([
    import('../adapters/slack/platform.ts'),
    import('../adapters/slack/pictures/slack-downloads.ts'),
  ]);
  const ownOrigins = config.filesOrigins?.map((address) => new URL(address).origin) ?? null;
  const filesOrigins = ownOrigins ?? slackFilesOrigins;
  const files = createGuard(ownOrigins ?? [...slackFilesOrigins, ...slackOtherHosts], false, tools.clock);
  const previews = createGuard([], true, tools.clock);
  const downloads = createSlackDownloads({
    fromSlack: async (...call) => (await files.get()).download(...call),
    fromAnywhere: async (...call) => (await previews.get()).download(...call),
    filesOrigins,
  });
  const platform = createSlackPlatform({ settings: config, ownUrl, ...downloads, ...tools });
  const close = async () => {
    await Promise.all([files.close(), previews.close()]);
  };
  return { ...platform, name: 'Slack', close };
}
