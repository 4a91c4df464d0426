import { expect, it } from 'vitest';
import {
  authorTeamOf,
  conversationOf,
  decodeTrigger,
  isFromPerson,
  mayBeForBot,
  threadOf,
} from '../../../adapters/slack/decode.ts';
import { messageEventSchema, messageSchema, type WireMessage } from '../../../adapters/slack/wire.ts';

const written = (more: object = {}): WireMessage => messageSchema.parse({ ts: '2.0', user: 'U1', text: 'hi', ...more });
const surroundings = { botUserId: 'U0BOT', isDirect: false, isMention: false, inBotThread: false } as const;

it.each([
  [{}, true],
  [{ subtype: 'file_share' }, true],
  [{ subtype: 'thread_broadcast' }, true],
  [{ subtype: 'me_message' }, true],
  [{ subtype: 'bot_message' }, false],
  [{ subtype: 'channel_topic' }, false],
  [{ subtype: 'tombstone' }, false],
  [{ subtype: 'assistant_app_thread' }, false],
  [{ bot_id: 'B1' }, false],
  [{ bot_profile: { id: 'B1' } }, false],
  [{ bot_profile: null }, true],
  [{ user: 'USLACKBOT' }, false],
  [{ user: null }, false],
])('tells whether a person wrote %j', (more, isPersons) => {
  expect(isFromPerson(written(more))).toBe(isPersons);
});

it('answers a call in a channel, anything direct, and what is said in its threads', () => {
  const call = written({ text: 'hey <@U0BOT>' });
  expect(decodeTrigger(written(), surroundings)).toBe(false);
  expect(decodeTrigger(call, surroundings)).toBe(true);
  expect(decodeTrigger(written(), { ...surroundings, isMention: true })).toBe(true);
  expect(decodeTrigger(written(), { ...surroundings, isDirect: true })).toBe(true);
  expect(decodeTrigger(written({ text: '' }), { ...surroundings, isDirect: true })).toBe(false);
  expect(decodeTrigger(written({ text: '', files: [{ id: 'F1' }] }), { ...surroundings, isDirect: true })).toBe(true);
  expect(decodeTrigger(written(), { ...surroundings, inBotThread: true })).toBe(true);
  expect(decodeTrigger(written({ text: '<@U2> hi' }), { ...surroundings, inBotThread: true })).toBe(false);
  expect(decodeTrigger(written({ text: '<@U2> hi <@U0BOT>' }), { ...surroundings, inBotThread: true })).toBe(true);
  expect(decodeTrigger(written({ user: 'U0BOT' }), { ...surroundings, isDirect: true })).toBe(false);
});

it('looks closer only at what may be for the bot', () => {
  expect(mayBeForBot(written(), false)).toBe(false);
  expect(mayBeForBot(written({ thread_ts: '2.0' }), false)).toBe(false);
  expect(mayBeForBot(written({ thread_ts: '1.0' }), false)).toBe(true);
  expect(mayBeForBot(written({ text: '<@U0BOT>' }), false)).toBe(true);
  expect(mayBeForBot(written(), true)).toBe(true);
});

it('knows the thread and the conversation of a message', () => {
  expect(threadOf(written({ thread_ts: '1.0' }))).toBe('1.0');
  expect(threadOf(written({ thread_ts: '2.0' }))).toBeNull();
  const channel = { via: 'T1', channel: 'C1', isDirect: false } as const;
  const direct = { via: 'T1', channel: 'D1', isDirect: true } as const;
  expect(conversationOf(written(), channel)).toBe('2.0');
  expect(conversationOf(written(), direct)).toBe('D1');
  expect(conversationOf(written({ thread_ts: '1.0' }), direct)).toBe('1.0');
});

it('takes the author’s workspace from whichever field has it', () => {
  expect(authorTeamOf(written({ team: 'T3', source_team: 'T2', user_team: 'T1' }))).toBe('T1');
  expect(authorTeamOf(written({ team: 'T3' }))).toBe('T3');
  expect(authorTeamOf(written())).toBeNull();
});

it('reads messages in which something is of a wrong type', () => {
  const odd = {
    ts: '1.0',
    channel: 'C1',
    user: 7,
    files: 'none',
    attachments: [1],
    edited: 'yes',
    message: 3,
    hidden: 'no',
  };
  expect(messageEventSchema.parse(odd)).toMatchObject({
    user: null,
    files: null,
    attachments: null,
    edited: null,
    message: null,
  });
});
