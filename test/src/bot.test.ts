import { describe, expect, it } from 'vitest';
import type { Person, Turn } from '../../src/turn/turn.ts';
import { createSamplePerson } from '../fakes/sample-turn.ts';
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
    expect(await rig.platform.report({ type: 'stop', subject: turn.subject, person: turn.person })).toBe('accepted');
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
    const stranger = createSamplePerson('stranger', 'Eve');
    expect(await rig.platform.report({ type: 'stop', subject: turn.subject, person: stranger })).toBe('refused');
    expect(
      await rig.platform.report({ type: 'stop', subject: turn.subject, person: { ...stranger, moderator: true } }),
    ).toBe('accepted');
    await rig.clock.advance(30_000);
  });

  it('of an answer that is over is refused', async () => {
    const rig = createBotRig();
    rig.start();
    const turn = rig.turn('what is this?', [picture('a.png')]);
    await rig.clock.runUntil(rig.platform.say(turn));
    await rig.clock.advance(30_000);
    expect(await rig.platform.report({ type: 'stop', subject: turn.subject, person: turn.person })).toBe('unknown');
  });
});

describe('asking again', () => {
  const first = { words: ['A cat.'] };
  const second = { words: ['A ', 'sleeping ', 'cat.'], wordDelayMs: 2_000 };

  async function startAnswered() {
    const rig = createBotRig();
    rig.start();
    rig.chat.script(first);
    const turn = rig.turn('what is this?', [picture('cat.png')]);
    await rig.clock.runUntil(rig.platform.say(turn));
    await rig.clock.advance(10_000);
    const again = (change: { id?: string; model?: string; route?: string; subject?: string; person?: Person } = {}) =>
      rig.clock.runUntil(
        rig.platform.report({
          type: 'again',
          subject: change.subject ?? turn.subject,
          id: change.id ?? 'press-1',
          model: change.model ?? null,
          route: change.route ?? null,
          person: change.person ?? turn.person,
          receivedAtMs: rig.clock.now(),
        }),
      );
    const shown = () => rig.platform.screen.messages().map(({ ref, text, controls }) => [ref, text, controls?.type]);
    return { rig, turn, again, shown };
  }

  it('is offered under an answer, and stopping while it is written', async () => {
    const { rig, shown } = await startAnswered();
    expect(shown()).toEqual([['message-1', 'A cat.', 'again']]);
    rig.chat.script(second);
    await rig.clock.runUntil(rig.platform.say(rig.turn('and?', [picture('dog.png')])));
    await rig.clock.advance(3_000);
    expect(shown()[1]?.[2]).toBe('stop');
  });

  it('writes into the same message, about the same picture, with the model that was picked', async () => {
    const { rig, again, shown } = await startAnswered();
    rig.chat.script(second);
    expect(await again({ model: 'other' })).toBe('accepted');
    await rig.clock.advance(30_000);
    expect(shown()).toEqual([['message-1', 'A sleeping cat.', 'again']]);
    expect(rig.chat.questions.map(({ model }) => model)).toEqual(['inspector', 'other']);
    expect(rig.chat.questions[1]?.imageKeys).toEqual(rig.chat.questions[0]?.imageKeys);
  });

  it('takes messages away that the new answer does not need', async () => {
    const { rig, again, shown } = await startAnswered();
    rig.chat.script({ words: [`${'long '.repeat(500)}end.`] });
    await again();
    await rig.clock.advance(30_000);
    expect(shown()).toHaveLength(2);
    rig.chat.script(first);
    await again({ id: 'press-2' });
    await rig.clock.advance(30_000);
    expect(shown()).toEqual([['message-1', 'A cat.', 'again']]);
  });

  it('is up to the asker and to moderators, and not offered twice at once', async () => {
    const { rig, again } = await startAnswered();
    const stranger = createSamplePerson('stranger', 'Eve');
    expect(await again({ person: stranger })).toBe('refused');
    rig.chat.script(second);
    expect(await again({ person: { ...stranger, moderator: true } })).toBe('accepted');
    expect(await again({ id: 'press-2' })).toBe('duplicate');
    await rig.clock.advance(30_000);
  });

  it('elsewhere leaves the first answer as it stands', async () => {
    const { rig, again, shown } = await startAnswered();
    rig.chat.script(second);
    expect(await again({ route: 'elsewhere' })).toBe('accepted');
    await rig.clock.advance(30_000);
    expect(shown().map(([, text]) => text)).toEqual(['A cat.', 'A sleeping cat.']);
  });

  it('elsewhere again and again makes no name longer', async () => {
    const { rig, again, turn } = await startAnswered();
    const lengths: number[] = [];
    for (const id of ['press-1', 'press-2', 'press-3']) {
      const last = rig.platform.screen.messages().at(-1)?.controls?.subject ?? turn.subject;
      rig.chat.script(first);
      await again({ id, route: 'elsewhere', subject: last });
      await rig.clock.advance(10_000);
      lengths.push(rig.platform.screen.messages().at(-1)?.controls?.subject.length ?? 0);
    }
    expect(new Set(lengths).size).toBe(1);
  });

  it('of what nobody remembers is unknown', async () => {
    const { rig, turn } = await startAnswered();
    const { person } = turn;
    const wish = {
      type: 'again',
      subject: 'other',
      id: 'press',
      model: null,
      route: null,
      person,
      receivedAtMs: 0,
    } as const;
    expect(await rig.platform.report(wish)).toBe('unknown');
  });

  it('is about the pictures it was about, whatever came since', async () => {
    const { rig, turn } = await startAnswered();
    rig.chat.script(first);
    const followUp = rig.turn('and its colour?');
    await rig.clock.runUntil(rig.platform.say(followUp));
    await rig.clock.advance(10_000);
    rig.chat.script(first);
    await rig.ask('what is that?', [picture('dog.png')]);
    rig.chat.script(first);
    const wish = {
      type: 'again',
      subject: followUp.subject,
      id: 'press',
      model: null,
      route: null,
      receivedAtMs: 0,
    } as const;
    await rig.clock.runUntil(rig.platform.report({ ...wish, person: turn.person }));
    await rig.clock.advance(10_000);
    expect(rig.chat.questions[3]?.imageKeys).toEqual(rig.chat.questions[0]?.imageKeys);
  });

  it('when there is too much to do leaves the answer as it stands', async () => {
    const rig = createBotRig({ perConversation: 1 });
    rig.start();
    rig.chat.script(first);
    const turn = rig.turn('what is this?', [picture('cat.png')]);
    await rig.clock.runUntil(rig.platform.say(turn));
    await rig.clock.advance(10_000);
    rig.chat.script({ words: ['a ', 'b ', 'c '], wordDelayMs: 10_000 });
    await rig.clock.runUntil(rig.platform.say(rig.turn('one', [picture('a.png')])));
    await rig.clock.advance(1_000);
    await rig.clock.runUntil(rig.platform.say(rig.turn('two', [picture('b.png')])));
    const wish = {
      type: 'again',
      subject: turn.subject,
      id: 'press',
      model: null,
      route: null,
      receivedAtMs: 0,
    } as const;
    expect(await rig.clock.runUntil(rig.platform.report({ ...wish, person: turn.person }))).toBe('busy');
    expect(rig.platform.screen.messages().some(({ text }) => text.includes('busy'))).toBe(false);
    expect(rig.platform.screen.messages()[0]?.text).toBe('A cat.');
    await rig.clock.advance(100_000);
  });

  it('survives a restart', async () => {
    const rig = createBotRig();
    const before = rig.start();
    rig.chat.script(first);
    const turn = rig.turn('what is this?', [picture('cat.png')]);
    await rig.clock.runUntil(rig.platform.say(turn));
    await rig.clock.advance(10_000);
    await before.stop();
    rig.start();
    rig.chat.script(second);
    const wish = {
      type: 'again',
      subject: turn.subject,
      id: 'press',
      model: null,
      route: null,
      receivedAtMs: 0,
    } as const;
    expect(await rig.clock.runUntil(rig.platform.report({ ...wish, person: turn.person }))).toBe('accepted');
    await rig.clock.advance(30_000);
    expect(rig.platform.screen.messages().map(({ text }) => text)).toEqual(['A sleeping cat.']);
  });
});

