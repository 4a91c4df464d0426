import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSystemClock } from '../../src/lib/clock.ts';
import { runProgram } from '../e2e/run-program.ts';
import { createFakeDiscord } from '../fakes/discord/fake-discord.ts';
import { listenAsDiscord } from '../fakes/discord/listen.ts';
import { createFakeSlack } from '../fakes/slack/fake-slack.ts';
import { listenAsSlack } from '../fakes/slack/listen.ts';
import { residentMb } from './process-figures.ts';

/** From `node src/main.ts` to ready on Slack by Socket Mode, and on Discord too where `withDiscord`; fakes on real sockets. */
export async function startOnPlatforms(withDiscord: boolean): Promise<{ readyMs: number; residentMb: number }> {
  const folder = await mkdtemp(join(tmpdir(), 'sightline-bench-'));
  const clock = createSystemClock();
  const slack = createFakeSlack({ clock });
  const installation = slack.installing.install(slack.places.createTeam({ name: 'Painters' }));
  const slackAt = await listenAsSlack(slack, clock);
  const discord = createFakeDiscord({ clock });
  const discordAt = await listenAsDiscord(discord, clock);
  const onDiscord = {
    DISCORD_TOKEN: discord.token,
    DISCORD_API_URL: discordAt.apiUrl,
    DISCORD_CDN_URL: `${discordAt.cdnUrl},${discordAt.mediaUrl}`,
  };
  const beganMs = performance.now();
  const program = runProgram({
    folder,
    variables: {
      PORT: '0',
      SLACK_BOT_TOKEN: installation.token,
      SLACK_APP_TOKEN: slack.app.appToken,
      SLACK_API_URL: slackAt.apiUrl,
      SLACK_FILES_URL: slackAt.filesUrl,
      ...(withDiscord ? onDiscord : {}),
    },
  });
  try {
    await program.ready;
    return { readyMs: performance.now() - beganMs, residentMb: await residentMb(program.pid) };
  } finally {
    await program.stop();
    await Promise.all([slackAt.close(), discordAt.close()]);
    await rm(folder, { recursive: true, force: true });
  }
}
