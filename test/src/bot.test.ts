import { describe, expect, it } from 'vitest';
import { createBotRig, picture } from './bot-rig.ts';

describe('a question about a picture', () => {
  it('is answered in its thread, growing, by the model that can', async () => {
    const rig = createBotRig();
    rig.start();
    rig.chat.script({ words: ['A ', 'cat ', 'on ', 'a ', 'mat.'], wordDelayMs: 1_000 });
    expect(await rig.ask('what is this?', [picture('cat.png')])).toBe('A cat on a mat.');
    const texts = rig.platform.screen.timeline().map(([, text]) => text);
    expect(texts.length).toBeGreaterThanOrEqual(4);
    for (const [index, text] of texts.entries()) {
      expect(text?.startsWith(texts[Math.max(0, index - 1)]?.trim() ?? '')).toBe(true);
    }
    expect(rig.chat.questions).toMatchObject([
      { model: 'inspector', prompt: 'what is this?', isMixed: false, webSearch: null },
    ]);
  });

  it('delivered twice is one turn', async () => {
    const rig = createBotRig();
    rig.start();
    const turn = rig.turn('what is this?', [picture('cat.png')]);
    await rig.clock.runUntil(rig.platform.say(turn));
    expect(await rig.clock.runUntil(rig.platform.say(turn))).toBe('duplicate');
    await rig.clock.advance(60_000);
    expect(rig.chat.questions).toHaveLength(1);
    expect(rig.platform.screen.messages()).toHaveLength(1);
  });

  it('goes on in the thread with the same pictures: none is fetched or uploaded again', async () => {
    const rig = createBotRig();
    rig.start();
    await rig.ask('what is this?', [picture('a.png'), picture('b.png')]);
    await rig.ask('and what does the sign say?');
    expect(rig.downloads).toEqual(['a.png', 'b.png']);
    expect(rig.chat.uploads).toHaveLength(2);
    const [first, second] = rig.chat.questions;
    expect(second?.imageKeys).toEqual(first?.imageKeys);
    expect(second?.conversationId).toBe(first?.conversationId);
  });

  it('never meets the conversation of another thread', async () => {
    const rig = createBotRig();
    rig.start();
    await rig.ask('what is this?', [picture('a.png')]);
    expect(await rig.ask('and here?', [], { thread: 'other' })).toContain('no picture');
    expect(rig.chat.questions).toHaveLength(1);
  });

  it('uploads the same bytes once, however often they are posted', async () => {
    const rig = createBotRig();
    rig.start();
    await rig.ask('what is this?', [picture('a.png', 'first')]);
    await rig.ask('and now?', [picture('a.png', 'second')]);
    expect(rig.chat.uploads).toHaveLength(1);
    expect(rig.chat.questions[1]?.imageKeys).toEqual(rig.chat.questions[0]?.imageKeys);
  });

  it('takes the pictures of the message it replies to when it has none', async () => {
    const rig = createBotRig();
    rig.start();
    await rig.ask('what is this?', [], { quotedImages: [picture('quoted.png')] });
    expect(rig.chat.uploads.map((upload) => upload.fileName)).toEqual(['quoted.jpg']);
  });

  it('without any picture asks nothing and says so', async () => {
    const rig = createBotRig();
    rig.start();
    expect(await rig.ask('what is this?')).toContain('I see no picture here');
    expect(rig.chat.questions).toEqual([]);
  });

  it('without words asks for a description and says so', async () => {
    const rig = createBotRig();
    rig.start();
    const answer = await rig.ask('', [picture('a.png')]);
    expect(answer).toContain('You sent no question, so here is a description.');
    expect(rig.chat.questions[0]?.prompt).toMatch(/^Describe this picture/);
  });

  it('goes on without a picture that fails, and names it with the reason', async () => {
    const rig = createBotRig();
    rig.start();
    const answer = await rig.ask('compare', [
      picture('a.png'),
      picture('drawing.svg'),
      picture('missing.png'),
      picture('b.png'),
    ]);
    expect(answer).toMatch(/drawing\.svg.*SVG/);
    expect(answer).toMatch(/missing\.png/);
    expect(rig.chat.questions[0]?.imageKeys).toEqual(['images/1_a.jpg', 'images/2_b.jpg']);
  });

  it('is not asked when every picture failed', async () => {
    const rig = createBotRig();
    rig.start();
    expect(await rig.ask('what is this?', [picture('drawing.svg')])).toMatch(/drawing\.svg.*SVG/);
    expect(rig.chat.questions).toEqual([]);
  });

  it('keeps what came when the model fails, and says what happened', async () => {
    const rig = createBotRig();
    rig.start();
    rig.chat.script({ words: ['A cat ', 'on '], failure: 'chat-broken-stream' });
    const answer = await rig.ask('what is this?', [picture('a.png')]);
    expect(answer).toMatch(/^A cat on/);
    expect(answer.length).toBeGreaterThan('A cat on'.length + 10);
  });

  it('uploads again after the API forgot the pictures', async () => {
    const rig = createBotRig();
    rig.start();
    await rig.ask('what is this?', [picture('a.png')]);
    rig.chat.expireAssets();
    expect(await rig.ask('and now?')).toMatch(/picture/i);
    await rig.ask('once more', [picture('a.png')]);
    expect(rig.chat.uploads).toHaveLength(2);
    expect(rig.chat.questions).toHaveLength(2);
  });
});

