import { describe, expect, it } from 'vitest';
import { createSlackBotRig, picture, slowly } from './slack-bot-rig.ts';

type Rig = ReturnType<typeof createSlackBotRig>;

const modes = ['socket', 'http'] as const;
const shortcut = 'ask-about-image';
const files = [picture('a.png')];

/** Points at a message and waits for the form. */
async function pointAt(rig: Rig, message: ReturnType<Rig['mention']>, who = rig.person) {
  const outcome = await rig.given(rig.slack.clicks.messageShortcut(who, message, shortcut));
  expect(outcome).toEqual({ type: 'done', answer: null });
  await rig.pass(1_000);
}

/** Sends the form and waits until what it asks for was answered. */
async function submit(rig: Rig, values: Parameters<Rig['slack']['clicks']['submit']>[1], who = rig.person) {
  const outcome = await rig.given(rig.slack.clicks.submit(who, values));
  await rig.pass(20_000);
  return outcome;
}

/** What the form looks like: its title, and the labels of its inputs. */
function formOf(rig: Rig) {
  const view = rig.slack.clicks.openView(rig.person);
  return view === null ? null : JSON.stringify(view.content);
}

describe.each(modes)('“Ask about this image” over %s', (mode) => {
  it('asks in a form and answers everyone in the thread of that message, where it goes on without mentions', async () => {
    const rig = createSlackBotRig({ mode });
    const friend = rig.slack.places.createPerson(rig.team, { name: 'bea' });
    rig.channel.memberIds.add(friend.id);
    const posted = rig.slack.people.say(friend, rig.channel, { text: 'my trip', files: [picture('trip.png')] });
    const program = await rig.start();
    await pointAt(rig, posted);
    expect(formOf(rig)).toContain('Who sees the answer');
    rig.chat.script(slowly('A bridge over a quiet river.'));
    expect(await submit(rig, { question: 'where is this?', visibility: 'everyone' })).toMatchObject({ type: 'done' });
    expect(rig.slack.clicks.openView(rig.person)).toBeNull();
    expect(rig.shown(rig.channel, posted)).toEqual(['A bridge over a quiet river.']);
    expect(rig.chat.questions.map(({ prompt }) => prompt)).toEqual(['where is this?']);
    rig.slack.people.say(friend, rig.channel, { text: 'and who is on it?', inThreadOf: posted });
    await rig.pass(20_000);
    expect(rig.shown(rig.channel, posted)[1]).toBe('inspector on 1: and who is on it?');
    expect(rig.chat.questions[1]?.conversationId).toBe(rig.chat.questions[0]?.conversationId);
    await rig.end(program);
  });

  it('answers only me in the direct messages with the bot, where it goes on', async () => {
    const rig = createSlackBotRig({ mode });
    const posted = rig.slack.people.say(rig.person, rig.channel, { text: 'my trip', files: [picture('trip.png')] });
    const program = await rig.start();
    await pointAt(rig, posted);
    await submit(rig, { question: 'where is this?', visibility: 'only-me' });
    const direct = rig.slack.places.direct(rig.person, rig.installation);
    expect(rig.shown(direct)).toEqual(['inspector on 1: where is this?']);
    expect(rig.shown(rig.channel)).toEqual([]);
    rig.slack.people.say(rig.person, direct, { text: 'and when?' });
    await rig.pass(20_000);
    expect(rig.shown(direct)[1]).toBe('inspector on 1: and when?');
    await rig.end(program);
  });
});

