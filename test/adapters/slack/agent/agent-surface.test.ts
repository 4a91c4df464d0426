import { afterEach, describe, expect, it } from 'vitest';
import { createAgentSurface } from '../../../../adapters/slack/agent/agent-surface.ts';
import type { FindAsker } from '../../../../adapters/slack/directory/asker.ts';
import type { SlackAccessQuestion } from '../../../../adapters/slack/directory/slack-access.ts';
import type { SlackDelivery } from '../../../../adapters/slack/events/delivery.ts';
import type { InboxEvent } from '../../../../src/turn/inbox.ts';
import { toObject } from '../../../fakes/discord/json.ts';
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

const setPrompts = 'assistant.threads.setSuggestedPrompts';

async function start(
  options: Omit<FakeSlackOptions, 'clock'> & { mayUse?: (question: SlackAccessQuestion) => boolean } = {},
) {
  const rig = createApiRig(options);
  rigs.push(rig);
  const socket = await rig.connect();
  const questions: SlackAccessQuestion[] = [];
  const events: InboxEvent[] = [];
  const subjects = new Map<string, string>();
  const threads = new Map<string, string>();
  const findAsker: FindAsker = async ({ via, user }) => ({
    person: { id: user, name: 'Ada', moderator: false, managesChannel: false, managesServer: false },
    tenant: via,
    userTeam: 'T7',
  });
  const surface = createAgentSurface({
    api: rig.api,
    findAsker,
    mayUse(question) {
      questions.push(question);
      return options.mayUse?.(question) ?? true;
    },
    subjectOfStream: (via, channel, ts) => subjects.get(`${via}/${channel}/${ts}`) ?? null,
    subjectInThread: (via, channel, threadTs) => threads.get(`${via}/${channel}/${threadTs}`) ?? null,
    clock: rig.clock,
    logger: createSilentLogger(),
  });

  /** The newest delivery that came over the socket, as the inbox gets it. */
  const newest = (): SlackDelivery => ({
    kind: 'event',
    payload: toObject(socket.frames.findLast((frame) => frame['type'] === 'events_api'))['payload'],
    retry: null,
  });
  const take = (delivery: SlackDelivery) =>
    surface.take(
      delivery,
      async (event) => {
        events.push(event);
        return 'accepted';
      },
      live,
    );
  const takeNewest = async () => {
    const taken = take(newest());
    if (taken === null) throw new Error('it was not taken');
    await taken;
    await surface.idle();
  };
  return {
    ...rig,
    surface,
    questions,
    events,
    subjects,
    threads,
    newest,
    take,
    takeNewest,
    direct: rig.slack.places.direct(rig.person, rig.installation),
    sent: () => rig.slack.requests({ method: setPrompts }).length,
  };
}

describe('whoever opens the app', () => {
  it('finds what they may ask, once in some hours', async () => {
    const rig = await start();
    rig.slack.people.openHome(rig.person, 'messages');
    await rig.takeNewest();
    const { prompts } = rig.slack.agents.of(rig.direct, null);
    expect(prompts.map(({ title }) => title)).toEqual([
      'Describe a picture',
      'Read the text in a picture',
      'Compare two pictures',
      'Which models are there?',
    ]);
    expect(prompts.at(-1)?.message).toBe('!model');
    await rig.takeNewest();
    // Nothing is to be heard for hours.
    rig.slack.sockets.end();
    await rig.clock.advance(21_599_000);
    await rig.takeNewest();
    expect(rig.sent()).toBe(1);
    await rig.clock.advance(1_000);
    await rig.takeNewest();
    expect(rig.sent()).toBe(2);
  });

  it('finds it once when the opening comes twice at the same moment', async () => {
    const rig = await start();
    rig.slack.people.openHome(rig.person, 'messages');
    await Promise.all([rig.take(rig.newest()), rig.take(rig.newest())]);
    await rig.surface.idle();
    expect(rig.sent()).toBe(1);
  });

  it('finds it in each thread of an older app, too', async () => {
    const rig = await start();
    for (const times of [1, 2]) {
      const { threadTs, channel } = rig.slack.people.openAssistant(rig.person);
      await rig.takeNewest();
      await rig.takeNewest();
      expect(rig.slack.agents.of(channel, threadTs).prompts).toHaveLength(4);
      expect(rig.sent()).toBe(times);
    }
  });

  it('never waits for it: the delivery is acknowledged before anything is sent', async () => {
    const rig = await start();
    rig.slack.faults.next({ method: setPrompts }, { type: 'slow', delayMs: 5_000 });
    rig.slack.people.openHome(rig.person, 'messages');
    await rig.take(rig.newest());
    expect(rig.sent()).toBe(0);
    const startMs = rig.clock.now();
    await rig.clock.runUntil(rig.surface.idle());
    expect([rig.sent(), rig.clock.now() - startMs]).toEqual([1, 5_000]);
  });

  it('finds nothing where they may not use the bot', async () => {
    const rig = await start({ mayUse: () => false });
    rig.slack.people.openHome(rig.person, 'messages');
    await rig.takeNewest();
    rig.slack.people.openAssistant(rig.person);
    await rig.takeNewest();
    expect(rig.sent()).toBe(0);
    const [question] = rig.questions;
    expect(question).toEqual({
      via: rig.team.id,
      tenant: rig.team.id,
      userTeam: 'T7',
      channel: rig.direct.id,
      direct: true,
      person: rig.person.id,
    });
  });

  it('finds nothing on the home tab', async () => {
    const rig = await start();
    rig.slack.people.openHome(rig.person, 'home');
    await rig.takeNewest();
    expect([rig.sent(), rig.questions]).toEqual([0, []]);
  });

  it('is not suggested anything in vain where the app is no agent', async () => {
    const rig = await start({ settings: { isAgent: false } });
    rig.slack.people.openHome(rig.person, 'messages');
    await rig.takeNewest();
    const other = rig.slack.places.createPerson(rig.team, { name: 'bob' });
    rig.slack.people.openHome(other, 'messages');
    await rig.takeNewest();
    expect(rig.sent()).toBe(1);
  });

  it('finds it the next time when Slack was away', async () => {
    const rig = await start();
    rig.slack.faults.next({ method: setPrompts }, { type: 'status', status: 500 });
    rig.slack.people.openHome(rig.person, 'messages');
    await rig.takeNewest();
    await rig.takeNewest();
    expect(rig.slack.agents.of(rig.direct, null).prompts).toHaveLength(4);
  });

  it('waits no longer than the suggestion is worth', async () => {
    const rig = await start();
    rig.slack.faults.next({ method: setPrompts }, { type: 'silent' });
    rig.slack.people.openHome(rig.person, 'messages');
    await rig.take(rig.newest());
    const startMs = rig.clock.now();
    await rig.clock.runUntil(rig.surface.idle());
    expect(rig.clock.now() - startMs).toBe(8_000);
  });
});

