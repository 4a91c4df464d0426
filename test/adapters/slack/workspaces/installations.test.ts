import { describe, expect, it } from 'vitest';
import { live, reasonOf } from '../api/api-rig.ts';
import { createWorkspacesRig, type WorkspacesRig } from './workspaces-rig.ts';

const hourMs = 3_600_000;

describe('installations', () => {
  it('speak for each workspace with its own token, and for no other', async () => {
    const { installations, slack, team, installation, saved, tokenIn } = createWorkspacesRig();
    const other = slack.places.createTeam({ name: 'Weavers' });
    const there = slack.installing.install(other);
    await saved(installation);
    await saved(there);

    expect(await installations.find(team.id, null, live)).toEqual({
      teamId: team.id,
      enterpriseId: null,
      botUserId: installation.bot.id,
      botId: installation.botId,
      token: installation.token,
    });
    expect(await tokenIn(other.id)).toBe(there.token);
    expect(await tokenIn('T0STRANGER')).toBeNull();
    expect(await installations.count()).toBe(2);
  });

  it('of an organisation speak for all its workspaces, also for turns that go on after a restart', async () => {
    const { restart, slack, organisation, sibling, saved, tokenIn } = createWorkspacesRig();
    const record = slack.installing.install(organisation, { organisation: true });
    await saved(record);

    expect(await tokenIn(organisation.id)).toBeNull();
    expect(await tokenIn(organisation.id, 'E0ORG')).toBe(record.token);
    expect(await tokenIn(sibling.id, 'E0ORG')).toBe(record.token);
    expect(await tokenIn(sibling.id, 'E0OTHER')).toBeNull();
    const after = restart();
    expect(await after.installations.find(sibling.id, null, live)).toMatchObject({
      teamId: sibling.id,
      enterpriseId: 'E0ORG',
      botUserId: record.bot.id,
    });
    expect(await after.organisations.teamsOf('E0ORG')).toEqual([organisation.id, sibling.id]);
  });

  it('of the workspace itself come before the organisation’s', async () => {
    const { slack, organisation, saved, tokenIn } = createWorkspacesRig();
    const wide = slack.installing.install(organisation, { organisation: true });
    const own = slack.installing.install(organisation);
    await saved(wide);
    await saved(own);

    expect(await tokenIn(organisation.id, 'E0ORG')).toBe(own.token);
  });

  it('are replaced by installing again, and gone once they are removed', async () => {
    const { installations, slack, team, installation, saved, tokenIn } = createWorkspacesRig();
    await saved(installation);
    const again = slack.installing.install(team);
    await saved(again);

    expect(await tokenIn(team.id)).toBe(again.token);
    expect(await installations.count()).toBe(1);
    await installations.remove(team.id, installation.token);
    expect(await tokenIn(team.id)).toBe(again.token);
    await installations.remove(team.id, again.token);
    await installations.remove(team.id, again.token);
    expect(await tokenIn(team.id)).toBeNull();
    expect(await installations.count()).toBe(0);
  });

  it('read the store again after a minute', async () => {
    const { installations, clock, restart, team, installation, saved, tokenIn } = createWorkspacesRig();
    await saved(installation);
    await restart().installations.remove(team.id, installation.token);

    expect(await tokenIn(team.id)).toBe(installation.token);
    await clock.advance(60_000);
    expect(await tokenIn(team.id)).toBeNull();
    expect(await installations.count()).toBe(0);
  });

  it('reject when the store cannot be read', async () => {
    const { breakDown, team, tokenIn } = createWorkspacesRig();
    breakDown(true);

    expect(await reasonOf(tokenIn(team.id))).toMatchObject({ message: 'the store is down' });
  });
});