describe('a question that is edited', () => {
  const slow = { words: ['one ', 'two ', 'three ', 'four '], wordDelayMs: 5_000 };
  const edited = (turn: Turn, text: string, version = '1'): Turn => ({ ...turn, id: `${turn.id}~${version}`, text });

  it('is asked again into the same messages', async () => {
    const rig = createBotRig();
    rig.start();
    const turn = rig.turn('what is this?', [picture('cat.png')]);
    await rig.clock.runUntil(rig.platform.say(turn));
    await rig.clock.advance(20_000);
    rig.chat.script({ words: ['Grey.'] });
    const changed = { type: 'changed', turn: edited(turn, 'what colour is it?') } as const;
    expect(await rig.clock.runUntil(rig.platform.report(changed))).toBe('accepted');
    expect(await rig.clock.runUntil(rig.platform.report(changed))).toBe('duplicate');
    await rig.clock.advance(20_000);
    expect(rig.platform.screen.messages().map(({ text }) => text)).toEqual(['Grey.']);
    expect(rig.chat.questions.map(({ prompt }) => prompt)).toEqual(['what is this?', 'what colour is it?']);
  });

  it('while it is being answered stops the model and starts over in the same message', async () => {
    const rig = createBotRig();
    rig.start();
    rig.chat.script(slow);
    const turn = rig.turn('count', [picture('a.png')]);
    await rig.clock.runUntil(rig.platform.say(turn));
    await rig.clock.advance(11_000);
    rig.chat.script({ words: ['Three cats.'] });
    await rig.clock.runUntil(rig.platform.report({ type: 'changed', turn: edited(turn, 'count the cats') }));
    await rig.clock.advance(30_000);
    expect(rig.platform.screen.messages().map(({ ref, text }) => [ref, text])).toEqual([['message-1', 'Three cats.']]);
    expect(rig.chat.stopped).toEqual(['record-1']);
  });

  it('before its turn has come is asked once, as it is now', async () => {
    const rig = createBotRig();
    rig.start();
    rig.chat.script(slow);
    await rig.clock.runUntil(rig.platform.say(rig.turn('count', [picture('a.png')])));
    const waiting = rig.turn('what is tis?', [picture('b.png')]);
    await rig.clock.runUntil(rig.platform.say(waiting));
    await rig.clock.runUntil(rig.platform.report({ type: 'changed', turn: edited(waiting, 'what is this?') }));
    await rig.clock.advance(120_000);
    expect(rig.chat.questions.map(({ prompt }) => prompt)).toEqual(['count', 'what is this?']);
  });

  it('is answered in a new message where somebody took the answer away', async () => {
    const rig = createBotRig();
    rig.start();
    const turn = rig.turn('what is this?', [picture('cat.png')]);
    await rig.clock.runUntil(rig.platform.say(turn));
    await rig.clock.advance(20_000);
    rig.platform.removeMessage('message-1');
    rig.chat.script({ words: ['A ', 'grey ', 'cat.'], wordDelayMs: 2_000 });
    await rig.clock.runUntil(rig.platform.report({ type: 'changed', turn: edited(turn, 'what colour is it?') }));
    await rig.clock.advance(30_000);
    const shown = () => rig.platform.screen.messages().map(({ ref, text }) => [ref, text]);
    expect(shown()).toEqual([['message-2', 'A grey cat.']]);
    rig.platform.removeMessage('message-2');
    rig.chat.script({ words: ['Again.'] });
    await rig.clock.runUntil(rig.platform.report({ type: 'changed', turn: edited(turn, 'and now?', '2') }));
    await rig.clock.advance(30_000);
    expect(shown()).toEqual([['message-3', 'Again.']]);
  });

  it('takes further messages of the old answer away as soon as the new one begins', async () => {
    const rig = createBotRig();
    rig.start();
    const turn = rig.turn('describe it', [picture('cat.png')]);
    rig.chat.script({ words: ['word '.repeat(900)] });
    await rig.clock.runUntil(rig.platform.say(turn));
    await rig.clock.advance(20_000);
    expect(rig.platform.screen.messages().length).toBeGreaterThan(1);
    rig.chat.script(slow);
    await rig.clock.runUntil(rig.platform.report({ type: 'changed', turn: edited(turn, 'count') }));
    await rig.clock.advance(7_000);
    expect(rig.platform.screen.messages().map(({ ref, text }) => [ref, text.trim()])).toEqual([['message-1', 'one']]);
  });

  it('that was none before is answered like a new one', async () => {
    const rig = createBotRig();
    rig.start();
    const turn = rig.turn('what is this?', [picture('cat.png')]);
    rig.chat.script({ words: ['A cat.'] });
    await rig.clock.runUntil(rig.platform.report({ type: 'changed', turn: edited(turn, 'what is this?') }));
    await rig.clock.advance(10_000);
    expect(rig.platform.screen.messages().map(({ text }) => text)).toEqual(['A cat.']);
  });
});

