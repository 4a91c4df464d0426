import { expect, it } from 'vitest';
import { type SlackSecrets, secretProblems } from '../../../../adapters/slack/start/token-kinds.ts';

const right: SlackSecrets = { botToken: 'xoxb-1-secret', appToken: 'xapp-1-secret', signingSecret: 'a0'.repeat(16) };

it('finds nothing wrong with secrets of the right kinds', () => {
  expect(secretProblems(right)).toEqual([]);
  expect(secretProblems({ ...right, appToken: null })).toEqual([]);
  expect(secretProblems({ ...right, botToken: null, signingSecret: null })).toEqual([]);
  expect(secretProblems({ ...right, botToken: null, client: { id: '1234.5678', secret: 'a0'.repeat(16) } })).toEqual(
    [],
  );
});

it('leaves it to Slack to refuse what only looks unusual', () => {
  const unusual = { botToken: 'token-of-a-proxy', appToken: 'another', signingSecret: 'not hexadecimal' };
  expect(secretProblems({ ...unusual, client: { id: 'A0', secret: 'whatever' } })).toEqual([]);
});

it.each<[Partial<SlackSecrets>, string]>([
  [{ botToken: 'xapp-1-secret' }, 'SLACK_BOT_TOKEN holds an app-level token'],
  [{ botToken: 'xoxp-1-secret' }, 'SLACK_BOT_TOKEN holds a user token'],
  [{ appToken: 'xoxb-1-secret' }, 'SLACK_APP_TOKEN holds a bot token'],
  [{ signingSecret: 'xoxb-1-secret' }, 'SLACK_SIGNING_SECRET holds a bot token'],
  [{ botToken: 'xoxe.xoxb-1-secret' }, 'SLACK_BOT_TOKEN holds a bot token that ends within twelve hours'],
  [{ botToken: 'xoxe-1-secret' }, 'SLACK_BOT_TOKEN holds a refresh token'],
  [{ client: { id: '1.2', secret: 'xoxb-1-secret' } }, 'SLACK_CLIENT_SECRET holds a bot token'],
])('names the secret of the wrong kind and never shows it: %o', (wrong, beginning) => {
  const [problem, ...others] = secretProblems({ ...right, ...wrong });

  expect(problem?.startsWith(beginning)).toBe(true);
  expect(problem).toContain('https://api.slack.com/apps');
  expect(problem).not.toContain('-secret');
  expect(others).toEqual([]);
});

it('says when Slack has no way to reach the bot', () => {
  expect(secretProblems({ ...right, appToken: null, signingSecret: null })).toEqual([
    'Slack has no way to reach the bot: set SLACK_APP_TOKEN for Socket Mode, or SLACK_SIGNING_SECRET for requests to /slack/events.',
  ]);
});
