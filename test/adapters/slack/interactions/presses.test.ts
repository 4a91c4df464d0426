import { describe, expect, it } from 'vitest';
import { renderActionId } from '../../../../adapters/slack/answers/custom-ids.ts';
import { interactionSentences as sentences } from '../../../../adapters/slack/interactions/interaction-sentences.ts';
import type { Receipt } from '../../../../src/turn/inbox.ts';
import {
  broken,
  carriers,
  createInteractionsRig,
  createModel,
  never,
  picture,
  postAnswer,
  subject,
} from './interactions-rig.ts';

const menu = renderActionId('model', subject);
const answering = (receipt: Receipt) => async () => receipt;

describe.each(carriers)('buttons under an answer by %s', (carrier) => {
  it('stop it, have it again, and say what it is worth, without a word', async () => {
    const rig = await createInteractionsRig({ carrier });
    const answer = await postAnswer(rig);
    for (const name of ['Stop', 'Try again', 'Good', 'Bad']) await rig.press(answer, name);
    const person = { id: rig.person.id, name: 'ada' };
    const trigger = Object(rig.deliveries[1]?.payload).trigger_id;
    expect(rig.events).toMatchObject([
      { type: 'stop', subject, person },
      { type: 'again', subject, id: trigger, model: null, route: null, person },
      { type: 'feedback', subject, verdict: 'good', person },
      { type: 'feedback', subject, verdict: 'bad', person },
    ]);
    expect(rig.shownTo(rig.person)).toEqual([]);
  });

  it('ask another model, which the menu suggests', async () => {
    const rig = await createInteractionsRig({ carrier });
    const answer = await postAnswer(rig);
    expect((await rig.suggest(answer, menu, 'GP'))?.map(({ value }) => value)).toEqual(['gpt-5']);
    await rig.choose(answer, menu, 'gpt-5');
    expect(rig.events).toMatchObject([{ type: 'again', subject, model: 'gpt-5', route: null }]);
  });

  it('make one event of a press that is delivered twice, and two of two presses', async () => {
    const rig = await createInteractionsRig({ carrier });
    const answer = await postAnswer(rig);
    await rig.press(answer, 'Try again');
    await rig.redeliver();
    expect(rig.events).toHaveLength(1);
    await rig.press(answer, 'Try again');
    expect(new Set(rig.events.map((event) => Object(event).id)).size).toBe(2);
  });

  it('are acknowledged in time when the store hangs, and told later that it failed', async () => {
    const rig = await createInteractionsRig({ carrier, onEvent: never });
    const answer = await postAnswer(rig);
    const startMs = rig.clock.now();
    const outcome = await rig.clock.runUntil(rig.slack.clicks.press(rig.person, answer, 'Stop'));
    expect(outcome.type).toBe('done');
    expect(rig.clock.now() - startMs).toBeLessThan(2_500);
    await rig.settle();
    expect(rig.shownTo(rig.person)).toEqual([sentences.notKept]);
  });

  it('suggest the models of before, in time, when the models are slow', async () => {
    let isSlow = false;
    const listModels = async () => (isSlow ? never() : [createModel('inspector')]);
    const rig = await createInteractionsRig({ carrier, listModels });
    const answer = await postAnswer(rig);
    await rig.suggest(answer, menu, '');
    isSlow = true;
    const startMs = rig.clock.now();
    expect((await rig.suggest(answer, menu, ''))?.map(({ value }) => value)).toEqual(['inspector']);
    expect(rig.clock.now() - startMs).toBeLessThan(2_500);
  });
});

