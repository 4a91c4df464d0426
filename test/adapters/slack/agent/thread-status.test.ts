import { afterEach, describe, expect, it } from 'vitest';
import { createThreadStatus } from '../../../../adapters/slack/agent/thread-status.ts';
import { createSilentLogger } from '../../../fakes/silent-logger.ts';
import type { FakeSlackOptions } from '../../../fakes/slack/fake-slack.ts';
import { createApiRig, live } from '../api/api-rig.ts';

const rigs: ReturnType<typeof createApiRig>[] = [];
afterEach(() => {
  for (const { slack, clock } of rigs.splice(0)) {
    slack.end();
    slack.expectNoViolations();
    expect(clock.pending()).toBe(0);
  }
});

function start(options: Omit<FakeSlackOptions, 'clock'> = {}) {
  const rig = createApiRig(options);
  rigs.push(rig);
  const logger = createSilentLogger();
  const status = createThreadStatus({ api: rig.api, clock: rig.clock, logger });
  const said = rig.slack.people.say(rig.person, rig.channel, { text: 'look', mentionsBot: true });
  const where = { via: rig.team.id, channel: rig.channel.id, threadTs: said.ts, title: null };
  const direct = rig.slack.places.direct(rig.person, rig.installation);
  const opened = rig.slack.people.say(rig.person, direct, { text: 'look' });
  const agent = { via: rig.team.id, channel: direct.id, threadTs: opened.ts, title: 'what is this?' as string | null };
  const sent = (method = 'setStatus') => rig.slack.requests({ method: `assistant.threads.${method}` }).length;
  return {
    ...rig,
    logger,
    status,
    where,
    direct,
    agent,
    sent,
    shown: () => rig.slack.screen.statuses().map(({ text }) => text),
    titleOf: () => rig.slack.agents.of(direct, opened.ts).title,
  };
}

describe('the line that an answer is on its way', () => {
  it('is shown below the thread, with words that fit looking at pictures', async () => {
    const rig = start();
    await rig.status.show(rig.where, live);
    const [shown] = rig.slack.screen.statuses();
    expect(shown).toMatchObject({ channelId: rig.channel.id, threadTs: rig.where.threadTs, text: 'is looking…' });
    expect(shown?.loadingMessages.length).toBeGreaterThanOrEqual(3);
    expect(shown?.loadingMessages.length).toBeLessThanOrEqual(5);
  });

  it('is repeated once a minute, so that it stands as long as it is wished', async () => {
    const rig = start();
    for (let ms = 0; ms < 300_000; ms += 8_000) {
      await rig.status.show(rig.where, live);
      expect(rig.shown()).toEqual(['is looking…']);
      await rig.clock.advance(8_000);
    }
    expect(rig.sent()).toBe(5);
  });

  it('is one for each thread, channel and workspace', async () => {
    const rig = start();
    await rig.status.show(rig.where, live);
    await rig.status.show(rig.agent, live);
    expect(rig.shown()).toHaveLength(2);
    // Of a workspace without the app.
    await rig.status.show({ ...rig.where, via: 'T9' }, live);
    await rig.status.clear({ ...rig.where, via: 'T9' }, live);
    expect(rig.shown()).toHaveLength(2);
    expect(rig.logger.lines).toHaveLength(1);
  });

  it('is taken away where it still stands, and only there', async () => {
    const rig = start();
    await rig.status.clear(rig.where, live);
    expect(rig.sent()).toBe(0);
    await rig.status.show(rig.where, live);
    await rig.status.clear(rig.where, live);
    await rig.status.clear(rig.where, live);
    expect([rig.shown(), rig.sent()]).toEqual([[], 2]);
    await rig.status.show(rig.where, live);
    await rig.clock.advance(120_000);
    await rig.status.clear(rig.where, live);
    expect(rig.sent()).toBe(3);
  });

  it('is not taken away after a message, which did that by itself', async () => {
    const rig = start();
    await rig.status.show(rig.where, live);
    rig.status.ended(rig.where);
    await rig.status.clear(rig.where, live);
    expect(rig.sent()).toBe(1);
    await rig.send('assistant.threads.setStatus', {
      channel_id: rig.where.channel,
      thread_ts: rig.where.threadTs,
      status: '',
    });
  });

  it('is shown again at once for the next answer in the same thread', async () => {
    const rig = start();
    await rig.status.show(rig.where, live);
    rig.status.ended(rig.where);
    await rig.status.show(rig.where, live);
    await rig.status.clear(rig.where, live);
    await rig.status.show(rig.where, live);
    expect(rig.sent()).toBe(4);
    await rig.status.clear(rig.where, live);
    expect(rig.shown()).toEqual([]);
  });

  it('is taken away also when it was still under way, or came after the message', async () => {
    for (const comesFirst of [true, false]) {
      const rig = start({ oneWayMs: () => 1_000 });
      const showing = rig.status.show(rig.where, live);
      if (comesFirst) rig.status.ended(rig.where);
      await rig.clock.runUntil(Promise.all([showing, rig.status.clear(rig.where, live)]));
      expect([rig.shown(), rig.sent()]).toEqual([[], 2]);
    }
  });

  it('is taken away also when nobody knows whether it was shown', async () => {
    const rig = start();
    rig.slack.faults.next({ method: 'assistant.threads.setStatus' }, { type: 'lost-reply' });
    await rig.status.show(rig.where, live);
    expect(rig.shown()).toEqual(['is looking…']);
    await rig.status.clear(rig.where, live);
    expect(rig.shown()).toEqual([]);

    const aborting = new AbortController();
    rig.slack.faults.next({ method: 'assistant.threads.setStatus' }, { type: 'slow', delayMs: 5_000 });
    const showing = rig.status.show(rig.where, aborting.signal);
    await rig.clock.advance(1_000);
    aborting.abort(new Error('the answer is there'));
    await showing;
    await rig.status.clear(rig.where, live);
    expect(rig.shown()).toEqual([]);
  });

  it('is worth further attempts to be taken away', async () => {
    const rig = start();
    await rig.status.show(rig.where, live);
    rig.slack.faults.next({ method: 'assistant.threads.setStatus' }, { type: 'status', status: 500 }, 2);
    await rig.clock.runUntil(rig.status.clear(rig.where, live));
    expect(rig.shown()).toEqual([]);
  });
});