describe('Slack’s own stop button', () => {
  async function startStopping(options: Parameters<typeof start>[0] = {}) {
    const rig = await start(options);
    const said = rig.slack.people.say(rig.person, rig.channel, { text: 'look', mentionsBot: true });
    const stream = async () => {
      const begun = toObject(
        await rig.send('chat.startStream', {
          channel: rig.channel.id,
          thread_ts: said.ts,
          markdown_text: 'I see ',
          recipient_user_id: rig.person.id,
          recipient_team_id: rig.team.id,
        }),
      );
      return String(begun['ts']);
    };
    const key = (ts: string) => `${rig.team.id}/${rig.channel.id}/${ts}`;
    const stop = async () => {
      rig.slack.people.stopAgent(rig.person, rig.channel, said.ts);
      await rig.takeNewest();
    };
    return { ...rig, said, stream, key, stop };
  }

  it('stops the questions whose answers were being streamed, once each', async () => {
    const rig = await startStopping();
    for (const subject of ['one', 'one', 'two']) rig.subjects.set(rig.key(await rig.stream()), subject);
    await rig.stop();
    const person = { id: rig.person.id, name: 'Ada', moderator: false, managesChannel: false, managesServer: false };
    expect(rig.events).toEqual([
      { type: 'stop', subject: 'one', person },
      { type: 'stop', subject: 'two', person },
    ]);
  });

  it('stops the answer that is under way in the thread without a stream, and none twice', async () => {
    const rig = await startStopping();
    rig.threads.set(rig.key(rig.said.ts), 'one');
    await rig.stop();
    expect(rig.events.map((event) => event.type === 'stop' && event.subject)).toEqual(['one']);
    rig.subjects.set(rig.key(await rig.stream()), 'one');
    await rig.stop();
    expect(rig.events).toHaveLength(2);
  });

  it('stops nothing that is not known here', async () => {
    const rig = await startStopping();
    await rig.stream();
    await rig.stop();
    expect([rig.events, rig.questions]).toEqual([[], []]);
  });

  it('stops nothing for whom the bot does not serve', async () => {
    const rig = await startStopping({ mayUse: ({ direct }) => direct });
    rig.subjects.set(rig.key(await rig.stream()), 'one');
    await rig.stop();
    expect(rig.events).toEqual([]);
    expect(rig.questions).toHaveLength(1);
  });

  it('is left for Slack to repeat when the bot cannot take it', async () => {
    const rig = await startStopping();
    rig.subjects.set(rig.key(await rig.stream()), 'one');
    rig.slack.people.stopAgent(rig.person, rig.channel, '1.2');
    const payload = toObject(rig.newest().payload);
    const [ts] = [...rig.subjects.keys()].map((key) => key.split('/').at(-1));
    const event = { ...toObject(payload['event']), streaming_message_ts: [ts] };
    const away = rig.surface.take(
      { kind: 'event', payload: { ...payload, event }, retry: null },
      async () => {
        throw new Error('the store is down');
      },
      live,
    );
    await expect(away).rejects.toThrow('the store is down');
  });
});

describe('every other delivery', () => {
  it('is left to others, but for where people look meanwhile', async () => {
    const rig = await start();
    rig.slack.people.say(rig.person, rig.channel, { text: 'look' });
    expect(rig.take(rig.newest())).toBeNull();
    expect(rig.take({ kind: 'command', payload: {}, retry: null })).toBeNull();
    rig.slack.people.lookAt(rig.person, rig.channel);
    await rig.takeNewest();
    const { threadTs } = rig.slack.people.openAssistant(rig.person);
    rig.slack.people.changeContext(rig.person, threadTs, rig.channel);
    await rig.takeNewest();
    expect(rig.sent()).toBe(0);
  });

  it.each(['app_home_opened', 'assistant_thread_started', 'agent_session_stopped'])(
    'that cannot be read (%s) is taken and forgotten',
    async (type) => {
      const rig = await start();
      const payload = { type: 'event_callback', team_id: rig.team.id, event: { type, user: 7 } };
      await rig.take({ kind: 'event', payload, retry: null });
      await rig.surface.idle();
      expect([rig.sent(), rig.events]).toEqual([0, []]);
    },
  );
});