describe('presses that come to nothing', () => {
  it.each([
    ['refused', 'Stop', sentences.notYours],
    ['unknown', 'Stop', sentences.answerEnded],
    ['unknown', 'Try again', sentences.questionGone],
    ['unknown', 'Good', sentences.questionGone],
    ['busy', 'Try again', sentences.busy],
    ['duplicate', 'Try again', sentences.alreadyAnswering],
  ] as const)('say so in private when an event is %s: %s', async (receipt, button, sentence) => {
    const rig = await createInteractionsRig({ onEvent: answering(receipt) });
    const answer = await postAnswer(rig);
    await rig.press(answer, button);
    expect(rig.shownTo(rig.person)).toEqual([sentence]);
    expect(rig.slack.screen.botMessages()).toMatchObject([{ ts: answer.ts, visibleTo: null }, { text: sentence }]);
  });

  it('say so when the store is down', async () => {
    const rig = await createInteractionsRig({ onEvent: broken });
    await rig.press(await postAnswer(rig), 'Stop');
    expect(rig.shownTo(rig.person)).toEqual([sentences.notKept]);
  });

  it('say so in the thread of the answer', async () => {
    const rig = await createInteractionsRig({ onEvent: answering('refused') });
    const root = rig.say();
    await rig.press(await postAnswer(rig, rig.channel, root.ts), 'Stop');
    expect(rig.slack.screen.botMessages().at(-1)).toMatchObject({ text: sentences.notYours, threadTs: root.ts });
  });

  it('say that a button is not known', async () => {
    const rig = await createInteractionsRig();
    await rig.press(await postAnswer(rig), 'Poll');
    expect(rig.shownTo(rig.person)).toEqual([sentences.unknownButton]);
    expect(rig.events).toEqual([]);
  });

  it('say it in the channel when the response_url is used up', async () => {
    const rig = await createInteractionsRig({ onEvent: answering('refused') });
    const answer = await postAnswer(rig);
    await rig.press(answer, 'Stop');
    await rig.useUp(Object(rig.deliveries[0]?.payload).response_url);
    rig.restart();
    await rig.redeliver();
    expect(rig.slack.requests({ method: 'chat.postEphemeral' })).toMatchObject([
      { error: null, args: { user: rig.person.id, text: sentences.notYours } },
    ]);
    expect(rig.logger.lines).toEqual([]);
  });

  it('say it once to the log when there is no way to the person', async () => {
    const rig = await createInteractionsRig({ onEvent: answering('refused') });
    const answer = await postAnswer(rig);
    rig.slack.places.leave(rig.channel, rig.bot);
    rig.slack.faults.next({ method: 'chat.postEphemeral' }, { type: 'error', error: 'not_in_channel' });
    await rig.press(answer, 'Stop');
    await rig.useUp(Object(rig.deliveries[0]?.payload).response_url);
    rig.restart();
    await rig.redeliver();
    expect(rig.logger.lines).toMatchObject([{ level: 'warn' }]);
  });

  it('are refused to people who may not use the bot, whose menus stay empty', async () => {
    const rig = await createInteractionsRig({ denied: { channels: ['C9'] } });
    const barred = rig.slack.places.createChannel(rig.team, { id: 'C9', members: [rig.person, rig.bot] });
    const answer = await postAnswer(rig, barred);
    await rig.press(answer, 'Stop');
    expect(rig.shownTo(rig.person)).toEqual([sentences.mayNot]);
    expect(await rig.suggest(answer, menu, '')).toEqual([]);
    expect(rig.events).toEqual([]);
  });
});

describe('presses by people of another workspace', () => {
  it('go by the workspace of the bot that answered', async () => {
    const rig = await createInteractionsRig();
    const other = rig.slack.places.createTeam({ name: 'Sculptors' });
    const bob = rig.slack.places.createPerson(other, { name: 'bob' });
    rig.slack.places.connect(rig.channel, other);
    rig.channel.memberIds.add(bob.id);
    const answer = await postAnswer(rig);
    await rig.press(answer, 'Stop', bob);
    expect(rig.events).toMatchObject([
      { type: 'stop', subject, person: { id: bob.id, moderator: false, managesServer: false } },
    ]);
  });

  it('go by it also where the app is in both workspaces', async () => {
    const rig = await createInteractionsRig();
    const other = rig.slack.places.createTeam({ name: 'Sculptors' });
    const bob = rig.slack.places.createPerson(other, { name: 'bob' });
    rig.slack.installing.install(other, { installer: bob });
    rig.slack.places.connect(rig.channel, other);
    rig.channel.memberIds.add(bob.id);
    await rig.press(await postAnswer(rig), 'Stop', bob);
    expect(rig.slack.requests({ method: 'users.info' }).map(({ teamId }) => teamId)).toEqual([rig.team.id]);
  });

  it('are refused where their workspace is denied', async () => {
    const rig = await createInteractionsRig({ denied: { servers: ['TBAD'] } });
    const other = rig.slack.places.createTeam({ id: 'TBAD', name: 'Sculptors' });
    const bob = rig.slack.places.createPerson(other, { name: 'bob' });
    rig.slack.places.connect(rig.channel, other);
    rig.channel.memberIds.add(bob.id);
    await rig.press(await postAnswer(rig), 'Stop', bob);
    // The address that came along is his workspace's, which has no such app.
    expect(rig.shownTo(bob)).toEqual([sentences.mayNot]);
    expect(rig.events).toEqual([]);
  });
});

