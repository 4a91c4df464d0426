import { expect, it } from 'vitest';
import { toObject } from '../discord/json.ts';
import { createSlackRig } from './slack-rig.ts';

function start(options: Parameters<typeof createSlackRig>[0] = {}) {
  const rig = createSlackRig(options);
  const { slack } = rig;
  const team = slack.places.createTeam({ name: 'Sculptors', enterpriseId: 'E1' });
  const installer = slack.places.createPerson(team);
  const redirect = 'http://127.0.0.1:1/slack/oauth_redirect';
  const page = new URL('https://slack.com/oauth/v2/authorize');
  page.searchParams.set('client_id', slack.app.clientId);
  page.searchParams.set('scope', 'chat:write,files:read');
  page.searchParams.set('state', 's1');
  page.searchParams.set('redirect_uri', redirect);
  const exchange = async (fields: Record<string, string>, secret = slack.app.clientSecret) => {
    const response = await slack.fetch('https://slack.com/api/oauth.v2.access', {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams({ client_id: slack.app.clientId, client_secret: secret, ...fields }).toString(),
    });
    return toObject(await response.json());
  };
  return { ...rig, team, installer, redirect, page: page.href, exchange };
}

it('installs by OAuth: the page, the code, the token', async () => {
  const { slack, team, installer, redirect, page, exchange, call } = start();
  const back = new URL(slack.installing.approve(page, team, { installer }));
  expect([`${back.origin}${back.pathname}`, back.searchParams.get('state')]).toEqual([redirect, 's1']);
  const code = back.searchParams.get('code') ?? '';
  const given = { code, redirect_uri: redirect };
  expect(await exchange(given, 'wrong')).toEqual({ ok: false, error: 'bad_client_secret' });
  expect(await exchange({ code })).toMatchObject({ error: 'bad_redirect_uri' });
  expect(await exchange({ code: 'nonsense' })).toMatchObject({ error: 'invalid_code' });
  const answer = await exchange(given);
  expect(answer).toMatchObject({
    ok: true,
    token_type: 'bot',
    scope: 'chat:write,files:read',
    app_id: slack.app.id,
    team: { id: team.id, name: 'Sculptors' },
    enterprise: { id: 'E1' },
    authed_user: { id: installer.id },
    is_enterprise_install: false,
  });
  expect(await exchange(given)).toMatchObject({ error: 'code_already_used' });
  const tested = await call('auth.test', {}, String(answer['access_token']));
  expect(tested.body).toMatchObject({ team_id: team.id, user_id: answer['bot_user_id'] });
  // The secret is no part of what a test may print.
  expect(JSON.stringify(slack.requests({ method: 'oauth.v2.access' }))).not.toContain(slack.app.clientSecret);
});

it('lets codes run out, people decline, and organisations come without a state', async () => {
  const { slack, team, installer, redirect, page, exchange, clock } = start();
  const declined = new URL(slack.installing.decline(page));
  expect(Object.fromEntries(declined.searchParams)).toEqual({ error: 'access_denied', state: 's1' });
  const approved = slack.installing.approve(page, team, { installer, organisation: true, withoutState: true });
  const back = new URL(approved);
  expect(back.searchParams.has('state')).toBe(false);
  const code = back.searchParams.get('code') ?? '';
  expect(await exchange({ code, redirect_uri: redirect })).toMatchObject({ team: null, is_enterprise_install: true });
  const late = new URL(slack.installing.approve(page, team, { installer })).searchParams.get('code') ?? '';
  await clock.advance(600_000);
  expect(await exchange({ code: late, redirect_uri: redirect })).toMatchObject({ error: 'invalid_code' });
});

it('shows the page in a browser that is signed in', async () => {
  const { slack, team, installer, redirect, page, exchange } = start();
  const visit = async () => (await slack.fetch(page)).text();
  expect(await visit()).toContain('Sign in');
  slack.installing.signIn(team, installer);
  const [, allow, cancel] = /href="([^"]+)".*href="([^"]+)"/.exec(await visit()) ?? [];
  const back = new URL((allow ?? '').replaceAll('&amp;', '&'));
  expect(new URL((cancel ?? '').replaceAll('&amp;', '&')).searchParams.get('error')).toBe('access_denied');
  const answer = await exchange({ code: back.searchParams.get('code') ?? '', redirect_uri: redirect });
  expect(answer).toMatchObject({ ok: true, team: { id: team.id } });
});

it('replaces the token when it is installed again', async () => {
  const { slack, team, call } = start();
  const first = slack.installing.install(team);
  const second = slack.installing.install(team);
  expect(second.bot).toBe(first.bot);
  expect((await call('auth.test', {}, first.token)).error).toBe('invalid_auth');
  expect((await call('auth.test', {}, second.token)).ok).toBe(true);
});

it('rotates tokens: twelve hours each, the one before goes on to its end', async () => {
  const { slack, team, exchange, call, clock } = start({ settings: { tokenRotation: true } });
  const { token, refreshToken } = slack.installing.install(team);
  const refresh = (given: unknown = refreshToken) =>
    exchange({ grant_type: 'refresh_token', refresh_token: String(given) });
  await clock.advance(36_000_000);
  const fresh = await refresh();
  expect(fresh).toMatchObject({ ok: true, expires_in: 43_200, refresh_token: expect.any(String) });
  expect((await call('auth.test', {}, token)).ok).toBe(true);
  await clock.advance(7_200_000);
  expect((await call('auth.test', {}, token)).error).toBe('token_expired');
  expect((await call('auth.test', {}, String(fresh['access_token']))).ok).toBe(true);
});

it('takes a refresh token once, and again for a short while; two tokens are good at a time', async () => {
  const { slack, team, exchange, call, clock } = start({ settings: { tokenRotation: true } });
  const { token, refreshToken } = slack.installing.install(team);
  const refresh = () => exchange({ grant_type: 'refresh_token', refresh_token: refreshToken ?? '' });
  const lost = await refresh();
  const fresh = await refresh();
  expect((await call('auth.test', {}, token)).error).toBe('invalid_auth');
  expect((await call('auth.test', {}, String(lost['access_token']))).ok).toBe(true);
  expect((await call('auth.test', {}, String(fresh['access_token']))).ok).toBe(true);
  await clock.advance(60_000);
  expect(await refresh()).toMatchObject({ error: 'invalid_refresh_token' });
});