describe('trouble with it', () => {
  const setStatus = { method: 'assistant.threads.setStatus' };

  it('is no trouble of the answer’s: nothing rejects, what is logged is quiet', async () => {
    const rig = start();
    rig.slack.faults.always(setStatus, { type: 'error', error: 'internal_error' });
    await rig.status.show(rig.where, live);
    await rig.clock.runUntil(rig.status.clear(rig.where, live));
    await rig.status.show(rig.where, AbortSignal.abort(new Error('stopped')));
    expect(rig.logger.lines.map(({ level }) => level)).toEqual(['debug', 'debug']);
    rig.slack.faults.clear();
  });

  it('of a moment does not keep the next wish from being sent', async () => {
    const rig = start();
    rig.slack.faults.next(setStatus, { type: 'status', status: 503 });
    await rig.status.show(rig.where, live);
    await rig.status.show(rig.where, live);
    expect(rig.shown()).toEqual(['is looking…']);
  });

  it('with one thread is not asked about again within a minute', async () => {
    const rig = start();
    const gone = { ...rig.where, threadTs: '1.000001' };
    for (let times = 0; times < 7; times += 1) {
      await rig.status.show(gone, live);
      await rig.clock.advance(8_000);
    }
    await rig.status.clear(gone, live);
    expect(rig.sent()).toBe(1);
  });

  it.each(['missing_scope', 'unknown_method', 'channel_type_not_supported', 'not_allowed_token_type'])(
    'that stays (%s) ends the calls in such channels of that workspace for an hour',
    async (error) => {
      const rig = start();
      rig.slack.faults.next(setStatus, { type: 'error', error });
      const said = rig.slack.people.say(rig.person, rig.channel, { text: 'look' });
      await rig.status.show(rig.where, live);
      await rig.status.show({ ...rig.where, threadTs: said.ts }, live);
      await rig.clock.advance(3_599_000);
      await rig.status.show(rig.where, live);
      await rig.status.clear(rig.where, live);
      expect(rig.sent()).toBe(1);
      // Direct messages may be another matter.
      await rig.status.show(rig.agent, live);
      expect(rig.shown()).toHaveLength(1);
      await rig.clock.advance(1_000);
      await rig.status.show(rig.where, live);
      expect(rig.shown()).toHaveLength(2);
    },
  );
});

describe('a thread with the agent', () => {
  it('is named once, after its question', async () => {
    const rig = start();
    await rig.status.show(rig.agent, live);
    expect(rig.titleOf()).toBe('what is this?');
    rig.status.ended(rig.agent);
    await rig.status.show({ ...rig.agent, title: 'and that?' }, live);
    expect([rig.titleOf(), rig.sent('setTitle')]).toEqual(['what is this?', 1]);
  });

  it('is the only one that is named, and only where there are words', async () => {
    const rig = start();
    await rig.status.show({ ...rig.where, title: 'in a channel' }, live);
    await rig.status.show({ ...rig.agent, title: null }, live);
    await rig.status.show({ ...rig.agent, title: ' ' }, live);
    expect(rig.sent('setTitle')).toBe(0);
  });

  it('is named the next time when Slack is away, and not at all without the right to it', async () => {
    const rig = start();
    rig.slack.faults.next({ method: 'assistant.threads.setTitle' }, { type: 'status', status: 500 });
    await rig.status.show(rig.agent, live);
    await rig.status.show(rig.agent, live);
    expect([rig.titleOf(), rig.sent('setTitle')]).toEqual(['what is this?', 2]);

    const less = start();
    less.installation.scopes.delete('assistant:write');
    const other = less.slack.people.say(less.person, less.direct, { text: 'look' });
    await less.status.show(less.agent, live);
    await less.status.show({ ...less.agent, threadTs: other.ts }, live);
    expect([less.titleOf(), less.sent('setTitle'), less.shown()]).toEqual([null, 1, ['is looking…', 'is looking…']]);
  });
});