describe('“Ask about this image”', () => {
  it('offers the models while one types, and asks the one that is chosen', async () => {
    const rig = createSlackBotRig();
    const posted = rig.slack.people.say(rig.person, rig.channel, { text: 'my trip', files });
    const program = await rig.start();
    await pointAt(rig, posted);
    const view = rig.slack.clicks.openView(rig.person);
    if (view === null) throw new Error('no form was opened');
    const all = await rig.given(rig.slack.clicks.suggest(rig.person, view, 'question-model', ''));
    expect(all?.map(({ value }) => value)).toEqual(['as usual', 'inspector', 'other', 'gpt-4o']);
    await rig.given(rig.slack.clicks.suggest(rig.person, view, 'question-model', 'oth'));
    await submit(rig, { question: 'where is this?', visibility: 'everyone', 'question-model': 'other' });
    expect(rig.shown(rig.channel, posted)).toEqual(['other on 1: where is this?']);
    rig.slack.people.say(rig.person, rig.channel, { text: 'and when?', inThreadOf: posted });
    await rig.pass(20_000);
    expect(rig.shown(rig.channel, posted)[1]).toBe('inspector on 1: and when?');
    await rig.end(program);
  });

  it('describes the picture when the form is sent empty; the answer can be asked again', async () => {
    const rig = createSlackBotRig();
    const posted = rig.slack.people.say(rig.person, rig.channel, { text: 'my trip', files });
    const program = await rig.start();
    await pointAt(rig, posted);
    await submit(rig, { visibility: 'everyone' });
    expect(rig.shown()[0]).toMatch(/^You sent no question, so here is a description\./);
    rig.chat.script(slowly('Another description.'));
    await rig.press('Try again', rig.lastMessage());
    await rig.pass(20_000);
    expect(rig.shown()).toHaveLength(1);
    expect(rig.shown()[0]).toContain('Another description.');
    await rig.end(program, { vanished: true });
  });

  it('within a thread answers in that thread', async () => {
    const rig = createSlackBotRig();
    const root = rig.slack.people.say(rig.person, rig.channel, { text: 'look at these' });
    const posted = rig.slack.people.say(rig.person, rig.channel, { files, inThreadOf: root });
    const program = await rig.start();
    await pointAt(rig, posted);
    await submit(rig, { question: 'where is this?', visibility: 'everyone' });
    expect(rig.shown(rig.channel, root)).toEqual(['inspector on 1: where is this?']);
    await rig.end(program);
  });

  it('takes the pictures of a message with a preview or one that was passed on, and of the bot’s own conversations', async () => {
    const rig = createSlackBotRig();
    const direct = rig.slack.places.direct(rig.person, rig.installation);
    const posted = rig.slack.people.say(rig.person, rig.channel, { text: 'my trip', files: [picture('trip.png')] });
    const passedOn = rig.slack.people.share(rig.person, posted, rig.channel, { text: 'look' });
    const program = await rig.start();
    const own = rig.slack.people.say(rig.person, direct, { text: 'what is this?', files: [picture('own.png')] });
    await rig.pass(20_000);
    await pointAt(rig, passedOn);
    await submit(rig, { question: 'where is this?', visibility: 'everyone' });
    await pointAt(rig, own);
    expect(formOf(rig)).not.toContain('Who sees the answer');
    await submit(rig, { question: 'and this?' });
    expect(rig.chat.uploads.map(({ fileName }) => fileName.replace(/\.\w+$/, ''))).toEqual(['own', 'trip']);
    expect(rig.shown(rig.channel, passedOn)).toEqual(['inspector on 1: where is this?']);
    expect(rig.shown(direct)[1]).toBe('inspector on 1: and this?');
    await rig.end(program);
  });

  it('on a message without a picture says so in the form’s place', async () => {
    const rig = createSlackBotRig();
    const posted = rig.slack.people.say(rig.person, rig.channel, { text: 'just words' });
    const program = await rig.start();
    await pointAt(rig, posted);
    expect(formOf(rig)).toContain(
      'There is no picture on that message that I can see. Use the shortcut on a message with a picture.',
    );
    expect(rig.slack.screen.botMessages()).toEqual([]);
    await rig.given(rig.slack.clicks.close(rig.person));
    await rig.end(program);
  });

  it('in a channel that the bot is not in says so in the form, which is kept; only me works from there', async () => {
    const rig = createSlackBotRig();
    const elsewhere = rig.slack.places.createChannel(rig.team, { name: 'elsewhere', members: [rig.person] });
    const posted = rig.slack.people.say(rig.person, elsewhere, { text: 'my trip', files });
    const program = await rig.start();
    await pointAt(rig, posted);
    const refused = await submit(rig, { question: 'where is this?', visibility: 'everyone' });
    expect(JSON.stringify(refused)).toContain('I am not in that channel, so I cannot answer there.');
    expect(rig.slack.clicks.openView(rig.person)).not.toBeNull();
    await submit(rig, { question: 'where is this?', visibility: 'only-me' });
    const direct = rig.slack.places.direct(rig.person, rig.installation);
    expect(rig.shown(direct)).toEqual(['inspector on 1: where is this?']);
    await rig.end(program);
  });

  it('on a message that is gone when the form comes back says so', async () => {
    const rig = createSlackBotRig();
    const posted = rig.slack.people.say(rig.person, rig.channel, { text: 'my trip', files });
    const program = await rig.start();
    await pointAt(rig, posted);
    rig.slack.people.remove(posted);
    const refused = await submit(rig, { question: 'where is this?', visibility: 'everyone' });
    expect(JSON.stringify(refused)).toContain('That message is gone, so I cannot answer under it.');
    await rig.given(rig.slack.clicks.close(rig.person));
    await rig.end(program);
  });

  it('whose form was sent twice asks once', async () => {
    const rig = createSlackBotRig();
    const posted = rig.slack.people.say(rig.person, rig.channel, { text: 'my trip', files });
    const program = await rig.start();
    await pointAt(rig, posted);
    const values = { question: 'where is this?', visibility: 'everyone' };
    const twice = [rig.slack.clicks.submit(rig.person, values), rig.slack.clicks.submit(rig.person, values)];
    await rig.given(Promise.all(twice));
    await rig.pass(30_000);
    expect(rig.chat.questions).toHaveLength(1);
    expect(rig.shown()).toHaveLength(1);
    await rig.end(program);
  });
});