describe('a question that is deleted', () => {
  const slow = { words: ['one ', 'two ', 'three ', 'four '], wordDelayMs: 5_000 };

  it('takes its answer along', async () => {
    const rig = createBotRig();
    rig.start();
    const turn = rig.turn('what is this?', [picture('cat.png')]);
    await rig.clock.runUntil(rig.platform.say(turn));
    await rig.clock.advance(20_000);
    const deleted = { type: 'deleted', subject: turn.subject } as const;
    expect(await rig.clock.runUntil(rig.platform.report(deleted))).toBe('accepted');
    expect(rig.platform.screen.messages()).toEqual([]);
    expect(await rig.clock.runUntil(rig.platform.report(deleted))).toBe('unknown');
  });

  it('while it is being answered stops the model and leaves nothing', async () => {
    const rig = createBotRig();
    rig.start();
    rig.chat.script(slow);
    const turn = rig.turn('count', [picture('a.png')]);
    await rig.clock.runUntil(rig.platform.say(turn));
    await rig.clock.advance(11_000);
    await rig.clock.runUntil(rig.platform.report({ type: 'deleted', subject: turn.subject }));
    await rig.clock.advance(30_000);
    expect(rig.platform.screen.messages()).toEqual([]);
    expect(rig.chat.stopped).toEqual(['record-1']);
  });

  it('before its turn has come is never asked', async () => {
    const rig = createBotRig();
    rig.start();
    rig.chat.script(slow);
    await rig.clock.runUntil(rig.platform.say(rig.turn('count', [picture('a.png')])));
    const waiting = rig.turn('what is this?', [picture('b.png')]);
    await rig.clock.runUntil(rig.platform.say(waiting));
    await rig.clock.runUntil(rig.platform.report({ type: 'deleted', subject: waiting.subject }));
    await rig.clock.advance(120_000);
    expect(rig.chat.questions).toHaveLength(1);
    expect(rig.platform.screen.messages()).toHaveLength(1);
  });

  it('that nobody asked the bot is nothing to it', async () => {
    const rig = createBotRig();
    rig.start();
    expect(await rig.clock.runUntil(rig.platform.report({ type: 'deleted', subject: 'chatter' }))).toBe('unknown');
  });
});

