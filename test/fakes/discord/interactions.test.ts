import { expect, it } from 'vitest';
import { plainEdit } from './call-api.ts';
import { createDiscordRig } from './discord-rig.ts';
import { type JsonObject, toObject, toObjects } from './json.ts';
import type { InteractionRecord } from './records.ts';

const commands = [
  {
    name: 'ask',
    description: 'Ask about a picture',
    contexts: [0, 1, 2],
    integration_types: [0, 1],
    options: [
      { type: 3, name: 'question', description: 'What to ask', required: true },
      { type: 11, name: 'picture', description: 'The picture' },
      { type: 3, name: 'model', description: 'Who answers', autocomplete: true },
    ],
  },
  {
    name: 'model',
    description: 'Models',
    options: [
      {
        type: 1,
        name: 'set',
        description: 'Choose one',
        options: [{ type: 3, name: 'for', description: 'Where', choices: [{ name: 'Here', value: 'channel' }] }],
      },
    ],
  },
  { name: 'Ask about this', type: 3 },
];

const button = (customId: string, more: JsonObject = {}) => ({
  type: 2,
  style: 2,
  label: 'Press',
  custom_id: customId,
  ...more,
});
const row = (...components: readonly JsonObject[]) => ({ type: 1, components });

async function startCommands() {
  const rig = createDiscordRig();
  await rig.connect();
  await rig.call('PUT', `/applications/${rig.discord.applicationId}/commands`, commands);
  const respond = (interaction: InteractionRecord, body: JsonObject, query = '') =>
    rig.call('POST', `/interactions/${interaction.id}/${interaction.token}/callback${query}`, body);
  const webhook = (interaction: InteractionRecord, rest = '') =>
    `/webhooks/${rig.discord.applicationId}/${interaction.token}${rest}`;
  const answer = (interaction: InteractionRecord, text: string, more: JsonObject = {}) =>
    respond(interaction, { type: 4, data: plainEdit(text, more) });
  const ask = () => rig.discord.clicks.slash(rig.person, rig.channel, { name: 'ask', options: { question: 'what?' } });
  /** A message of the bot with components, and the person who sees it. */
  const show = async (...components: readonly JsonObject[]) => {
    const interaction = ask();
    await answer(interaction, 'a bicycle', { components });
    const message = rig.discord.clicks.answerOf(interaction);
    if (message === null) throw new Error('nothing was answered');
    return message;
  };
  return { ...rig, respond, webhook, answer, ask, show };
}

it('keeps a command by its name, and gives it another version when it changes', async () => {
  const { call, discord } = await startCommands();
  const path = `/applications/${discord.applicationId}/commands`;
  const before = (await call('GET', path)).list;
  const changed = commands.map((command) =>
    command.name === 'ask' ? { ...command, description: 'Ask again' } : command,
  );
  const after = (await call('PUT', path, changed)).list;
  expect(after.map((command) => command['id'])).toEqual(before.map((command) => command['id']));
  const same = after.map((command, index) => command['version'] === before[index]?.['version']);
  expect(same).toEqual([false, true, true]);
  await call('PUT', path, commands.slice(0, 1));
  expect((await call('GET', path)).list.map((command) => command['name'])).toEqual(['ask']);
  discord.expectNoViolations();
});

it('dispatches a slash command with everything that Discord sends', async () => {
  const { discord, guild, channel, clock, heardOf } = await startCommands();
  const person = discord.places.createPerson({ name: 'marie', locale: 'fr' });
  discord.places.join(guild, person);
  const picture = { name: 'a b.png', bytes: new Uint8Array(40), width: 3, height: 2 };
  discord.clicks.slash(person, channel, { name: 'ask', options: { question: 'quoi ?', picture } });
  await clock.advance(0);
  const [payload] = heardOf('INTERACTION_CREATE');
  expect(payload).toMatchObject({
    type: 2,
    application_id: discord.applicationId,
    guild_id: guild.id,
    guild_locale: 'en-US',
    channel: { id: channel.id, type: 0 },
    locale: 'fr',
    attachment_size_limit: 10_485_760,
    authorizing_integration_owners: { '0': guild.id },
    context: 0,
    version: 1,
    member: { user: { id: person.id }, permissions: expect.stringMatching(/^\d+$/) },
    app_permissions: expect.stringMatching(/^\d+$/),
    data: { name: 'ask', type: 1 },
  });
  const data = toObject(payload?.['data']);
  const attachments = toObject(toObject(data['resolved'])['attachments']);
  const [id, attachment] = Object.entries(attachments)[0] ?? [];
  expect(toObjects(data['options'])).toEqual([
    { name: 'question', type: 3, value: 'quoi ?' },
    { name: 'picture', type: 11, value: id },
  ]);
  expect(attachment).toMatchObject({ filename: 'a_b.png', content_type: 'image/png', ephemeral: true, width: 3 });
});

