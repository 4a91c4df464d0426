import { describe, expect, it } from 'vitest';
import { createSlackBotRig, picture, slowly } from './slack-bot-rig.ts';

type Options = NonNullable<Parameters<typeof createSlackBotRig>[0]>;

const mayNot = 'You may not use me here.';
const files = [picture('photo.png')];

/** A world whose ids are the same each time it is built: who is refused has to be known before. */
function createWorldRig(access: Options['access'] = {}, mode: Options['mode'] = 'socket') {
  const rig = createSlackBotRig({ access, mode });
  const friend = rig.slack.places.createPerson(rig.team, { name: 'bea' });
  rig.channel.memberIds.add(friend.id);
  const elsewhere = rig.slack.places.createChannel(rig.team, {
    name: 'elsewhere',
    members: [rig.person, friend, rig.bot],
  });
  const direct = rig.slack.places.direct(rig.person, rig.installation);
  return { ...rig, friend, elsewhere, direct };
}

function idsOfTheWorld() {
  const { team, channel, person, friend, elsewhere, direct } = createWorldRig();
  return {
    workspace: team.id,
    channel: channel.id,
    person: person.id,
    friend: friend.id,
    elsewhere: elsewhere.id,
    direct: direct.id,
  };
}

const ids = idsOfTheWorld();

describe.each([
  ['a person', { denied: { people: [ids.person] } }],
  ['a channel', { denied: { channels: [ids.channel] } }],
  ['a workspace', { denied: { servers: [ids.workspace] } }],
  ['everybody but a person', { allowed: { people: ['U11111'] } }],
  ['all channels but one', { allowed: { channels: ['C11111'] } }],
  ['all workspaces but one', { allowed: { servers: ['T11111'] } }],
])('with %s refused', (_whom, access) => {
  it.each(['socket', 'http'] as const)(
    'mentions, replies, edits and deletions over %s say nothing; commands, forms and shortcuts are refused to that person alone',
    async (mode) => {
      const rig = createWorldRig(access, mode);
      const { people, clicks } = rig.slack;
      const program = await rig.start();
      const question = rig.mention('what is this?');
      await rig.pass(10_000);
      people.say(rig.person, rig.channel, { text: 'well?', inThreadOf: question });
      people.edit(question, `<@${rig.bot.id}> please?`);
      await rig.pass(10_000);
      people.remove(question);
      const posted = people.say(rig.person, rig.channel, { text: 'trip', files });
      await rig.pass(10_000);
      expect(rig.slack.screen.botMessages()).toEqual([]);
      expect(rig.slack.screen.statusChanges()).toEqual([]);

      await rig.command('/ask', 'what is this?');
      expect(clicks.openView(rig.person)).toBeNull();
      await rig.command('/help');
      await rig.command('/model', 'other');
      expect(rig.whispers()).toEqual([mayNot, mayNot, mayNot]);
      await rig.given(clicks.messageShortcut(rig.person, posted, 'ask-about-image'));
      expect(JSON.stringify(clicks.openView(rig.person)?.content)).toContain(mayNot);
      await rig.given(clicks.close(rig.person));
      expect(rig.chat.questions).toEqual([]);
      expect(rig.chat.uploads).toEqual([]);
      expect(rig.slack.files.downloads()).toEqual([]);
      await program.stop();
      rig.slack.expectNoViolations();
      expect(rig.untaken()).toEqual([]);
    },
  );
});

it('who is refused cannot press what others may press, nor see the models, nor have their opinion counted', async () => {
  const rig = createWorldRig({ denied: { people: [ids.person] } });
  rig.person.role = 'admin';
  const program = await rig.start();
  rig.mention('what is this?', {}, rig.channel, rig.friend);
  await rig.pass(20_000);
  await rig.press('Try again', rig.lastMessage(), rig.person);
  await rig.press('👍', rig.lastMessage(), rig.person);
  const menu = rig.modelMenu(rig.lastMessage());
  expect(await rig.given(rig.slack.clicks.suggest(rig.person, rig.lastMessage(), menu, 'o'))).toEqual([]);
  await rig.pass(20_000);
  expect(rig.slack.screen.botMessages().filter(({ visibleTo }) => visibleTo !== null)).toMatchObject([
    { text: mayNot, visibleTo: rig.person.id },
    { text: mayNot, visibleTo: rig.person.id },
  ]);
  expect(rig.count('answer_feedback_total slack good')).toBe(0);
  expect(rig.chat.questions).toHaveLength(1);
  // Said twice, since it was tried twice.
  rig.slack.expectNoViolations();
  await program.stop();
  expect(rig.untaken()).toEqual([]);
});

it('who is refused cannot stop the answer to somebody else, by no button', async () => {
  const rig = createWorldRig({ denied: { people: [ids.person] } });
  rig.person.role = 'admin';
  const program = await rig.start();
  rig.chat.script(slowly('one two three four five six seven eight nine ten', 1_000));
  const question = rig.mention('what is this?', {}, rig.channel, rig.friend);
  await rig.pass(6_000);
  await rig.press('Stop', rig.lastMessage(), rig.person);
  rig.slack.people.stopAgent(rig.person, rig.channel, question.ts);
  await rig.pass(40_000);
  expect(rig.shown()[0]).toMatch(/ten$/);
  expect(rig.whispers()).toEqual([mayNot]);
  await rig.end(program);
});

