import { describe, expect, it } from 'vitest';
import { interactionSentences as sentences } from '../../../../adapters/slack/interactions/interaction-sentences.ts';
import { parseRequest } from '../../../../src/turn/commands.ts';
import {
  broken,
  carriers,
  createInteractionsRig,
  errorsIn,
  never,
  onlyTurn,
  picture,
  routeOf,
  saidIn,
} from './interactions-rig.ts';

describe.each(carriers)('commands by %s', (carrier) => {
  it('become private turns beside the order of the conversation, acknowledged without a word', async () => {
    const rig = await createInteractionsRig({ carrier });
    const outcome = await rig.slash('/model', ' gpt-5 me ');
    const turn = onlyTurn(rig.events);
    const { trigger_id: trigger, response_url: responseUrl } = Object(rig.deliveries[0]?.payload);
    expect(saidIn(outcome)).toBeNull();
    expect(turn).toMatchObject({
      id: `slack:${rig.team.id}:command:${trigger}`,
      subject: turn.id,
      platform: 'slack',
      tenant: rig.team.id,
      channel: rig.channel.id,
      thread: rig.channel.id,
      opensThread: false,
      direct: false,
      aside: true,
      text: '/model gpt-5 me',
      person: { id: rig.person.id, name: 'ada', managesServer: false },
      images: [],
    });
    expect(routeOf(turn)).toEqual({ type: 'ephemeral', via: rig.team.id, responseUrl });
  });

  it('are acknowledged with a sentence when the store is down or the queue is full', async () => {
    const down = await createInteractionsRig({ carrier, onEvent: broken });
    expect(saidIn(await down.slash('/help'))).toBe(sentences.notKept);
    const full = await createInteractionsRig({ carrier, onEvent: async () => 'busy' });
    expect(saidIn(await full.slash('/help'))).toBe(sentences.busy);
    expect(full.shownTo(full.person)).toEqual([sentences.busy]);
  });

  it('are acknowledged in time when the store hangs, and told later that it failed', async () => {
    const rig = await createInteractionsRig({ carrier, onEvent: never });
    const startMs = rig.clock.now();
    const outcome = await rig.clock.runUntil(rig.slack.clicks.slash(rig.person, rig.channel, '/help'));
    expect([outcome.type, saidIn(outcome)]).toEqual(['done', null]);
    expect(rig.clock.now() - startMs).toBeLessThan(2_500);
    await rig.settle();
    expect(rig.shownTo(rig.person)).toEqual([sentences.notKept]);
  });

  it('make one turn however often they are delivered, and one id after a restart', async () => {
    const rig = await createInteractionsRig({ carrier });
    await rig.slash('/help');
    await rig.redeliver();
    expect(rig.events).toHaveLength(1);
    rig.restart();
    await rig.redeliver();
    expect(rig.events[1]).toEqual(rig.events[0]);
  });

  it('open the form of /ask, and ask in the direct messages of whoever fills it in', async () => {
    const rig = await createInteractionsRig({ carrier });
    expect(saidIn(await rig.slash('/ask', 'what is it?'))).toBeNull();
    const outcome = await rig.submit({ question: ' /new cat? ', pictures: [picture, { ...picture, name: 'dog.png' }] });
    const turn = onlyTurn(rig.events);
    expect([outcome.type, rig.formOf()]).toEqual(['done', null]);
    expect(parseRequest(turn.text)).toMatchObject({ type: 'question', text: '/new cat?' });
    expect(turn).toMatchObject({
      subject: turn.id,
      tenant: rig.team.id,
      channel: rig.direct.id,
      thread: rig.direct.id,
      opensThread: false,
      direct: true,
      aside: false,
      model: null,
    });
    expect(turn.id).toMatch(new RegExp(`^slack:${rig.team.id}:view:V`));
    expect(turn.images.map(({ name }) => name)).toEqual(['cat.png', 'dog.png']);
    expect(routeOf(turn)).toEqual({ type: 'messages', via: rig.team.id, askerTeam: rig.team.id });
  });
});

