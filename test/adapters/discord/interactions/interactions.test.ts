import { PermissionFlagsBits } from 'discord-api-types/v10';
import { afterEach, describe, expect, it } from 'vitest';
import { renderCustomId } from '../../../../adapters/discord/answers/custom-ids.ts';
import { interactionSentences as sentences } from '../../../../adapters/discord/interactions/interaction-sentences.ts';
import { readPictureLocator } from '../../../../adapters/discord/pictures/picture-links.ts';
import { Failure } from '../../../../src/lib/errors.ts';
import type { Store } from '../../../../src/memory/store.ts';
import { parseRequest } from '../../../../src/turn/commands.ts';
import type { ChannelRecord } from '../../../fakes/discord/records.ts';
import { createMemoryStore } from '../../../fakes/memory-store.ts';
import { pngOfSize } from '../../../fakes/sample-picture.ts';
import { createInteractionsRig, onlyTurn, type RigOptions, routeOf } from './interactions-rig.ts';

const picture = { name: 'cat.png', bytes: pngOfSize(2_000) };
const never = () => new Promise<never>(() => {});
const broken = async (): Promise<never> => {
  throw new Failure('store-failed', 'The database could not do that: it is broken.');
};
const stuckStore: Store = { get: never, set: never, setFor: never, delete: never, list: never };

type Rig = Awaited<ReturnType<typeof createInteractionsRig>>;
const rigs: Rig[] = [];

async function createRig(options?: RigOptions): Promise<Rig> {
  const rig = await createInteractionsRig(options);
  rigs.push(rig);
  return rig;
}

afterEach(async () => {
  for (const rig of rigs.splice(0)) await rig.close();
});

/** A message of the bot with a button or a menu under it. */
async function postAnswer(rig: Rig, channel: ChannelRecord, components: readonly object[]) {
  const { rest, world } = rig;
  const { body } = await rest(
    {
      method: 'POST',
      route: `/channels/${channel.id}/messages`,
      body: {
        content: 'A cat.',
        nonce: channel.id,
        enforce_nonce: true,
        allowed_mentions: { parse: [] },
        flags: 4,
        components: [{ type: 1, components }],
      },
    },
    rig.stop.signal,
  );
  const id = String(Object(body).id);
  const message = world.messages.get(channel.id)?.get(id);
  if (message === undefined) throw new Error('the answer was not posted');
  return message;
}

const button = (customId: string) => ({ type: 2, style: 2, label: 'Button', custom_id: customId });
const menu = (customId: string) => ({
  type: 3,
  custom_id: customId,
  options: ['gpt-5', 'inspector'].map((id) => ({ label: id, value: id })),
});
const subject = 'discord:100000000000000001';
const control = (type: 'stop' | 'again' | 'model') => renderCustomId({ type, subject, part: 0 });

