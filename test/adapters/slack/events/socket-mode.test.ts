import { createServer, type Socket } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { WebSocketServer } from 'ws';
import { startFreezableLine, startSlack, until } from './socket-mode-rig.ts';

describe('Socket Mode', () => {
  it('listens on two connections and hands out what happens', async () => {
    const { slack, start, say } = await startSlack();
    const { socketMode, heard, deliveries } = start();
    expect(socketMode.state()).toBe('connecting');
    await socketMode.ready;
    expect(socketMode.state()).toBe('connected');
    await until(() => slack.sockets.count() === 2);
    say('one');
    say('two');
    await until(() => heard().length === 2);
    expect(heard().sort()).toEqual(['one', 'two']);
    expect(deliveries[0]).toMatchObject({ kind: 'event', payload: { type: 'event_callback' }, retry: null });
    await until(() => slack.sockets.acknowledged().length === 2);
  });

  it('acknowledges only when the delivery was taken', async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    const { slack, start, say } = await startSlack({}, 1);
    const { socketMode, heard } = start({}, () => promise);
    await socketMode.ready;
    say('one');
    await until(() => heard().length === 1);
    expect(slack.sockets.acknowledged()).toEqual([]);
    resolve();
    await until(() => slack.sockets.acknowledged().length === 1);
  });

  it('leaves what could not be taken to Slack, which sends it again', async () => {
    let times = 0;
    const { slack, start, say } = await startSlack({}, 200);
    const { socketMode, deliveries, logger } = start({}, async () => {
      times += 1;
      if (times < 3) throw new Error('the store is down');
    });
    await socketMode.ready;
    say('one');
    await until(() => slack.sockets.acknowledged().length === 1);
    expect(deliveries.map(({ retry }) => retry)).toEqual([
      null,
      { attempt: 1, reason: 'timeout' },
      { attempt: 2, reason: 'timeout' },
    ]);
    expect(logger.lines.some(({ sentence }) => sentence.includes('left for Slack to repeat'))).toBe(true);
  });

  it('hands out an event that came four times four times, and acknowledges each', async () => {
    const { slack, start, say } = await startSlack({ settings: { deliverTimes: 4 } });
    const { socketMode, heard } = start();
    await socketMode.ready;
    say('one');
    await until(() => heard().length === 4 && slack.sockets.acknowledged().length === 4);
    expect(heard()).toEqual(['one', 'one', 'one', 'one']);
  });

  it('answers a command with what it gets', async () => {
    const { slack, start, person, channel } = await startSlack({}, 1);
    const { socketMode, deliveries } = start({}, async () => ({ text: 'On it.' }));
    await socketMode.ready;
    await slack.clicks.slash(person, channel, '/help');
    expect(deliveries).toMatchObject([{ kind: 'command', payload: { command: '/help' } }]);
    expect(slack.deliveries.log()).toMatchObject([{ outcome: 'taken' }]);
  });

  it('takes the news that there are too many events, which is no event itself', async () => {
    const { slack, start, say } = await startSlack();
    const { socketMode, deliveries } = start();
    await socketMode.ready;
    slack.settings.limits = { ...slack.settings.limits, eventsPerHour: 1 };
    say('one');
    say('two');
    await until(() => deliveries.length === 2);
    expect(deliveries[1]).toMatchObject({ kind: 'event', payload: { type: 'app_rate_limited' } });
    expect(socketMode.state()).toBe('connected');
  });

  it('loses nothing when one connection is cut', async () => {
    const { slack, start, say } = await startSlack({}, 200);
    const { socketMode, heard } = start();
    await until(() => slack.sockets.count() === 2);
    say('one');
    slack.sockets.cut(0);
    expect(socketMode.state()).toBe('connected');
    say('two');
    say('three');
    await until(() => new Set(heard()).size === 3);
    await until(() => slack.sockets.count() === 2);
  });

  it('connects again when both are cut, and gets what was said meanwhile', async () => {
    const { slack, start, say, asked } = await startSlack({}, 200);
    const { socketMode, heard } = start();
    await until(() => slack.sockets.count() === 2);
    slack.sockets.cut();
    expect(slack.sockets.count()).toBe(0);
    say('one');
    await until(() => slack.sockets.count() === 2 && heard().includes('one'));
    expect(asked()).toBeGreaterThanOrEqual(4);
    expect(socketMode.state()).toBe('connected');
  });

  it('has the next connection before the old one ends, so that nothing has to be repeated', async () => {
    // On the machine's clock each lives for a second and is warned after less than half of it.
    const { slack, start, say, asked } = await startSlack(
      { settings: { socketLifeMs: 100_000, socketWarningMs: 60_000 } },
      100,
    );
    const { socketMode, heard } = start();
    await until(() => slack.sockets.count() === 2);
    const said: string[] = [];
    let fewest = 2;
    while (asked() < 7) {
      const text = `message ${said.length}`;
      said.push(text);
      say(text);
      fewest = Math.min(fewest, slack.sockets.count());
      await new Promise((resolve) => setTimeout(resolve, 5));
      expect(socketMode.state()).toBe('connected');
    }
    await until(() => new Set(heard()).size === said.length);
    expect(fewest).toBeGreaterThanOrEqual(2);
    expect(slack.sockets.count()).toBeLessThanOrEqual(4);
  });

  it('loses nothing when Slack renews a connection without a warning', async () => {
    const { slack, start, say } = await startSlack({}, 200);
    const { heard } = start();
    await until(() => slack.sockets.count() === 2);
    const said = Array.from({ length: 30 }, (_, count) => `message ${count}`);
    for (const [count, text] of said.entries()) {
      say(text);
      if (count % 10 === 5) slack.sockets.refresh(0);
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
    await until(() => new Set(heard()).size === said.length);
    await until(() => slack.sockets.count() === 2);
  });

  it('outlives a Slack that gives no connections for a while', async () => {
    const { slack, start, say, asked } = await startSlack({}, 200);
    const { socketMode, heard, logger } = start();
    await until(() => slack.sockets.count() === 2);
    const method = 'apps.connections.open';
    slack.faults.next({ method }, { type: 'status', status: 503 }, 2);
    slack.faults.next({ method }, { type: 'refused' }, 2);
    slack.faults.next({ method }, { type: 'html', status: 200 }, 2);
    slack.faults.next({ method }, { type: 'error', error: 'internal_error' }, 2);
    slack.faults.next({ method }, { type: 'rate-limited', retryAfterSeconds: 2 }, 1);
    slack.sockets.cut();
    await until(() => socketMode.state() === 'connecting');
    say('meanwhile');
    await until(() => slack.sockets.count() === 2 && heard().includes('meanwhile'));
    expect(asked()).toBeGreaterThanOrEqual(11);
    const reasons = logger.lines.map(({ facts }) => JSON.stringify(facts)).join('\n');
    expect(reasons).toContain('status 503');
    expect(reasons).not.toContain(slack.app.appToken);
    expect(reasons).not.toContain('ticket');
  });

  it('starts while Slack cannot be reached, and is ready when it can', async () => {
    const { slack, start } = await startSlack({}, 200);
    slack.faults.next({ method: 'apps.connections.open' }, { type: 'refused' }, 6);
    const { socketMode } = start();
    await socketMode.ready;
    expect(socketMode.state()).toBe('connected');
  });

  it('tries again where the connection itself is turned away', async () => {
    const { slack, start } = await startSlack({}, 200);
    slack.sockets.refuseNext(4);
    const { socketMode } = start();
    await socketMode.ready;
    await until(() => slack.sockets.count() === 2);
  });

  it('gives up waiting for an answer and for a greeting that never come', async () => {
    const { slack, start, asked } = await startSlack({}, 200);
    const sockets = new Set<Socket>();
    const silent = createServer((socket) => {
      sockets.add(socket);
      socket.on('error', () => {});
    });
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    onTestFinished(async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise<void>((resolve) => silent.close(() => resolve()));
    });
    const good = slack.world.origins.sockets;
    const address = silent.address();
    slack.world.origins.sockets = `ws://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
    slack.faults.next({ method: 'apps.connections.open' }, { type: 'silent' }, 2);
    const { socketMode } = start();
    await until(() => asked() >= 4);
    slack.world.origins.sockets = good;
    await socketMode.ready;
    expect(socketMode.state()).toBe('connected');
  });

  it('gives up connections that went silent and opens others', async () => {
    const { slack, start, say, asked } = await startSlack({}, 200);
    const line = await startFreezableLine(slack.world.origins.sockets);
    slack.world.origins.sockets = line.url;
    const { heard, logger } = start({ silenceLimitMs: 90 });
    await until(() => slack.sockets.count() === 2);
    say('before');
    await until(() => heard().includes('before'));
    line.freeze();
    say('after');
    await until(() => asked() >= 4 && slack.sockets.count() === 4);
    // Slack notices as well that the old ones are dead.
    slack.sockets.cut(0);
    slack.sockets.cut(0);
    await until(() => heard().includes('after'));
    expect(logger.lines.some(({ facts }) => JSON.stringify(facts).includes('connection lost'))).toBe(true);
  });

  it('leaves alone what is no message of Slack’s, and goes on', async () => {
    const { slack, start } = await startSlack();
    const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
    const frames = ['null', 'not JSON', '[]', '"text"', '{"type":"new"}', '{"type":"new","envelope_id":"1"}'];
    const heardBack: string[] = [];
    server.on('connection', (socket) => {
      socket.on('message', (text) => heardBack.push(text.toString()));
      for (const frame of ['{"type":"hello"}', ...frames, '{"type":"events_api","envelope_id":"2"}'])
        socket.send(frame);
    });
    await new Promise((resolve) => server.once('listening', resolve));
    onTestFinished(async () => {
      for (const socket of server.clients) socket.terminate();
      await new Promise((resolve) => server.close(resolve));
    });
    const address = server.address();
    slack.world.origins.sockets = `ws://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
    const { socketMode } = start();
    await until(() => heardBack.length === 2);
    expect(heardBack).toEqual(['{"envelope_id":"2"}', '{"envelope_id":"2"}']);
    expect(socketMode.state()).toBe('connected');
  });

  it.each([
    ['invalid_auth', 'login-token', 'Make a new one'],
    ['not_authed', 'login-token', 'Make a new one'],
    ['not_allowed_token_type', 'login-token', 'xapp-'],
    ['missing_scope', 'login-scope', 'connections:write'],
    ['account_inactive', 'login-account', 'switched off'],
  ])('ends when Slack says %s again and again', async (error, code, hint) => {
    const { slack, start } = await startSlack({}, 200);
    slack.faults.always({ method: 'apps.connections.open' }, { type: 'error', error });
    const { socketMode, running } = start();
    await expect(running).rejects.toMatchObject({ code, facts: { slackError: error } });
    await expect(running).rejects.toThrow(hint);
    await expect(running).rejects.toThrow('https://api.slack.com/apps');
    await expect(running).rejects.not.toThrow(slack.app.appToken);
    await expect(socketMode.ready).rejects.toMatchObject({ code });
    expect(socketMode.state()).toBe('refused');
  });

  it('takes one refusal for a mistake', async () => {
    const { slack, start } = await startSlack({}, 200);
    slack.faults.next({ method: 'apps.connections.open' }, { type: 'error', error: 'invalid_auth' }, 2);
    const { socketMode } = start();
    await socketMode.ready;
    expect(socketMode.state()).toBe('connected');
  });

  it('refuses the token of a bot with a sentence about its kind', async () => {
    const { start } = await startSlack({}, 200);
    const { running } = start({ appToken: 'xoxb-1-2-made' });
    await expect(running).rejects.toMatchObject({ code: 'login-token' });
  });

  it('says that Socket Mode is off', async () => {
    const { slack, start } = await startSlack({ settings: { socketMode: false } }, 200);
    const { running } = start();
    await expect(running).rejects.toThrow('Enable Socket Mode');
    expect(slack.sockets.count()).toBe(0);
  });

  it('ends when Socket Mode is switched off later', async () => {
    const { slack, start } = await startSlack({}, 200);
    const { running } = start();
    await until(() => slack.sockets.count() === 2);
    slack.sockets.disable();
    await expect(running).rejects.toMatchObject({ code: 'login-socket-mode' });
  });
});

