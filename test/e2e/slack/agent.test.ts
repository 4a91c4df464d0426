import { describe, expect, it } from 'vitest';
import { createSlackBotRig, picture, slowly } from './slack-bot-rig.ts';

const files = [picture('a.png')];
const looking = 'is looking…';

describe.each(['socket', 'http'] as const)('the agent over %s', (mode) => {
  it('suggests questions when somebody opens it, once; the answer in its thread has a status, a title, and grows', async () => {
    const rig = createSlackBotRig({ mode });
    const { people, agents, screen } = rig.slack;
    const program = await rig.start();
    const { channel, root } = people.openAssistant(rig.person, rig.channel);
    await rig.pass(3_000);
    const { prompts } = agents.of(channel, root.ts);
    expect(prompts.map(({ title }) => title)).toEqual([
      'Describe a picture',
      'Read the text in a picture',
      'Compare two pictures',
      'Which models are there?',
    ]);
    rig.chat.script({ words: ['A ', 'bridge ', 'over ', 'a river.'], wordDelayMs: 3_000 });
    people.say(rig.person, channel, { text: 'what is this?', files, inThreadOf: root });
    await rig.pass(2_000);
    expect(screen.statuses()).toMatchObject([{ threadTs: root.ts, text: looking }]);
    expect(screen.statuses()[0]?.loadingMessages.length).toBeGreaterThan(1);
    await rig.pass(30_000);
    expect(rig.shown(channel, root).at(-1)).toBe('A bridge over a river.');
    expect(agents.of(channel, root.ts).title).toBe('what is this?');
    // Shown once, gone with the first word.
    expect(screen.statusChanges().map(([, text]) => text)).toEqual([looking, '']);
    expect(rig.lastMessage(channel).stream).not.toBeNull();

    people.say(rig.person, channel, { text: 'and when?', inThreadOf: root });
    await rig.pass(20_000);
    expect(rig.shown(channel, root).at(-1)).toBe('inspector on 1: and when?');
    expect(agents.of(channel, root.ts).title).toBe('what is this?');
    expect(rig.chat.questions[1]?.conversationId).toBe(rig.chat.questions[0]?.conversationId);
    await rig.end(program);
  });

  it('suggests questions for the whole conversation when somebody opens its messages', async () => {
    const rig = createSlackBotRig({ mode });
    const program = await rig.start();
    const channel = rig.slack.people.openHome(rig.person, 'messages');
    rig.slack.people.openHome(rig.person, 'messages');
    rig.slack.people.openHome(rig.person, 'home');
    await rig.pass(5_000);
    expect(rig.slack.agents.of(channel, null).prompts).toHaveLength(4);
    expect(rig.slack.requests({ method: 'assistant.threads.setSuggestedPrompts' })).toHaveLength(1);
    expect(rig.slack.screen.botMessages()).toEqual([]);
    await rig.end(program);
  });
});