describe('/ask', () => {
  it('shows that it thinks and hands the question over with its pictures in order', async () => {
    const rig = await createRig();
    const options = { image: picture, image2: { ...picture, name: 'dog.png' }, question: 'Which is older?' };
    const asked = rig.clicks.slash(rig.ada, rig.channel, { name: 'ask', options });
    await rig.settle();
    const turn = onlyTurn(rig.events);
    expect(asked.response).toMatchObject({ type: 5, ephemeral: false });
    expect(turn).toMatchObject({
      id: `discord:${asked.id}`,
      subject: `discord:${asked.id}`,
      platform: 'discord',
      tenant: rig.guild.id,
      channel: rig.channel.id,
      thread: asked.id,
      opensThread: false,
      direct: false,
      aside: false,
      text: '/ask Which is older?',
      person: { id: rig.ada.id, name: 'Ada' },
    });
    expect(turn.images.map(({ name, sizeBytes }) => [name, sizeBytes])).toEqual([
      ['cat.png', 2_000],
      ['dog.png', 2_000],
    ]);
    expect(readPictureLocator(turn.images[0]?.locator ?? '')?.home).toEqual({ type: 'interaction' });
    expect(routeOf(turn)).toEqual({
      type: 'interaction',
      applicationId: rig.applicationId,
      interactionId: asked.id,
      token: asked.token,
      visibility: 'public',
      botIsMember: true,
      about: null,
    });
  });

  it('takes a question that looks like a command for a question', async () => {
    const rig = await createRig();
    const options = { image: picture, question: '/model gpt-5' };
    rig.clicks.slash(rig.ada, rig.channel, { name: 'ask', options });
    await rig.settle();
    expect(parseRequest(onlyTurn(rig.events).text)).toMatchObject({ type: 'question', text: '/model gpt-5' });
  });

  it('asks for a description where there are no words', async () => {
    const rig = await createRig();
    rig.clicks.slash(rig.ada, rig.channel, { name: 'ask', options: { image: picture } });
    await rig.settle();
    expect(parseRequest(onlyTurn(rig.events).text)).toMatchObject({ type: 'question', text: '' });
  });

  it('belongs to the conversation of the thread it is given in', async () => {
    const rig = await createRig();
    const message = rig.people.say(rig.ada, rig.channel, { text: 'look' });
    const thread = rig.people.openThread(rig.ada, message, 'About a cat');
    rig.clicks.slash(rig.ada, thread, { name: 'ask', options: { image: picture } });
    await rig.settle();
    expect(onlyTurn(rig.events)).toMatchObject({ channel: rig.channel.id, thread: thread.id });
  });

  it('belongs to the conversation of the direct messages with the bot', async () => {
    const rig = await createRig();
    const direct = rig.places.direct(rig.ada);
    rig.clicks.slash(rig.ada, direct, { name: 'ask', options: { image: picture } });
    await rig.settle();
    const turn = onlyTurn(rig.events);
    expect(turn).toMatchObject({ tenant: 'dm', channel: direct.id, thread: direct.id, direct: true });
    expect(routeOf(turn)).toMatchObject({ botIsMember: true });
  });

  it('is a matter of its channel alone where a person brought the bot along', async () => {
    const rig = await createRig();
    const abroad = rig.places.createGuild({ name: 'Abroad', withBot: false });
    const there = rig.places.createChannel(abroad);
    rig.places.join(abroad, rig.ada, { permissions: PermissionFlagsBits.Administrator });
    const bob = rig.places.createPerson({ name: 'bob' });
    const group = rig.places.group([rig.ada, bob]);
    rig.clicks.slash(rig.ada, there, { name: 'ask', options: { image: picture } });
    rig.clicks.slash(bob, group, { name: 'ask', options: { image: picture } });
    await rig.settle();
    const turns = rig.events.flatMap((event) => (event.type === 'turn' ? [event.turn] : []));
    expect(turns.map(({ tenant, direct }) => [tenant, direct])).toEqual([
      [`private-${there.id}`, false],
      [`private-${group.id}`, false],
    ]);
    expect(turns.map((turn) => Object(routeOf(turn)).botIsMember)).toEqual([false, false]);
    expect(turns[0]?.person).toMatchObject({ moderator: true, managesServer: false });
  });
});