describe('beside an answer that is being written', () => {
  it('a command given aside is carried out at once and counts from the next question on', async () => {
    const rig = createBotRig();
    rig.start();
    rig.chat.script({ words: ['one ', 'two ', 'three ', 'four '], wordDelayMs: 5_000 });
    await rig.clock.runUntil(rig.platform.say(rig.turn('count', [picture('a.png')])));
    await rig.clock.runUntil(rig.platform.say(rig.turn('/model other', [], { aside: true })));
    await rig.clock.advance(2_000);
    expect(rig.platform.screen.messages().map(({ text }) => text)).toContain(
      '`other` answers in this conversation from now on.',
    );
    await rig.clock.advance(60_000);
    await rig.ask('and now?');
    expect(rig.chat.questions.map(({ model }) => model)).toEqual(['inspector', 'other']);
  });
});

describe('a place that takes few messages', () => {
  it('shows what fits, and says that there would be more', async () => {
    const rig = createBotRig({ platform: { mostMessages: 2 } });
    rig.start();
    rig.chat.script({ words: Array.from({ length: 2_000 }, (_, index) => `word${index} `), wordDelayMs: 5 });
    await rig.ask('what is this?', [picture('cat.png')]);
    const shown = rig.platform.screen.messages();
    expect(shown).toHaveLength(2);
    expect(shown[1]?.text).toMatch(/word\d+\n\nThe answer goes on, but no more messages fit here\./);
    expect(shown[1]?.text.length).toBeLessThanOrEqual(2_000);
    expect(shown[1]?.controls?.type).toBe('again');
  });
});