describe('the agent', () => {
  it('answers each suggestion with something useful', async () => {
    const rig = createSlackBotRig();
    const program = await rig.start();
    const { channel, root } = rig.slack.people.openAssistant(rig.person);
    await rig.pass(3_000);
    for (const { message } of rig.slack.agents.of(channel, root.ts).prompts) {
      rig.slack.people.say(rig.person, channel, { text: message, inThreadOf: root });
      await rig.pass(10_000);
    }
    const said = rig.shown(channel, root).slice(1);
    expect(said.slice(0, 3).every((text) => text.startsWith('I see no picture here'))).toBe(true);
    expect(said[3]).toContain('Answers come from `inspector`');
    expect(rig.slack.screen.statuses()).toEqual([]);
    rig.slack.expectNoViolations();
    await program.stop();
  });

  it('in threads of its own keeps conversations apart', async () => {
    const rig = createSlackBotRig();
    const { people } = rig.slack;
    const program = await rig.start();
    const first = people.openAssistant(rig.person);
    people.say(rig.person, first.channel, { text: 'what is this?', files, inThreadOf: first.root });
    await rig.pass(15_000);
    const second = people.openAssistant(rig.person);
    people.say(rig.person, second.channel, { text: 'and here?', inThreadOf: second.root });
    await rig.pass(15_000);
    expect(rig.shown(second.channel, second.root).at(-1)).toMatch(/^I see no picture here/);
    expect(rig.chat.questions).toHaveLength(1);
    rig.slack.expectNoViolations();
    await program.stop();
  });

  it('is stopped by Slack’s own button', async () => {
    const rig = createSlackBotRig();
    const { people } = rig.slack;
    const program = await rig.start();
    const { channel, root } = people.openAssistant(rig.person);
    rig.chat.script(slowly('one two three four five six seven eight nine ten', 1_000));
    people.say(rig.person, channel, { text: 'what is this?', files, inThreadOf: root });
    await rig.pass(6_000);
    people.stopAgent(rig.person, channel, root.ts);
    await rig.pass(20_000);
    expect(rig.shown(channel, root).at(-1)).toMatch(/^one two.*\n\nStopped\.$/s);
    expect(rig.slack.screen.statuses()).toEqual([]);
    await rig.end(program);
  });

  it('is stopped by it before there is a word to be streamed, too', async () => {
    const rig = createSlackBotRig();
    const { people } = rig.slack;
    const program = await rig.start();
    const { channel, root } = people.openAssistant(rig.person);
    rig.chat.script(slowly('one two three', 8_000));
    people.say(rig.person, channel, { text: 'what is this?', files, inThreadOf: root });
    await rig.pass(4_000);
    people.stopAgent(rig.person, channel, root.ts);
    await rig.pass(40_000);
    expect(rig.shown(channel, root).at(-1)).toBe('Stopped.');
    expect(rig.slack.screen.statuses()).toEqual([]);
    await rig.end(program);
  });

  it('minds neither where somebody looks meanwhile nor what it may not do', async () => {
    const rig = createSlackBotRig();
    const { people } = rig.slack;
    rig.slack.settings.isAgent = false;
    rig.installation.scopes.delete('assistant:write');
    const program = await rig.start();
    const direct = rig.slack.places.direct(rig.person, rig.installation);
    people.lookAt(rig.person, rig.channel);
    people.openHome(rig.person, 'messages');
    const question = people.say(rig.person, direct, { text: 'hello', files });
    people.say(rig.person, direct, { text: 'what is this?', files, inThreadOf: question });
    await rig.pass(20_000);
    expect(rig.shown(direct)).toEqual(['inspector on 1: hello', 'inspector on 1: what is this?']);
    expect(rig.slack.screen.statuses()).toEqual([]);
    await rig.end(program);
  });

  it('suggests nothing to who may not use it', async () => {
    const { person } = createSlackBotRig();
    const rig = createSlackBotRig({ access: { denied: { people: [person.id] } } });
    const program = await rig.start();
    rig.slack.people.openHome(rig.person, 'messages');
    rig.slack.people.openAssistant(rig.person);
    await rig.pass(5_000);
    expect(rig.slack.requests({ method: 'assistant.threads.setSuggestedPrompts' })).toEqual([]);
    await program.stop();
  });
});

describe('the status', () => {
  it('stands in a channel’s thread until the first word, and not at all for an answer that comes at once', async () => {
    const rig = createSlackBotRig();
    const program = await rig.start();
    rig.chat.script({ words: ['late'], wordDelayMs: 20_000 });
    const question = rig.mention('what is this?');
    await rig.pass(10_000);
    expect(rig.slack.screen.statuses()).toMatchObject([{ threadTs: question.ts, text: looking }]);
    await rig.pass(30_000);
    expect(rig.shown()).toEqual(['late']);
    expect(rig.slack.screen.statusChanges().map(([, text]) => text)).toEqual([looking, '']);
    rig.mention('help', { files: [], inThreadOf: question });
    await rig.pass(10_000);
    expect(rig.slack.screen.statusChanges()).toHaveLength(2);
    await rig.end(program);
  });

  it('stays through three minutes of thinking, and goes when the answer fails', async () => {
    const rig = createSlackBotRig();
    const program = await rig.start();
    rig.chat.script({ words: [' '], wordDelayMs: 180_000, failure: 'chat-timeout' });
    const question = rig.mention('what is this?');
    for (let minute = 0; minute < 5; minute += 1) {
      await rig.pass(30_000);
      expect(rig.slack.screen.statuses()).toMatchObject([{ threadTs: question.ts }]);
    }
    await rig.pass(90_000);
    expect(rig.shown()).toHaveLength(1);
    expect(rig.shown()[0]).toMatch(/took too long|gave an empty answer/);
    expect(rig.slack.screen.statuses()).toEqual([]);
    await rig.end(program);
  });
});
