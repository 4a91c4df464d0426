import { PermissionFlagsBits } from 'discord-api-types/v10';
import { describe, expect, it } from 'vitest';
import { createDiscordBotRig, picture, slowly } from './discord-bot-rig.ts';

const tenSeconds = slowly(
  'one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen',
  1_000,
);
const hint = '\n\nTo ask more, mention me or reply to me here.';

/** A program in the middle of an answer in a thread. */
async function inMidAnswer() {
  const rig = createDiscordBotRig();
  const program = await rig.start();
  rig.chat.script(tenSeconds);
  const question = rig.mention('what is this?');
  await rig.pass(7_000);
  const thread = rig.threadOn(question);
  expect(rig.shown(thread)[0]).toMatch(/^one two/);
  return { rig, program, question, thread };
}

/** A program that has answered a question in a thread. */
async function answered() {
  const rig = createDiscordBotRig();
  const program = await rig.start();
  const question = rig.mention('what is this?');
  await rig.pass(30_000);
  const thread = rig.threadOn(question);
  return { rig, program, question, thread };
}

describe('Stop', () => {
  it('by the person who asked ends the answer where it stands and says so', async () => {
    const { rig, program, thread } = await inMidAnswer();
    await rig.press('stop', rig.lastMessage(thread));
    await rig.pass(30_000);
    expect(rig.shown(thread)).toHaveLength(1);
    expect(rig.shown(thread)[0]).toMatch(/^one two.*stopped/is);
    expect(rig.shown(thread)[0]).not.toContain('fifteen');
    expect(rig.chat.stopped).toEqual(['record-1']);
    rig.judge();
    await program.stop();
  });

  it('by a moderator works as well', async () => {
    const { rig, program, thread } = await inMidAnswer();
    const moderator = rig.discord.places.createPerson({ name: 'mo' });
    rig.discord.places.join(rig.guild, moderator, { permissions: PermissionFlagsBits.ManageMessages });
    await rig.press('stop', rig.lastMessage(thread), moderator);
    await rig.pass(30_000);
    expect(rig.shown(thread)[0]).not.toContain('fifteen');
    rig.judge();
    await program.stop();
  });

  it('by anybody else is refused, to them alone, and the answer goes on', async () => {
    const { rig, program, thread } = await inMidAnswer();
    const friend = rig.discord.places.createPerson({ name: 'bea' });
    rig.discord.places.join(rig.guild, friend);
    await rig.press('stop', rig.lastMessage(thread), friend);
    await rig.pass(30_000);
    expect(rig.whispers(friend)).toEqual(['Only the person who asked, or a moderator, can do that.']);
    expect(rig.shown(thread)[0]).toContain('fifteen');
    rig.judge();
    await program.stop();
  });
});

describe('asking again', () => {
  it('writes the new answer into the same message', async () => {
    const { rig, program, thread } = await answered();
    const [before] = rig.discord.screen.botMessages(thread.id);
    rig.chat.script(slowly('A second opinion.'));
    await rig.press('again', rig.lastMessage(thread));
    await rig.pass(30_000);
    expect(rig.discord.screen.botMessages(thread.id)).toMatchObject([
      { id: before?.id, text: `A second opinion.${hint}` },
    ]);
    rig.judge({ vanished: true });
    await program.stop();
  });

  it('with another model asks that one', async () => {
    const { rig, program, thread } = await answered();
    await rig.chooseModel('other', rig.lastMessage(thread));
    await rig.pass(30_000);
    expect(rig.shown(thread)).toEqual([`other on 1: what is this?${hint}`]);
    rig.mention('and this?', { files: [] }, thread);
    await rig.pass(30_000);
    expect(rig.shown(thread)[1]).toBe('inspector on 1: and this?');
    rig.judge({ vanished: true });
    await program.stop();
  });

  it('is refused to others', async () => {
    const { rig, program, thread } = await answered();
    const friend = rig.discord.places.createPerson({ name: 'bea' });
    rig.discord.places.join(rig.guild, friend);
    await rig.press('again', rig.lastMessage(thread), friend);
    await rig.pass(20_000);
    expect(rig.whispers(friend)).toEqual(['Only the person who asked, or a moderator, can do that.']);
    expect(rig.chat.questions).toHaveLength(1);
    rig.judge();
    await program.stop();
  });

  it('twice in a row asks once and says so', async () => {
    const { rig, program, thread } = await answered();
    rig.chat.script(tenSeconds);
    const answer = rig.lastMessage(thread);
    const again = rig.controlIds(answer).find((id) => id.startsWith('again|')) ?? '';
    rig.discord.clicks.press(rig.person, answer, again);
    rig.discord.clicks.press(rig.person, answer, again);
    await rig.pass(60_000);
    expect(rig.chat.questions).toHaveLength(2);
    expect(rig.whispers()).toEqual(['I am answering that question already.']);
    rig.judge({ vanished: true });
    await program.stop();
  });

  it('still works after a restart', async () => {
    const { rig, program, thread } = await answered();
    await program.stop();
    const next = await rig.start();
    rig.chat.script(slowly('A second opinion.'));
    await rig.press('again', rig.lastMessage(thread));
    await rig.pass(30_000);
    expect(rig.shown(thread)).toEqual([`A second opinion.${hint}`]);
    rig.judge({ vanished: true });
    await next.stop();
  });
});