describe.each(modes)('/ask over %s', (mode) => {
  it('opens a form with the question and a box for pictures, and answers in the direct messages', async () => {
    const rig = createSlackBotRig({ mode });
    const program = await rig.start();
    await rig.command('/ask', 'what is this?');
    const form = formOf(rig);
    expect(form).toContain('"initial_value":"what is this?"');
    expect(form).toContain('file_input');
    await submit(rig, { pictures: [picture('up.png')] });
    const direct = rig.slack.places.direct(rig.person, rig.installation);
    expect(rig.shown(direct)).toEqual(['inspector on 1: what is this?']);
    expect(rig.shown(rig.channel)).toEqual([]);
    expect(rig.whispers()).toEqual([]);
    await rig.end(program);
  });
});

describe('/ask', () => {
  it('without words asks for them in the form; several pictures keep their order', async () => {
    const rig = createSlackBotRig();
    const program = await rig.start();
    await rig.command('/ask');
    const pictures = ['a.png', 'b.png', 'c.png'].map((name) => picture(name));
    await submit(rig, { question: 'compare', pictures });
    const direct = rig.slack.places.direct(rig.person, rig.installation);
    expect(rig.shown(direct)).toEqual(['inspector on 3: compare']);
    expect(rig.chat.questions[0]?.imageKeys.map((key) => /_(\w+)\./.exec(key)?.[1])).toEqual(['a', 'b', 'c']);
    await rig.end(program);
  });

  it('sent without a picture says so beside the box', async () => {
    const rig = createSlackBotRig();
    const program = await rig.start();
    await rig.command('/ask', 'what is this?');
    const refused = await submit(rig, {});
    expect(JSON.stringify(refused)).toMatch(/required|Add at least one picture\./);
    expect(rig.slack.clicks.openView(rig.person)).not.toBeNull();
    await rig.given(rig.slack.clicks.close(rig.person));
    await rig.end(program);
  });

  it('is a question whatever it says', async () => {
    const rig = createSlackBotRig();
    const program = await rig.start();
    await rig.command('/ask', 'new');
    await submit(rig, { pictures: [picture('a.png')] });
    expect(rig.chat.questions.map(({ prompt }) => prompt)).toEqual(['new']);
    await rig.end(program);
  });
});

