import { expect, it } from 'vitest';
import { plainEdit, plainMessage } from './call-api.ts';
import { createDiscordRig } from './discord-rig.ts';
import type { JsonObject } from './json.ts';

/** What the fake says of one body: the code of its refusal, and the rules that it breaks. */
async function judge(body: JsonObject) {
  const { discord, channel, call } = createDiscordRig();
  const { code } = await call('POST', `/channels/${channel.id}/messages`, body);
  return {
    code,
    rules: discord.violations().map((each) => each.rule),
    said: discord.violations().map((each) => each.message),
  };
}

const button = (customId: string, more: JsonObject = {}) => ({
  type: 2,
  style: 2,
  label: 'Press',
  custom_id: customId,
  ...more,
});
const row = (...components: readonly JsonObject[]) => ({ type: 1, components });

it('finds nothing in a message as it should be', async () => {
  expect(await judge(plainMessage('hello', { components: [row(button('stop'))] }))).toEqual({
    code: 0,
    rules: [],
    said: [],
  });
});

it.each([
  ['content that is no text', plainMessage('x', { content: 7 })],
  ['more than ten embeds', plainMessage('x', { embeds: Array.from({ length: 11 }, () => ({ title: 'x' })) })],
  ['a nonce that is too long', plainMessage('x', { nonce: 'x'.repeat(26) })],
  ['a label that is too long', plainMessage('x', { components: [row(button('a', { label: 'x'.repeat(81) }))] })],
])('refuses by the published schema %s', async (_what, body) => {
  expect(await judge(body)).toMatchObject({ code: 50035, rules: expect.arrayContaining(['schema']) });
});

it.each([
  ['content over 2,000', plainMessage('x'.repeat(2_001))],
  ['a button without an id', plainMessage('x', { components: [row({ type: 2, style: 1, label: 'Press' })] })],
  [
    'a link with an id',
    plainMessage('x', { components: [row(button('a', { style: 5, url: 'https://example.org' }))] }),
  ],
  ['an id twice', plainMessage('x', { components: [row(button('a'), button('a'))] })],
  ['a select beside a button', plainMessage('x', { components: [row(button('a'), { type: 5, custom_id: 'b' })] })],
  [
    'a value twice',
    plainMessage('x', {
      components: [
        row({
          type: 3,
          custom_id: 'a',
          options: [
            { label: 'A', value: 'v' },
            { label: 'B', value: 'v' },
          ],
        }),
      ],
    }),
  ],
  [
    'embeds over 6,000',
    plainMessage('x', { embeds: [{ description: 'x'.repeat(4_000) }, { description: 'x'.repeat(2_001) }] }),
  ],
  ['new components without their flag', plainMessage('x', { components: [{ type: 10, content: 'text' }] })],
  ['text beside new components', plainMessage('x', { flags: 4 | 32_768, components: [{ type: 10, content: 'text' }] })],
  [
    'new components over 4,000',
    plainMessage('', {
      flags: 4 | 32_768,
      components: [
        { type: 10, content: 'x'.repeat(2_001) },
        { type: 10, content: 'x'.repeat(2_001) },
      ],
    }),
  ],
  [
    'mentions that contradict each other',
    plainMessage('x', { allowed_mentions: { parse: ['users'], users: ['123456789012345678'] } }),
  ],
])('refuses by hand %s', async (_what, body) => {
  expect(await judge(body)).toMatchObject({ code: 50035, rules: expect.arrayContaining(['discord']) });
});

it.each([
  ['no allowed_mentions', { ...plainMessage('x'), allowed_mentions: undefined }],
  ['an author who is called', plainMessage('x', { allowed_mentions: { parse: [], replied_user: true } })],
  ['people who are called', plainMessage('x', { allowed_mentions: { parse: [], users: ['123456789012345678'] } })],
  ['previews', plainMessage('x', { flags: 0 })],
  ['a message that cannot be repeated', plainMessage('x', { enforce_nonce: false })],
])('holds it against the project, but does not refuse, %s', async (_what, body) => {
  expect(await judge(body)).toMatchObject({ code: 0, rules: ['project'] });
});

it('finds keys that nobody knows, and flags that nobody can set', async () => {
  expect(await judge(plainMessage('x', { contents: 'x' }))).toMatchObject({
    code: 0,
    rules: ['unknown-key'],
    said: ['contents'],
  });
  const nested = plainMessage('x', { components: [row(button('a', { colour: 'red' }))] });
  expect((await judge(nested)).said).toEqual(['components[0].components[0].colour']);
  expect(await judge(plainMessage('x', { flags: 4 | 64 }))).toMatchObject({ code: 0, rules: ['discord'] });
});

