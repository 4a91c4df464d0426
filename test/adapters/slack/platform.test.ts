import { describe, expect, it } from 'vitest';
import type { SocketMode, SocketModeState } from '../../../adapters/slack/events/socket-mode.ts';
import { createSlackPlatform, type SlackSettings } from '../../../adapters/slack/platform.ts';
import { Failure } from '../../../src/lib/errors.ts';
import type { InboxEvent, Receipt } from '../../../src/turn/inbox.ts';
import { createFakeIds } from '../../fakes/fake-ids.ts';
import { createMemoryStore } from '../../fakes/memory-store.ts';
import { createSilentLogger } from '../../fakes/silent-logger.ts';
import { createSlackRig } from '../../fakes/slack/slack-rig.ts';

const nobody = { servers: [], channels: [], roles: [], people: [] };
const notConnected = 'Slack is not connected.';
const refused = 'Slack refuses the app; the log says why.';

/** Socket Mode as a test has it: connected, cut and refused on demand. */
function createSockets() {
  const ready = Promise.withResolvers<void>();
  ready.promise.catch(() => {});
  const over = Promise.withResolvers<void>();
  over.promise.catch(() => {});
  let state: SocketModeState = 'connecting';
  const socketMode: SocketMode = {
    ready: ready.promise,
    state: () => state,
    async run(_take, signal) {
      signal.addEventListener('abort', () => over.resolve(), { once: true });
      try {
        await over.promise;
      } catch (error) {
        state = 'refused';
        ready.reject(error);
        throw error;
      }
      state = 'ended';
    },
  };
  return {
    connect: () => socketMode,
    open() {
      state = 'connected';
      ready.resolve();
    },
    cut() {
      state = 'connecting';
    },
    refuse: () => over.reject(new Failure('slack-socket-refused', 'Socket Mode is switched off.')),
  };
}

/** The platform over a fake Slack, not listening yet. */
function createPlatformRig(change: Partial<SlackSettings> = {}) {
  const rig = createSlackRig();
  const { slack, clock, installation } = rig;
  const sockets = createSockets();
  const logger = createSilentLogger();
  const stop = new AbortController();
  const events: InboxEvent[] = [];
  const refuseDownload = async () => Promise.reject(new Error('nothing is downloaded here'));
  const settings: SlackSettings = {
    installed: { type: 'token', botToken: installation.token },
    appToken: slack.app.appToken,
    signingSecret: null,
    apiUrl: slack.world.origins.api,
    allowed: nobody,
    denied: nobody,
    ...change,
  };
  const create = () =>
    createSlackPlatform({
      settings,
      ownUrl: () => 'https://sightline.example',
      downloadFile: refuseDownload,
      downloadPreview: refuseDownload,
      listModels: async () => [],
      store: createMemoryStore(),
      clock,
      ids: createFakeIds(),
      logger,
      fetch: slack.fetch,
      connectSockets: sockets.connect,
    });

  /** Created and listening. */
  function listen() {
    const platform = create();
    const onEvent = async (event: InboxEvent): Promise<Receipt> => {
      events.push(event);
      return 'accepted';
    };
    let hasEnded = false;
    const listening = platform.inbox.listen(onEvent, stop.signal).then(() => {
      hasEnded = true;
    });
    /** An event of Slack’s, signed, at the address for requests; gives the status. */
    const post = async (body: string) => {
      const init = { method: 'POST', body, headers: { 'content-type': 'application/json', ...slack.http.sign(body) } };
      const answered = platform.routes.request('https://sightline.example/slack/events', init);
      return (await clock.runUntil(Promise.resolve(answered))).status;
    };
    return {
      platform,
      post,
      hasEnded: () => hasEnded,
      /** Aborts, and looks that nothing is left. */
      async end() {
        stop.abort(new Error('the test ended'));
        await clock.runUntil(listening);
        slack.end();
        expect(clock.pending()).toBe(0);
      },
    };
  }

  return { ...rig, sockets, logger, stop, events, create, listen };
}