describe('commands written to the bot', () => {
  it.each([
    ['model other', 'inspector on 1', 'other on 1'],
    ['!model other', 'inspector on 1', 'other on 1'],
    ['model `other`', 'inspector on 1', 'other on 1'],
  ])('“%s” in a thread switches the model of that thread alone', async (command, before, after) => {
    const rig = createSlackBotRig();
    const program = await rig.start();
    const question = rig.mention('what is this?');
    await rig.pass(20_000);
    rig.mention(command, { files: [], inThreadOf: question });
    await rig.pass(10_000);
    rig.slack.people.say(rig.person, rig.channel, { text: 'and this?', inThreadOf: question });
    rig.mention('what is that?');
    await rig.pass(20_000);
    expect(rig.shown(rig.channel, question)).toEqual([
      `${before}: what is this?`,
      '`other` answers in this conversation from now on.',
      `${after}: and this?`,
    ]);
    expect(rig.shown().at(-1)).toBe(`${before}: what is that?`);
    const { conversationId } = rig.chat.questions[0] ?? {};
    expect(rig.chat.questions[1]).toMatchObject({ conversationId, isMixed: true });
    expect(rig.slack.screen.botMessages()[1]?.controls).toEqual([]);
    await rig.end(program);
  });

  it('a model that there is not, or that lacks something, is named in a sentence and not switched to', async () => {
    const rig = createSlackBotRig();
    const program = await rig.start();
    const question = rig.mention('what is this?');
    await rig.pass(20_000);
    rig.mention('model gpt-4o', { files: [], inThreadOf: question });
    rig.mention('model gpt-9', { files: [], inThreadOf: question });
    rig.mention('and now?', { files: [], inThreadOf: question });
    await rig.pass(30_000);
    const [, lacks, none, answer] = rig.shown(rig.channel, question);
    expect(lacks).toMatch(/gpt-4o.*Set OPENAI_API_KEY\./);
    expect(none).toBe('There is no model “gpt-9”. Write !model to see them all.');
    expect(answer).toBe('inspector on 1: and now?');
    await rig.end(program);
  });

  it('“!m other what is this?” asks another model once', async () => {
    const rig = createSlackBotRig();
    const program = await rig.start();
    const question = rig.mention('!m other what is this?');
    await rig.pass(20_000);
    rig.slack.people.say(rig.person, rig.channel, { text: '!m other again?', inThreadOf: question });
    rig.slack.people.say(rig.person, rig.channel, { text: 'and now?', inThreadOf: question });
    await rig.pass(30_000);
    expect(rig.shown(rig.channel, question)).toEqual([
      'other on 1: what is this?',
      'other on 1: again?',
      'inspector on 1: and now?',
    ]);
    await rig.end(program);
  });

  it('“new” in a thread starts afresh; “search on” lets models search; “help” helps', async () => {
    const rig = createSlackBotRig();
    const program = await rig.start();
    const question = rig.mention('what is this?');
    await rig.pass(20_000);
    for (const text of ['/websearch on', 'and when?', 'new', 'and where?', 'help']) {
      rig.mention(text, { files: [], inThreadOf: question });
      await rig.pass(10_000);
    }
    const [, search, second, fresh, third, help] = rig.shown(rig.channel, question);
    expect(search).toBe('Models may search the web in this conversation.');
    expect(second).toBe('inspector on 1: and when?');
    expect(rig.chat.questions[1]?.webSearch).not.toBeNull();
    expect(fresh).toBe('A new conversation starts here. Earlier pictures and questions are left behind.');
    expect(third).toMatch(/^I see no picture here/);
    expect(help).toContain('Slack has no slash commands in threads.');
    await rig.end(program);
  });

  it('question marks make questions of them', async () => {
    const rig = createSlackBotRig();
    const program = await rig.start();
    rig.mention('model of this car?');
    await rig.pass(20_000);
    expect(rig.shown()).toEqual(['inspector on 1: model of this car?']);
    await rig.end(program);
  });
});

describe.each(modes)('slash commands over %s', (mode) => {
  it('are answered to the person alone: /model and /help everywhere', async () => {
    const rig = createSlackBotRig({ mode });
    const program = await rig.start();
    await rig.command('/model');
    await rig.command('/model', 'other');
    await rig.command('/model', 'gpt-9');
    await rig.command('/help');
    const [list, switched, none, help] = rig.whispers();
    expect(list).toContain('Answers come from `inspector`');
    expect(list).toContain('*Ready*');
    expect(list).toContain('Set OPENAI_API_KEY.');
    expect(switched).toBe('`other` answers whenever you ask from now on.');
    expect(none).toBe('There is no model “gpt-9”. Write /model to see them all.');
    expect(help).toContain('Mention me with a picture and a question');
    // What is said to be possible, is.
    expect(help).toContain('`/websearch on`');
    expect(help).toContain('Slack has no slash commands in threads. Mention me there with `model NAME`');
    expect(help).not.toContain('`/search');
    expect(rig.shown()).toEqual([]);
    rig.mention('what is this?');
    await rig.pass(20_000);
    expect(rig.shown()).toEqual(['other on 1: what is this?']);
    await rig.end(program);
  });

  it('/new, /websearch and /search are for direct messages, and say in a channel how it is done there', async () => {
    const rig = createSlackBotRig({ mode });
    const direct = rig.slack.places.direct(rig.person, rig.installation);
    const program = await rig.start();
    rig.slack.people.say(rig.person, direct, { text: 'what is this?', files });
    await rig.pass(20_000);
    await rig.command('/websearch', 'on', direct);
    rig.slack.people.say(rig.person, direct, { text: 'and when?' });
    await rig.pass(20_000);
    await rig.command('/search', 'off', direct);
    await rig.command('/websearch', 'perhaps', direct);
    await rig.command('/new', '', direct);
    rig.slack.people.say(rig.person, direct, { text: 'and where?' });
    await rig.pass(20_000);
    await rig.command('/new');
    await rig.command('/websearch', 'on');
    await rig.command('/model', 'other thread');
    expect(rig.whispers()).toEqual([
      'Models may search the web in this conversation.',
      'Web search is off in this conversation.',
      'Write /websearch on or /websearch off.',
      'A new conversation starts here. Earlier pictures and questions are left behind.',
      expect.stringMatching(/^Every thread is a conversation of its own already\./),
      expect.stringMatching(/^Web search is set for one conversation\./),
      expect.stringMatching(/^Slack has no slash commands in threads/),
    ]);
    expect(rig.chat.questions[1]?.webSearch).not.toBeNull();
    expect(rig.shown(direct)[2]).toMatch(/^I see no picture here/);
    await rig.end(program);
  });
});

