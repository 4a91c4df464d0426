import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { describe, it, type TestContext } from 'vitest';
import { largestBodyBytes } from '../../../adapters/slack/events/read-request.ts';
import { createSystemClock } from '../../../src/lib/clock.ts';
import { createFakeDiscord } from '../../fakes/discord/fake-discord.ts';
import { listenAsDiscord } from '../../fakes/discord/listen.ts';
import { createFakeSlack, type FakeSlackOptions } from '../../fakes/slack/fake-slack.ts';
import { listenAsSlack } from '../../fakes/slack/listen.ts';
import type { MessageRecord } from '../../fakes/slack/records.ts';
import { type RunningProgram, runProgram } from '../run-program.ts';

type Way = 'socket' | 'http' | 'oauth';

type StageOptions = {
  readonly way?: Way;
  readonly scopes?: readonly string[];
  readonly settings?: FakeSlackOptions['settings'];
};

/** Several programs share the machine here. */
const patiently = { timeout: 40_000 } as const;
const whole = /OPEN DAILY/;

function drawSign(text: string): Promise<Uint8Array> {
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="800" height="400"><rect width="800" height="400" fill="#fff"/><text x="60" y="220" font-family="DejaVu Sans" font-size="90">${text}</text></svg>`;
  return sharp(Buffer.from(svg)).png().toBuffer();
}

/** A listening Slack with a workspace in it, and the program in a folder of its own beside it. */
async function createStage({ expect, onTestFinished }: TestContext, options: StageOptions = {}) {
  const { way = 'socket', scopes } = options;
  const clock = createSystemClock();
  const slack = createFakeSlack({ clock, settings: { socketMode: way === 'socket', ...options.settings } });
  const team = slack.places.createTeam({ name: 'Painters' });
  const person = slack.places.createPerson(team, { name: 'ada' });
  const channel = slack.places.createChannel(team, { name: 'pictures', members: [person] });
  const installation =
    way === 'oauth' ? null : slack.installing.install(team, { installer: person, ...(scopes && { scopes }) });
  if (installation !== null) channel.memberIds.add(installation.bot.id);
  const addresses = await listenAsSlack(slack, clock);
  const folder = await mkdtemp(join(tmpdir(), 'sightline-slack-'));
  const started: RunningProgram[] = [];
  onTestFinished(async () => {
    await Promise.all(started.map((program) => program.kill()));
    const { appToken, signingSecret, clientSecret } = slack.app;
    const secrets = [appToken, signingSecret, clientSecret, ...slack.world.installations.map(({ token }) => token)];
    for (const program of started) {
      for (const secret of secrets) expect(`${program.stdout()}${program.stderr()}`).not.toContain(secret);
    }
    await addresses.close();
    await rm(folder, { recursive: true, force: true });
  });

  const tokens: Record<string, string> =
    installation === null
      ? { SLACK_CLIENT_ID: slack.app.clientId, SLACK_CLIENT_SECRET: slack.app.clientSecret }
      : { SLACK_BOT_TOKEN: installation.token };
  const ways: Record<string, string> =
    way === 'socket' ? { SLACK_APP_TOKEN: slack.app.appToken } : { SLACK_SIGNING_SECRET: slack.app.signingSecret };

  function start(variables: Record<string, string> = {}): RunningProgram {
    const program = runProgram({
      folder,
      variables: {
        PORT: '0',
        LOG_LEVEL: 'debug',
        SLACK_API_URL: addresses.apiUrl,
        SLACK_FILES_URL: `${addresses.filesUrl},${addresses.edgeUrl}`,
        ...tokens,
        ...ways,
        ...variables,
      },
    });
    started.push(program);
    return program;
  }

  /** Waits until it is ready and Slack knows where to send what happens. Gives its address. */
  async function ready(program: RunningProgram): Promise<string> {
    const address = await program.ready;
    if (way !== 'socket') expect(await slack.http.setRequestUrl(`${address}/slack/events`)).toBe(true);
    return address;
  }

  return {
    slack,
    team,
    person,
    channel,
    installation,
    addresses,
    start,
    ready,
    /** Somebody asks about a sign in the channel. */
    async ask(text: string): Promise<MessageRecord> {
      const files = [{ name: 'sign.png', bytes: await drawSign('OPEN DAILY') }];
      return slack.people.say(person, channel, { text, mentionsBot: true, files });
    },
    say: (text: string, inThreadOf: MessageRecord) => slack.people.say(person, channel, { text, inThreadOf }),
    /** What the bot shows in the thread of that message. */
    shown: (message: MessageRecord): readonly string[] =>
      slack.screen.botMessages({ channel, threadTs: message.ts }).map(({ text }) => text),
    /** Whether the bot has said its last word under every message of its answers. */
    isDone: () =>
      slack.screen.botMessages().length > 0 &&
      slack.screen.botMessages().every(({ controls, state }) => state === 'posted' && !controls.includes('Stop')),
    judge(allow: { readonly vanished?: boolean } = {}) {
      expect(slack.screen.pings()).toEqual([]);
      expect(slack.screen.unfurls()).toEqual([]);
      expect(slack.screen.doubledMessages()).toEqual([]);
      expect(slack.screen.leftovers(/^[…\s]*$/)).toEqual([]);
      if (allow.vanished !== true) expect(slack.screen.vanishedWords()).toEqual([]);
      slack.expectNoViolations();
    },
  };
}

describe.concurrent('the program beside Slack', () => {
  it('says by Socket Mode where it is, answers a mention and what follows, and finishes when it is told to end', async (context) => {
    const { expect } = context;
    const stage = await createStage(context);
    const program = stage.start();
    await stage.ready(program);
    expect(program.stdout()).toMatch(/^Slack: @sightline in the workspace Painters, by Socket Mode\.$/m);
    expect(program.stdout()).toMatch(/^ +If it stays silent: .*app_mention/m);
    expect(program.stdout()).not.toContain('Not on Slack');

    const question = await stage.ask('what does the sign say?');
    await expect.poll(() => stage.shown(question)[0], patiently).toMatch(whole);
    await expect.poll(stage.isDone, patiently).toBe(true);
    expect(stage.slack.requests({ method: 'chat.startStream' })).toHaveLength(1);
    const given = await stage.slack.clicks.slash(stage.person, stage.channel, '/model', 'inspector');
    expect(given.type).toBe('done');
    await expect
      .poll(() => stage.slack.screen.botMessages().filter(({ visibleTo }) => visibleTo !== null), patiently)
      .toHaveLength(1);

    stage.say('what colours are in it?', question);
    await expect.poll(() => stage.shown(question).filter((text) => !text.includes('model')), patiently).toHaveLength(2);
    expect(await program.stop()).toEqual({ code: 0, signal: null });
    expect(stage.isDone()).toBe(true);
    expect(stage.shown(question)[1]).toMatch(/White[\s\S]*Black/);
    stage.judge();
  });

  it('takes Slack’s requests at its own address, and only Slack’s', async (context) => {
    const { expect } = context;
    const stage = await createStage(context, { way: 'http' });
    const program = stage.start();
    const address = await stage.ready(program);
    expect(program.stdout()).toMatch(
      /^Slack: @sightline in the workspace Painters, by requests to http:\/\/\S+\/slack\/events\.$/m,
    );
    const { http } = stage.slack;
    const post = async (body: string, headers: Record<string, string>) => {
      const response = await fetch(`${address}/slack/events`, {
        method: 'POST',
        body,
        headers: { 'content-type': 'application/json', ...headers },
      });
      return response.status;
    };
    const body = JSON.stringify({ type: 'url_verification', challenge: 'abc', token: 'x' });
    const signed = http.sign(body);
    expect(await post(body, signed)).toBe(200);
    expect(await post(body, {})).toBe(401);
    expect(await post(`${body} `, signed)).toBe(401);
    expect(await post(body, { ...signed, 'x-slack-signature': `v0=${'0'.repeat(64)}` })).toBe(401);
    expect(await post(body, http.sign(body, Date.now() - 301_000))).toBe(401);
    const large = 'x'.repeat(largestBodyBytes + 1);
    expect(await post(large, http.sign(large))).toBe(413);
    // The guard of the playground is not in the way, and keeps guarding its own.
    const foreign = { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' };
    expect(await post(body, { ...signed, ...foreign })).toBe(200);
    expect((await fetch(`${address}/slack/install`)).status).toBe(404);
    expect((await fetch(`${address}/slack/events`)).status).toBe(405);

    const question = await stage.ask('what does the sign say?');
    await expect.poll(() => stage.shown(question)[0], patiently).toMatch(whole);
    stage.say('what colours are in it?', question);
    await expect.poll(() => stage.shown(question)[1], patiently).toMatch(/White[\s\S]*Black/);
    await expect.poll(stage.isDone, patiently).toBe(true);
    expect(stage.slack.deliveries.log().filter(({ outcome }) => outcome !== 'taken')).toEqual([]);
    stage.judge();
  });

  it('is installed by its own pages where it has no token, and answers then', async (context) => {
    const { expect } = context;
    const stage = await createStage(context, { way: 'oauth' });
    const program = stage.start();
    const address = await stage.ready(program);
    expect(program.stdout()).toMatch(/^Slack: installed nowhere yet, by requests to /m);
    expect(program.stdout()).toContain(`Add it to a workspace: ${address}/slack/install`);
    const invited = await fetch(`${address}/slack/install`);
    const cookie = (invited.headers.getSetCookie()[0] ?? '').split(';', 1)[0] ?? '';
    const page = /href="([^"]*authorize[^"]*)"/.exec(await invited.text())?.[1] ?? '';
    const back = stage.slack.installing.approve(page.replaceAll('&amp;', '&'), stage.team, { installer: stage.person });
    const { pathname, search } = new URL(back);
    const done = await fetch(`${address}${pathname}${search}`, { headers: { cookie } });
    expect(done.status).toBe(200);
    const [installed] = stage.slack.world.installations;
    if (installed === undefined) throw new Error('nothing was installed');
    stage.channel.memberIds.add(installed.bot.id);
    const question = await stage.ask('what does the sign say?');
    await expect.poll(() => stage.shown(question)[0], patiently).toMatch(whole);
    await expect.poll(stage.isDone, patiently).toBe(true);
    stage.judge();
  });

  it('says which scope is missing and what that means, and works as far as it can', async (context) => {
    const { expect } = context;
    const scopes = ['app_mentions:read', 'chat:write', 'channels:history', 'channels:read', 'users:read'];
    const stage = await createStage(context, { scopes });
    const program = stage.start();
    await stage.ready(program);
    expect(program.stdout()).toMatch(
      /^ +The scope files:read is missing in Painters, so .*https:\/\/api\.slack\.com\/apps/m,
    );
    expect(program.stdout()).not.toMatch(/The scope chat:write is missing/);
    const question = await stage.ask('what does the sign say?');
    await expect.poll(() => stage.shown(question)[0], patiently).toMatch(/files:read/);
    stage.judge();
  });

  it.for([
    ['the token is a person’s', { SLACK_BOT_TOKEN: 'xoxp-1-2-3-of-a-person' }, /SLACK_BOT_TOKEN holds a user token/],
    ['the tokens are mixed up', { SLACK_APP_TOKEN: 'xoxb-1-2-mixed-up' }, /SLACK_APP_TOKEN holds a bot token/],
    ['the token is another one', { SLACK_BOT_TOKEN: 'xoxb-1-2-unknown' }, /SLACK_BOT_TOKEN.*OAuth & Permissions/],
    ['the app-level token is another one', { SLACK_APP_TOKEN: 'xapp-1-2-unknown' }, /SLACK_APP_TOKEN/],
  ] as const)('ends with one sentence when %s', async ([_what, variables, sentence], context) => {
    const { expect } = context;
    const stage = await createStage(context);
    const program = stage.start({ LOG_LEVEL: 'fatal', ...variables });
    expect(await program.exited).toEqual({ code: 1, signal: null });
    expect(program.stderr().trim().split('\n')).toHaveLength(1);
    expect(program.stderr()).toMatch(sentence);
    expect(program.stderr()).toMatch(/https:\/\/api\.slack\.com\/apps/);
  });

  it('ends with one sentence when the app was taken out', async (context) => {
    const { expect } = context;
    const stage = await createStage(context);
    if (stage.installation !== null) stage.slack.people.revoke(stage.installation);
    const program = stage.start({ LOG_LEVEL: 'fatal' });
    expect(await program.exited).toEqual({ code: 1, signal: null });
    expect(program.stderr().trim().split('\n')).toHaveLength(1);
    expect(program.stderr()).toMatch(/no longer installed.*https:\/\/api\.slack\.com\/apps/);
  });

  it('ends with one sentence when Socket Mode is switched off', async (context) => {
    const { expect } = context;
    const stage = await createStage(context, { settings: { socketMode: false } });
    const program = stage.start({ LOG_LEVEL: 'fatal' });
    expect(await program.exited).toEqual({ code: 1, signal: null });
    expect(program.stderr().trim().split('\n')).toHaveLength(1);
    expect(program.stderr()).toMatch(/Socket Mode.*https:\/\/api\.slack\.com\/apps/);
  });

  it('says where the tokens come from when there are none, in one line, and serves the rest', async (context) => {
    const { expect } = context;
    const stage = await createStage(context);
    const program = stage.start({ SLACK_BOT_TOKEN: '', SLACK_APP_TOKEN: '' });
    const address = await program.ready;
    // It comes behind the address.
    await expect
      .poll(() => program.stdout().match(/^.*Slack.*$/gm))
      .toEqual([expect.stringMatching(/^Not on Slack: .*api\.slack\.com\/apps/)]);
    expect((await fetch(`${address}/readyz`)).status).toBe(200);
    expect((await fetch(`${address}/slack/events`, { method: 'POST', body: '{}' })).status).toBe(404);
    expect(stage.slack.requests()).toEqual([]);
  });

  it('goes on when its sockets are cut in the middle of an answer, and says meanwhile that it is not ready', async (context) => {
    const { expect } = context;
    const stage = await createStage(context);
    const program = stage.start();
    const address = await stage.ready(program);
    const readiness = async () => (await fetch(`${address}/readyz`)).status;
    expect(await readiness()).toBe(200);
    const question = await stage.ask('what is this?');
    await expect.poll(() => stage.shown(question)[0]?.length ?? 0, patiently).toBeGreaterThan(10);
    const end = stage.slack.faults.always({ method: 'apps.connections.open' }, { type: 'status', status: 503 });
    stage.slack.sockets.cut();
    await expect.poll(readiness, patiently).toBe(503);
    end();
    await expect.poll(readiness, patiently).toBe(200);
    await expect.poll(stage.isDone, patiently).toBe(true);
    const next = await stage.ask('which colours are in it?');
    await expect.poll(() => stage.shown(next)[0], patiently).toMatch(/White/);
    await expect.poll(stage.isDone, patiently).toBe(true);
    expect(stage.shown(question)).toHaveLength(1);
    stage.judge();
  });

  it.for(['socket', 'http'] as const)(
    'that was killed in the middle of an answer (%s) finishes the same message with the next start',
    async (way, context) => {
      const { expect } = context;
      const stage = await createStage(context, { way });
      const first = stage.start();
      await stage.ready(first);
      const question = await stage.ask('what is this?');
      await expect.poll(() => stage.shown(question)[0]?.length ?? 0, patiently).toBeGreaterThan(40);
      const [before] = stage.slack.screen.botMessages();
      await first.kill();
      const second = stage.start();
      await stage.ready(second);
      await expect.poll(stage.isDone, patiently).toBe(true);
      expect(stage.shown(question)).toEqual([expect.stringMatching(whole)]);
      expect(stage.slack.screen.botMessages()).toMatchObject([{ ts: before?.ts }]);
      // On a machine that is busy the answer may come to where it was later than it is waited for; restarts are judged on a clock.
      stage.judge({ vanished: true });
    },
  );

  it('finishes the answer that runs when it is told to end', async (context) => {
    const { expect } = context;
    const stage = await createStage(context, { way: 'http' });
    const program = stage.start();
    await stage.ready(program);
    const question = await stage.ask('what is this?');
    await expect.poll(() => stage.shown(question)[0]?.length ?? 0, patiently).toBeGreaterThan(10);
    expect(await program.stop()).toEqual({ code: 0, signal: null });
    expect(stage.isDone()).toBe(true);
    expect(stage.shown(question)).toEqual([expect.stringMatching(whole)]);
    stage.judge();
  });

  it('answers on Discord and on Slack at once, each its own', async (context) => {
    const { expect } = context;
    const stage = await createStage(context);
    const clock = createSystemClock();
    const token = 'MTIzNDU2Nzg5MDEyMzQ1Njc4.secret.of-this-bot';
    const discord = createFakeDiscord({ clock, token });
    const guild = discord.places.createGuild({ name: 'Potters' });
    const place = discord.places.createChannel(guild, { name: 'pictures' });
    const bea = discord.places.createPerson({ name: 'bea' });
    discord.places.join(guild, bea);
    const addresses = await listenAsDiscord(discord, clock);
    context.onTestFinished(() => addresses.close());
    const program = stage.start({
      DISCORD_TOKEN: token,
      DISCORD_API_URL: addresses.apiUrl,
      DISCORD_CDN_URL: `${addresses.cdnUrl},${addresses.mediaUrl}`,
    });
    await stage.ready(program);
    expect(program.stdout()).toMatch(/^Discord: signed in as sightline\.$/m);
    expect(program.stdout()).toMatch(/^Slack: @sightline in the workspace Painters/m);
    const files = [{ name: 'sign.png', bytes: await drawSign('CLOSED NOW') }];
    discord.people.say(bea, place, { text: 'what does the sign say?', mentionsBot: true, files });
    const question = await stage.ask('what does the sign say?');
    const onDiscord = () => discord.screen.botMessages().map(({ text }) => text);
    await expect.poll(() => onDiscord()[0], patiently).toMatch(/CLOSED NOW[\s\S]*To ask more/);
    await expect.poll(() => stage.shown(question)[0], patiently).toMatch(whole);
    expect(await program.stop()).toEqual({ code: 0, signal: null });
    expect(onDiscord()).toHaveLength(1);
    expect(onDiscord()[0]).not.toMatch(whole);
    expect(stage.shown(question)).toHaveLength(1);
    expect(stage.shown(question)[0]).not.toContain('CLOSED');
    expect(`${program.stdout()}${program.stderr()}`).not.toContain(token);
    stage.judge();
    discord.expectNoViolations();
  });
});
