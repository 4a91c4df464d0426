import { describe, expect, it } from 'vitest';
import { createDiscordBotRig, picture } from './discord-bot-rig.ts';

const mayNot = 'You may not use me here.';
const image = picture('photo.png');

/** A world whose ids are the same each time it is built: who is refused has to be known before. */
function idsOfTheWorld() {
  const { guild, channel, person, discord } = createDiscordBotRig();
  const roleId = discord.places.createRole(guild, { name: 'banned' });
  return { server: guild.id, channel: channel.id, person: person.id, role: roleId };
}

const ids = idsOfTheWorld();

function createRigWithRole(access: NonNullable<Parameters<typeof createDiscordBotRig>[0]>['access']) {
  const rig = createDiscordBotRig({ access: access ?? {} });
  const roleId = rig.discord.places.createRole(rig.guild, { name: 'banned' });
  rig.guild.members.get(rig.person.id)?.roleIds.push(roleId);
  expect({ server: rig.guild.id, channel: rig.channel.id, person: rig.person.id, role: roleId }).toEqual(ids);
  return rig;
}

describe.each([
  ['a person', { denied: { people: [ids.person] } }],
  ['a channel', { denied: { channels: [ids.channel] } }],
  ['a role', { denied: { roles: [ids.role] } }],
  ['a server', { denied: { servers: [ids.server] } }],
  ['everybody but a person', { allowed: { people: ['11111'] } }],
  ['all channels but one', { allowed: { channels: ['11111'] } }],
])('with %s refused', (_whom, access) => {
  it('mentions, replies and edits are not answered; commands and buttons are refused to that person alone', async () => {
    const rig = createRigWithRole(access);
    const program = await rig.start();
    const question = rig.mention('what is this?');
    await rig.pass(10_000);
    rig.discord.people.edit(question, `<@${rig.discord.bot.id}> please?`);
    await rig.pass(20_000);
    expect(rig.shown()).toEqual([]);
    expect(rig.discord.requests({ method: 'POST', route: '/channels/:channel/typing' })).toEqual([]);

    const posted = rig.discord.people.say(rig.person, rig.channel, { text: 'trip', files: [image] });
    await rig.command({ name: 'ask', options: { image, question: 'what is this?' } });
    await rig.command({ name: 'help' });
    rig.discord.clicks.messageCommand(rig.person, posted, 'Ask about this image');
    await rig.pass(5_000);
    expect(rig.whispers()).toEqual([mayNot, mayNot, mayNot]);
    expect(rig.chat.questions).toEqual([]);
    rig.discord.expectNoViolations();
    expect(rig.discord.clicks.unanswered()).toEqual([]);
    await program.stop();
  });
});

it('who is refused cannot press what others may press', async () => {
  const rig = createDiscordBotRig({ access: { denied: { people: [ids.person] } } });
  const friend = rig.discord.places.createPerson({ name: 'bea' });
  rig.discord.places.join(rig.guild, friend);
  const program = await rig.start();
  const question = rig.mention('what is this?', {}, rig.channel, friend);
  await rig.pass(30_000);
  const thread = rig.threadOn(question);
  await rig.press('again', rig.lastMessage(thread), rig.person);
  await rig.pass(10_000);
  expect(rig.whispers()).toEqual([mayNot]);
  expect(rig.chat.questions).toHaveLength(1);
  rig.judge();
  await program.stop();
});

it('threads follow their channel', async () => {
  const rig = createDiscordBotRig({ access: { denied: { channels: [ids.channel] } } });
  const program = await rig.start();
  const thread = rig.discord.people.openThread(rig.person, rig.channel, 'a way around');
  rig.mention('what is this?', {}, thread);
  await rig.pass(30_000);
  expect(rig.shown()).toEqual([]);
  const elsewhere = rig.discord.places.createChannel(rig.guild, { name: 'elsewhere' });
  rig.mention('what is this?', {}, elsewhere);
  await rig.pass(30_000);
  expect(rig.shown()).toHaveLength(1);
  rig.judge();
  await program.stop();
});