describe('ending Socket Mode', () => {
  it('closes both connections', async () => {
    const { slack, start } = await startSlack();
    const { socketMode, stop } = start();
    await until(() => slack.sockets.count() === 2);
    await stop();
    expect(socketMode.state()).toBe('ended');
    await until(() => slack.sockets.count() === 0);
  });

  it('acknowledges what is taken in the last moment', async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    const { slack, start, say } = await startSlack({}, 1);
    const { socketMode, stop, heard } = start({}, () => promise);
    await socketMode.ready;
    say('one');
    await until(() => heard().length === 1);
    const stopped = stop();
    resolve();
    await stopped;
    expect(slack.sockets.acknowledged()).toHaveLength(1);
  });

  it('does not wait for what cannot be taken, nor for a Slack that says nothing', async () => {
    const { slack, start, say, clock } = await startSlack({}, 20);
    const line = await startFreezableLine(slack.world.origins.sockets);
    slack.world.origins.sockets = line.url;
    const { stop, heard } = start({}, () => new Promise(() => {}));
    await until(() => slack.sockets.count() === 2);
    say('one');
    await until(() => heard().length === 1);
    line.freeze();
    const startMs = clock.now();
    await stop();
    // Of the hurried clock: two seconds are a tenth of one.
    expect(clock.now() - startMs).toBeLessThan(20_000);
    expect(slack.sockets.acknowledged()).toEqual([]);
  });

  it('ends while it connects, and before it has begun', async () => {
    const { slack, start, asked } = await startSlack();
    slack.faults.always({ method: 'apps.connections.open' }, { type: 'silent' });
    const { socketMode, stop } = start();
    await until(() => asked() === 2);
    await stop();
    expect(socketMode.state()).toBe('ended');
    await expect(socketMode.ready).rejects.toThrow('stop');
  });
});