it('offers only commands that were registered, with the options that they have', async () => {
  const { discord, person, channel } = await startCommands();
  const give = (words: Parameters<typeof discord.clicks.slash>[2]) => () =>
    discord.clicks.slash(person, channel, words);
  expect(give({ name: 'draw' })).toThrow('no command "draw"');
  expect(give({ name: 'ask' })).toThrow('question is required');
  expect(give({ name: 'ask', options: { question: 'x', colour: 'red' } })).toThrow('no option colour');
  expect(give({ name: 'model' })).toThrow('needs a subcommand');
  expect(give({ name: 'model', subcommand: 'set', options: { for: 'world' } })).toThrow('offers no world');
  const set = discord.clicks.slash(person, channel, { name: 'model', subcommand: 'set', options: { for: 'channel' } });
  expect(set.payload['data']).toMatchObject({
    options: [{ name: 'set', type: 1, options: [{ name: 'for', value: 'channel' }] }],
  });
});

it('shows "is thinking…" until the answer comes, and lets it be edited', async () => {
  const { discord, channel, call, ask, respond, webhook, clock } = await startCommands();
  const asked = ask();
  expect((await respond(asked, { type: 5 })).status).toBe(204);
  expect(discord.screen.leftWaiting()).toHaveLength(1);
  const original = webhook(asked, '/messages/@original');
  await clock.advance(1_000);
  expect((await call('PATCH', original, plainEdit('a red'))).body).toMatchObject({
    type: 20,
    content: 'a red',
    flags: 4,
  });
  await clock.advance(1_000);
  await call('PATCH', original, plainEdit('a red bicycle'));
  expect((await call('GET', original)).body).toMatchObject({
    content: 'a red bicycle',
    interaction_metadata: { id: asked.id },
  });
  expect(discord.screen.timeline(channel.id)).toEqual([
    [0, ''],
    [1_000, 'a red'],
    [2_000, 'a red bicycle'],
  ]);
  expect(discord.screen.leftWaiting()).toEqual([]);
  discord.expectNoViolations();
});

it('lets the first follow-up take the place of "is thinking…"', async () => {
  const { discord, call, ask, respond, webhook } = await startCommands();
  const asked = ask();
  await respond(asked, { type: 5 });
  await call('POST', webhook(asked), plainEdit('the answer'));
  await call('POST', webhook(asked), plainEdit('and more'));
  expect(discord.screen.botMessages().map((message) => message.text)).toEqual(['the answer', 'and more']);
});

it('wants the first answer within three seconds, and only one', async () => {
  const { discord, call, ask, answer, webhook, clock } = await startCommands();
  const late = ask();
  await clock.advance(3_001);
  expect(await answer(late, 'too late')).toMatchObject({ status: 404, code: 10062 });
  expect(discord.clicks.unanswered()).toEqual([late]);
  expect((await call('POST', webhook(late), plainEdit('all the same'))).code).toBe(10015);
  const asked = ask();
  expect((await call('PATCH', webhook(asked, '/messages/@original'), plainEdit('x'))).code).toBe(10015);
  await answer(asked, 'an answer');
  expect(await answer(asked, 'another')).toMatchObject({ status: 400, code: 40060 });
  expect((await answer({ ...asked, token: 'wrong' }, 'x')).code).toBe(10062);
});

it('ends the token after fifteen minutes; the channel stays open', async () => {
  const { call, channel, ask, answer, webhook, clock, discord } = await startCommands();
  const asked = ask();
  await answer(asked, 'an answer');
  await clock.advance(900_000);
  expect(await call('PATCH', webhook(asked, '/messages/@original'), plainEdit('x'))).toMatchObject({
    status: 401,
    code: 50027,
  });
  const message = discord.clicks.answerOf(asked);
  expect(
    (await call('PATCH', `/channels/${channel.id}/messages/${message?.id}`, plainEdit('an answer after all'))).status,
  ).toBe(200);
});

