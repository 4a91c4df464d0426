import { describe, expect, it } from 'vitest';
import { interactionSentences as sentences } from '../../../../adapters/slack/interactions/interaction-sentences.ts';
import { readPictureLocator } from '../../../../adapters/slack/pictures/picture-locator.ts';
import type { Store } from '../../../../src/memory/store.ts';
import { parseRequest } from '../../../../src/turn/commands.ts';
import type { Receipt } from '../../../../src/turn/inbox.ts';
import { createMemoryStore } from '../../../fakes/memory-store.ts';
import {
  broken,
  carriers,
  createInteractionsRig,
  errorsIn,
  never,
  onlyTurn,
  picture,
  type Rig,
  routeOf,
} from './interactions-rig.ts';

const stuckStore: Store = { get: never, set: never, setFor: never, delete: never, list: never };
const onlyMe = { visibility: 'only-me' };
const noticeOf = (rig: Rig) => {
  const form = rig.formOf();
  return form?.['submit'] === undefined ? JSON.stringify(form?.['blocks']) : null;
};

describe.each(carriers)('“Ask about this image” by %s', (carrier) => {
  it('asks for the question and answers it for everyone in the thread of the message', async () => {
    const rig = await createInteractionsRig({ carrier });
    const message = rig.say();
    await rig.point(message);
    expect(rig.formOf()).toMatchObject({ title: { text: 'Ask about this image' } });
    expect(rig.events).toEqual([]);
    const outcome = await rig.submit({ question: '/model x' });
    const turn = onlyTurn(rig.events);
    expect([outcome.type, rig.formOf()]).toEqual(['done', null]);
    expect(parseRequest(turn.text)).toMatchObject({ type: 'question', text: '/model x' });
    expect(turn).toMatchObject({
      subject: turn.id,
      tenant: rig.team.id,
      channel: rig.channel.id,
      message: message.ts,
      thread: message.ts,
      opensThread: true,
      direct: false,
      aside: false,
      model: null,
      person: { id: rig.person.id, name: 'ada' },
    });
    expect(turn.images.map(({ name }) => name)).toEqual(['cat.png']);
    expect(readPictureLocator(turn.images[0]?.locator ?? '')).toMatchObject({
      via: rig.team.id,
      channel: rig.channel.id,
      ts: message.ts,
    });
    expect(routeOf(turn)).toEqual({ type: 'messages', via: rig.team.id, askerTeam: rig.team.id });
  });

  it('answers only whoever asks in direct messages', async () => {
    const rig = await createInteractionsRig({ carrier });
    await rig.point(rig.say());
    await rig.submit({ ...onlyMe, question: 'what is it?' });
    const { id } = rig.direct;
    const turn = onlyTurn(rig.events);
    expect(turn).toMatchObject({ channel: id, thread: id, opensThread: false, direct: true, text: '/ask what is it?' });
    expect(turn.images).toHaveLength(1);
  });

  it('keeps the form, filled in, while the store is down or the queue is full', async () => {
    const answers: (() => Promise<Receipt>)[] = [broken, async () => 'busy'];
    const onEvent = async () => answers.shift()?.() ?? 'accepted';
    const rig = await createInteractionsRig({ carrier, onEvent });
    await rig.point(rig.say());
    expect(errorsIn(await rig.submit({}))).toEqual({ question: sentences.notKept });
    expect(errorsIn(await rig.submit({}))).toEqual({ question: sentences.busy });
    expect(errorsIn(await rig.submit({}))).toBeNull();
    expect(new Set(rig.events.map((event) => (event.type === 'turn' ? event.turn.id : '')))).toHaveLength(1);
    expect(rig.formOf()).toBeNull();
  });

  it('says in time that nothing can be kept when the store hangs, and closes when it was kept all the same', async () => {
    let isHanging = true;
    const rig = await createInteractionsRig({
      carrier,
      onEvent: async () => (isHanging ? never() : 'duplicate'),
    });
    await rig.point(rig.say());
    const startMs = rig.clock.now();
    expect(errorsIn(await rig.submit({}))).toEqual({ question: sentences.notKept });
    expect(rig.clock.now() - startMs).toBeLessThan(2_500);
    isHanging = false;
    await rig.submit({});
    expect(rig.formOf()).toBeNull();
  });

  it('makes one turn of a form that is delivered twice', async () => {
    const rig = await createInteractionsRig({ carrier });
    await rig.point(rig.say());
    await rig.submit({});
    await rig.redeliver();
    expect(rig.events).toHaveLength(1);
    rig.restart();
    await rig.redeliver();
    expect(rig.events[1]).toEqual(rig.events[0]);
  });

  it('shows a notice for a message without a picture', async () => {
    const rig = await createInteractionsRig({ carrier });
    await rig.point(rig.say({ text: 'no picture' }));
    expect(noticeOf(rig)).toContain(sentences.noPicture);
    expect(rig.events).toEqual([]);
  });
});

