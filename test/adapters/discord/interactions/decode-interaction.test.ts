import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeInteraction } from '../../../../adapters/discord/interactions/decode-interaction.ts';

const user = { id: '7', username: 'ada', global_name: 'Ada Lovelace' };
const base = {
  id: '1',
  application_id: '2',
  token: 'token',
  type: 2,
  channel_id: '5',
  channel: { id: '5', type: 0, parent_id: '4' },
  guild_id: '3',
  member: { user, nick: null, roles: ['8'], permissions: '0' },
  app_permissions: '0',
  context: 0,
  authorizing_integration_owners: { '0': '3' },
  data: { name: 'help', type: 1 },
};

const decode = (changes: object) => decodeInteraction({ ...base, ...changes }, 1_000);
const withData = (data: object, changes: object = {}) => decode({ ...changes, data })?.request;

const attachment = (id: string, filename: string) => ({
  id,
  filename,
  size: 10,
  url: `https://cdn.discordapp.com/${filename}`,
});

describe('an interaction', () => {
  it('tells who did what where', () => {
    expect(decode({})).toEqual({
      id: '1',
      applicationId: '2',
      token: 'token',
      receivedAtMs: 1_000,
      person: { id: '7', name: 'Ada Lovelace', moderator: false, managesChannel: false, managesServer: false },
      roles: ['8'],
      place: {
        server: '3',
        tenant: '3',
        location: '5',
        parent: '4',
        channel: '5',
        thread: null,
        direct: false,
        botIsMember: false,
      },
      request: { type: 'command', text: '/help' },
    });
  });

  it('calls people as the server does, else as they call themselves', () => {
    const named = (changes: object) => decode({ member: { ...base.member, ...changes } })?.person.name;
    expect(named({ nick: 'Countess' })).toBe('Countess');
    expect(named({ user: { ...user, global_name: null } })).toBe('ada');
  });

  it('needs the bot’s right to write there for the bot to be a member', () => {
    const isMember = (app_permissions: string | null, channel = base.channel) =>
      decode({ app_permissions, channel })?.place.botIsMember;
    const thread = { id: '6', type: 11, parent_id: '5' };
    const [view, send, sendInThreads, administrator] = [1 << 10, 1 << 11, 2 ** 38, 1 << 3];
    expect(isMember(String(view + send))).toBe(true);
    expect(isMember(String(view + send), thread)).toBe(false);
    expect(isMember(String(view + sendInThreads), thread)).toBe(true);
    expect(isMember(String(administrator))).toBe(true);
    expect(isMember(String(view))).toBe(false);
    expect(isMember(null)).toBe(true);
  });

  it('is in direct messages with the bot where Discord says so, in the words of any year', () => {
    const somewhere = { guild_id: undefined, member: undefined, user };
    const place = (changes: object) => decode({ ...somewhere, ...changes })?.place;
    const channel = { id: '5', type: 1 };
    const owners = { authorizing_integration_owners: { '0': '0' } };
    expect(place({ channel, context: 1 })).toMatchObject({ direct: true, tenant: 'dm', botIsMember: true });
    expect(place({ channel, context: undefined, ...owners })).toMatchObject({ direct: true, tenant: 'dm' });
    const unsaid = { context: undefined, authorizing_integration_owners: undefined };
    expect(place({ channel, ...unsaid })).toMatchObject({ direct: true, botIsMember: true });
    expect(place({ channel: { id: '5', type: 3 }, ...unsaid })?.direct).toBe(false);
    expect(place({ channel, context: 2 })).toMatchObject({ direct: false, tenant: 'private-5', botIsMember: false });
    expect(place({ channel, context: undefined, authorizing_integration_owners: { '1': '7' } })?.direct).toBe(false);
  });

  it('is where the bot is at home when nobody is named who brought it', () => {
    const said = { app_permissions: undefined, context: undefined, authorizing_integration_owners: {} };
    expect(decode(said)?.place).toMatchObject({ tenant: '3', botIsMember: true });
  });

  it('takes the given pictures in the order of the options', () => {
    const data = {
      name: 'ask',
      type: 1,
      options: [
        { name: 'image3', type: 11, value: '30' },
        { name: 'question', type: 3, value: ' why? ' },
        { name: 'image', type: 11, value: '10' },
        { name: 'image2', type: 11, value: 'constructor' },
        { name: 'image4', type: 11, value: '40' },
      ],
      resolved: { attachments: { '30': attachment('30', 'c.png'), '10': attachment('10', 'a.png'), '40': 'broken' } },
    };
    const request = withData(data);
    expect(request).toMatchObject({ type: 'ask', question: 'why?' });
    expect(request?.type === 'ask' && request.images.map(({ id, name }) => [id, name])).toEqual([
      ['10', 'a.png'],
      ['30', 'c.png'],
    ]);
  });

  it('finds the question in a form with rows as well as in one with labels', () => {
    const input = { type: 4, custom_id: 'question', value: ' why? ' };
    const form = (components: readonly object[]) => withData({ custom_id: 'ask|12', components }, { type: 5 });
    const wanted = { type: 'form', key: '12', question: 'why?' };
    expect(form([{ type: 18, component: input }])).toEqual(wanted);
    expect(form([{ type: 1, components: [input] }])).toEqual(wanted);
    expect(form([{ type: 10, content: 'text' }])).toEqual({ ...wanted, question: '' });
  });

  it('is unknown when it names nothing of this version', () => {
    expect(withData({ name: 'poll', type: 1 })).toEqual({ type: 'unknown', what: 'command' });
    expect(withData({ name: 'help', type: 2 })).toEqual({ type: 'unknown', what: 'command' });
    expect(withData({ name: 'Report', type: 3, target_id: '12' })).toEqual({ type: 'unknown', what: 'command' });
    expect(withData({ custom_id: 'show|1', components: [] }, { type: 5 })).toEqual({
      type: 'unknown',
      what: 'command',
    });
    expect(withData({ custom_id: 'model|discord:1|0' }, { type: 3 })).toEqual({ type: 'unknown', what: 'button' });
    expect(withData({}, { type: 3 })).toEqual({ type: 'unknown', what: 'button' });
    expect(decode({ type: 99 })?.request).toEqual({ type: 'unknown', what: 'command' });
  });

  it('has no pictures when the message that was pointed at cannot be read', () => {
    const data = { name: 'Ask about this image', type: 3, target_id: '12', resolved: { messages: { '12': 'broken' } } };
    expect(withData(data)).toEqual({ type: 'point', message: '12', images: [] });
  });

  it('cannot be answered without its key, its place or its person', () => {
    for (const changes of [
      { id: 'x' },
      { token: 'a/../b' },
      { application_id: undefined },
      { channel: null, channel_id: null },
      { member: undefined },
    ]) {
      expect(decode(changes)).toBeNull();
    }
  });

  it('is read without throwing, whatever it is', () => {
    const anything = fc.anything({ maxDepth: 4 });
    const members = [...Object.keys(base), 'user', 'message'];
    const data = fc.oneof(
      anything,
      fc.record(
        {
          name: fc.oneof(fc.constantFrom('ask', 'model', 'search', 'Ask about this image'), anything),
          type: fc.oneof(fc.constantFrom(1, 2, 3), anything),
          custom_id: fc.oneof(fc.constantFrom('stop|a|0', 'model|a|0', 'show|1', 'ask|1'), anything),
          options: fc.oneof(fc.array(fc.record({ name: fc.string(), value: anything, focused: anything })), anything),
          resolved: fc.oneof(fc.record({ attachments: anything, messages: anything }), anything),
          target_id: fc.oneof(fc.constant('12'), anything),
          components: anything,
          values: anything,
        },
        { requiredKeys: [] },
      ),
    );
    fc.assert(
      fc.property(
        fc.constantFrom(...members),
        anything,
        fc.integer({ min: 0, max: 6 }),
        data,
        (name, value, type, any) => {
          decodeInteraction({ ...base, type, data: any }, 0);
          decodeInteraction({ ...base, type, data: any, [name]: value }, 0);
          decodeInteraction(value, 0);
        },
      ),
      { numRuns: 500 },
    );
  });
});