it('counts five calls in two seconds for each token, and hides a slower limit', async () => {
  const { call, ask, answer, respond, webhook, clock } = await startCommands();
  const asked = ask();
  await answer(asked, '0');
  const edit = (text: string) => call('PATCH', webhook(asked, '/messages/@original'), plainEdit(text));
  const statuses: number[] = [];
  for (let count = 1; count <= 6; count += 1) statuses.push((await edit(`0 ${count}`)).status);
  expect(statuses).toEqual([200, 200, 200, 200, 200, 429]);
  const other = ask();
  expect((await respond(other, { type: 5 })).status).toBe(204);
  let refused = 0;
  await clock.advance(2_000);
  for (let count = 0; count < 31; count += 1) {
    await clock.advance(400);
    const answered = await call('POST', webhook(asked), plainEdit(`follow-up ${count}`));
    if (answered.status === 429) refused += 1;
  }
  expect(refused).toBe(1);
});

it('hides ephemeral answers from everybody else, and from the channel', async () => {
  const { discord, person, call, channel, ask, respond, webhook, heardOf, clock } = await startCommands();
  const asked = ask();
  const answered = await respond(
    asked,
    { type: 4, data: plainEdit('only for you', { flags: 68 }) },
    '?with_response=true',
  );
  expect(answered.body).toMatchObject({
    interaction: { id: asked.id, response_message_ephemeral: true },
    resource: { type: 4, message: { content: 'only for you', flags: 68 } },
  });
  const message = discord.clicks.answerOf(asked);
  expect(message?.visibleTo).toBe(person.id);
  const path = `/channels/${channel.id}/messages`;
  expect((await call('GET', `${path}/${message?.id}`)).code).toBe(10008);
  expect((await call('PATCH', `${path}/${message?.id}`, plainEdit('x'))).code).toBe(10008);
  expect((await call('GET', path)).list).toEqual([]);
  expect((await call('PATCH', webhook(asked, '/messages/@original'), plainEdit('only for you, edited'))).status).toBe(
    200,
  );
  await clock.advance(0);
  expect(heardOf('MESSAGE_CREATE')).toEqual([]);
});

it('lets people press buttons and choose, and the message change in place', async () => {
  const { discord, person, show, respond, call, webhook } = await startCommands();
  const select = { type: 3, custom_id: 'model', options: [{ label: 'One', value: 'one' }] };
  const message = await show(row(button('again'), button('stop', { disabled: true })), row(select));
  const pressed = discord.clicks.press(person, message, 'again');
  expect(pressed.payload).toMatchObject({
    type: 3,
    data: { custom_id: 'again', component_type: 2 },
    message: { id: message.id },
  });
  await respond(pressed, { type: 7, data: plainEdit('a bicycle, again') });
  expect(message.content).toBe('a bicycle, again');
  const chosen = discord.clicks.choose(person, message, 'model', ['one']);
  expect(chosen.payload['data']).toMatchObject({ custom_id: 'model', component_type: 3, values: ['one'] });
  await respond(chosen, { type: 6 });
  await call('PATCH', webhook(chosen, '/messages/@original'), plainEdit('a bicycle, by one', { components: [] }));
  expect([message.content, message.components]).toEqual(['a bicycle, by one', []]);
  expect(() => discord.clicks.press(person, message, 'again')).toThrow('no component "again"');
});

it('lets nobody press what is disabled, or choose what is not offered', async () => {
  const { discord, person, show } = await startCommands();
  const select = { type: 3, custom_id: 'model', options: [{ label: 'One', value: 'one' }] };
  const message = await show(row(button('stop', { disabled: true })), row(select));
  expect(() => discord.clicks.press(person, message, 'stop')).toThrow('disabled');
  expect(() => discord.clicks.choose(person, message, 'model', ['two'])).toThrow('does not offer two');
});

it('completes options', async () => {
  const { discord, person, channel, respond, answer } = await startCommands();
  const words = { name: 'ask', options: { model: 'on' }, focused: 'model' };
  const typed = discord.clicks.autocomplete(person, channel, words);
  expect(typed.payload).toMatchObject({ type: 4, data: { options: [{ name: 'model', value: 'on', focused: true }] } });
  expect((await answer(typed, 'no')).code).toBe(50035);
  await respond(typed, { type: 8, data: { choices: [{ name: 'One', value: 'one' }] } });
  expect(typed.response?.choices).toEqual([{ name: 'One', value: 'one' }]);
  const again = discord.clicks.autocomplete(person, channel, words);
  const many = Array.from({ length: 26 }, (_, index) => ({ name: `m${index}`, value: `m${index}` }));
  expect((await respond(again, { type: 8, data: { choices: many } })).code).toBe(50035);
});

