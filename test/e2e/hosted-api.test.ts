import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { createSystemClock } from '../../src/lib/clock.ts';
import { createFakeDiscord } from '../fakes/discord/fake-discord.ts';
import { listenAsDiscord } from '../fakes/discord/listen.ts';
import { samplePhoto } from '../fakes/made-pictures.ts';
import { type ScriptedChatApi, startScriptedChatApi } from '../fakes/scripted-chat-api/scripted-chat-api.ts';
import { hostedService } from '../fakes/scripted-chat-api/scripted-rules.ts';
import { createFakeSlack } from '../fakes/slack/fake-slack.ts';
import { listenAsSlack } from '../fakes/slack/listen.ts';
import { openPlayground } from './playground-client.ts';
import { type Sightline, startSightline } from './start-sightline.ts';

/** Nothing else is configured: no dialect, no model, no vendor. */
describe('the program with a key of the hosted API', () => {
  let api: ScriptedChatApi;
  let sightline: Sightline;
  let photo: Uint8Array;

  beforeAll(async () => {
    api = await startScriptedChatApi('events', hostedService);
    sightline = await startSightline({ CHAT_API_KEY: api.apiKey, CHAT_API_URL: api.url });
    photo = await samplePhoto(900, 600).jpeg().toBuffer();
  });
  afterAll(async () => {
    expect(sightline.stderr()).not.toContain(api.apiKey);
    await sightline.close();
    await api.close();
  });

  const asked = (start: string) =>
    api.requests
      .filter(({ method, path }) => `${method} ${path}`.startsWith(start))
      .map(({ body }) => JSON.parse(body));

  it('answers in the playground, goes on with the conversation after a restart, and says what it does not believe', async () => {
    const first = await openPlayground(sightline.address);
    const file = await first.upload('bicycle.jpg', photo);
    api.script({ words: ['A red ', 'bicycle ', 'by the sea.'] });
    const thread = await first.post({ text: '@sightline what is this?', files: [file], nonce: 'first' });
    const [answer] = await first.waitFor(thread, ([message]) => message?.state === 'final');
    expect(answer?.text).toContain('A red bicycle by the sea.');
    expect(asked('POST /api/chat-with-ai')[0]).toMatchObject({
      type: 'UNIFY_CHAT_WITH_AI',
      model: 'gpt-4o',
      promptObject: {
        prompt: 'what is this?',
        attachments: { images: [expect.stringMatching(/\.jpg$|\.webp$|\.png$/)] },
      },
    });

    await sightline.kill();
    await sightline.start();
    const second = await openPlayground(sightline.address, first.cookie);
    api.script({ words: ['It is ', 'red.'] });
    await second.post({ text: 'which colour?', thread, nonce: 'second' });
    const answers = await second.waitFor(
      thread,
      (all) => all.length === 2 && all.every((each) => each.state === 'final'),
    );
    expect(answers[1]?.text).toContain('It is red.');
    const ids = asked('POST /api/chat-with-ai').map(({ promptObject }) => promptObject.conversationId);
    expect(ids).toEqual([ids[0], ids[0]]);
    expect(asked('POST /api/conversations')).toHaveLength(1);

    api.setRules({ pictures: 'ignored' });
    const other = await second.upload('other.jpg', photo);
    const blind = await second.post({ text: '@sightline and this?', files: [other], nonce: 'third' });
    const [unbelieved] = await second.waitFor(blind, ([message]) => message?.state === 'final');
    expect(unbelieved?.text).toContain('without having seen the picture');
    expect(asked('POST /api/features')).toEqual([]);
  });
});

it('answers on Discord and on Slack through the hosted API', async () => {
  const clock = createSystemClock();
  const api = await startScriptedChatApi('events', hostedService);
  const slack = createFakeSlack({ clock });
  const slackAt = await listenAsSlack(slack, clock);
  const discord = createFakeDiscord({ clock });
  const discordAt = await listenAsDiscord(discord, clock);
  const team = slack.places.createTeam();
  const ada = slack.places.createPerson(team);
  const installation = slack.installing.install(team);
  const slackChannel = slack.places.createChannel(team, { members: [ada, installation.bot] });
  const guild = discord.places.createGuild();
  const discordChannel = discord.places.createChannel(guild);
  const bob = discord.places.createPerson();
  discord.places.join(guild, bob);
  const sightline = await startSightline({
    CHAT_API_KEY: api.apiKey,
    CHAT_API_URL: api.url,
    SLACK_BOT_TOKEN: installation.token,
    SLACK_APP_TOKEN: slack.app.appToken,
    SLACK_API_URL: slackAt.apiUrl,
    SLACK_FILES_URL: slackAt.filesUrl,
    DISCORD_TOKEN: discord.token,
    DISCORD_API_URL: discordAt.apiUrl,
    DISCORD_CDN_URL: `${discordAt.cdnUrl},${discordAt.mediaUrl}`,
  });
  onTestFinished(async () => {
    await sightline.close();
    await Promise.all([api.close(), slackAt.close(), discordAt.close()]);
  });
  api.script({ words: ['A red ', 'bicycle.'] });
  const photo = await samplePhoto(900, 600).jpeg().toBuffer();
  const words = { text: 'what is this?', mentionsBot: true };
  slack.people.say(ada, slackChannel, { ...words, files: [{ name: 'bicycle.jpg', bytes: photo }] });
  const slackTexts = () => slack.screen.botMessages().map(({ text }) => text);
  await expect.poll(slackTexts).toEqual([expect.stringContaining('A red bicycle.')]);

  api.script({ words: ['A blue ', 'door.'] });
  const other = await samplePhoto(800, 600).jpeg().toBuffer();
  const files = [{ name: 'door.jpg', bytes: other, contentType: 'image/jpeg' }];
  discord.people.say(bob, discordChannel, { ...words, files });
  const discordTexts = () => discord.screen.botMessages().map(({ text }) => text);
  await expect.poll(discordTexts).toEqual([expect.stringContaining('A blue door.')]);
  expect(api.requests.filter(({ path }) => path.startsWith('/api/chat-with-ai'))).toHaveLength(2);
});