it('checks edits, follow-ups and answers to interactions alike', async () => {
  const { discord, channel, person, call } = createDiscordRig();
  await call('PUT', `/applications/${discord.applicationId}/commands`, [{ name: 'ask', description: 'Ask' }]);
  const { body } = await call('POST', `/channels/${channel.id}/messages`, plainMessage('x'));
  await call('PATCH', `/channels/${channel.id}/messages/${body['id']}`, { content: 'y' });
  const routes = () => discord.takeViolations().map((each) => `${each.route} ${each.rule}`);
  expect(routes()).toEqual(Array(2).fill('PATCH /channels/:channel/messages/:message project'));
  const asked = discord.clicks.slash(person, channel, { name: 'ask' });
  await call('POST', `/interactions/${asked.id}/${asked.token}/callback`, { type: 4, data: { content: 'x' } });
  expect(routes()).toHaveLength(2);
  const webhook = `/webhooks/${discord.applicationId}/${asked.token}`;
  await call('POST', webhook, { content: 'x' });
  await call('PATCH', `${webhook}/messages/@original`, { content: 'x' });
  expect(routes()).toHaveLength(4);
  const again = discord.clicks.slash(person, channel, { name: 'ask' });
  await call('POST', `/interactions/${again.id}/${again.token}/callback`, { type: 5, data: { flags: 68 } });
  expect(routes()).toEqual(['POST /interactions/:interaction/:token/callback discord']);
});

it('fails a test in which something forbidden was sent', async () => {
  const { discord, channel, call } = createDiscordRig();
  await call('POST', `/channels/${channel.id}/messages`, { content: 'x' });
  expect(() => discord.expectNoViolations()).toThrow('allowed_mentions must be there');
});

it('refuses an edit that leaves nothing, and components that lose their flag', async () => {
  const { discord, channel, call } = createDiscordRig();
  const { body } = await call('POST', `/channels/${channel.id}/messages`, plainMessage('x'));
  const path = `/channels/${channel.id}/messages/${body['id']}`;
  expect((await call('PATCH', path, plainEdit(''))).code).toBe(50006);
  const modern = await call(
    'POST',
    `/channels/${channel.id}/messages`,
    plainMessage('', { nonce: '2', flags: 4 | 32_768, components: [{ type: 10, content: 'text' }] }),
  );
  expect((await call('PATCH', `/channels/${channel.id}/messages/${modern.body['id']}`, plainEdit('text'))).code).toBe(
    50035,
  );
  discord.takeViolations();
});

it.each([
  ['a name in capitals', { name: 'Ask', description: 'x' }],
  ['no description', { name: 'ask' }],
  ['a description for a menu', { name: 'Ask', type: 3, description: 'x' }],
  [
    'a required option after another',
    {
      name: 'ask',
      description: 'x',
      options: [
        { type: 3, name: 'a', description: 'x' },
        { type: 3, name: 'b', description: 'x', required: true },
      ],
    },
  ],
  [
    'an option twice',
    {
      name: 'ask',
      description: 'x',
      options: [
        { type: 3, name: 'a', description: 'x' },
        { type: 3, name: 'a', description: 'x' },
      ],
    },
  ],
  ['a translated name in capitals', { name: 'ask', description: 'x', name_localizations: { de: 'Frag' } }],
])('refuses a command with %s', async (_what, command) => {
  const { discord, call } = createDiscordRig();
  const answer = await call('PUT', `/applications/${discord.applicationId}/commands`, [command]);
  expect(answer.code).toBe(50035);
});

it('refuses too many commands of a kind, and names twice', async () => {
  const { discord, call } = createDiscordRig();
  const put = async (commands: readonly JsonObject[]) =>
    (await call('PUT', `/applications/${discord.applicationId}/commands`, commands)).code;
  const many = (count: number) => Array.from({ length: count }, (_, index) => ({ name: `Ask ${index}`, type: 3 }));
  expect([await put(many(15)), await put(many(16))]).toEqual([0, 50035]);
  expect(
    await put([
      { name: 'ask', description: 'x' },
      { name: 'ask', description: 'y' },
    ]),
  ).toBe(50035);
});
