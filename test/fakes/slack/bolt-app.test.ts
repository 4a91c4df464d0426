import { createServer } from 'node:http';
import { App, HTTPReceiver, LogLevel, SocketModeReceiver } from '@slack/bolt';
import { expect, it, onTestFinished } from 'vitest';
import { createSystemClock } from '../../../src/lib/clock.ts';
import { createFakeSlack } from './fake-slack.ts';
import { listenAsSlack } from './listen.ts';

const rules = {
  unfurlsNothing: false,
  callsNobody: false,
  masksNoLinks: false,
  escapesText: false,
  guardsBearer: true,
};

async function start(socketMode: boolean) {
  const clock = createSystemClock();
  const slack = createFakeSlack({ clock, settings: { socketMode, projectRules: rules } });
  const team = slack.places.createTeam();
  const person = slack.places.createPerson(team);
  const { token, bot } = slack.installing.install(team);
  const channel = slack.places.createChannel(team, { members: [person, bot] });
  const addresses = await listenAsSlack(slack, clock);
  const clientOptions = { slackApiUrl: addresses.apiUrl, retryConfig: { retries: 0 } };
  const logLevel = LogLevel.ERROR;
  const receiver = socketMode
    ? new SocketModeReceiver({ appToken: slack.app.appToken, installerOptions: { clientOptions }, logLevel })
    : new HTTPReceiver({ signingSecret: slack.app.signingSecret, logLevel });
  const app = new App({ token, receiver, clientOptions, logLevel, deferInitialization: true });
  await app.init();
  onTestFinished(async () => {
    if (socketMode) await app.stop();
    await addresses.close();
  });
  const run = async () => {
    if (socketMode) await app.start();
    if (receiver instanceof HTTPReceiver) {
      const port = await portOf(receiver);
      expect(await slack.http.setRequestUrl(`http://127.0.0.1:${port}/slack/events`)).toBe(true);
    }
  };
  return { slack, person, channel, app, run };
}

/** The receiver keeps its own server to itself: this one hands it every request. */
async function portOf(receiver: HTTPReceiver): Promise<number> {
  const server = createServer((request, response) => receiver.requestListener(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  return typeof address === 'object' ? (address?.port ?? 0) : 0;
}

const texts = ({ slack }: Awaited<ReturnType<typeof start>>) => slack.screen.botMessages().map(({ text }) => text);

it.each([
  ['Socket Mode', true],
  ['HTTP', false],
] as const)(
  'lets an unpatched Bolt app hear a mention, answer in its thread and edit, over %s',
  async (_, isSocket) => {
    const started = await start(isSocket);
    const { slack, person, channel, app, run } = started;
    app.event('app_mention', async ({ event, client, say }) => {
      const said = await say({ text: 'one moment', thread_ts: event.ts });
      await client.chat.update({ channel: event.channel, ts: said.ts ?? '', text: 'a red bicycle' });
    });
    await run();
    const question = slack.people.say(person, channel, { text: 'what is this?', mentionsBot: true });
    await expect.poll(() => texts(started)).toEqual(['a red bicycle']);
    expect(slack.screen.botMessages()).toMatchObject([{ threadTs: question.ts }]);
  },
);

it('lets it stream natively', async () => {
  const started = await start(true);
  const { slack, person, channel, app, run } = started;
  app.event('app_mention', async ({ event, client, context }) => {
    const stream = client.chatStream({
      channel: event.channel,
      thread_ts: event.ts,
      recipient_team_id: context.teamId ?? '',
      recipient_user_id: event.user ?? '',
      buffer_size: 1,
    });
    await stream.append({ markdown_text: 'a red ' });
    await stream.append({ markdown_text: 'bicycle' });
    await stream.stop();
  });
  await run();
  slack.people.say(person, channel, { text: 'what is this?', mentionsBot: true });
  await expect.poll(() => slack.screen.botMessages()).toMatchObject([{ text: 'a red bicycle', state: 'posted' }]);
});

it('lets it answer a command privately, and a button', async () => {
  const started = await start(true);
  const { slack, person, channel, app, run } = started;
  app.command('/model', async ({ ack, client, command }) => {
    await ack('inspector');
    await client.chat.postMessage({
      channel: command.channel_id,
      text: 'choose',
      blocks: [
        {
          type: 'actions',
          elements: [
            { type: 'button', action_id: 'pick', value: 'gpt-4o', text: { type: 'plain_text', text: 'gpt-4o' } },
          ],
        },
      ],
    });
  });
  app.action('pick', async ({ ack, respond }) => {
    await ack();
    await respond({ text: 'gpt-4o it is', replace_original: true });
  });
  await run();
  await slack.clicks.slash(person, channel, '/model', '');
  const withButton = () => slack.screen.botMessages().find(({ controls }) => controls.includes('gpt-4o'));
  await expect.poll(withButton).toBeDefined();
  const shown = withButton();
  const message = shown === undefined ? null : slack.screen.recordOf(shown);
  if (message === null) throw new Error('the message is gone');
  await slack.clicks.press(person, message, 'pick');
  await expect.poll(() => texts(started)).toContain('gpt-4o it is');
});