describe('the other commands', () => {
  it('answers them privately and beside the order of the conversation', async () => {
    const rig = await createRig();
    const given = rig.clicks.slash(rig.ada, rig.channel, { name: 'model', options: { name: 'gpt-5', scope: 'me' } });
    await rig.settle();
    const turn = onlyTurn(rig.events);
    expect(given.response).toMatchObject({ type: 5, ephemeral: true });
    expect(turn).toMatchObject({ text: '/model gpt-5 me', aside: true, thread: rig.channel.id, images: [] });
    expect(routeOf(turn)).toMatchObject({ visibility: 'private', interactionId: given.id });
  });

  it('writes each as it would be written in a message', async () => {
    const rig = await createRig();
    const give = async (name: string, options = {}) => {
      rig.clicks.slash(rig.ada, rig.channel, { name, options });
      await rig.settle();
    };
    await give('model');
    await give('model', { scope: 'me' });
    await give('model', { name: ' gpt-5 ' });
    await give('new');
    await give('search', { mode: 'off' });
    await give('help');
    const texts = rig.events.map((event) => (event.type === 'turn' ? event.turn.text : ''));
    expect(texts).toEqual(['/model', '/model', '/model gpt-5', '/new', '/search off', '/help']);
  });

  it('says what the server lets the person do', async () => {
    const rig = await createRig();
    const rights = [
      PermissionFlagsBits.ManageMessages,
      PermissionFlagsBits.ManageChannels,
      PermissionFlagsBits.ManageGuild,
      PermissionFlagsBits.Administrator,
    ];
    for (const [index, permissions] of rights.entries()) {
      const person = rig.places.createPerson({ name: `person-${index}` });
      rig.places.join(rig.guild, person, { permissions });
      rig.clicks.slash(person, rig.channel, { name: 'help' });
    }
    rig.clicks.slash(rig.ada, rig.channel, { name: 'help' });
    await rig.settle();
    const said = rig.events.map((event) => {
      const { moderator, managesChannel, managesServer } = Object(event).turn.person;
      return [moderator, managesChannel, managesServer];
    });
    expect(said).toEqual([
      [true, false, false],
      [false, true, false],
      [false, false, true],
      [true, true, true],
      [false, false, false],
    ]);
  });

  it('suggests models that fit what was typed', async () => {
    const rig = await createRig();
    const typing = rig.clicks.autocomplete(rig.ada, rig.channel, {
      name: 'model',
      options: { name: 'gp' },
      focused: 'name',
    });
    await rig.settle();
    expect(typing.response?.choices.map(({ value }) => value)).toEqual(['gpt-5']);
    expect(rig.events).toEqual([]);
  });

  it('suggests nothing, in time, when the list of models fails or hangs', async () => {
    for (const listModels of [never, broken]) {
      const rig = await createRig({ listModels });
      const words = { name: 'model', options: { name: 'gp' }, focused: 'name' };
      const typing = rig.clicks.autocomplete(rig.ada, rig.channel, words);
      await rig.clock.advance(2_400);
      expect(typing.response).toMatchObject({ type: 8, choices: [] });
    }
  });
});

describe('“Ask about this image”', () => {
  const name = 'Ask about this image';
  const say = (rig: Rig, words: object = { files: [picture] }) => rig.people.say(rig.ada, rig.channel, words);

  it('asks for the question and answers it privately, about the pictures of the message', async () => {
    const rig = await createRig();
    const message = say(rig);
    const pointed = rig.clicks.messageCommand(rig.ada, message, name);
    await rig.settle();
    expect(pointed.response?.modal).toMatchObject({ custom_id: `ask|${pointed.id}`, title: name });
    expect(rig.events).toEqual([]);
    const sent = rig.clicks.submit(pointed, { question: ' /new cat? ' });
    await rig.settle();
    const turn = onlyTurn(rig.events);
    expect(sent.response).toMatchObject({ type: 5, ephemeral: true });
    expect(parseRequest(turn.text)).toMatchObject({ type: 'question', text: '/new cat?' });
    expect(turn).toMatchObject({ id: `discord:${sent.id}`, channel: rig.channel.id, thread: sent.id, aside: false });
    expect(turn.images.map((image) => image.name)).toEqual(['cat.png']);
    expect(readPictureLocator(turn.images[0]?.locator ?? '')?.home).toMatchObject({ message: message.id });
    expect(routeOf(turn)).toMatchObject({ visibility: 'private', about: message.id, interactionId: sent.id });
  });

  it('asks for a description when the form comes back empty', async () => {
    const rig = await createRig();
    const pointed = rig.clicks.messageCommand(rig.ada, say(rig), name);
    await rig.settle();
    rig.clicks.submit(pointed, {});
    await rig.settle();
    expect(parseRequest(onlyTurn(rig.events).text)).toMatchObject({ type: 'question', text: '' });
  });

  it('finds the pictures of what was forwarded', async () => {
    const rig = await createRig();
    const forwarded = rig.people.forward(rig.ada, say(rig), rig.channel);
    const pointed = rig.clicks.messageCommand(rig.ada, forwarded, name);
    await rig.settle();
    rig.clicks.submit(pointed, { question: 'what is it?' });
    await rig.settle();
    expect(onlyTurn(rig.events).images).toHaveLength(1);
  });

  it('knows the pictures still after a restart', async () => {
    const rig = await createRig({ isConnected: false });
    const [before, after] = [rig.createInteractions({}), rig.createInteractions({})];
    const pointed = rig.clicks.messageCommand(rig.ada, say(rig), name);
    before.onDispatch({ name: 'INTERACTION_CREATE', data: pointed.payload });
    await rig.clock.runUntil(before.idle());
    const { payload } = rig.clicks.submit(pointed, { question: 'what is it?' });
    after.onDispatch({ name: 'INTERACTION_CREATE', data: payload });
    await rig.clock.runUntil(after.idle());
    expect(onlyTurn(rig.events).images).toHaveLength(1);
  });

  it('says that a message without a picture has none', async () => {
    const rig = await createRig();
    const sound = { name: 'song.mp3', bytes: pngOfSize(10), contentType: 'audio/mpeg' };
    rig.clicks.messageCommand(rig.ada, say(rig, { text: 'no picture' }), name);
    rig.clicks.messageCommand(rig.ada, say(rig, { files: [sound] }), name);
    await rig.settle();
    expect(rig.shownTo(rig.ada).map(({ text }) => text)).toEqual([sentences.noPicture, sentences.noPicture]);
    expect(rig.events).toEqual([]);
  });

  it('says so when the pictures are not known any more', async () => {
    const rig = await createRig();
    const pointed = rig.clicks.messageCommand(rig.ada, say(rig), name);
    await rig.settle();
    await rig.clock.advance(3_600_000);
    rig.clicks.submit(pointed, { question: 'what is it?' });
    await rig.settle();
    expect(rig.shownTo(rig.ada).map(({ text }) => text)).toEqual([sentences.picturesGone]);
    expect(rig.events).toEqual([]);
  });

  it('opens the form whatever the store does, and remembers the pictures without it', async () => {
    const rig = await createRig({ store: { ...stuckStore, setFor: broken } });
    const pointed = rig.clicks.messageCommand(rig.ada, say(rig), name);
    await rig.settle();
    rig.clicks.submit(pointed, { question: 'what is it?' });
    await rig.settle();
    expect(onlyTurn(rig.events).images).toHaveLength(1);
    expect(rig.logger.lines.map(({ sentence }) => sentence)).toContain(
      'Pictures that wait for their question are in memory only.',
    );
  });
});

