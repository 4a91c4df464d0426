import { expect, it } from 'vitest';
import type { StartCheck } from '../../../../adapters/slack/start/check-start.ts';
import { introduceSlack } from '../../../../adapters/slack/start/introduce.ts';

const check: StartCheck = {
  identity: {
    teamId: 'T1',
    teamName: 'Painters',
    enterpriseId: null,
    userId: 'U1',
    botId: 'B1',
    botName: 'sightline',
    isOrganisation: false,
  },
  problems: [],
  hints: [],
};
const socketMode = { socketMode: true, requestUrl: null };
const requests = { socketMode: false, requestUrl: 'http://127.0.0.1:3000/slack/events' };
const events =
  '  If it stays silent: “Event Subscriptions” at https://api.slack.com/apps has to list app_mention and message.channels, .groups, .im, .mpim.';

it('says where the bot is and how Slack reaches it', () => {
  expect(introduceSlack({ type: 'token', check }, socketMode)).toEqual([
    'Slack: @sightline in the workspace Painters, by Socket Mode.',
    events,
  ]);
  expect(introduceSlack({ type: 'token', check }, requests)[0]).toBe(
    'Slack: @sightline in the workspace Painters, by requests to http://127.0.0.1:3000/slack/events.',
  );
  expect(introduceSlack({ type: 'token', check }, { ...requests, socketMode: true })[0]).toMatch(
    /by Socket Mode and requests to/,
  );
});

it('says what has to lead to an address of the machine itself, and nothing of a public one', () => {
  const outside =
    '  From outside it is https://YOUR-HOST/slack/events: let that lead to http://127.0.0.1:3000, and give it to Slack.';
  expect(introduceSlack({ type: 'token', check }, requests)).toContain(outside);
  const publicly = { ...requests, requestUrl: 'https://bot.example/slack/events' };
  expect(introduceSlack({ type: 'token', check }, publicly).join('\n')).not.toContain('YOUR-HOST');
  const installUrl = 'http://localhost:3000/slack/install';
  const lines = introduceSlack({ type: 'oauth', installations: 0, installUrl, problems: [] }, socketMode);
  expect(lines.join('\n')).toContain('https://YOUR-HOST/slack/install: let that lead to http://localhost:3000');
});

it('lists what is missing, then what is left to do', () => {
  const found = { ...check, problems: ['The scope commands is missing.'], hints: ['It is in no channel yet.'] };

  expect(introduceSlack({ type: 'token', check: found }, socketMode).slice(1)).toEqual([
    '  The scope commands is missing.',
    '  It is in no channel yet.',
    events,
  ]);
});

it('names an organisation as such', () => {
  const { identity } = check;
  if (identity === null) throw new Error('there is an identity');
  const standing = { type: 'token', check: { ...check, identity: { ...identity, isOrganisation: true } } } as const;

  expect(introduceSlack(standing, socketMode)[0]).toContain('in the organisation Painters');
});

it('says that the bot cannot work, and why', () => {
  const standing = { type: 'token', check: { identity: null, problems: ['The token is wrong.'], hints: [] } } as const;

  expect(introduceSlack(standing, socketMode)).toEqual([
    'Slack: the bot cannot work there yet.',
    '  The token is wrong.',
  ]);
});

it.each([
  [0, 'installed nowhere yet'],
  [1, 'installed once'],
  [3, 'installed 3 times'],
])('says where the app can be installed when it is so %i times', (installations, words) => {
  const installUrl = 'http://127.0.0.1:3000/slack/install';
  const lines = introduceSlack({ type: 'oauth', installations, installUrl, problems: ['One problem.'] }, requests);

  expect(lines.slice(0, 3)).toEqual([
    `Slack: ${words}, by requests to http://127.0.0.1:3000/slack/events.`,
    '  Add it to a workspace: http://127.0.0.1:3000/slack/install',
    '  One problem.',
  ]);
});
