import { describe, expect, it } from 'vitest';
import type { ChannelRecord, InstallationRecord, TeamRecord, UserRecord } from '../../fakes/slack/records.ts';
import { createSlackBotRig, picture, slowly } from './slack-bot-rig.ts';

type Rig = ReturnType<typeof createSlackBotRig>;
type Options = Parameters<typeof createSlackBotRig>[0];
type Program = Awaited<ReturnType<Rig['start']>>;

/** A workspace with the app in it, a channel and somebody who asks. */
type Place = {
  readonly team: TeamRecord;
  readonly channel: ChannelRecord;
  readonly person: UserRecord;
  installation(): InstallationRecord;
};

const modes = ['socket', 'http'] as const;
const shortcut = 'ask-about-image';
const tenWords = 'one two three four five six seven eight nine ten';

/** A program that many workspaces can install, and that none has yet. */
async function createStage(options: Options = {}) {
  const rig = createSlackBotRig({ oauth: true, ...options });
  // Nobody has it before somebody installs it by its own pages.
  rig.slack.world.installations.length = 0;
  rig.channel.memberIds.delete(rig.bot.id);
  const program = await rig.start();

  const installationIn = (team: TeamRecord): InstallationRecord => {
    const found = rig.slack.world.installations.find(
      ({ teamId, enterpriseId, state }) =>
        state === 'active' && (teamId === team.id || (teamId === null && enterpriseId === team.enterpriseId)),
    );
    if (found === undefined) throw new Error(`the app is not in ${team.name}`);
    return found;
  };

  /** Somebody installs the app and takes it into their channel. */
  async function enter(
    team: TeamRecord,
    channel: ChannelRecord,
    person: UserRecord,
    organisation = false,
    by: Program = program,
  ): Promise<Place> {
    await rig.install(by, team, person, organisation);
    channel.memberIds.add(installationIn(team).bot.id);
    return { team, channel, person, installation: () => installationIn(team) };
  }

  const first = () => enter(rig.team, rig.channel, rig.person);

  /** Another workspace in which everything has the ids that it has in the first. */
  async function enterTwin(): Promise<Place> {
    const team = rig.slack.places.createTeam({ name: 'Potters' });
    const person = rig.slack.places.createPerson(team, { id: rig.person.id, name: 'bea' });
    const channel = rig.slack.places.createChannel(team, { id: rig.channel.id, members: [person] });
    return enter(team, channel, person);
  }

  const ask = ({ channel, person }: Place, text: string, files = [picture(`${text}.png`)]) =>
    rig.slack.people.say(person, channel, { text, mentionsBot: true, files });

  /** Everything that is kept, as text. */
  const dump = async () => JSON.stringify((await rig.store.list('', null, 10_000)).entries);

  return { rig, program, enter, first, enterTwin, ask, dump, installationIn };
}