describe('buttons under an answer', () => {
  it('stops an answer without a sound', async () => {
    const rig = await createRig();
    const answer = await postAnswer(rig, rig.channel, [button(control('stop'))]);
    const pressed = rig.clicks.press(rig.ada, answer, control('stop'));
    await rig.settle();
    expect(pressed.response).toMatchObject({ type: 6 });
    expect(rig.events).toMatchObject([{ type: 'stop', subject, person: { id: rig.ada.id } }]);
    expect(rig.shownTo(rig.ada)).toEqual([]);
  });

  it('asks again into the same messages', async () => {
    const rig = await createRig();
    const answer = await postAnswer(rig, rig.channel, [button(control('again'))]);
    const pressed = rig.clicks.press(rig.ada, answer, control('again'));
    await rig.settle();
    expect(pressed.response).toMatchObject({ type: 6 });
    expect(rig.events).toMatchObject([{ type: 'again', subject, id: pressed.id, model: null, route: null }]);
  });

  it('asks another model, also one that may not be available', async () => {
    const rig = await createRig();
    const answer = await postAnswer(rig, rig.channel, [menu(control('model'))]);
    rig.clicks.choose(rig.ada, answer, control('model'), ['inspector']);
    await rig.settle();
    expect(rig.events).toMatchObject([{ type: 'again', subject, model: 'inspector', route: null }]);
  });

  it('gives a new answer where the bot could not edit the old one for long', async () => {
    const rig = await createRig();
    const abroad = rig.places.createGuild({ name: 'Abroad', withBot: false });
    const there = rig.places.createChannel(abroad);
    rig.places.join(abroad, rig.ada);
    const asked = rig.clicks.slash(rig.ada, there, { name: 'ask', options: { image: picture } });
    await rig.settle();
    await fillAnswer(rig, asked, control('again'));
    const pressed = rig.clicks.press(rig.ada, answerOf(rig, asked), control('again'));
    await rig.settle();
    expect(pressed.response).toMatchObject({ type: 5, ephemeral: false });
    expect(routeOf(Object(rig.events.at(-1)))).toMatchObject({ visibility: 'public', interactionId: pressed.id });
  });

  it('says in one sentence to the person alone what came of it when nothing did', async () => {
    const receipts = ['refused', 'unknown', 'busy', 'duplicate'] as const;
    const saidFor = async (type: 'stop' | 'again') => {
      const said = [];
      for (const receipt of receipts) {
        const rig = await createRig({ onEvent: async () => receipt });
        const answer = await postAnswer(rig, rig.channel, [button(control(type))]);
        rig.clicks.press(rig.ada, answer, control(type));
        await rig.settle();
        said.push(rig.shownTo(rig.ada).map(({ text }) => text));
      }
      return said;
    };
    const { notYours, answerEnded, questionGone, busy, alreadyAnswering } = sentences;
    expect(await saidFor('stop')).toEqual([[notYours], [answerEnded], [busy], []]);
    expect(await saidFor('again')).toEqual([[notYours], [questionGone], [busy], [alreadyAnswering]]);
  });

  it('says that it does not know a button of another time', async () => {
    const rig = await createRig();
    const answer = await postAnswer(rig, rig.channel, [button('poll|1'), button('ask|100000000000000001')]);
    rig.clicks.press(rig.ada, answer, 'poll|1');
    rig.clicks.press(rig.ada, answer, 'ask|100000000000000001');
    await rig.settle();
    expect(rig.shownTo(rig.ada).map(({ text }) => text)).toEqual([sentences.unknownButton, sentences.unknownButton]);
  });
});