describe('what is stored of installations', () => {
  it('shows neither tokens nor names, and is sealed anew each time', async () => {
    const { dump, installation, saved, store, keys } = createWorkspacesRig({ tokenRotation: true });
    await saved(installation);
    const [key = ''] = keys('slack-installations');
    const before = await store.get(key);
    await saved(installation);

    const all = await dump();
    expect(all).toContain('sealed');
    for (const secret of [installation.token, installation.refreshToken ?? 'none', 'Painters', installation.bot.id]) {
      expect(all).not.toContain(secret);
    }
    expect(await store.get(key)).not.toEqual(before);
  });

  it('reads as not installed with another secret, and one line says why, with fewer and fewer repetitions', async () => {
    const { restart, clock, installation, team, saved, problems } = createWorkspacesRig();
    await saved(installation);
    const { installations } = restart('another-client-secret-of-slack');

    expect(await installations.find(team.id, null, live)).toBeNull();
    expect(await installations.find(team.id, null, live)).toBeNull();
    expect(problems()).toEqual([
      {
        level: 'error',
        facts: { installation: team.id, times: 1 },
        sentence: expect.stringContaining('SLACK_CLIENT_SECRET is another one than when it was stored'),
      },
    ]);
    for (let minutes = 0; minutes < 6; minutes += 1) {
      await clock.advance(60_000);
      await installations.find(team.id, null, live);
    }
    expect(problems()).toHaveLength(3);
    expect(await restart().installations.find(team.id, null, live)).toMatchObject({ token: installation.token });
  });

  it('cannot be put in the place of another', async () => {
    const { restart, slack, store, keys, team, installation, saved } = createWorkspacesRig();
    const other = slack.places.createTeam();
    await saved(installation);
    await saved(slack.installing.install(other));
    const [mine = '', others = ''] = keys('slack-installations');
    await store.set(others, await store.get(mine));

    const { installations } = restart();
    expect(await installations.find(other.id, null, live)).toBeNull();
    expect(await installations.find(team.id, null, live)).toMatchObject({ token: installation.token });
  });

  it.each([
    ['shortened', (text: string) => text.slice(0, -4)],
    ['changed at its beginning', (text: string) => `AAAA${text.slice(4)}`],
    ['changed at its end', (text: string) => `${text.slice(0, -4)}AAAA`],
    ['emptied', () => ''],
  ])('is not read when it was %s', async (_how, change) => {
    const { restart, store, keys, team, installation, saved } = createWorkspacesRig();
    await saved(installation);
    const [key = ''] = keys('slack-installations');
    const stored = JSON.stringify(await store.get(key));
    const sealed = /"sealed":"([^"]+)"/.exec(stored)?.[1] ?? '';
    await store.set(key, { sealed: change(sealed) });

    expect(await restart().installations.find(team.id, null, live)).toBeNull();
  });
});