describe('slash commands', () => {
  it('for a channel or the workspace need the right to it', async () => {
    const rig = createSlackBotRig();
    const boss = rig.slack.places.createPerson(rig.team, { name: 'boss' });
    boss.role = 'owner';
    rig.channel.memberIds.add(boss.id);
    const program = await rig.start();
    await rig.command('/model', 'other channel');
    expect(rig.whispers()).toEqual(['Only people who manage this channel can switch its model. Try /model other me.']);
    await rig.command('/model', 'other channel', rig.channel, boss);
    expect(rig.whispers(boss)).toEqual(['`other` answers in this channel from now on.']);
    rig.mention('what is this?');
    await rig.pass(20_000);
    expect(rig.shown()).toEqual(['other on 1: what is this?']);
    await rig.end(program);
  });

  it('given while an answer is being written are answered at once', async () => {
    const rig = createSlackBotRig();
    const program = await rig.start();
    rig.chat.script(slowly('one two three four five six seven eight nine ten', 6_000));
    rig.mention('what is this?');
    await rig.pass(12_000);
    await rig.command('/help');
    expect(rig.whispers()[0]).toContain('Mention me with a picture');
    await rig.pass(60_000);
    await rig.end(program);
  });

  it('between two people, where the bot is not, work all the same', async () => {
    const rig = createSlackBotRig();
    const friend = rig.slack.places.createPerson(rig.team, { name: 'bea' });
    const theirs = rig.slack.places.createChannel(rig.team, {
      id: 'D0BETWEEN',
      kind: 'mpim',
      members: [rig.person, friend],
    });
    const program = await rig.start();
    await rig.command('/help', '', theirs);
    await rig.command('/new', '', theirs);
    expect(rig.whispers()[0]).toContain('Mention me with a picture');
    expect(rig.whispers()[1]).toMatch(/^Every thread is a conversation of its own already\./);
    await rig.end(program);
  });

  it('that this version does not have are said to be unknown', async () => {
    const rig = createSlackBotRig();
    const program = await rig.start();
    await rig.command('/paint', 'a house');
    expect(rig.whispers()).toEqual(['I do not know that command. Write /help to see what I can do.']);
    await rig.end(program);
  });
});

describe.each(modes)('everything that people do over %s', (mode) => {
  it('is acknowledged in time while neither the database nor the list of models answers; what failed is said', async () => {
    const rig = createSlackBotRig({ mode });
    const { people, clicks } = rig.slack;
    const program = await rig.start();
    const posted = people.say(rig.person, rig.channel, { text: 'trip', files: [picture('trip.png')] });
    rig.mention('what is this?');
    await rig.pass(20_000);
    const answer = rig.lastMessage();
    const menu = rig.modelMenu(answer);
    await rig.given(clicks.suggest(rig.person, answer, menu, 'o'));
    await pointAt(rig, posted);
    const release = rig.stall();
    const given = [
      clicks.slash(rig.person, rig.channel, '/model', 'other'),
      clicks.slash(rig.person, rig.channel, '/help'),
      clicks.suggest(rig.person, answer, menu, 'o'),
      clicks.submit(rig.person, { question: 'where?', visibility: 'everyone' }),
      clicks.press(rig.person, answer, 'Try again'),
      clicks.press(rig.person, answer, '👍'),
      clicks.choose(rig.person, answer, menu, 'other'),
      clicks.messageShortcut(rig.person, posted, shortcut),
      clicks.slash(rig.person, rig.channel, '/ask', 'what?'),
    ];
    await rig.pass(60_000);
    const outcomes = await Promise.all(given);
    expect(outcomes.map((each) => (each !== null && 'type' in each ? each.type : 'done'))).toEqual(
      outcomes.map(() => 'done'),
    );
    expect(rig.whispers().length).toBeGreaterThan(3);
    expect(new Set(rig.whispers())).toEqual(new Set(['I cannot keep anything at the moment. Try again in a minute.']));
    release();
    await rig.pass(60_000);
    rig.slack.expectNoViolations();
    expect(rig.slack.screen.leftovers()).toEqual([]);
    await program.stop();
    expect(rig.untaken()).toEqual([]);
    expect(rig.clock.pending()).toBe(0);
  });
});