describe.each(modes)('over %s', (mode) => {
  it('whoever installs the app by its pages is answered, also after a restart', async () => {
    const { rig, program, first, ask } = await createStage({ mode });
    expect(program.lines[0]).toMatch(/^Slack: installed nowhere yet, by /);
    expect(program.lines[1]).toContain('https://sightline.example/slack/install');
    const place = await first();
    ask(place, 'what is this?');
    await rig.pass(30_000);
    expect(rig.shown()).toEqual(['inspector on 1: what is this?']);
    await program.stop();
    const next = await rig.start();
    expect(next.lines[0]).toMatch(/^Slack: installed once, by /);
    ask(place, 'and this?');
    await rig.pass(30_000);
    expect(rig.shown()[1]).toBe('inspector on 1: and this?');
    await rig.end(next);
  });

  it('nothing of one workspace reaches another, although channels, people and threads have equal ids', async () => {
    const { rig, program, first, enterTwin, ask, dump } = await createStage({ mode });
    const painters = await first();
    const potters = await enterTwin();
    const mine = ask(painters, 'mine?');
    const theirs = ask(potters, 'theirs?');
    expect(mine.ts).toBe(theirs.ts);
    await rig.pass(30_000);
    expect(rig.shown(painters.channel)).toEqual(['inspector on 1: mine?']);
    expect(rig.shown(potters.channel)).toEqual(['inspector on 1: theirs?']);
    const [one, other] = rig.chat.questions;
    expect(one?.conversationId).not.toBe(other?.conversationId);
    expect(one?.conversationKey).not.toBe(other?.conversationKey);
    expect(one?.imageKeys).not.toEqual(other?.imageKeys);

    // Both go on, each with its own picture.
    rig.slack.people.say(painters.person, painters.channel, { text: 'mine again?', inThreadOf: mine });
    rig.slack.people.say(potters.person, potters.channel, { text: 'theirs again?', inThreadOf: theirs });
    await rig.pass(30_000);
    expect(rig.shown(painters.channel)[1]).toBe('inspector on 1: mine again?');
    expect(rig.shown(potters.channel)[1]).toBe('inspector on 1: theirs again?');
    const asked = (text: string) => rig.chat.questions.find(({ prompt }) => prompt === text);
    expect(asked('mine again?')?.conversationId).toBe(asked('mine?')?.conversationId);
    expect(asked('mine again?')?.imageKeys).toEqual(asked('mine?')?.imageKeys);
    expect(asked('theirs again?')?.imageKeys).toEqual(asked('theirs?')?.imageKeys);

    // A button asks again for its own workspace alone.
    const [message] = rig.slack.screen.botMessages({ channel: painters.channel });
    if (message === undefined) throw new Error('there is no answer');
    await rig.press('Try again', rig.slack.screen.recordOf(message), painters.person);
    await rig.pass(30_000);
    expect(rig.chat.questions.filter(({ prompt }) => prompt === 'mine?')).toHaveLength(2);
    expect(rig.chat.questions.filter(({ prompt }) => prompt === 'theirs?')).toHaveLength(1);

    // Every call for a workspace was made with its token, and tokens are kept sealed.
    for (const { team, installation } of [painters, potters]) {
      expect(rig.slack.requests({ teamId: team.id, method: 'chat.startStream' })).not.toEqual([]);
      expect(await dump()).not.toContain(installation().token);
    }
    await rig.end(program, { vanished: true });
  });

  it('a workspace that takes the app out is forgotten whole, and may install it again', async () => {
    const { rig, program, first, enterTwin, enter, ask, dump } = await createStage({ mode });
    const painters = await first();
    const potters = await enterTwin();
    for (const place of [painters, potters]) {
      const question = ask(place, 'what is this?');
      await rig.pass(20_000);
      rig.slack.people.say(place.person, place.channel, {
        text: 'model other',
        mentionsBot: true,
        inThreadOf: question,
      });
      await rig.pass(10_000);
      await rig.command('/model', 'other', place.channel, place.person);
      const [answer] = rig.slack.screen.botMessages({ channel: place.channel });
      if (answer !== undefined) await rig.press('👍', rig.slack.screen.recordOf(answer), place.person);
    }
    expect(await dump()).toContain(painters.team.id);
    // Somebody leaves the form open that asks what they want to know of a picture.
    const posted = rig.slack.people.say(painters.person, painters.channel, { files: [picture('trip.png')] });
    await rig.given(rig.slack.clicks.messageShortcut(painters.person, posted, shortcut));
    await rig.pass(5_000);
    expect(await dump()).toContain('slack-pending-questions');
    const untouched = await dumpOf(rig, potters.team);
    rig.slack.people.uninstall(painters.installation());
    await rig.pass(30_000);
    expect(await dumpOf(rig, painters.team)).toEqual([]);
    // The list of all is the only thing that both are in.
    const isOwn = (entry: string) => !entry.includes('slack-installed');
    expect((await dumpOf(rig, potters.team)).filter(isOwn)).toEqual(untouched.filter(isOwn));
    expect(rig.chat.forgotten).toHaveLength(1);

    const again = await enter(painters.team, painters.channel, painters.person);
    ask(again, 'and now?');
    await rig.pass(30_000);
    // Its choice of a model is forgotten too.
    expect(rig.shown(painters.channel).at(-1)).toBe('inspector on 1: and now?');
    ask(potters, 'and here?');
    await rig.pass(30_000);
    expect(rig.shown(potters.channel).at(-1)).toContain('on 1: and here?');
    await rig.end(program);
  });

  it('one whose tokens are revoked is forgotten too, and is not asked for ever', async () => {
    const { rig, program, first, ask } = await createStage({ mode });
    const painters = await first();
    ask(painters, 'what is this?');
    await rig.pass(20_000);
    rig.slack.people.revoke(painters.installation());
    await rig.pass(30_000);
    // Nothing of anybody is left, only what is the program’s own.
    const { entries } = await rig.store.list('', null, 10_000);
    const ownKinds = /^\d+\.(slack-marker-key|slack-installed|slack-install-states)\d/;
    expect(entries.filter(({ key }) => !ownKinds.test(key))).toEqual([]);
    expect(await dumpOf(rig, painters.team)).toEqual([]);
    const before = rig.slack.requests().length;
    await rig.pass(3_600_000);
    expect(rig.slack.requests().length - before).toBeLessThan(5);
    await rig.end(program);
  });

  it('an answer that runs where the app is taken out ends, and others go on', async () => {
    const { rig, program, first, enterTwin, ask } = await createStage({ mode });
    const painters = await first();
    const potters = await enterTwin();
    rig.chat.script(slowly(tenWords, 1_000), slowly(tenWords, 1_000));
    ask(painters, 'mine?');
    await rig.pass(1_000);
    ask(potters, 'theirs?');
    await rig.pass(5_000);
    rig.slack.people.uninstall(painters.installation());
    await rig.pass(500);
    const before = rig.slack.requests({ teamId: painters.team.id }).length;
    await rig.pass(180_000);
    expect(rig.slack.requests({ teamId: painters.team.id }).length - before).toBeLessThan(5);
    expect(rig.shown(potters.channel)).toEqual([tenWords]);
    expect(rig.chat.stopped).toHaveLength(1);
    expect(await dumpOf(rig, painters.team)).toEqual([]);
    await rig.end(program, { leftovers: true });
  });
});