function answerOf(rig: Rig, interaction: Parameters<Rig['clicks']['answerOf']>[0]) {
  const answer = rig.clicks.answerOf(interaction);
  if (answer === null) throw new Error('there is no answer');
  return answer;
}

/** Puts an answer with buttons in the place of “is thinking…”, as the outbox does. */
async function fillAnswer(rig: Rig, interaction: { readonly token: string }, ...customIds: readonly string[]) {
  await rig.rest(
    {
      method: 'PATCH',
      route: `/webhooks/${rig.applicationId}/${interaction.token}/messages/@original`,
      auth: false,
      body: {
        content: 'A cat.',
        allowed_mentions: { parse: [] },
        flags: 4,
        components: [{ type: 1, components: customIds.map(button) }],
      },
    },
    rig.stop.signal,
  );
}

describe('buttons under a private answer', () => {
  /** A private answer about a message, with its buttons. */
  async function createAnswered(rig: Rig) {
    const message = rig.people.say(rig.ada, rig.channel, { files: [picture] });
    const pointed = rig.clicks.messageCommand(rig.ada, message, 'Ask about this image');
    await rig.settle();
    const asked = rig.clicks.submit(pointed, { question: 'what is it?' });
    await rig.settle();
    const again = renderCustomId({ type: 'again', subject: `discord:${asked.id}`, part: 0 });
    const show = renderCustomId({ type: 'show', interactionId: asked.id });
    await fillAnswer(rig, asked, again, show);
    const { route } = onlyTurn(rig.events.splice(0));
    const spot = { type: 'interaction', channel: rig.channel.id, subject: '', conversation: asked.id } as const;
    const interactionRoute = routeOf({ route });
    if (interactionRoute?.type !== 'interaction') throw new Error('not an interaction');
    const noted = { ...spot, route: interactionRoute };
    await rig.privateAnswers.note(noted, answerOf(rig, asked).id, 'A cat.');
    return { message, asked, again, show };
  }

  it('answers anew through the press, privately and about the same message', async () => {
    const rig = await createRig();
    const { message, asked, again } = await createAnswered(rig);
    const pressed = rig.clicks.press(rig.ada, answerOf(rig, asked), again);
    await rig.settle();
    expect(pressed.response).toMatchObject({ type: 5, ephemeral: true });
    expect(rig.events).toMatchObject([{ type: 'again', subject: `discord:${asked.id}`, id: pressed.id }]);
    expect(routeOf(Object(rig.events[0]))).toMatchObject({
      interactionId: pressed.id,
      visibility: 'private',
      about: message.id,
    });
  });

  it('puts the sentence in the place of “is thinking…” when there is no new answer', async () => {
    const rig = await createRig({ onEvent: async (event) => (event.type === 'again' ? 'unknown' : 'accepted') });
    const { asked, again } = await createAnswered(rig);
    const pressed = rig.clicks.press(rig.ada, answerOf(rig, asked), again);
    await rig.settle();
    expect(answerOf(rig, pressed).content).toBe(sentences.questionGone);
    expect(rig.screen.leftWaiting()).toEqual([]);
  });

  it('shows the answer to everyone and takes the button away', async () => {
    const rig = await createRig();
    const { message, asked, again, show } = await createAnswered(rig);
    rig.clicks.press(rig.ada, answerOf(rig, asked), show);
    await rig.settle();
    const shown = rig.screen.botMessages(rig.channel.id).filter(({ visibleTo }) => visibleTo === null);
    expect(shown.map(({ text }) => text)).toEqual(['A cat.']);
    expect(rig.world.messages.get(rig.channel.id)?.get(shown[0]?.id ?? '')?.reference?.messageId).toBe(message.id);
    const left = JSON.stringify(answerOf(rig, asked).components);
    expect([left.includes(again), left.includes(show)]).toEqual([true, false]);
    expect(rig.events).toEqual([]);
  });

  it('leaves the button where the answer could not be shown', async () => {
    const rig = await createRig();
    const { asked, show } = await createAnswered(rig);
    rig.faults.always({ method: 'POST', path: /^\/channels\/\d+\/messages$/ }, { type: 'status', status: 500 });
    rig.clicks.press(rig.ada, answerOf(rig, asked), show);
    await rig.settle();
    expect(rig.shownTo(rig.ada).map(({ text }) => text)).toEqual(['A cat.', sentences.notShown]);
    expect(JSON.stringify(answerOf(rig, asked).components)).toContain(show);
    rig.faults.clear();
  });

  it('says that an answer is not known any more', async () => {
    const rig = await createRig();
    const answer = await postAnswer(rig, rig.channel, [button('show|100000000000000001')]);
    rig.clicks.press(rig.ada, answer, 'show|100000000000000001');
    await rig.settle();
    expect(rig.shownTo(rig.ada).map(({ text }) => text)).toEqual([sentences.answerGone]);
  });
});

