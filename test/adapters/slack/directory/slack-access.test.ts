import { expect, it } from 'vitest';
import { createSlackAccess, type SlackAccessQuestion } from '../../../../adapters/slack/directory/slack-access.ts';
import type { AccessLists } from '../../../../src/turn/access.ts';

const nobody: AccessLists = { servers: [], channels: [], roles: [], people: [] };
const question: SlackAccessQuestion = {
  via: 'T1',
  tenant: 'T2',
  userTeam: 'T3',
  channel: 'C1',
  direct: false,
  person: 'U1',
};

const mayUse = (rules: { allowed?: Partial<AccessLists>; denied?: Partial<AccessLists> }, more = {}) =>
  createSlackAccess({ allowed: { ...nobody, ...rules.allowed }, denied: { ...nobody, ...rules.denied } })({
    ...question,
    ...more,
  });

it('serves everybody where no list says anything', () => {
  expect(mayUse({})).toBe(true);
  expect(mayUse({}, { direct: true, userTeam: null })).toBe(true);
});

it('allows by the workspace that hears it alone', () => {
  expect(mayUse({ allowed: { servers: ['T1'] } })).toBe(true);
  expect(mayUse({ allowed: { servers: ['T2', 'T3'] } })).toBe(false);
});

it.each(['T1', 'T2', 'T3'])('denies by any of the workspaces that have to do with it: %s', (team) => {
  expect(mayUse({ denied: { servers: [team] } })).toBe(false);
  expect(mayUse({ denied: { servers: [team] } }, { direct: true })).toBe(false);
});

it('keeps direct messages to the allowed workspaces, too', () => {
  expect(mayUse({ allowed: { servers: ['T1'] } }, { direct: true })).toBe(true);
  expect(mayUse({ allowed: { servers: ['T9'] } }, { direct: true })).toBe(false);
});

it('denies and allows channels and people', () => {
  expect(mayUse({ denied: { people: ['U1'] } })).toBe(false);
  expect(mayUse({ denied: { channels: ['C1'] } })).toBe(false);
  expect(mayUse({ allowed: { channels: ['C1'], people: ['U1'] } })).toBe(true);
  expect(mayUse({ allowed: { channels: ['C1'], people: ['U2'] } })).toBe(false);
  expect(mayUse({ allowed: { channels: ['C2'] } })).toBe(false);
});

it('lets listed people write directly, and nobody else where it is kept to channels', () => {
  const direct = { direct: true, channel: 'D1' };
  expect(mayUse({ allowed: { channels: ['C1'] } }, direct)).toBe(false);
  expect(mayUse({ allowed: { channels: ['D1'] } }, direct)).toBe(true);
  expect(mayUse({ allowed: { channels: ['C1'], people: ['U1'] } }, direct)).toBe(true);
  expect(mayUse({ denied: { people: ['U1'] } }, direct)).toBe(false);
});
