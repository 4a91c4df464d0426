import { describe, expect, it } from 'vitest';
import { createSlackBotRig, picture, slowly } from './slack-bot-rig.ts';

const fifteenSeconds = slowly(
  'one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen',
  1_000,
);
const mayNot = 'Only the person who asked, or somebody who manages the channel, can do that.';
const modes = ['socket', 'http'] as const;

type Options = Parameters<typeof createSlackBotRig>[0];

/** A friend in the channel, who is of the workspace as `role` says. */
function addFriend(rig: ReturnType<typeof createSlackBotRig>, role: 'member' | 'admin' = 'member') {
  const friend = rig.slack.places.createPerson(rig.team, { name: 'bea' });
  friend.role = role;
  rig.channel.memberIds.add(friend.id);
  return friend;
}

/** A program in the middle of an answer in a thread. */
async function inMidAnswer(options: Options = {}) {
  const rig = createSlackBotRig(options);
  const program = await rig.start();
  rig.chat.script(fifteenSeconds);
  const question = rig.mention('what is this?');
  await rig.pass(7_000);
  expect(rig.shown()[0]).toMatch(/^one two/);
  return { rig, program, question };
}

/** A program that has answered a question in a thread. */
async function answered(options: Options = {}) {
  const rig = createSlackBotRig(options);
  const program = await rig.start();
  const question = rig.mention('what is this?');
  await rig.pass(20_000);
  expect(rig.shown()).toEqual(['inspector on 1: what is this?']);
  return { rig, program, question };
}

/** The same in direct messages, where messages are posted and changed. */
async function answeredDirectly(options: Options = {}) {
  const rig = createSlackBotRig(options);
  const direct = rig.slack.places.direct(rig.person, rig.installation);
  const program = await rig.start();
  const question = rig.slack.people.say(rig.person, direct, { text: 'what is this?', files: [picture('a.png')] });
  await rig.pass(20_000);
  return { rig, program, question, direct };
}

const again = ['Try again', 'Try another model', '👍', '👎'];

