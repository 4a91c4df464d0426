import { expect, it } from 'vitest';
import { plainPost } from './call-api.ts';
import { createSlackRig } from './slack-rig.ts';

it('refuses, fails, shows HTML, and is busy, on demand', async () => {
  const { slack, call, team } = createSlackRig();
  const target = { method: 'auth.test' };
  slack.faults.next(target, { type: 'error', error: 'internal_error' });
  expect(await call('auth.test')).toMatchObject({ status: 200, error: 'internal_error' });
  slack.faults.next(target, { type: 'status', status: 503 }, 2);
  expect([(await call('auth.test')).status, (await call('auth.test')).status]).toEqual([503, 503]);
  slack.faults.next(target, { type: 'html', status: 502 });
  expect((await call('auth.test')).headers.get('content-type')).toContain('text/html');
  slack.faults.next({ ...target, teamId: 'T404' }, { type: 'status', status: 500 });
  expect((await call('auth.test')).status).toBe(200);
  slack.faults.clear();
  const over = slack.faults.always(
    { method: /^auth/, teamId: team.id },
    { type: 'rate-limited', retryAfterSeconds: 7 },
  );
  const refused = await call('auth.test');
  expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '7']);
  over();
  expect((await call('auth.test')).status).toBe(429);
});

it('blocks the method alone for as long as it said', async () => {
  const { slack, call, clock } = createSlackRig();
  slack.faults.next({ method: 'team.info' }, { type: 'rate-limited', retryAfterSeconds: 7 });
  await call('team.info');
  expect([(await call('team.info')).status, (await call('auth.test')).status]).toEqual([429, 200]);
  await clock.advance(7_000);
  expect((await call('team.info')).status).toBe(200);
});

it('loses answers, though the message stands', async () => {
  const { slack, call, channel } = createSlackRig();
  slack.faults.next({ method: 'chat.postMessage' }, { type: 'lost-reply' });
  await expect(call('chat.postMessage', plainPost(channel.id, 'a'))).rejects.toThrow('fetch failed');
  slack.faults.next({ method: 'chat.postMessage' }, { type: 'refused' });
  await expect(call('chat.postMessage', plainPost(channel.id, 'b'))).rejects.toThrow('fetch failed');
  expect(slack.screen.botMessages().map(({ text }) => text)).toEqual(['a']);
  expect(slack.requests({ method: 'chat.postMessage' }).map(({ error }) => error)).toEqual([null, null]);
});

it('answers late, or never', async () => {
  const { slack, call, clock, installation } = createSlackRig({ oneWayMs: () => 100 });
  slack.faults.next({ method: 'auth.test' }, { type: 'slow', delayMs: 2_000 });
  const startMs = clock.now();
  await clock.runUntil(call('auth.test'));
  expect(clock.now() - startMs).toBe(2_200);
  slack.faults.next({ method: 'auth.test' }, { type: 'silent' });
  const givingUp = new AbortController();
  const silent = slack.fetch('https://slack.com/api/auth.test', {
    method: 'POST',
    headers: { authorization: `Bearer ${installation.token}` },
    signal: givingUp.signal,
  });
  const ended = expect(silent).rejects.toThrow('enough');
  await clock.advance(60_000);
  givingUp.abort(new Error('enough'));
  await ended;
});