describe('menus', () => {
  it('stay empty when there never was a list of models', async () => {
    for (const listModels of [never, broken]) {
      const rig = await createInteractionsRig({ listModels });
      expect(await rig.suggest(await postAnswer(rig), menu, '')).toEqual([]);
    }
  });

  it('of unknown origin stay empty', async () => {
    const rig = await createInteractionsRig();
    const payload = {
      type: 'block_suggestion',
      team: { id: rig.team.id },
      user: { id: rig.person.id },
      action_id: 'city',
      value: 'Ber',
    };
    expect(await rig.take({ kind: 'options', payload, retry: null })).toEqual({ options: [] });
  });
});

describe('many things at once', () => {
  it('serves two hundred, tells as many more that it is too much, and lets the rest go', async () => {
    const rig = await createInteractionsRig({ onEvent: never });
    const give = (index: number) =>
      rig.take({
        kind: 'command',
        payload: {
          command: '/help',
          team_id: rig.team.id,
          channel_id: rig.channel.id,
          user_id: rig.person.id,
          trigger_id: `t${index}`,
          response_url: 'https://hooks.slack.com/actions/T/none',
        },
        retry: null,
      });
    const given = Array.from({ length: 200 }, (_, index) => give(index));
    await rig.clock.advance(0);
    expect(await give(200)).toMatchObject({ text: sentences.busy });
    await rig.clock.advance(2_000);
    expect(new Set(await Promise.all(given))).toEqual(new Set([undefined]));
    expect(await give(201)).toMatchObject({ text: sentences.busy });
    await rig.settle();
    rig.logger.lines.splice(0);
    const later = give(202);
    await rig.clock.advance(2_000);
    expect(await later).toBeUndefined();
    await rig.settle();
  });

  it('says nothing any more when saying so is too much, too', async () => {
    const rig = await createInteractionsRig({ onEvent: never, respond: never });
    const press = (index: number) =>
      rig.take({
        kind: 'interaction',
        payload: {
          type: 'block_actions',
          team: { id: rig.team.id },
          user: { id: rig.person.id },
          channel: { id: rig.channel.id },
          trigger_id: `t${index}`,
          response_url: 'https://hooks.slack.com/actions/T/none',
          actions: [{ type: 'button', action_id: renderActionId('stop', subject) }],
        },
        retry: null,
      });
    const dropped = () => rig.logger.lines.filter(({ sentence }) => sentence.includes('was dropped')).length;
    const pressed = Array.from({ length: 400 }, (_, index) => press(index));
    await rig.clock.advance(0);
    expect(dropped()).toBe(0);
    expect(await press(400)).toBeUndefined();
    expect(dropped()).toBe(1);
    await rig.clock.advance(2_000);
    await Promise.all(pressed);
    await rig.settle();
  });

  it('tells everybody in their own way', async () => {
    const rig = await createInteractionsRig({ onEvent: never });
    const answer = await postAnswer(rig);
    const message = rig.say({ files: [picture] });
    await rig.point(message);
    for (let index = 0; index < 200; index += 1) {
      void rig.take({
        kind: 'command',
        payload: {
          command: '/help',
          team_id: rig.team.id,
          channel_id: rig.channel.id,
          user_id: rig.person.id,
          trigger_id: `t${index}`,
        },
        retry: null,
      });
    }
    const outcomes = [
      rig.slack.clicks.press(rig.person, answer, 'Stop'),
      rig.slack.clicks.messageShortcut(rig.person, message, 'ask-about-image'),
      rig.slack.clicks.submit(rig.person),
      rig.slack.clicks.suggest(rig.person, answer, menu, ''),
    ];
    await rig.clock.advance(100);
    const [pressed, pointed, submitted, suggested] = await Promise.all(outcomes);
    expect([pressed, pointed]).toMatchObject([{ type: 'done' }, { type: 'done' }]);
    expect(submitted).toMatchObject({ answer: { errors: { question: sentences.busy } } });
    expect(suggested).toEqual([]);
    expect(rig.shownTo(rig.person)).toEqual([sentences.busy, sentences.busy]);
    await rig.settle();
  });
});