describe.each(modes)('over %s', (mode) => {
  it('Stop stands below the answer while it runs, and the other buttons afterwards', async () => {
    const { rig, program } = await inMidAnswer({ mode });
    expect(rig.slack.screen.botMessages()[0]?.controls).toEqual(['Stop']);
    await rig.pass(30_000);
    expect(rig.shown()[0]).toContain('fifteen');
    expect(rig.slack.screen.botMessages()[0]).toMatchObject({ controls: again, edited: false });
    await rig.end(program);
  });

  it('Stop by the person who asked ends the answer where it stands and says so', async () => {
    const { rig, program } = await inMidAnswer({ mode });
    await rig.press('Stop', rig.lastMessage());
    await rig.pass(30_000);
    expect(rig.shown()).toHaveLength(1);
    expect(rig.shown()[0]).toMatch(/^one two.*\n\nStopped\.$/s);
    expect(rig.shown()[0]).not.toContain('fifteen');
    expect(rig.chat.stopped).toEqual(['record-1']);
    expect(rig.slack.screen.botMessages()[0]?.controls).toEqual(again);
    expect(rig.whispers()).toEqual([]);
    await rig.end(program);
  });

  it('Slack’s own stop button does the same', async () => {
    const { rig, program, question } = await inMidAnswer({ mode });
    rig.slack.people.stopAgent(rig.person, rig.channel, question.ts);
    await rig.pass(30_000);
    expect(rig.shown()).toHaveLength(1);
    expect(rig.shown()[0]).toMatch(/^one two.*\n\nStopped\.$/s);
    expect(rig.chat.stopped).toEqual(['record-1']);
    await rig.end(program);
  });

  it('Try again writes the new answer into the same message', async () => {
    const { rig, program } = await answered({ mode });
    const [before] = rig.slack.screen.botMessages();
    rig.chat.script(slowly('A second opinion.'));
    await rig.press('Try again', rig.lastMessage());
    await rig.pass(30_000);
    expect(rig.slack.screen.botMessages()).toMatchObject([
      { ts: before?.ts, text: 'A second opinion.', controls: again },
    ]);
    await rig.end(program, { vanished: true });
  });

  it('Try another model suggests models while one types, and asks the one that is chosen, once', async () => {
    const { rig, program, question } = await answered({ mode });
    const menu = rig.modelMenu(rig.lastMessage());
    const all = await rig.given(rig.slack.clicks.suggest(rig.person, rig.lastMessage(), menu, ''));
    expect(all?.map(({ value }) => value)).toEqual(['inspector', 'other', 'gpt-4o']);
    const some = await rig.given(rig.slack.clicks.suggest(rig.person, rig.lastMessage(), menu, 'oth'));
    expect(some?.map(({ value }) => value)).toEqual(['other']);
    await rig.given(rig.slack.clicks.choose(rig.person, rig.lastMessage(), menu, 'other'));
    await rig.pass(30_000);
    expect(rig.shown()).toEqual(['other on 1: what is this?']);
    rig.slack.people.say(rig.person, rig.channel, { text: 'and this?', inThreadOf: question });
    await rig.pass(30_000);
    expect(rig.shown()[1]).toBe('inspector on 1: and this?');
    // The conversation stays the same one, with more than one model in it.
    expect(new Set(rig.chat.questions.map(({ conversationId }) => conversationId)).size).toBe(1);
    expect(rig.chat.questions.map(({ isMixed }) => isMixed)).toEqual([false, true, true]);
    await rig.end(program, { vanished: true });
  });

  it('a question that is edited while it is answered is asked anew into the same message', async () => {
    const { rig, program, question } = await inMidAnswer({ mode });
    const [before] = rig.slack.screen.botMessages();
    rig.slack.people.edit(question, `<@${rig.bot.id}> what is that, then?`);
    await rig.pass(60_000);
    expect(rig.slack.screen.botMessages()).toMatchObject([
      { ts: before?.ts, text: 'inspector on 1: what is that, then?', controls: again },
    ]);
    expect(rig.chat.stopped).toEqual(['record-1']);
    await rig.end(program, { vanished: true });
  });

  it('a question that is deleted while it is answered stops the model and takes the answer away', async () => {
    const { rig, program, question } = await inMidAnswer({ mode });
    rig.slack.people.remove(question);
    await rig.pass(60_000);
    expect(rig.shown()).toEqual([]);
    expect(rig.chat.stopped).toEqual(['record-1']);
    await rig.end(program, { vanished: true });
  });
});