describe('stopping', () => {
  const slow = { words: ['one ', 'two ', 'three ', 'four '], wordDelayMs: 5_000 };

  it('keeps what came, marks it and stops the model', async () => {
    const rig = createBotRig();
    rig.start();
    rig.chat.script(slow);
    const turn = rig.turn('count', [picture('a.png')]);
    await rig.clock.runUntil(rig.platform.say(turn));
    await rig.clock.advance(11_000);
    expect(await rig.platform.report({ type: 'stop', turnId: turn.id, person: turn.person })).toBe('accepted');
    await rig.clock.advance(10_000);
    expect(rig.platform.screen.messages().map((message) => message.text)).toEqual([
      expect.stringMatching(/^one two\s[\s\S]*[Ss]topped/),
    ]);
    expect(rig.chat.stopped).toEqual(['record-1']);
  });

  it('is up to the asker and to moderators', async () => {
    const rig = createBotRig();
    rig.start();
    rig.chat.script(slow);
    const turn = rig.turn('count', [picture('a.png')]);
    await rig.clock.runUntil(rig.platform.say(turn));
    await rig.clock.advance(6_000);
    const stranger = { id: 'stranger', name: 'Eve', moderator: false };
    expect(await rig.platform.report({ type: 'stop', turnId: turn.id, person: stranger })).toBe('refused');
    expect(await rig.platform.report({ type: 'stop', turnId: turn.id, person: { ...stranger, moderator: true } })).toBe(
      'accepted',
    );
    await rig.clock.advance(30_000);
  });

  it('of an answer that is over is refused', async () => {
    const rig = createBotRig();
    rig.start();
    const turn = rig.turn('what is this?', [picture('a.png')]);
    await rig.clock.runUntil(rig.platform.say(turn));
    await rig.clock.advance(30_000);
    expect(await rig.platform.report({ type: 'stop', turnId: turn.id, person: turn.person })).toBe('refused');
  });
});

describe('models', () => {
  it('are listed with what is missing', async () => {
    const rig = createBotRig();
    rig.start();
    const list = await rig.ask('/model');
    expect(list).toContain('Answers come from `inspector`');
    expect(list).toMatch(/`gpt-4o`.*Set OPENAI_API_KEY\./);
    expect(list).toMatch(/`blind`.*text only/);
  });

  it('are switched in a thread, which mixes them from then on', async () => {
    const rig = createBotRig();
    rig.start();
    await rig.ask('what is this?', [picture('a.png')]);
    expect(await rig.ask('/model other')).toBe('`other` answers in this conversation from now on.');
    await rig.ask('and now?');
    await rig.ask('again?');
    expect(rig.chat.questions.map(({ model, isMixed }) => [model, isMixed])).toEqual([
      ['inspector', false],
      ['other', true],
      ['other', true],
    ]);
  });

  it('are chosen for oneself in a channel and hold in every thread after', async () => {
    const rig = createBotRig();
    rig.start();
    expect(await rig.ask('/model other', [], { thread: 'channel' })).toBe(
      '`other` answers whenever you ask from now on.',
    );
    await rig.ask('what is this?', [picture('a.png')]);
    await rig.ask('what is this?', [picture('a.png')], {
      thread: 'second',
      person: { id: 'somebody', name: 'Bo', moderator: false },
    });
    expect(rig.chat.questions.map(({ model }) => model)).toEqual(['other', 'inspector']);
  });

  it('are said to stay in a conversation only where that is another one', async () => {
    const rig = createBotRig();
    rig.start();
    await rig.ask('/model other thread');
    expect(await rig.ask('/model other me')).toBe('`other` answers whenever you ask from now on.');
    expect(await rig.ask('/model inspector me')).toContain('This conversation stays with `other`.');
  });

  it('are switched for a channel by moderators only', async () => {
    const rig = createBotRig();
    rig.start();
    expect(await rig.ask('/model other channel')).toContain('Only moderators');
    await rig.ask('/model other channel', [], { person: { id: 'boss', name: 'Mo', moderator: true } });
    await rig.ask('what is this?', [picture('a.png')], { thread: 'second' });
    expect(rig.chat.questions[0]?.model).toBe('other');
  });

  it('are asked once by !m', async () => {
    const rig = createBotRig();
    rig.start();
    await rig.ask('!m other what is this?', [picture('a.png')]);
    await rig.ask('and you?');
    expect(rig.chat.questions.map(({ model, isMixed }) => [model, isMixed])).toEqual([
      ['other', false],
      ['inspector', true],
    ]);
  });

  it.each([
    ['/model gpt-4o', /cannot be asked now: Set OPENAI_API_KEY\./],
    ['/model nonsense', /There is no model “nonsense”/],
    ['/model blind', /does not see pictures/],
    ['!m gpt-4o what is this?', /cannot be asked now: Set OPENAI_API_KEY\./],
  ])('that cannot answer are refused with the way out: %s', async (text, sentence) => {
    const rig = createBotRig();
    rig.start();
    expect(await rig.ask(text, [picture('a.png')])).toMatch(sentence);
    expect(rig.chat.questions).toEqual([]);
  });
});