describe('commands', () => {
  it('are written as in a message', async () => {
    const rig = await createInteractionsRig();
    const given = [['/model'], ['/new'], ['/websearch', ' ON '], ['/search', 'off'], ['/help']] as const;
    for (const [command, text] of given) await rig.slash(command, text, rig.direct);
    const texts = rig.events.map((event) => (event.type === 'turn' ? event.turn.text : ''));
    expect(texts).toEqual(['/model', '/new', '/search ON', '/search off', '/help']);
  });

  it('mean the direct messages they are given in', async () => {
    const rig = await createInteractionsRig();
    await rig.slash('/new', '', rig.direct);
    const { id } = rig.direct;
    expect(onlyTurn(rig.events)).toMatchObject({
      channel: id,
      thread: id,
      direct: true,
      person: { managesChannel: true },
    });
  });

  it('do not take direct messages between people for the bot’s', async () => {
    const rig = await createInteractionsRig();
    const between = rig.slack.places.createChannel(rig.team, { id: 'D0BETWEEN', members: [rig.person] });
    expect(saidIn(await rig.slash('/new', '', between))).toBe(sentences.newInChannel);
    await rig.slash('/help', '', between);
    expect(onlyTurn(rig.events)).toMatchObject({ channel: 'D0BETWEEN', direct: false });
  });

  it('take direct messages for the bot’s where Slack does not say whose they are', async () => {
    const rig = await createInteractionsRig();
    rig.slack.faults.always({ method: 'conversations.open' }, { type: 'silent' });
    await rig.slash('/new', '', rig.direct);
    expect(onlyTurn(rig.events)).toMatchObject({ direct: true });
  });

  it('that mean a thread say in a channel how it is done there', async () => {
    const rig = await createInteractionsRig();
    expect(saidIn(await rig.slash('/new'))).toBe(sentences.newInChannel);
    expect(saidIn(await rig.slash('/websearch', 'off'))).toBe(sentences.searchInChannel);
    expect(saidIn(await rig.slash('/model', 'gpt-5 thread'))).toBe(sentences.modelInThread);
    expect(rig.events).toEqual([]);
  });

  it('with wrong words say what would be right, by the names they have in Slack', async () => {
    const rig = await createInteractionsRig();
    expect(saidIn(await rig.slash('/websearch', 'maybe', rig.direct))).toBe(sentences.searchUsage);
    expect(saidIn(await rig.slash('/poll'))).toBe(sentences.unknownCommand);
    expect(rig.events).toEqual([]);
    // What is wrong with a model's name is for the bot to say.
    await rig.slash('/model', 'gpt-5 for everybody and more');
    expect(onlyTurn(rig.events).text).toBe('/model gpt-5 for everybody and more');
  });

  it('are refused to people who may not use the bot, /ask too', async () => {
    const rig = await createInteractionsRig({ denied: { channels: ['C9'] } });
    const barred = rig.slack.places.createChannel(rig.team, { id: 'C9' });
    expect(saidIn(await rig.slash('/help', '', barred))).toBe(sentences.mayNot);
    expect(saidIn(await rig.slash('/ask', 'what?', barred))).toBe(sentences.mayNot);
    expect([rig.events, rig.formOf()]).toEqual([[], null]);
    await rig.slash('/help');
    expect(rig.events).toHaveLength(1);
  });

  it('say where the app is not installed', async () => {
    const rig = await createInteractionsRig();
    const other = rig.slack.places.createTeam({ name: 'Sculptors' });
    const bob = rig.slack.places.createPerson(other, { name: 'bob' });
    const there = rig.slack.places.createChannel(other);
    expect(saidIn(await rig.slash('/help', '', there, bob))).toBe(sentences.notInstalled);
    expect(saidIn(await rig.slash('/ask', '', there, bob))).toBe(sentences.notInstalled);
    expect(rig.events).toEqual([]);
  });

  it('are acknowledged when the workspaces cannot be read', async () => {
    const rig = await createInteractionsRig({ findWorkspace: broken });
    expect(saidIn(await rig.slash('/help'))).toBe(sentences.notKept);
    const hanging = await createInteractionsRig({ findWorkspace: never });
    const outcome = await hanging.clock.runUntil(hanging.slack.clicks.slash(hanging.person, hanging.channel, '/ask'));
    expect(outcome.type).toBe('done');
    await hanging.settle();
    expect(hanging.shownTo(hanging.person)).toEqual([sentences.notKept]);
  });

  it('count an organisation’s app as installed in its workspaces', async () => {
    const rig = await createInteractionsRig();
    const team = rig.slack.places.createTeam({ name: 'Museum', enterpriseId: 'E1' });
    const eve = rig.slack.places.createPerson(team, { name: 'eve' });
    const { bot } = rig.slack.installing.install(team, { installer: eve, organisation: true });
    const gallery = rig.slack.places.createChannel(team, { name: 'gallery', members: [eve, bot] });
    await rig.slash('/help', '', gallery, eve);
    expect(onlyTurn(rig.events)).toMatchObject({ tenant: team.id, channel: gallery.id });
    const message = rig.slack.people.say(eve, gallery, { files: [picture] });
    await rig.point(message, eve);
    await rig.submit({}, eve);
    expect(rig.events.at(-1)).toMatchObject({ turn: { tenant: team.id, thread: message.ts } });
  });

  it('are left unread when it is not even said who gave them', async () => {
    const rig = await createInteractionsRig();
    expect(await rig.take({ kind: 'command', payload: { command: '/ask' }, retry: null })).toBeUndefined();
    expect(await rig.take({ kind: 'interaction', payload: null, retry: null })).toBeUndefined();
    expect(rig.logger.lines.map(({ level }) => level)).toEqual(['warn', 'warn']);
    expect(
      rig.interactions().take({ kind: 'event', payload: {}, retry: null }, broken, AbortSignal.abort()),
    ).toBeNull();
  });
});