it('a form that was opened before somebody was refused is not taken', async () => {
  const before = createWorldRig();
  const posted = before.slack.people.say(before.person, before.channel, { text: 'trip', files });
  const program = await before.start();
  await before.given(before.slack.clicks.messageShortcut(before.person, posted, 'ask-about-image'));
  await before.pass(1_000);
  await program.stop();
  const rules = { access: { denied: { people: [ids.person] } } };
  const after = await before.start(rules);
  const outcome = await before.given(
    before.slack.clicks.submit(before.person, { question: 'where?', visibility: 'everyone' }),
  );
  expect(JSON.stringify(outcome)).toContain(mayNot);
  await before.pass(20_000);
  expect(before.chat.questions).toEqual([]);
  await before.given(before.slack.clicks.close(before.person));
  await before.end(after);
});

describe('with one channel refused', () => {
  const access = { denied: { channels: [ids.channel] } };

  it('other channels and direct messages are answered', async () => {
    const rig = createWorldRig(access);
    const program = await rig.start();
    rig.mention('what is this?');
    rig.mention('what is that?', {}, rig.elsewhere);
    rig.slack.people.say(rig.person, rig.direct, { text: 'and this?', files });
    await rig.pass(20_000);
    expect(rig.shown(rig.channel)).toEqual([]);
    expect(rig.shown(rig.elsewhere)).toEqual(['inspector on 1: what is that?']);
    expect(rig.shown(rig.direct)).toEqual(['inspector on 1: and this?']);
    await rig.end(program);
  });

  it('its pictures can be passed on to where the bot may be used', async () => {
    const rig = createWorldRig(access);
    const program = await rig.start();
    const posted = rig.slack.people.say(rig.person, rig.channel, { text: 'trip', files });
    rig.slack.people.share(rig.person, posted, rig.elsewhere, { text: 'where is this?', mentionsBot: true });
    await rig.pass(20_000);
    expect(rig.shown(rig.elsewhere)).toEqual(['inspector on 1: where is this?']);
    await rig.end(program);
  });
});

describe('with the bot kept to one channel', () => {
  it('direct messages are not answered, and the form says so where it would answer there', async () => {
    const rig = createWorldRig({ allowed: { channels: [ids.channel] } });
    const program = await rig.start();
    rig.slack.people.say(rig.person, rig.direct, { text: 'what is this?', files });
    const posted = rig.slack.people.say(rig.person, rig.channel, { text: 'trip', files });
    await rig.pass(20_000);
    expect(rig.shown(rig.direct)).toEqual([]);
    await rig.given(rig.slack.clicks.messageShortcut(rig.person, posted, 'ask-about-image'));
    await rig.pass(1_000);
    const refused = await rig.given(
      rig.slack.clicks.submit(rig.person, { question: 'where is this?', visibility: 'only-me' }),
    );
    expect(JSON.stringify(refused)).toContain('I may not answer you in direct messages here');
    await rig.given(rig.slack.clicks.submit(rig.person, { question: 'where is this?', visibility: 'everyone' }));
    await rig.pass(20_000);
    expect(rig.shown(rig.channel, posted)).toEqual(['inspector on 1: where is this?']);
    await rig.end(program);
  });

  it('a listed direct message is one of them', async () => {
    const rig = createWorldRig({ allowed: { channels: [ids.direct] } });
    const program = await rig.start();
    rig.slack.people.say(rig.person, rig.direct, { text: 'what is this?', files });
    rig.mention('what is that?');
    await rig.pass(20_000);
    expect(rig.shown(rig.direct)).toEqual(['inspector on 1: what is this?']);
    expect(rig.shown(rig.channel)).toEqual([]);
    await rig.end(program);
  });
});

it('with the bot kept to one person it answers that person alone, also in the same thread', async () => {
  const rig = createWorldRig({ allowed: { people: [ids.person] } });
  const program = await rig.start();
  const question = rig.mention('what is this?');
  rig.mention('what is that?', {}, rig.channel, rig.friend);
  await rig.pass(20_000);
  rig.slack.people.say(rig.friend, rig.channel, { text: 'and when?', inThreadOf: question });
  rig.slack.people.say(rig.person, rig.channel, { text: 'and where?', inThreadOf: question });
  await rig.pass(20_000);
  expect(rig.shown()).toEqual(['inspector on 1: what is this?', 'inspector on 1: and where?']);
  await rig.end(program);
});

it('people of another workspace that is refused are not answered in a shared channel', async () => {
  const { team: other } = (() => {
    const rig = createWorldRig();
    return { team: rig.slack.places.createTeam({ name: 'Sculptors' }) };
  })();
  const rig = createWorldRig({ denied: { servers: [other.id] } });
  const team = rig.slack.places.createTeam({ name: 'Sculptors' });
  expect(team.id).toBe(other.id);
  const guest = rig.slack.places.createPerson(team, { name: 'carl' });
  rig.slack.places.connect(rig.channel, team);
  rig.channel.memberIds.add(guest.id);
  const program = await rig.start();
  rig.slack.people.say(guest, rig.channel, { text: `<@${rig.bot.id}> what is this?`, files });
  rig.mention('what is that?');
  await rig.pass(20_000);
  expect(rig.shown()).toEqual(['inspector on 1: what is that?']);
  await rig.end(program);
});