describe('Stop', () => {
  it('by somebody who runs the workspace works as well', async () => {
    const { rig, program } = await inMidAnswer();
    await rig.press('Stop', rig.lastMessage(), addFriend(rig, 'admin'));
    await rig.pass(30_000);
    expect(rig.shown()[0]).not.toContain('fifteen');
    await rig.end(program);
  });

  it('by whoever made the channel works as well', async () => {
    const rig = createSlackBotRig();
    const friend = addFriend(rig);
    rig.channel.creatorId = friend.id;
    const program = await rig.start();
    rig.chat.script(fifteenSeconds);
    rig.mention('what is this?');
    await rig.pass(7_000);
    await rig.press('Stop', rig.lastMessage(), friend);
    await rig.pass(30_000);
    expect(rig.shown()[0]).not.toContain('fifteen');
    await rig.end(program);
  });

  it('by anybody else is refused, to them alone, in the thread, and the answer goes on', async () => {
    const { rig, program, question } = await inMidAnswer();
    const friend = addFriend(rig);
    await rig.press('Stop', rig.lastMessage(), friend);
    await rig.pass(30_000);
    const whispered = rig.slack.screen.botMessages().filter(({ visibleTo }) => visibleTo !== null);
    expect(whispered).toMatchObject([{ text: mayNot, visibleTo: friend.id, threadTs: question.ts }]);
    expect(rig.shown()[0]).toContain('fifteen');
    await rig.end(program);
  });

  it('of Slack’s own by anybody else leaves no answer that is broken off without a word', async () => {
    const { rig, program, question } = await inMidAnswer();
    rig.slack.people.stopAgent(addFriend(rig), rig.channel, question.ts);
    await rig.pass(40_000);
    expect(rig.shown()).toHaveLength(1);
    expect(rig.shown()[0]).toMatch(/fifteen|Stopped\./);
    await rig.end(program);
  });

  it('is not needed where the question is deleted before the first word: no status stays', async () => {
    const rig = createSlackBotRig();
    const program = await rig.start();
    rig.chat.script({ words: ['late'], wordDelayMs: 60_000 });
    const question = rig.mention('what is this?');
    await rig.pass(5_000);
    expect(rig.slack.screen.statuses()).toMatchObject([{ threadTs: question.ts, text: 'is looking…' }]);
    rig.slack.people.remove(question);
    await rig.pass(10_000);
    expect(rig.slack.screen.statuses()).toEqual([]);
    expect(rig.shown()).toEqual([]);
    await rig.end(program);
  });

  it('in direct messages ends the answer as well', async () => {
    const rig = createSlackBotRig();
    const direct = rig.slack.places.direct(rig.person, rig.installation);
    const program = await rig.start();
    rig.chat.script(fifteenSeconds);
    rig.slack.people.say(rig.person, direct, { text: 'what is this?', files: [picture('a.png')] });
    await rig.pass(7_000);
    await rig.press('Stop', rig.lastMessage(direct));
    await rig.pass(30_000);
    expect(rig.shown(direct)[0]).toMatch(/^one two.*\n\nStopped\.$/s);
    await rig.end(program);
  });

  it('twice is said to have been done already', async () => {
    const { rig, program } = await inMidAnswer();
    const message = rig.lastMessage();
    const both = [
      rig.slack.clicks.press(rig.person, message, 'Stop'),
      rig.slack.clicks.press(rig.person, message, 'Stop'),
    ];
    await rig.given(Promise.all(both));
    await rig.pass(30_000);
    expect(rig.shown()[0]).toMatch(/\n\nStopped\.$/);
    expect(rig.whispers().every((text) => text === 'That answer has ended already.')).toBe(true);
    await rig.end(program);
  });
});

describe('asking again', () => {
  it('in direct messages writes into the same message', async () => {
    const { rig, program, direct } = await answeredDirectly();
    const [before] = rig.slack.screen.botMessages({ channel: direct });
    rig.chat.script(slowly('A second opinion.'));
    await rig.press('Try again', rig.lastMessage(direct));
    await rig.pass(30_000);
    expect(rig.slack.screen.botMessages({ channel: direct })).toMatchObject([
      { ts: before?.ts, text: 'A second opinion.' },
    ]);
    await rig.end(program, { vanished: true });
  });

  it('is refused to others', async () => {
    const { rig, program } = await answered();
    const friend = addFriend(rig);
    await rig.press('Try again', rig.lastMessage(), friend);
    await rig.pass(20_000);
    expect(rig.whispers(friend)).toEqual([mayNot]);
    expect(rig.chat.questions).toHaveLength(1);
    await rig.end(program);
  });

  it('twice in a row asks once and says so', async () => {
    const { rig, program } = await answered();
    rig.chat.script(fifteenSeconds);
    const message = rig.lastMessage();
    const first = rig.slack.clicks.press(rig.person, message, 'Try again');
    await rig.clock.advance(100);
    const second = rig.slack.clicks.press(rig.person, message, 'Try again');
    await rig.given(Promise.all([first, second]));
    await rig.pass(60_000);
    expect(rig.chat.questions).toHaveLength(2);
    expect(rig.whispers()).toEqual(['I am answering that question already.']);
    await rig.end(program, { vanished: true });
  });

  it('still works after a restart, and a day later', async () => {
    const { rig, program } = await answered();
    await program.stop();
    await rig.clock.advance(24 * 3_600_000);
    const next = await rig.start();
    rig.chat.script(slowly('A second opinion.'));
    await rig.press('Try again', rig.lastMessage());
    await rig.pass(30_000);
    expect(rig.shown()).toEqual(['A second opinion.']);
    await rig.end(next, { vanished: true });
  });

  it('with a model that cannot answer says so in a sentence and leaves the way back', async () => {
    const { rig, program } = await answered();
    const menu = rig.modelMenu(rig.lastMessage());
    await rig.given(rig.slack.clicks.suggest(rig.person, rig.lastMessage(), menu, 'gpt'));
    await rig.given(rig.slack.clicks.choose(rig.person, rig.lastMessage(), menu, 'gpt-4o'));
    await rig.pass(30_000);
    expect(rig.shown()[0]).toMatch(/gpt-4o.*Set OPENAI_API_KEY\./);
    expect(rig.slack.screen.botMessages()[0]?.controls).toEqual(again);
    await rig.end(program, { vanished: true });
  });

  it('can be stopped like the first answer', async () => {
    const { rig, program } = await answered();
    rig.chat.script(fifteenSeconds);
    await rig.press('Try again', rig.lastMessage());
    await rig.pass(7_000);
    expect(rig.slack.screen.botMessages()[0]?.controls).toEqual(['Stop']);
    await rig.press('Stop', rig.lastMessage());
    await rig.pass(20_000);
    expect(rig.shown()[0]).toMatch(/^one two.*\n\nStopped\.$/s);
    await rig.end(program, { vanished: true });
  });
});

