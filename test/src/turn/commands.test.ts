import { describe, expect, it } from 'vitest';
import { parseRequest } from '../../../src/turn/commands.ts';

const question = (text: string, model: string | null = null) => ({ type: 'question', text, model });
const command = (value: object) => ({ type: 'command', command: value });
const set = (model: string, scope: string | null = null) => command({ name: 'model-set', model, scope });

describe('reading what a turn asks for', () => {
  it.each([
    ['what is this?', question('what is this?')],
    ['', question('')],
    ['  two words ', question('two words')],
    ['model of this car?', question('model of this car?')],
    ['new shoes or old ones?', question('new shoes or old ones?')],
    ['help me read this', question('help me read this')],
    ['search for the sign in this picture', question('search for the sign in this picture')],
    ['!important what is this', question('!important what is this')],
    ['/ask what is this?', question('what is this?')],
    ['/usr/bin is in the picture, why?', question('/usr/bin is in the picture, why?')],
    ['and/or?', question('and/or?')],
  ])('takes “%s” as a question', (text, expected) => {
    expect(parseRequest(text)).toEqual(expected);
  });

  it.each([
    ['/model', command({ name: 'model-list' })],
    ['model', command({ name: 'model-list' })],
    ['/models', command({ name: 'model-list' })],
    ['/model gpt-4o', set('gpt-4o')],
    ['MODEL gpt-4o', set('gpt-4o')],
    ['!model meta/llama-3.1-405b-instruct', set('meta/llama-3.1-405b-instruct')],
    ['/model gpt-4o channel', set('gpt-4o', 'channel')],
    ['/model gpt-4o for me', set('gpt-4o', 'me')],
    ['/model gpt-4o Server', set('gpt-4o', 'server')],
    ['/new', command({ name: 'new' })],
    ['new', command({ name: 'new' })],
    ['/help', command({ name: 'help' })],
    ['/search on', command({ name: 'search', on: true })],
    ['search OFF', command({ name: 'search', on: false })],
  ])('takes “%s” as a command', (text, expected) => {
    expect(parseRequest(text)).toEqual(expected);
  });

  it.each([
    ['!m gpt-4o what is this?', question('what is this?', 'gpt-4o')],
    ['!m gpt-4o', question('', 'gpt-4o')],
    ['!M inspector\nread\nall of it', question('read\nall of it', 'inspector')],
  ])('asks another model once: “%s”', (text, expected) => {
    expect(parseRequest(text)).toEqual(expected);
  });

  it.each([
    '/model gpt-4o everybody',
    '/model a b c',
    '/search',
    '/search maybe',
    '/modell',
    '!m',
    '/search on please',
  ])('says what would be right instead of “%s”', (text) => {
    const request = parseRequest(text);
    expect(request).toMatchObject({ type: 'command', command: { name: 'not-understood' } });
    const sentence =
      request.type === 'command' && request.command.name === 'not-understood' ? request.command.sentence : '';
    expect(sentence).toMatch(/\/model|\/search|!m/);
  });
});
