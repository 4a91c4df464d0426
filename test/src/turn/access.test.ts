import { describe, expect, it } from 'vitest';
import { type AccessLists, createAccess } from '../../../src/turn/access.ts';

const none: AccessLists = { servers: [], channels: [], roles: [], people: [] };
const inServer = { server: 's1', channel: 'c1', parent: 'p1', roles: ['r1', 'r2'], person: 'ada' };
const direct = { server: null, channel: 'd1', parent: null, roles: [], person: 'ada' };

describe('who may use the bot', () => {
  it.each<[string, Partial<AccessLists>, Partial<AccessLists>, boolean, boolean]>([
    ['nothing', {}, {}, true, true],
    ['the server allowed', { servers: ['s1', 's2'] }, {}, true, false],
    ['another server allowed', { servers: ['s2'] }, {}, false, false],
    ['the channel allowed', { channels: ['c1'] }, {}, true, false],
    ['the channel of the thread allowed', { channels: ['p1'] }, {}, true, false],
    ['another channel allowed', { channels: ['c2'] }, {}, false, false],
    ['the direct channel allowed', { channels: ['d1'] }, {}, false, true],
    ['one of the roles allowed', { roles: ['r2'] }, {}, true, false],
    ['another role allowed', { roles: ['r3'] }, {}, false, false],
    ['the person allowed', { people: ['ada'] }, {}, true, true],
    ['another person allowed', { people: ['bob'] }, {}, false, false],
    ['the person and another server allowed', { people: ['ada'], servers: ['s2'] }, {}, false, true],
    ['the person and the role allowed', { people: ['ada'], roles: ['r1'] }, {}, true, true],
    ['the person denied', {}, { people: ['ada'] }, false, false],
    ['the person allowed and denied', { people: ['ada'] }, { people: ['ada'] }, false, false],
    ['the server denied', {}, { servers: ['s1'] }, false, true],
    ['the server allowed, its channel denied', { servers: ['s1'] }, { channels: ['c1'] }, false, false],
    ['the channel of the thread denied', {}, { channels: ['p1'] }, false, true],
    ['the direct channel denied', {}, { channels: ['d1'] }, true, false],
    ['one of the roles denied', {}, { roles: ['r2'] }, false, true],
    ['another role denied', {}, { roles: ['r3'] }, true, true],
  ])('with %s', (_, allowed, denied, isServed, isServedDirectly) => {
    const mayUse = createAccess({ allowed: { ...none, ...allowed }, denied: { ...none, ...denied } });
    expect([mayUse(inServer), mayUse(direct)]).toEqual([isServed, isServedDirectly]);
  });
});