describe('asking again, later', () => {
  it('writes an old answer anew in a single edit: Discord takes few of old messages', async () => {
    const { rig, program, thread } = await answered();
    await rig.pass(2 * 3_600_000);
    const before = rig.discord.screen.timeline(thread.id).length;
    rig.chat.script(tenSeconds);
    await rig.press('again', rig.lastMessage(thread));
    await rig.pass(60_000);
    expect(rig.shown(thread)[0]).toContain('fifteen');
    expect(rig.discord.screen.timeline(thread.id)).toHaveLength(before + 1);
    rig.judge({ vanished: true });
    await program.stop();
  });

  it('works in a thread that was archived meanwhile', async () => {
    const { rig, program, thread } = await answered();
    rig.discord.places.setArchived(thread, true);
    rig.chat.script(slowly('A second opinion.'));
    await rig.press('again', rig.lastMessage(thread));
    await rig.pass(30_000);
    expect(rig.shown(thread)).toEqual([`A second opinion.${hint}`]);
    rig.judge({ vanished: true });
    await program.stop();
  });

  it('works for the answer to a command whose token is over', async () => {
    const rig = createDiscordBotRig();
    const program = await rig.start();
    await rig.command({ name: 'ask', options: { image: picture('a.png'), question: 'what is this?' } });
    await rig.pass(20 * 60_000);
    rig.chat.script(slowly('A second opinion.'));
    await rig.press('again', rig.lastMessage(rig.channel));
    await rig.pass(30_000);
    expect(rig.shown()).toEqual(['A second opinion.\n\nTo ask more, reply to this message and mention me.']);
    rig.judge({ vanished: true });
    await program.stop();
  });
});

describe('a message that is edited so that it mentions the bot', () => {
  it('is a question from then on', async () => {
    const rig = createDiscordBotRig();
    const program = await rig.start();
    const message = rig.discord.people.say(rig.person, rig.channel, {
      text: 'what is this?',
      files: [picture('a.png')],
    });
    await rig.pass(10_000);
    expect(rig.shown()).toEqual([]);
    rig.discord.people.edit(message, `<@${rig.discord.bot.id}> what is this?`);
    await rig.pass(30_000);
    expect(rig.shown(rig.threadOn(message))).toEqual([`inspector on 1: what is this?${hint}`]);
    rig.judge();
    await program.stop();
  });
});

describe('a question that is edited', () => {
  it('while it is answered is asked anew into the same message', async () => {
    const { rig, program, question, thread } = await inMidAnswer();
    const [before] = rig.discord.screen.botMessages(thread.id);
    rig.discord.people.edit(question, `<@${rig.discord.bot.id}> what is that, then?`);
    await rig.pass(60_000);
    expect(rig.discord.screen.botMessages(thread.id)).toMatchObject([
      { id: before?.id, text: `inspector on 1: what is that, then?${hint}` },
    ]);
    expect(rig.chat.stopped).toEqual(['record-1']);
    rig.judge({ vanished: true });
    await program.stop();
  });

  it('after its answer is asked anew into the same messages; what is no longer needed goes', async () => {
    const rig = createDiscordBotRig();
    const program = await rig.start();
    rig.chat.script({ words: Array.from({ length: 900 }, (_, index) => `word${index} `), wordDelayMs: 5 });
    const question = rig.mention('tell me everything');
    await rig.pass(60_000);
    const thread = rig.threadOn(question);
    const before = rig.discord.screen.botMessages(thread.id);
    expect(before.length).toBeGreaterThan(3);
    rig.discord.people.edit(question, `<@${rig.discord.bot.id}> in one word?`);
    await rig.pass(60_000);
    expect(rig.discord.screen.botMessages(thread.id)).toMatchObject([
      { id: before[0]?.id, text: `inspector on 1: in one word?${hint}` },
    ]);
    rig.judge({ vanished: true });
    await program.stop();
  });

  it('only in its preview is not asked anew', async () => {
    const { rig, program, question, thread } = await answered();
    rig.discord.people.showPreview(question, { url: 'https://example.org/a.png', file: picture('a.png') });
    await rig.pass(30_000);
    expect(rig.chat.questions).toHaveLength(1);
    expect(rig.shown(thread)).toHaveLength(1);
    rig.judge();
    await program.stop();
  });
});

describe('a question that is deleted', () => {
  it('while it is answered stops the model and takes the answer away', async () => {
    const { rig, program, question, thread } = await inMidAnswer();
    rig.discord.people.remove(question);
    await rig.pass(60_000);
    expect(rig.shown(thread)).toEqual([]);
    expect(rig.chat.stopped).toEqual(['record-1']);
    rig.judge({ vanished: true });
    await program.stop();
  });

  it('after its answer takes the answer away', async () => {
    const { rig, program, question, thread } = await answered();
    rig.discord.people.remove(question);
    await rig.pass(60_000);
    expect(rig.shown(thread)).toEqual([]);
    rig.judge({ vanished: true });
    await program.stop();
  });

  it('before it could be answered is not answered at all', async () => {
    const rig = createDiscordBotRig();
    const direct = rig.discord.places.direct(rig.person);
    const program = await rig.start();
    rig.chat.script(tenSeconds);
    rig.discord.people.say(rig.person, direct, { text: 'first', files: [picture('a.png')] });
    const second = rig.discord.people.say(rig.person, direct, { text: 'second', files: [picture('b.png')] });
    await rig.pass(5_000);
    rig.discord.people.remove(second);
    await rig.pass(60_000);
    expect(rig.shown(direct)).toHaveLength(1);
    expect(rig.chat.questions).toHaveLength(1);
    rig.judge();
    await program.stop();
  });
});