describe('the acknowledgement', () => {
  it('comes first, whatever the store and the bot do', async () => {
    const rig = await createRig({ store: stuckStore, onEvent: never, listModels: never });
    const message = rig.people.say(rig.ada, rig.channel, { files: [picture] });
    const answer = await postAnswer(rig, rig.channel, [button(control('stop')), button(control('again'))]);
    const shown = await postAnswer(rig, rig.places.createChannel(rig.guild), [button('show|100000000000000001')]);
    const acknowledged = [
      rig.clicks.slash(rig.ada, rig.channel, { name: 'ask', options: { image: picture } }),
      rig.clicks.slash(rig.ada, rig.channel, { name: 'help' }),
      rig.clicks.messageCommand(rig.ada, message, 'Ask about this image'),
      rig.clicks.press(rig.ada, answer, control('stop')),
      rig.clicks.press(rig.ada, answer, control('again')),
      rig.clicks.press(rig.ada, shown, 'show|100000000000000001'),
      rig.clicks.autocomplete(rig.ada, rig.channel, { name: 'model', options: { name: 'g' }, focused: 'name' }),
    ];
    await rig.clock.advance(2_400);
    expect(acknowledged.map(({ response }) => response?.type)).toEqual([5, 5, 9, 6, 6, 6, 8]);
    expect(rig.clicks.unanswered()).toEqual([]);
  });

  it('is followed by a sentence when nothing can be kept', async () => {
    const rig = await createRig({ onEvent: broken });
    const asked = rig.clicks.slash(rig.ada, rig.channel, { name: 'ask', options: { image: picture } });
    const given = rig.clicks.slash(rig.ada, rig.channel, { name: 'help' });
    const answer = await postAnswer(rig, rig.channel, [button(control('stop'))]);
    rig.clicks.press(rig.ada, answer, control('stop'));
    await rig.settle();
    expect([answerOf(rig, asked).content, answerOf(rig, given).content]).toEqual([
      sentences.notKept,
      sentences.notKept,
    ]);
    expect(rig.shownTo(rig.ada).map(({ text }) => text)).toEqual([sentences.notKept, sentences.notKept]);
    expect(rig.screen.leftWaiting()).toEqual([]);
  });

  it('is followed by a sentence when nothing is heard for half a minute', async () => {
    const rig = await createRig({ onEvent: never });
    const asked = rig.clicks.slash(rig.ada, rig.channel, { name: 'ask', options: { image: picture } });
    await rig.settle();
    expect(answerOf(rig, asked).content).toBe(sentences.notKept);
  });

  it('does not hand over what it said it could not do, however late the store is', async () => {
    const late = Promise.withResolvers<undefined>();
    const store = createMemoryStore();
    const rig = await createRig({ isConnected: false, store: { ...store, get: () => late.promise } });
    const message = rig.people.say(rig.ada, rig.channel, { files: [picture] });
    const answer = await postAnswer(rig, rig.channel, [button(control('again'))]);
    const pointed = rig.clicks.messageCommand(rig.ada, message, 'Ask about this image');
    const [first, second] = [rig.createInteractions({}), rig.createInteractions({})];
    first.onDispatch({ name: 'INTERACTION_CREATE', data: pointed.payload });
    await rig.clock.runUntil(first.idle());
    const sent = rig.clicks.submit(pointed, { question: 'what is it?' });
    const pressed = rig.clicks.press(rig.ada, answer, control('again'));
    const isPrivate = { message: { flags: 64 } };
    second.onDispatch({ name: 'INTERACTION_CREATE', data: sent.payload });
    second.onDispatch({ name: 'INTERACTION_CREATE', data: { ...pressed.payload, ...isPrivate } });
    await rig.clock.runUntil(second.idle());
    late.resolve(undefined);
    await rig.clock.advance(0);
    expect([answerOf(rig, sent).content, answerOf(rig, pressed).content]).toEqual([
      sentences.notKept,
      sentences.notKept,
    ]);
    expect(rig.events).toEqual([]);
  });

  it('says it again when the sentence did not get through', async () => {
    const rig = await createRig({ onEvent: async () => 'busy' });
    rig.faults.next({ method: 'PATCH' }, { type: 'status', status: 502 }, 2);
    const asked = rig.clicks.slash(rig.ada, rig.channel, { name: 'ask', options: { image: picture } });
    await rig.settle();
    expect(answerOf(rig, asked).content).toBe(sentences.busy);
  });

  it('does not say a sentence twice that may have been said', async () => {
    const rig = await createRig({ onEvent: async () => 'refused' });
    const answer = await postAnswer(rig, rig.channel, [button(control('stop'))]);
    rig.faults.next({ method: 'POST', path: /^\/webhooks\// }, { type: 'lost-reply' });
    rig.clicks.press(rig.ada, answer, control('stop'));
    await rig.settle();
    expect(rig.shownTo(rig.ada).map(({ text }) => text)).toEqual([sentences.notYours]);
    expect(rig.logger.lines.map(({ level }) => level)).toEqual(['warn']);
  });

  it('ends the matter when it comes too late', async () => {
    const rig = await createRig();
    rig.faults.always({ path: /callback$/ }, { type: 'silent' });
    rig.clicks.slash(rig.ada, rig.channel, { name: 'ask', options: { image: picture } });
    await rig.settle();
    expect(rig.events).toEqual([]);
    expect(rig.logger.lines.map(({ level }) => level)).toContain('warn');
    rig.faults.clear();
  });

  it('of a repeated delivery hands over again and says nothing twice', async () => {
    const rig = await createRig({ onEvent: async (event) => (event.type === 'turn' ? 'duplicate' : 'unknown') });
    const answer = await postAnswer(rig, rig.channel, [button(control('stop'))]);
    rig.clicks.slash(rig.ada, rig.channel, { name: 'ask', options: { image: picture } });
    await rig.settle();
    rig.gateway.repeatLastEvent();
    await rig.settle();
    rig.clicks.press(rig.ada, answer, control('stop'));
    await rig.settle();
    rig.gateway.repeatLastEvent();
    await rig.settle();
    expect(rig.events.map(({ type }) => type)).toEqual(['turn', 'turn', 'stop', 'stop']);
    expect(rig.shownTo(rig.ada).map(({ text }) => text)).toEqual([sentences.answerEnded]);
  });
});

describe('who is not served', () => {
  it('tells people who may not use the bot so, whatever they do', async () => {
    const rig = await createRig();
    const barred = await createRig({ deniedPeople: [rig.ada.id] });
    expect(barred.ada.id).toBe(rig.ada.id);
    const answer = await postAnswer(barred, barred.channel, [button(control('stop'))]);
    barred.clicks.slash(barred.ada, barred.channel, { name: 'help' });
    barred.clicks.press(barred.ada, answer, control('stop'));
    const words = { name: 'model', options: { name: 'g' }, focused: 'name' };
    const typing = barred.clicks.autocomplete(barred.ada, barred.channel, words);
    await barred.settle();
    expect(barred.shownTo(barred.ada).map(({ text }) => text)).toEqual([sentences.mayNot, sentences.mayNot]);
    expect(typing.response?.choices).toEqual([]);
    expect(barred.events).toEqual([]);
  });

  it('asks about the place where it was done: the thread, its channel, the roles', async () => {
    const rig = await createRig();
    const asked: object[] = [];
    const interactions = rig.createInteractions({ access: (question) => asked.push(question) === 0 });
    const message = rig.people.say(rig.ada, rig.channel, { text: 'look' });
    const thread = rig.people.openThread(rig.ada, message, 'About a cat');
    const role = rig.places.createRole(rig.guild, { name: 'members' });
    rig.guild.members.get(rig.ada.id)?.roleIds.push(role);
    const given = rig.clicks.slash(rig.ada, thread, { name: 'help' });
    interactions.onDispatch({ name: 'INTERACTION_CREATE', data: given.payload });
    await rig.clock.runUntil(interactions.idle());
    expect(asked).toEqual([
      { server: rig.guild.id, channel: thread.id, parent: rig.channel.id, roles: [role], person: rig.ada.id },
    ]);
  });

  it('tells people to try again while nobody listens', async () => {
    const rig = await createRig();
    rig.interactions.connect(rig.onEvent, AbortSignal.abort());
    const listening = new AbortController();
    rig.interactions.connect(rig.onEvent, listening.signal);
    listening.abort();
    rig.clicks.slash(rig.ada, rig.channel, { name: 'help' });
    await rig.settle();
    expect(rig.shownTo(rig.ada).map(({ text }) => text)).toEqual([sentences.notListening]);
    expect(rig.events).toEqual([]);
  });

  it('serves two hundred at once, tells as many more that it is too much, and lets the rest go', async () => {
    const rig = await createRig({ onEvent: never, isConnected: false });
    const give = () => {
      const given = rig.clicks.slash(rig.ada, rig.channel, { name: 'help' });
      rig.interactions.onDispatch({ name: 'INTERACTION_CREATE', data: given.payload });
      return given;
    };
    const given = Array.from({ length: 410 }, give);
    await rig.clock.advance(1_000);
    const countOf = (type: number | undefined) => given.filter(({ response }) => response?.type === type).length;
    expect([countOf(5), countOf(4), countOf(undefined)]).toEqual([200, 200, 10]);
    expect(rig.shownTo(rig.ada).filter(({ text }) => text === sentences.busy)).toHaveLength(200);
    await rig.clock.runUntil(rig.interactions.idle());
    const later = give();
    await rig.clock.advance(1_000);
    expect(later.response?.type).toBe(5);
  });

  it('says that it does not know a command', async () => {
    const rig = await createRig();
    const given = rig.clicks.slash(rig.ada, rig.channel, { name: 'help' });
    await rig.settle();
    const payload = { ...given.payload, data: { id: '1', name: 'poll', type: 1 } };
    const created = rig.createInteractions({});
    rig.world.interactions.set(given.token, { ...given, response: null });
    created.onDispatch({ name: 'INTERACTION_CREATE', data: payload });
    await rig.clock.runUntil(created.idle());
    expect(rig.shownTo(rig.ada).at(-1)?.text).toBe(sentences.unknownCommand);
  });

  it('leaves other events alone', async () => {
    const rig = await createRig();
    rig.interactions.onDispatch({ name: 'MESSAGE_CREATE', data: { id: '1' } });
    await rig.settle();
    expect(rig.calls()).toEqual([]);
    expect(rig.logger.lines).toEqual([]);
  });
});