describe('a store that breaks', () => {
  it('after a question was taken leaves nobody without a word', async () => {
    const rig = createBotRig();
    rig.start();
    const turn = rig.turn('what is this?', [picture('cat.png')]);
    await rig.clock.runUntil(rig.platform.say(turn));
    rig.store.fail();
    await rig.clock.advance(30_000);
    expect(rig.platform.screen.messages().map(({ text }) => text)).toEqual([
      expect.stringContaining('I cannot keep anything at the moment.'),
    ]);
  });
});

describe('what a place needs said', () => {
  it('stands at the end of a model’s answer, and not under the bot’s own words', async () => {
    const rig = createBotRig({ platform: { hint: 'Mention me to go on.' } });
    rig.start();
    rig.chat.script({ words: ['A cat.'] });
    expect(await rig.ask('what is this?', [picture('cat.png')])).toBe('A cat.\n\nMention me to go on.');
    expect(await rig.ask('what is this?', [], { thread: 'second' })).not.toContain('Mention me');
  });

  it('names commands as they can be written there, and leaves the words of models alone', async () => {
    const rig = createBotRig({ platform: { commandSign: '!' } });
    rig.start();
    expect(await rig.ask('!m nonsense what is this?', [picture('a.png')])).toMatch(/Write !model to see them all\.$/);
    expect(await rig.ask('/model')).toContain('`!model NAME`');
    rig.chat.script({ words: ['See /model or a/model.'], failure: 'chat-timeout' });
    const broken = await rig.ask('and this?', [picture('b.png')], { thread: 'second' });
    expect(broken).toMatch(/choose a faster one with !model\.$/);
    rig.chat.script({ words: ['See /model.'] });
    expect(await rig.ask('and this?', [picture('c.png')], { thread: 'third' })).toBe('See /model.');
  });

  it('about words that cannot be seen is said instead of asking about earlier pictures', async () => {
    const rig = createBotRig();
    rig.start();
    await rig.ask('what is this?', [picture('cat.png')]);
    expect(await rig.ask('', [], { unseen: 'I cannot read that.' })).toBe('I cannot read that.');
    await rig.ask('and its colour?', [], { unseen: 'I cannot read that.' });
    expect(rig.chat.questions).toHaveLength(2);
  });

  it('about pictures that cannot be seen is said where there is none', async () => {
    const rig = createBotRig();
    rig.start();
    expect(
      await rig.ask('what is this?', [], { unseen: 'I cannot see that picture: mention me in its message.' }),
    ).toBe('I cannot see that picture: mention me in its message.');
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
      person: createSamplePerson('somebody', 'Bo'),
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

  it('are switched for a channel by those who manage it only', async () => {
    const rig = createBotRig();
    rig.start();
    expect(await rig.ask('/model other channel')).toContain('Only people who manage this channel');
    await rig.ask('/model other channel', [], {
      person: createSamplePerson('boss', 'Mo', { managesChannel: true }),
    });
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
    expect(rig.platform.screen.messages()).toEqual([
      { ...half, controls: { type: 'again', subject: 'turn-1' }, text: words.join('').trim(), state: 'final' },
    ]);
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