it('opens a form on a message, and sends what was entered', async () => {
  const { discord, person, channel, respond } = await startCommands();
  const picture = discord.people.say(person, channel, {
    text: 'look',
    files: [{ name: 'a.png', bytes: new Uint8Array(8) }],
  });
  const used = discord.clicks.messageCommand(person, picture, 'Ask about this');
  expect(used.payload['data']).toMatchObject({
    type: 3,
    target_id: picture.id,
    resolved: { messages: { [picture.id]: { content: 'look', attachments: [{ filename: 'a.png' }] } } },
  });
  const field = { type: 18, label: 'Question', component: { type: 4, custom_id: 'question', style: 1 } };
  const upload = { type: 18, label: 'Pictures', component: { type: 19, custom_id: 'pictures', required: false } };
  const opened = await respond(used, {
    type: 9,
    data: { custom_id: 'form', title: 'Ask', components: [field, upload] },
  });
  expect(opened.status).toBe(204);
  const sent = discord.clicks.submit(used, {
    question: 'what?',
    pictures: [{ name: 'b.png', bytes: new Uint8Array(8) }],
  });
  expect(sent.payload).toMatchObject({
    type: 5,
    data: {
      custom_id: 'form',
      components: [{ type: 18, component: { type: 4, custom_id: 'question', value: 'what?' } }, { type: 18 }],
    },
  });
  expect(Object.values(toObject(toObject(toObject(sent.payload['data'])['resolved'])['attachments']))).toMatchObject([
    { filename: 'b.png' },
  ]);
  const again = { type: 9, data: { custom_id: 'form', title: 'Ask', components: [field] } };
  expect((await respond(sent, again)).code).toBe(50035);
});

it('serves people who brought the app themselves', async () => {
  const { discord, person, call, respond, webhook, clock } = await startCommands();
  const elsewhere = discord.places.createGuild({ withBot: false });
  const channel = discord.places.createChannel(elsewhere);
  discord.places.join(elsewhere, person);
  const asked = discord.clicks.slash(person, channel, { name: 'ask', options: { question: 'what?' } });
  expect(asked.payload).toMatchObject({ context: 0, authorizing_integration_owners: { '1': person.id } });
  await respond(asked, { type: 4, data: plainEdit('an answer') });
  expect(discord.clicks.answerOf(asked)?.visibleTo).toBeNull();
  expect((await call('GET', `/channels/${channel.id}`)).code).toBe(50001);
  const codes: number[] = [];
  for (let count = 0; count < 6; count += 1) {
    await clock.advance(1_000);
    codes.push((await call('POST', webhook(asked), plainEdit(`more ${count}`))).code);
  }
  expect(codes).toEqual([0, 0, 0, 0, 0, 40094]);
  discord.places.denyEveryone(channel, 1n << 50n);
  const quiet = discord.clicks.slash(person, channel, { name: 'ask', options: { question: 'what?' } });
  await respond(quiet, { type: 4, data: plainEdit('an answer') });
  expect(discord.clicks.answerOf(quiet)?.visibleTo).toBe(person.id);
  const friends = discord.places.group([person, discord.places.createPerson({ name: 'bob' })]);
  const among = discord.clicks.slash(person, friends, { name: 'ask', options: { question: 'what?' } });
  expect(among.payload).toMatchObject({ context: 2, user: { id: person.id } });
  const own = discord.clicks.slash(person, discord.places.direct(person), {
    name: 'ask',
    options: { question: 'what?' },
  });
  expect(own.payload).toMatchObject({ context: 1, authorizing_integration_owners: { '0': '0' } });
  expect(() => discord.clicks.slash(person, channel, { name: 'model', subcommand: 'set' })).toThrow('not offered');
});

it("keeps a reply to an interaction's answer empty", async () => {
  const { discord, person, channel, show, heardOf, clock } = await startCommands();
  const message = await show();
  discord.people.say(person, channel, { text: 'and this?', replyTo: message });
  await clock.advance(0);
  expect(heardOf('MESSAGE_CREATE').at(-1)).toMatchObject({ content: '', mentions: [{ id: discord.bot.id }] });
});