const requests = (rig: ReturnType<typeof createSlackRig>) => ({ signingSecret: rig.slack.app.signingSecret });
const signing = requests(createSlackRig());
const errors = ({ lines }: ReturnType<typeof createSilentLogger>) => lines.filter(({ level }) => level === 'error');

describe('before it listens', () => {
  it('nothing is asked of Slack, and it says that it is not connected', async () => {
    const rig = createPlatformRig();
    const platform = rig.create();
    await rig.clock.advance(60_000);
    expect(rig.slack.requests()).toEqual([]);
    expect(platform.problem()).toBe(notConnected);
  });

  it('a delivery is refused, so that Slack repeats it', async () => {
    const rig = createPlatformRig(signing);
    const body = JSON.stringify({ type: 'event_callback', event_id: 'Ev1', event: { type: 'app_mention' } });
    const headers = { 'content-type': 'application/json', ...rig.slack.http.sign(body) };
    const answer = await rig.create().routes.request('/slack/events', { method: 'POST', body, headers });
    expect(answer.status).toBe(503);
  });

  it.each([
    { installed: { type: 'token', botToken: 'xoxp-1-2-3' } },
    { appToken: 'xoxb-1-2-3' },
    { signingSecret: 'xoxb-1-2-3' },
    { appToken: null, signingSecret: null },
  ] satisfies readonly Partial<SlackSettings>[])(
    'a secret that is evidently another one is sent nowhere (%#)',
    (change) => {
      const rig = createPlatformRig(change);
      let failure: unknown = null;
      try {
        rig.create();
      } catch (error) {
        failure = error;
      }
      expect(failure).toMatchObject({ code: 'slack-refused' });
      expect(String(failure)).not.toContain('1-2-3');
      expect(rig.slack.requests()).toEqual([]);
    },
  );

  it('there are routes for what is configured alone', async () => {
    const statuses = async (change: Partial<SlackSettings>) => {
      const { routes } = createPlatformRig(change).create();
      const events = await routes.request('/slack/events', { method: 'POST', body: '{}' });
      return [events.status, (await routes.request('/slack/install')).status];
    };
    const { clientId, clientSecret } = createSlackRig().slack.app;
    const installed = { type: 'oauth', clientId, clientSecret } as const;
    expect(await statuses({})).toEqual([404, 404]);
    expect(await statuses(signing)).toEqual([401, 404]);
    expect(await statuses({ installed })).toEqual([404, 200]);
    expect(await statuses({ ...signing, installed })).toEqual([401, 200]);
  });
});