describe('a thumb', () => {
  it.each([
    ['👍', 'good'],
    ['👎', 'bad'],
  ] as const)('%s by anybody is kept and counted once, whoever presses it however often', async (thumb, verdict) => {
    const { rig, program } = await answered();
    const friend = addFriend(rig);
    await rig.press(thumb, rig.lastMessage());
    await rig.press(thumb, rig.lastMessage());
    expect(rig.count(`answer_feedback_total slack ${verdict}`)).toBe(1);
    await rig.press(thumb, rig.lastMessage(), friend);
    expect(rig.count(`answer_feedback_total slack ${verdict}`)).toBe(2);
    const { entries } = await rig.store.list('', null, 1_000);
    const kept = entries.filter(({ key }) => key.includes('feedback'));
    expect(kept.map(({ value }) => value)).toMatchObject([{ verdict }, { verdict }]);
    expect(rig.shown()).toEqual(['inspector on 1: what is this?']);
    expect([...rig.whispers(), ...rig.whispers(friend)]).toEqual([]);
    await rig.end(program);
  });
});

describe('a message that is edited so that it mentions the bot', () => {
  it('is a question from then on', async () => {
    const rig = createSlackBotRig();
    const program = await rig.start();
    const message = rig.slack.people.say(rig.person, rig.channel, { text: 'what is this?', files: [picture('a.png')] });
    await rig.pass(10_000);
    expect(rig.shown()).toEqual([]);
    rig.slack.people.edit(message, `<@${rig.bot.id}> what is this?`);
    await rig.pass(30_000);
    expect(rig.shown(rig.channel, message)).toEqual(['inspector on 1: what is this?']);
    await rig.end(program);
  });
});