describe('tokens that end', () => {
  const due = async (rig: WorkspacesRig, hours = 10) => {
    await rig.saved(rig.installation);
    await rig.clock.advance(hours * hourMs);
  };

  it('are renewed well before, while nobody waits', async () => {
    const rig = createWorkspacesRig({ tokenRotation: true });
    const { installation, team, tokenIn, installations, refreshes, restart, call } = rig;
    const before = installation.token;
    await due(rig, 9);
    expect(await tokenIn(team.id)).toBe(before);
    await installations.idle();
    expect(refreshes()).toBe(0);
    await rig.clock.advance(hourMs);

    expect(await Promise.all([tokenIn(team.id), tokenIn(team.id), tokenIn(team.id)])).toEqual([before, before, before]);
    await installations.idle();
    expect(refreshes()).toBe(1);
    expect(await tokenIn(team.id)).toBe(installation.token);
    expect(installation.token).not.toBe(before);
    expect((await call('auth.test', {}, before)).ok).toBe(true);
    expect(await restart().installations.find(team.id, null, live)).toMatchObject({ token: installation.token });
    expect(rig.clock.pending()).toBe(0);
  });

  it('that are over are renewed once for all that wait', async () => {
    const rig = createWorkspacesRig({ tokenRotation: true });
    const { installation, team, tokenIn, refreshes } = rig;
    await due(rig, 13);

    const tokens = await Promise.all([tokenIn(team.id), tokenIn(team.id)]);
    expect(tokens).toEqual([installation.token, installation.token]);
    expect(refreshes()).toBe(1);
  });

  it.each([1, 2])('are not lost when the answer is lost %i times', async (times) => {
    const rig = createWorkspacesRig({ tokenRotation: true });
    const { slack, clock, installation, team, tokenIn, call, problems } = rig;
    await due(rig, 13);
    slack.faults.next({ method: 'oauth.v2.access' }, { type: 'lost-reply' }, times);

    const token = await clock.runUntil(tokenIn(team.id));
    expect(token).toBe(installation.token);
    expect((await call('auth.test', {}, token ?? '')).ok).toBe(true);
    expect(problems()).toEqual([]);
  });

  it('go on while Slack cannot be reached, and are asked for again a little later', async () => {
    const rig = createWorkspacesRig({ tokenRotation: true });
    const { slack, clock, installation, installations, team, tokenIn, refreshes, problems } = rig;
    const before = installation.token;
    await due(rig);
    slack.faults.next({ method: 'oauth.v2.access' }, { type: 'refused' }, 3);

    expect(await tokenIn(team.id)).toBe(before);
    await clock.runUntil(installations.idle());
    expect(problems()).toMatchObject([{ level: 'warn', facts: { installation: team.id } }]);
    expect(await tokenIn(team.id)).toBe(before);
    await installations.idle();
    expect(refreshes()).toBe(3);
    await clock.advance(15_000);
    expect(await tokenIn(team.id)).toBe(before);
    await installations.idle();
    expect(await tokenIn(team.id)).toBe(installation.token);
    expect(installation.token).not.toBe(before);
  });

  it('that are over make whoever needs them try again while Slack cannot be reached', async () => {
    const rig = createWorkspacesRig({ tokenRotation: true });
    const { slack, clock, installation, team, tokenIn } = rig;
    await due(rig, 13);
    slack.faults.next({ method: 'oauth.v2.access' }, { type: 'refused' }, 3);

    const reason = await clock.runUntil(reasonOf(tokenIn(team.id)));
    expect(reason).toMatchObject({ code: 'platform-unreachable', retryable: true });
    await clock.advance(15_000);
    expect(await tokenIn(team.id)).toBe(installation.token);
  });

  it('keep the installation when Slack says no for good: they serve to their end, and one line says what to do', async () => {
    const rig = createWorkspacesRig({ tokenRotation: true });
    const { slack, clock, installation, installations, team, tokenIn, refreshes, problems, saved } = rig;
    await due(rig);
    slack.faults.always({ method: 'oauth.v2.access' }, { type: 'error', error: 'invalid_refresh_token' });

    expect(await tokenIn(team.id)).toBe(installation.token);
    await installations.idle();
    await clock.advance(hourMs);
    expect(await tokenIn(team.id)).toBe(installation.token);
    await clock.advance(hourMs);
    expect(await tokenIn(team.id)).toBeNull();
    expect(refreshes()).toBe(1);
    expect(await installations.count()).toBe(1);
    expect(problems()).toMatchObject([
      {
        level: 'error',
        facts: { reason: 'invalid_refresh_token' },
        sentence: expect.stringContaining('/slack/install'),
      },
    ]);
    expect(JSON.stringify(problems())).not.toContain(installation.refreshToken);
    const again = slack.installing.install(team);
    await saved(again);
    expect(await tokenIn(team.id)).toBe(again.token);
  });

  it('are stored before they are used, and not asked for twice when the store is down', async () => {
    const rig = createWorkspacesRig({ tokenRotation: true });
    const { breakDown, slack, installation, installations, team, tokenIn, refreshes, restart } = rig;
    const before = installation.token;
    await due(rig);
    slack.faults.next({ method: 'oauth.v2.access' }, { type: 'slow', delayMs: 1_000 });
    expect(await tokenIn(team.id)).toBe(before);
    await rig.clock.advance(0);
    breakDown(true);
    await rig.clock.advance(1_000);
    await installations.idle();

    expect(refreshes()).toBe(1);
    expect(await tokenIn(team.id)).toBe(before);
    await installations.idle();
    breakDown(false);
    expect(await tokenIn(team.id)).toBe(before);
    await installations.idle();
    expect(await tokenIn(team.id)).toBe(installation.token);
    expect(refreshes()).toBe(1);
    expect(await restart().installations.find(team.id, null, live)).toMatchObject({ token: installation.token });
  });

  it('stop being waited for when whoever waits goes away, and are renewed all the same', async () => {
    const rig = createWorkspacesRig({ tokenRotation: true });
    const { slack, clock, installation, installations, team, tokenIn } = rig;
    await due(rig, 13);
    slack.faults.next({ method: 'oauth.v2.access' }, { type: 'slow', delayMs: 2_000 });
    const leaving = new AbortController();
    const waiting = reasonOf(installations.find(team.id, null, leaving.signal));
    await clock.advance(1_000);
    leaving.abort(new Error('gone'));

    expect(await waiting).toMatchObject({ message: 'gone' });
    await clock.advance(1_000);
    await installations.idle();
    expect(await tokenIn(team.id)).toBe(installation.token);
    expect(clock.pending()).toBe(0);
  });
});