describe('the start', () => {
  it('by Socket Mode is over when a connection stands, and says where the app is', async () => {
    const rig = createPlatformRig();
    const { platform, end } = rig.listen();
    await rig.clock.advance(5_000);
    expect(platform.problem()).toBe(notConnected);
    rig.sockets.open();
    const [first] = await rig.clock.runUntil(platform.started);
    expect(first).toBe('Slack: @sightline in the workspace Painters, by Socket Mode.');
    expect(platform.problem()).toBeNull();
    await end();
  });

  it('by requests needs no connection', async () => {
    const rig = createPlatformRig({ ...signing, appToken: null });
    const { platform, end } = rig.listen();
    const [first] = await rig.clock.runUntil(platform.started);
    expect(first).toContain('by requests to https://sightline.example/slack/events.');
    expect(platform.problem()).toBeNull();
    await end();
  });

  it('by both ways waits for neither connection', async () => {
    const rig = createPlatformRig(signing);
    const { platform, end } = rig.listen();
    const [first] = await rig.clock.runUntil(platform.started);
    expect(first).toContain('by Socket Mode and requests to https://sightline.example/slack/events.');
    expect(platform.problem()).toBeNull();
    await end();
  });

  it('goes on trying while Slack does not answer', async () => {
    const rig = createPlatformRig();
    const heal = rig.slack.faults.always({}, { type: 'status', status: 503 });
    const { platform, end } = rig.listen();
    rig.sockets.open();
    await rig.clock.advance(120_000);
    expect(platform.problem()).toBe(notConnected);
    expect(rig.slack.requests().length).toBeLessThan(15);
    heal();
    const [first] = await rig.clock.runUntil(platform.started);
    expect(first).toContain('Painters');
    await end();
  });

  it('that is told to end meanwhile ends', async () => {
    const rig = createPlatformRig();
    rig.slack.faults.always({}, { type: 'silent' });
    const { end, platform } = rig.listen();
    await rig.clock.advance(2_000);
    await end();
    expect(platform.problem()).toBe(notConnected);
    expect(errors(rig.logger)).toEqual([]);
  });

  it('that Slack refuses says why, takes nothing and keeps still until it is told to end', async () => {
    const rig = createPlatformRig(signing);
    rig.slack.people.revoke(rig.installation);
    const { platform, end, post, hasEnded } = rig.listen();
    await expect(rig.clock.runUntil(platform.started)).rejects.toMatchObject({
      code: 'slack-refused',
      message: expect.stringMatching(/no longer installed.*https:\/\/api\.slack\.com\/apps/),
    });
    expect(platform.problem()).toBe(refused);
    // Whoever waits for the start says it.
    expect(errors(rig.logger)).toEqual([]);
    const before = rig.slack.requests().length;
    await rig.clock.advance(3_600_000);
    expect(rig.slack.requests()).toHaveLength(before);
    expect(hasEnded()).toBe(false);
    expect(await post(JSON.stringify({ type: 'url_verification', challenge: 'abc' }))).toBe(200);
    await end();
  });

  it('for which Socket Mode is refused fails where there is no other way', async () => {
    const rig = createPlatformRig();
    const { platform, end } = rig.listen();
    rig.sockets.refuse();
    await expect(rig.clock.runUntil(platform.started)).rejects.toThrow('Socket Mode is switched off.');
    expect(platform.problem()).toBe(refused);
    await end();
  });
});

describe('while it runs', () => {
  async function connected(change: Partial<SlackSettings> = {}) {
    const rig = createPlatformRig(change);
    const listening = rig.listen();
    rig.sockets.open();
    await rig.clock.runUntil(listening.platform.started);
    return { rig, ...listening };
  }

  it('says so when no connection stands, and no more when one does', async () => {
    const { rig, platform, end } = await connected();
    rig.sockets.cut();
    expect(platform.problem()).toBe(notConnected);
    rig.sockets.open();
    expect(platform.problem()).toBeNull();
    await end();
  });

  it('does not need connections where requests come in', async () => {
    const { rig, platform, end } = await connected(signing);
    rig.sockets.cut();
    expect(platform.problem()).toBeNull();
    await end();
  });

  it('a refusal for good is in the log once, and the program goes on', async () => {
    const { rig, platform, end, hasEnded } = await connected();
    rig.sockets.refuse();
    await rig.clock.advance(1_000);
    expect(platform.problem()).toBe(refused);
    expect(errors(rig.logger)).toMatchObject([{ facts: { reason: 'Socket Mode is switched off.' } }]);
    expect(hasEnded()).toBe(false);
    await end();
  });

  it('a refusal of Socket Mode leaves requests as they are', async () => {
    const { rig, platform, end, post } = await connected(signing);
    rig.sockets.refuse();
    await rig.clock.advance(1_000);
    expect(platform.problem()).toBeNull();
    expect(errors(rig.logger)).toMatchObject([{ sentence: 'Slack refuses Socket Mode; requests are still taken.' }]);
    const ts = '1767225600.000100';
    const event = { type: 'app_mention', channel: rig.channel.id, user: rig.person.id, text: 'hello', ts };
    const body = { type: 'event_callback', team_id: rig.team.id, event_id: 'Ev1', event };
    expect(await post(JSON.stringify(body))).toBe(200);
    expect(rig.events).toMatchObject([{ type: 'turn', turn: { channel: rig.channel.id, text: 'hello' } }]);
    await end();
  });

  it('takes nothing any more once it was told to end', async () => {
    const { post, end } = await connected(signing);
    await end();
    expect(
      await post(JSON.stringify({ type: 'event_callback', event_id: 'Ev1', event: { type: 'app_mention' } })),
    ).toBe(503);
  });
});