describe('a question that is edited', () => {
  it('twice quickly is answered as it was written last, in one message', async () => {
    const { rig, program, question } = await inMidAnswer();
    rig.slack.people.edit(question, `<@${rig.bot.id}> what is that?`);
    await rig.clock.advance(300);
    rig.slack.people.edit(question, `<@${rig.bot.id}> what is it all?`);
    await rig.pass(60_000);
    expect(rig.shown()).toEqual(['inspector on 1: what is it all?']);
    await rig.end(program, { vanished: true });
  });

  it('while it is answered shows the new answer as it grows, in the place of the old one', async () => {
    const { rig, program, question } = await inMidAnswer();
    rig.chat.script(slowly('uno due tre quattro cinque sei', 1_000));
    rig.slack.people.edit(question, `<@${rig.bot.id}> and in Italian?`);
    await rig.pass(4_000);
    expect(rig.shown()[0]).toMatch(/^uno due/);
    expect(rig.slack.screen.botMessages()[0]?.controls).toEqual(['Stop']);
    await rig.pass(20_000);
    expect(rig.shown()).toEqual(['uno due tre quattro cinque sei']);
    const grown = rig.slack.screen.timeline().filter(([, text]) => text?.startsWith('uno') === true);
    expect(grown.length).toBeGreaterThan(3);
    await rig.end(program, { vanished: true });
  });

  it('after its answer is asked anew into the same messages; what is no longer needed goes', async () => {
    const rig = createSlackBotRig();
    const program = await rig.start();
    rig.chat.script({ words: Array.from({ length: 4_000 }, (_, index) => `word${index} `), wordDelayMs: 5 });
    const question = rig.mention('tell me everything');
    await rig.pass(120_000);
    const before = rig.slack.screen.botMessages();
    expect(before.length).toBeGreaterThan(3);
    rig.slack.people.edit(question, `<@${rig.bot.id}> in one word?`);
    await rig.pass(60_000);
    expect(rig.slack.screen.botMessages()).toMatchObject([{ ts: before[0]?.ts, text: 'inspector on 1: in one word?' }]);
    await rig.end(program, { vanished: true });
  });

  it('only in its preview, or not at all, is not asked anew', async () => {
    const { rig, program, question } = await answered();
    rig.slack.people.unfurl(question, { url: 'https://example.org/a', imageUrl: 'https://example.org/a.png' });
    rig.slack.people.edit(question, question.text);
    await rig.pass(30_000);
    expect(rig.chat.questions).toHaveLength(1);
    expect(rig.shown()).toEqual(['inspector on 1: what is this?']);
    await rig.end(program);
  });

  it('in direct messages is asked anew as well', async () => {
    const { rig, program, question, direct } = await answeredDirectly();
    rig.slack.people.edit(question, 'what is that?');
    await rig.pass(30_000);
    expect(rig.shown(direct)).toEqual(['inspector on 1: what is that?']);
    await rig.end(program, { vanished: true });
  });

  it('so that it calls the bot no more keeps its answer', async () => {
    const { rig, program, question } = await answered();
    rig.slack.people.edit(question, 'never mind');
    await rig.pass(30_000);
    expect(rig.shown()).toHaveLength(1);
    expect(rig.slack.screen.leftovers()).toEqual([]);
    await rig.end(program, { vanished: true });
  });
});

describe('a question that is deleted', () => {
  it('after its answer takes the answer away, although its thread leaves a stone', async () => {
    const { rig, program, question } = await answered();
    rig.slack.people.remove(question);
    expect(question.subtype).toBe('tombstone');
    await rig.pass(60_000);
    expect(rig.shown()).toEqual([]);
    await rig.end(program, { vanished: true });
  });

  it('as a reply takes its own answer away and no other', async () => {
    const { rig, program, question } = await answered();
    const reply = rig.slack.people.say(rig.person, rig.channel, { text: 'and when?', inThreadOf: question });
    await rig.pass(20_000);
    rig.slack.people.remove(reply);
    await rig.pass(20_000);
    expect(rig.shown()).toEqual(['inspector on 1: what is this?']);
    await rig.end(program, { vanished: true });
  });

  it('before it could be answered is not answered at all', async () => {
    const rig = createSlackBotRig();
    const direct = rig.slack.places.direct(rig.person, rig.installation);
    const program = await rig.start();
    rig.chat.script(fifteenSeconds);
    rig.slack.people.say(rig.person, direct, { text: 'first', files: [picture('a.png')] });
    const second = rig.slack.people.say(rig.person, direct, { text: 'second', files: [picture('b.png')] });
    await rig.pass(5_000);
    rig.slack.people.remove(second);
    await rig.pass(60_000);
    expect(rig.shown(direct)).toHaveLength(1);
    expect(rig.chat.questions).toHaveLength(1);
    await rig.end(program);
  });

  it('in direct messages takes its answer away', async () => {
    const { rig, program, question, direct } = await answeredDirectly();
    rig.slack.people.remove(question);
    await rig.pass(60_000);
    expect(rig.shown(direct)).toEqual([]);
    await rig.end(program, { vanished: true });
  });
});