/** What is kept of a workspace, by its keys and values. */
async function dumpOf(rig: Rig, team: TeamRecord): Promise<readonly string[]> {
  const { entries } = await rig.store.list('', null, 10_000);
  return entries.map(({ key, value }) => `${key} ${JSON.stringify(value)}`).filter((entry) => entry.includes(team.id));
}

it('what is set in one workspace does not hold in another with equal ids', async () => {
  const { rig, program, first, enterTwin, ask } = await createStage();
  const painters = await first();
  const potters = await enterTwin();
  painters.person.role = 'admin';
  await rig.command('/model', 'other', painters.channel, painters.person);
  ask(painters, 'mine?');
  ask(potters, 'theirs?');
  await rig.pass(30_000);
  expect(rig.shown(painters.channel)).toEqual(['other on 1: mine?']);
  expect(rig.shown(potters.channel)).toEqual(['inspector on 1: theirs?']);
  await rig.end(program);
});

it('a thread of the bot in one workspace is none in another with equal ids', async () => {
  const { rig, program, first, enterTwin, ask } = await createStage();
  const painters = await first();
  const potters = await enterTwin();
  const mine = ask(painters, 'mine?');
  const theirs = rig.slack.people.say(potters.person, potters.channel, { text: 'nothing for the bot' });
  expect(theirs.ts).toBe(mine.ts);
  await rig.pass(30_000);
  // What is known of threads is read from the database from here on.
  await program.stop();
  const next = await rig.start();
  rig.slack.people.say(potters.person, potters.channel, { text: 'hidden?', inThreadOf: theirs });
  rig.slack.people.say(painters.person, painters.channel, { text: 'mine again?', inThreadOf: mine });
  await rig.pass(30_000);
  expect(rig.shown(potters.channel)).toEqual([]);
  expect(rig.shown(painters.channel)).toEqual(['inspector on 1: mine?', 'inspector on 1: mine again?']);
  await rig.end(next);
});

it('an organisation that installs the app has it in all of its workspaces', async () => {
  const { rig, program, enter, ask } = await createStage();
  const team = rig.slack.places.createTeam({ name: 'Sculptors', enterpriseId: 'E0ORG' });
  const sibling = rig.slack.places.createTeam({ name: 'Carvers', enterpriseId: 'E0ORG' });
  const person = rig.slack.places.createPerson(team, { name: 'cem' });
  const friend = rig.slack.places.createPerson(sibling, { name: 'dea' });
  const place = await enter(team, rig.slack.places.createChannel(team, { members: [person] }), person, true);
  const channel = rig.slack.places.createChannel(sibling, { members: [friend] });
  channel.memberIds.add(place.installation().bot.id);
  const other: Place = { ...place, team: sibling, channel, person: friend };
  ask(place, 'mine?');
  ask(other, 'theirs?');
  await rig.pass(30_000);
  expect(rig.shown(place.channel)).toEqual(['inspector on 1: mine?']);
  expect(rig.shown(channel)).toEqual(['inspector on 1: theirs?']);

  rig.slack.people.uninstall(place.installation());
  await rig.pass(30_000);
  for (const each of [team, sibling]) expect(await dumpOf(rig, each)).toEqual([]);
  await rig.end(program);
});

it('tokens that end are renewed in time, in the middle of an answer too', async () => {
  const { rig, program, first, ask } = await createStage({ slack: { settings: { tokenRotation: true } } });
  const painters = await first();
  ask(painters, 'what is this?');
  await rig.pass(30_000);
  const before = painters.installation().token;
  await rig.clock.advance(11 * 3_600_000 + 59 * 60_000);
  rig.chat.script({ words: tenWords.split(/(?<=\s)/), wordDelayMs: 12_000 });
  ask(painters, 'and this?');
  await rig.pass(300_000);
  expect(painters.installation().token).not.toBe(before);
  expect(rig.shown()).toEqual(['inspector on 1: what is this?', tenWords]);
  await rig.clock.advance(30 * 3_600_000);
  ask(painters, 'and after days?');
  await rig.pass(30_000);
  expect(rig.shown()[2]).toBe('inspector on 1: and after days?');
  await rig.end(program);
});