describe('other commands', () => {
  it('start afresh with /new: pictures and conversation are left behind', async () => {
    const rig = createBotRig();
    rig.start();
    await rig.ask('what is this?', [picture('a.png')]);
    expect(await rig.ask('/new')).toContain('new conversation');
    expect(await rig.ask('and now?')).toContain('no picture');
    await rig.ask('what is this?', [picture('b.png')]);
    const [first, second] = rig.chat.questions;
    expect(second?.conversationId).not.toBe(first?.conversationId);
  });

  it('allow web search for a conversation', async () => {
    const rig = createBotRig();
    rig.start();
    await rig.ask('/search on');
    await rig.ask('what building is this?', [picture('a.png')]);
    await rig.ask('/search off');
    await rig.ask('and this?');
    expect(rig.chat.questions.map(({ webSearch }) => webSearch)).toEqual([{ numOfSite: 3, maxWord: 500 }, null]);
  });

  it('help', async () => {
    const rig = createBotRig();
    rig.start();
    expect(await rig.ask('/help')).toMatch(/\/model[\s\S]*!m[\s\S]*\/search[\s\S]*\/new/);
  });
});

describe('too much at once', () => {
  it('is told once a minute, and nothing accepted is lost', async () => {
    const rig = createBotRig({ perConversation: 2 });
    rig.start();
    rig.chat.script({ words: ['slow'], wordDelayMs: 20_000 });
    const receipts: string[] = [];
    for (let index = 0; index < 6; index += 1) {
      receipts.push(await rig.clock.runUntil(rig.platform.say(rig.turn(`question ${index}`, [picture('a.png')]))));
      await rig.clock.advance(1_000);
    }
    expect(receipts).toEqual(['accepted', 'accepted', 'accepted', 'busy', 'busy', 'busy']);
    await rig.clock.advance(120_000);
    const texts = rig.platform.screen.messages().map((message) => message.text);
    expect(texts.filter((text) => text.includes('busy'))).toHaveLength(1);
    expect(rig.chat.questions.map(({ prompt }) => prompt)).toEqual(['question 0', 'question 1', 'question 2']);
  });
});

describe('a restart in the middle of an answer', () => {
  const words = Array.from({ length: 20 }, (_, index) => `word${index} `);

  it('finishes the same message from the record that was answering', async () => {
    const rig = createBotRig();
    const first = rig.start();
    rig.chat.script({ words, wordDelayMs: 1_000 });
    await rig.clock.runUntil(rig.platform.say(rig.turn('count', [picture('a.png')])));
    await rig.clock.advance(5_000);
    await first.abandon();
    const [half] = rig.platform.screen.messages();
    expect(half?.text).not.toContain('word19');
    rig.start();
    await rig.clock.advance(60_000);
    expect(rig.platform.screen.messages()).toEqual([{ ...half, text: words.join('').trim(), state: 'final' }]);
    expect(rig.chat.questions).toHaveLength(1);
  });

  it('asks again when the API lost the record too', async () => {
    const rig = createBotRig();
    const first = rig.start();
    rig.chat.script({ words, wordDelayMs: 1_000 });
    await rig.clock.runUntil(rig.platform.say(rig.turn('count', [picture('a.png')])));
    await rig.clock.advance(5_000);
    await first.abandon();
    rig.chat.forgetRecords();
    rig.start();
    await rig.clock.advance(60_000);
    expect(rig.platform.screen.messages().map((message) => message.text)).toEqual(['inspector on 1: count']);
    expect(rig.chat.uploads).toHaveLength(1);
  });

  it('is not noticed by anybody when the answers were finished first', async () => {
    const rig = createBotRig();
    const first = rig.start();
    rig.chat.script({ words, wordDelayMs: 1_000 });
    await rig.clock.runUntil(rig.platform.say(rig.turn('count', [picture('a.png')])));
    await rig.clock.advance(5_000);
    await first.stop();
    expect(rig.platform.screen.messages().map((message) => message.text)).toEqual([words.join('').trim()]);
  });

  it('that keeps breaking is given up with one sentence', async () => {
    const rig = createBotRig();
    rig.chat.script({ words, wordDelayMs: 1_000 });
    let program = rig.start();
    await rig.clock.runUntil(rig.platform.say(rig.turn('count', [picture('a.png')])));
    for (let crash = 0; crash < 3; crash += 1) {
      await rig.clock.advance(3_000);
      await program.abandon();
      program = rig.start();
    }
    await rig.clock.advance(60_000);
    const messages = rig.platform.screen.messages();
    expect(messages).toHaveLength(1);
    expect(messages[0]?.text).toMatch(/again/);
    expect(rig.chat.questions).toHaveLength(1);
  });
});