describe('the form of /ask', () => {
  it('has the question filled in, and says where the answer goes', async () => {
    const rig = await createInteractionsRig();
    await rig.slash('/ask', `${'x'.repeat(1_999)}🙂 and more`);
    const form = JSON.stringify(rig.formOf());
    expect(rig.formOf()).toMatchObject({ title: { text: 'Ask about a picture' } });
    expect(form).toContain(`"initial_value":"${'x'.repeat(1_999)}"`);
    expect(form).toContain('direct messages');
    expect(form).not.toContain('radio_buttons');
  });

  it('wants pictures', async () => {
    const rig = await createInteractionsRig();
    await rig.slash('/ask');
    expect(await rig.submit({ question: 'what is it?' })).toMatchObject({ type: 'refused' });
    expect(rig.events).toEqual([]);
  });

  it('takes no other files than pictures, and ten at the most', async () => {
    const rig = await createInteractionsRig();
    await rig.slash('/ask');
    expect(await rig.submit({ pictures: [{ ...picture, name: 'a.pdf' }] })).toMatchObject({ type: 'refused' });
    expect(await rig.submit({ pictures: Array.from({ length: 11 }, () => picture) })).toMatchObject({
      type: 'refused',
    });
    await rig.submit({ pictures: Array.from({ length: 10 }, () => picture) });
    expect(onlyTurn(rig.events).images).toHaveLength(10);
  });

  it('asks for a description where there are no words', async () => {
    const rig = await createInteractionsRig();
    await rig.slash('/ask');
    await rig.submit({ pictures: [picture] });
    expect(parseRequest(onlyTurn(rig.events).text)).toMatchObject({ type: 'question', text: '' });
  });

  it('says so when the trigger has expired, or Slack does not open it', async () => {
    const rig = await createInteractionsRig();
    rig.slack.settings.triggerMs = 0;
    expect(saidIn(await rig.slash('/ask'))).toBe(sentences.formLate);
    rig.slack.settings.triggerMs = 3_000;
    rig.slack.faults.next({ method: 'views.open' }, { type: 'error', error: 'internal_error' });
    expect(saidIn(await rig.slash('/ask'))).toBe(sentences.formNotOpened);
    rig.slack.faults.next({ method: 'views.open' }, { type: 'silent' });
    const startMs = rig.clock.now();
    expect(saidIn(await rig.slash('/ask'))).toBe(sentences.formLate);
    expect(rig.clock.now() - startMs).toBeLessThan(2_500);
  });

  it('asks only Slack’s form before the trigger ends', async () => {
    const rig = await createInteractionsRig();
    await rig.slash('/ask');
    expect(
      rig.slack
        .requests()
        .map(({ method }) => method)
        .filter((method) => method !== 'auth.test'),
    ).toEqual(['views.open']);
  });

  it('is not lost when the direct messages cannot be opened', async () => {
    const rig = await createInteractionsRig();
    rig.installation.scopes.delete('im:write');
    await rig.slash('/ask');
    const refused = await rig.submit({ pictures: [picture] });
    expect(errorsIn(refused)).toEqual({ question: sentences.noDirectMessages });
    rig.installation.scopes.add('im:write');
    await rig.submit({ pictures: [picture] });
    expect(onlyTurn(rig.events).channel).toBe(rig.direct.id);
  });

  it('says where the bot may not answer in direct messages', async () => {
    const rig = await createInteractionsRig({ allowed: { channels: ['C1'] } });
    const there = rig.slack.places.createChannel(rig.team, { id: 'C1' });
    await rig.slash('/ask', '', there);
    const refused = await rig.submit({ pictures: [picture] });
    expect(errorsIn(refused)).toEqual({ question: sentences.mayNotDirect });
    expect(rig.events).toEqual([]);
  });
});