describe('“Ask about this image”', () => {
  it('answers in the thread that the message is in', async () => {
    const rig = await createInteractionsRig();
    const root = rig.say({ text: 'look' });
    const reply = rig.say({ files: [picture], inThreadOf: root });
    await rig.point(reply);
    await rig.submit({});
    expect(onlyTurn(rig.events)).toMatchObject({ message: reply.ts, thread: root.ts, opensThread: false });
  });

  it('takes the root of a thread for a message outside of threads', async () => {
    const rig = await createInteractionsRig();
    const root = rig.say();
    rig.say({ text: 'nice', inThreadOf: root });
    await rig.point(root);
    await rig.submit({});
    expect(onlyTurn(rig.events)).toMatchObject({ message: root.ts, thread: root.ts, opensThread: true });
  });

  it('finds pictures in what was passed on, and in previews', async () => {
    const rig = await createInteractionsRig();
    const shared = rig.slack.people.share(rig.person, rig.say(), rig.channel, { text: 'see' });
    await rig.point(shared);
    await rig.submit({});
    const linked = rig.say({ text: 'https://example.com/cat' });
    rig.slack.people.unfurl(linked, { url: 'https://example.com/cat', imageUrl: 'https://example.com/cat.png' });
    await rig.point(linked);
    await rig.submit({});
    expect(rig.events.map((event) => (event.type === 'turn' ? event.turn.images.length : 0))).toEqual([1, 1]);
  });

  it('asks the model that was chosen, or as usual', async () => {
    const rig = await createInteractionsRig();
    await rig.point(rig.say());
    const [view] = [...rig.slack.world.views.values()];
    if (view === undefined) throw new Error('there is no form');
    const options = await rig.suggest(view, 'question-model', '');
    expect(options?.map(({ value }) => value)).toEqual(['as usual', 'inspector', 'gpt-5']);
    expect((await rig.suggest(view, 'question-model', 'gp'))?.map(({ value }) => value)).toEqual(['gpt-5']);
    await rig.submit({ 'question-model': 'gpt-5' });
    expect(onlyTurn(rig.events).model).toBe('gpt-5');
  });

  it('offers no choice of place in direct messages', async () => {
    const rig = await createInteractionsRig();
    const message = rig.slack.people.say(rig.person, rig.direct, { files: [picture] });
    await rig.point(message);
    expect(JSON.stringify(rig.formOf())).not.toContain('radio_buttons');
    await rig.submit({});
    expect(onlyTurn(rig.events)).toMatchObject({ channel: rig.direct.id, thread: rig.direct.id, direct: true });
  });

  it('says at the choice of place where the bot is no member', async () => {
    const rig = await createInteractionsRig();
    const elsewhere = rig.slack.places.createChannel(rig.team, { name: 'elsewhere', members: [rig.person] });
    await rig.point(rig.say({ files: [picture] }, elsewhere));
    expect(errorsIn(await rig.submit({}))).toEqual({ visibility: sentences.notInChannel });
    await rig.submit(onlyMe);
    expect(onlyTurn(rig.events)).toMatchObject({ direct: true });
  });

  it('says at the choice of place that the message is gone, and answers directly all the same', async () => {
    const rig = await createInteractionsRig();
    const message = rig.say();
    await rig.point(message);
    rig.slack.people.remove(message);
    expect(errorsIn(await rig.submit({}))).toEqual({ visibility: sentences.messageGone });
    await rig.submit(onlyMe);
    expect(onlyTurn(rig.events).images).toHaveLength(1);
  });

  it('goes on where Slack does not say how things stand with the message', async () => {
    const rig = await createInteractionsRig();
    rig.slack.faults.always({ method: 'conversations.replies' }, { type: 'silent' });
    await rig.point(rig.say());
    await rig.submit({});
    expect(rig.events).toHaveLength(1);
  });

  it('knows the pictures still after a restart', async () => {
    const rig = await createInteractionsRig();
    await rig.point(rig.say());
    rig.restart();
    await rig.submit({});
    expect(onlyTurn(rig.events).images).toHaveLength(1);
  });

  it('says so when the pictures are not known any more, or are somebody else’s', async () => {
    const rig = await createInteractionsRig();
    await rig.point(rig.say());
    await rig.clock.advance(3_600_000);
    await rig.submit({});
    expect(noticeOf(rig)).toContain(sentences.picturesGone);
    await rig.point(rig.say());
    await rig.submit({});
    const form = structuredClone(rig.deliveries.at(-1)?.payload);
    const bob = rig.slack.places.createPerson(rig.team, { name: 'bob' });
    const stolen = { ...Object(form), trigger_id: 'other', user: { id: bob.id, team_id: rig.team.id } };
    const answer = await rig.take({ kind: 'interaction', payload: stolen, retry: null });
    expect(JSON.stringify(answer)).toContain(sentences.picturesGone);
    expect(rig.events).toHaveLength(1);
  });

  it('opens the form whatever the store does, and remembers the pictures without it', async () => {
    const rig = await createInteractionsRig({ store: { ...createMemoryStore(), setFor: broken } });
    await rig.point(rig.say());
    await rig.submit({});
    expect(onlyTurn(rig.events).images).toHaveLength(1);
    expect(rig.logger.lines.map(({ sentence }) => sentence)).toContain(
      'Pictures that wait for their question are in memory only.',
    );
    const stuck = await createInteractionsRig({ store: stuckStore });
    await stuck.point(stuck.say());
    await stuck.submit({});
    expect(onlyTurn(stuck.events).images).toHaveLength(1);
  });

  it('whispers when the trigger has expired, and when nothing can be read', async () => {
    const rig = await createInteractionsRig();
    rig.slack.settings.triggerMs = 0;
    await rig.point(rig.say());
    await rig.point(rig.say({ text: 'no picture' }));
    expect(rig.shownTo(rig.person)).toEqual([sentences.formLate, sentences.noPicture]);
    const down = await createInteractionsRig({ findWorkspace: broken });
    await down.point(down.say());
    expect(down.shownTo(down.person)).toEqual([sentences.notKept]);
  });

  it('is refused to people who may not use the bot, before and after the form', async () => {
    const rig = await createInteractionsRig({ denied: { channels: ['C9'] } });
    const barred = rig.slack.places.createChannel(rig.team, { id: 'C9' });
    await rig.point(rig.say({ files: [picture] }, barred));
    expect(noticeOf(rig)).toContain(sentences.mayNot);
    await rig.point(rig.say());
    await rig.submit({});
    const form = Object(structuredClone(rig.deliveries.at(-1)?.payload));
    form.trigger_id = 'other';
    form.view.private_metadata = form.view.private_metadata.replace(rig.channel.id, 'C9');
    const answer = await rig.take({ kind: 'interaction', payload: form, retry: null });
    expect(JSON.stringify(answer)).toContain(sentences.mayNot);
    expect(rig.events).toHaveLength(1);
  });

  it('says that it does not know a form or a shortcut of another version', async () => {
    const rig = await createInteractionsRig();
    const message = rig.say();
    await rig.point(message);
    await rig.submit({});
    const form = Object(structuredClone(rig.deliveries.at(-1)?.payload));
    form.trigger_id = 'other';
    form.view.callback_id = 'survey';
    const answer = await rig.take({ kind: 'interaction', payload: form, retry: null });
    expect(JSON.stringify(answer)).toContain(sentences.unknownForm);
    await rig.clock.runUntil(rig.slack.clicks.messageShortcut(rig.person, message, 'translate'));
    await rig.settle();
    expect(rig.shownTo(rig.person)).toEqual([sentences.unknownShortcut]);
  });

  it('leaves a form that was closed alone', async () => {
    const rig = await createInteractionsRig();
    const payload = { type: 'view_closed', user: { id: rig.person.id }, team: { id: rig.team.id } };
    expect(await rig.take({ kind: 'interaction', payload, retry: null })).toBeUndefined();
    expect(rig.logger.lines).toEqual([]);
  });

  it('says where the app was thrown out meanwhile', async () => {
    const rig = await createInteractionsRig();
    await rig.point(rig.say());
    rig.installation.state = 'uninstalled';
    const outcome = await rig.submit({});
    expect(JSON.stringify(outcome)).toContain(sentences.notInstalled);
    expect(rig.events).toEqual([]);
  });
});
