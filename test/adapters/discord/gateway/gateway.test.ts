import { describe, expect, it } from 'vitest';
import {
  gatewayAt,
  madeToken,
  startDiscord,
  startFreezableLine,
  startMuteGateway,
  startWall,
  until,
} from './gateway-rig.ts';

describe('the gateway', () => {
  it('connects and hands out what happens, unparsed and in order', async () => {
    const { discord, say, start } = await startDiscord();
    const { gateway, heard, names, dispatches } = start();
    expect(gateway.state()).toBe('connecting');
    await gateway.ready;
    expect(gateway.state()).toBe('connected');
    say('one');
    say('two');
    say('three');
    await until(() => heard().length === 3);
    expect(heard()).toEqual(['one', 'two', 'three']);
    expect(names().slice(0, 2)).toEqual(['READY', 'GUILD_CREATE']);
    expect(dispatches[0]).toMatchObject({ shardId: 0, data: { application: { id: discord.applicationId } } });
  });

  it('is ready only when the beginning of its session was handed out: it says who the bot is', async () => {
    const { start } = await startDiscord();
    const { gateway, names } = start();
    await gateway.ready;
    expect(names()).toContain('READY');
  });

  it('asks for what it needs to hear and no more', async () => {
    const { discord, start } = await startDiscord();
    await start().gateway.ready;
    expect(discord.gateway.sessions()).toMatchObject([{ intents: 4_609, shardId: 0, shardCount: 1 }]);
  });

  it('beats as Discord tells it to', async () => {
    const { discord, start, steps } = await startDiscord();
    discord.gateway.settings.heartbeatIntervalMs = 30;
    const { gateway } = start();
    await gateway.ready;
    await until(() => steps('heartbeat').length >= 3);
    expect(gateway.state()).toBe('connected');
    expect(steps('identify', 'close')).toEqual(['identify']);
  });

  it('goes on when an event cannot be handled', async () => {
    const { say, start } = await startDiscord();
    const { gateway, heard, sentences } = start({}, ({ name }) => {
      if (name === 'MESSAGE_CREATE') throw new Error('cannot');
    });
    await gateway.ready;
    say('one');
    say('two');
    await until(() => heard().length === 2);
    expect(gateway.state()).toBe('connected');
    expect(sentences()).toContain('An event of Discord could not be handled.');
  });

  it('connects several shards, each with its own session', async () => {
    const { discord, start } = await startDiscord();
    discord.gateway.settings.shards = 2;
    discord.gateway.settings.maxConcurrency = 2;
    const { gateway } = start({ shards: { type: 'recommended' } });
    await gateway.ready;
    expect(discord.gateway.sessions()).toMatchObject([
      { shardId: 0, shardCount: 2 },
      { shardId: 1, shardCount: 2 },
    ]);
  });

  it('starts sessions one after the other where Discord wants that', async () => {
    const { discord, start } = await startDiscord();
    const { gateway } = start({ shards: { type: 'fixed', shardIds: [0, 1, 2], shardCount: 3 } });
    await gateway.ready;
    // An impatient one would have been refused and have begun again.
    expect(discord.gateway.log().filter(({ type }) => type === 'identify')).toHaveLength(3);
  });
});

describe('a lost connection', () => {
  it('is resumed without losing or doubling anything', async () => {
    const { discord, say, start, steps } = await startDiscord();
    const { gateway, heard, names } = start();
    await gateway.ready;
    say('before');
    await until(() => heard().length === 1);
    discord.gateway.cut();
    say('meanwhile');
    await until(() => names().includes('RESUMED'));
    say('after');
    await until(() => heard().includes('after'));
    expect(heard()).toEqual(['before', 'meanwhile', 'after']);
    expect(steps('identify', 'resume')).toEqual(['identify', 'resume']);
    expect(gateway.state()).toBe('connected');
  });

  it('is resumed when Discord asks for it', async () => {
    const { discord, say, start, steps } = await startDiscord();
    const { gateway, heard, names } = start();
    await gateway.ready;
    discord.gateway.askToReconnect();
    say('meanwhile');
    await until(() => names().includes('RESUMED'));
    await until(() => heard().length === 1);
    expect(steps('identify', 'resume')).toEqual(['identify', 'resume']);
  });

  it.each([4000, 4009, 1001, 4200])('is resumed after close code %i', async (code) => {
    const { discord, start, steps } = await startDiscord();
    const { gateway, names } = start();
    await gateway.ready;
    discord.gateway.closeAll(code);
    await until(() => names().includes('RESUMED'));
    expect(steps('identify', 'resume')).toEqual(['identify', 'resume']);
  });

  it('keeps its session while the network is down, with growing pauses', async () => {
    const { discord, say, start, steps } = await startDiscord();
    const { gateway, heard, names, logger } = start();
    await gateway.ready;
    discord.gateway.refuseFor(20_000);
    discord.gateway.cut();
    say('meanwhile');
    expect(heard()).toEqual([]);
    await until(() => names().includes('RESUMED'));
    expect(heard()).toEqual(['meanwhile']);
    expect(steps('identify', 'resume')).toEqual(['identify', 'resume']);
    const pausesMs = logger.lines.flatMap(({ facts }) => ('pauseMs' in facts ? [facts.pauseMs] : []));
    // Failures 1, 2, 4: the lines in between are left out.
    expect(pausesMs.slice(0, 3)).toEqual([500, 1_000, 4_000]);
  });

  it('is resumed at the gateway’s own address when the session’s is gone', async () => {
    const { discord, say, start, steps } = await startDiscord();
    const rest = gatewayAt(discord.world.origins.gateway);
    // Nobody listens at the address that READY names.
    discord.world.origins.gateway = 'ws://127.0.0.1:9';
    const { gateway, heard, names, sentences } = start({ rest });
    await gateway.ready;
    discord.gateway.cut();
    say('meanwhile');
    await until(() => names().includes('RESUMED'));
    expect(heard()).toEqual(['meanwhile']);
    expect(steps('identify', 'resume')).toEqual(['identify', 'resume']);
    expect(sentences()).toContain('Discord’s gateway could not be entered; the session is resumed.');
  });

  it('begins a new session when Discord has forgotten the old one', async () => {
    const { discord, say, start, steps } = await startDiscord();
    const { gateway, heard, names } = start();
    await gateway.ready;
    discord.gateway.cut();
    discord.gateway.loseSessions();
    await until(() => names().filter((name) => name === 'READY').length === 2);
    say('after');
    await until(() => heard().length === 1);
    expect(steps('identify', 'resume')).toEqual(['identify', 'resume', 'identify']);
    expect(names()).not.toContain('RESUMED');
  });

  it('begins a new session when Discord says that the old one is invalid', async () => {
    const { discord, start, steps } = await startDiscord();
    const { gateway, names } = start();
    await gateway.ready;
    discord.gateway.invalidate(false);
    await until(() => names().filter((name) => name === 'READY').length === 2);
    expect(steps('identify', 'resume')).toEqual(['identify', 'identify']);
  });

  it('begins a new session when its resumption is never answered', async () => {
    const { discord, start, steps } = await startDiscord({}, 60);
    const rest = gatewayAt(discord.world.origins.gateway);
    discord.world.origins.gateway = await startMuteGateway();
    const { gateway, names, sentences } = start({ rest });
    await gateway.ready;
    discord.gateway.cut();
    await until(() => names().filter((name) => name === 'READY').length === 2);
    expect(steps('identify', 'resume')).toEqual(['identify', 'identify']);
    expect(sentences()).toContain('Discord’s gateway could not be entered; a new session is started.');
  });

  it('is noticed on a line where nothing moves any more', async () => {
    const { discord, say, start, steps } = await startDiscord();
    const line = await startFreezableLine(discord.world.origins.gateway);
    discord.world.origins.gateway = line.url;
    discord.gateway.settings.heartbeatIntervalMs = 100;
    const { gateway, heard, names } = start();
    await gateway.ready;
    line.freeze();
    say('meanwhile');
    await until(() => names().includes('RESUMED'));
    expect(heard()).toEqual(['meanwhile']);
    expect(steps('identify', 'resume')).toEqual(['identify', 'resume']);
  });
});

describe('a restart', () => {
  it('resumes, so that nothing is missed', async () => {
    const { say, start, steps, clock } = await startDiscord();
    const first = start();
    await first.gateway.ready;
    say('before');
    await until(() => first.heard().length === 1);
    await clock.sleep(4_000, new AbortController().signal);
    await first.stop();
    expect(first.gateway.state()).toBe('ended');
    say('meanwhile');
    const second = start();
    await second.gateway.ready;
    say('after');
    await until(() => second.heard().includes('after'));
    expect(second.heard()).toEqual(['meanwhile', 'after']);
    expect(second.names()).not.toContain('READY');
    expect(steps('identify', 'resume')).toEqual(['identify', 'resume']);
  });

  it('hears again what had come just before, since it may not have been accepted', async () => {
    const { say, start } = await startDiscord();
    const first = start();
    await first.gateway.ready;
    say('just before');
    await until(() => first.heard().length === 1);
    await first.stop();
    const second = start();
    await second.gateway.ready;
    await until(() => second.heard().length === 1);
    expect(second.heard()).toEqual(['just before']);
  });

  it('begins a new session when the intents are others', async () => {
    const { start, steps } = await startDiscord({ privileged: { messageContent: true } });
    const first = start();
    await first.gateway.ready;
    await first.stop();
    await start({ messageContent: true }).gateway.ready;
    expect(steps('identify', 'resume')).toEqual(['identify', 'identify']);
  });

  it('begins a new session when Discord has forgotten the old one', async () => {
    const { discord, start, steps, store } = await startDiscord();
    const first = start({ store });
    await first.gateway.ready;
    await first.stop();
    discord.gateway.loseSessions();
    await start({ store }).gateway.ready;
    expect(steps('identify', 'resume')).toEqual(['identify', 'resume', 'identify']);
  });
});

describe('a stop', () => {
  it('closes so that Discord keeps the session', async () => {
    const { discord, start } = await startDiscord();
    const { gateway, stop } = start();
    await gateway.ready;
    await stop();
    await until(() => discord.gateway.sessions().every(({ connected }) => !connected));
    expect(discord.gateway.log().at(-1)).toMatchObject({ type: 'close', code: 4200 });
    expect(discord.gateway.sessions()).toHaveLength(1);
  });

  it('hands out nothing any more', async () => {
    const { say, start } = await startDiscord();
    const { gateway, heard, stop } = start();
    await gateway.ready;
    const stopped = stop();
    say('too late');
    await stopped;
    expect(heard()).toEqual([]);
  });

  it('does not wait for a side that never says goodbye', async () => {
    const { discord, clock, start } = await startDiscord();
    const line = await startFreezableLine(discord.world.origins.gateway);
    discord.world.origins.gateway = line.url;
    const { gateway, stop } = start();
    await gateway.ready;
    line.freeze();
    const beganAtMs = clock.now();
    await stop();
    // The library alone would wait for thirty seconds of the machine's clock, six hundred of ours.
    expect(clock.now() - beganAtMs).toBeLessThan(300_000);
    expect(gateway.state()).toBe('ended');
  });

  it('does not wait for a connection that never comes to stand', async () => {
    const { discord, start } = await startDiscord();
    const wall = await startWall();
    discord.world.origins.gateway = wall.url;
    const { gateway, stop } = start();
    await until(() => wall.connections() === 1);
    await stop();
    expect(gateway.state()).toBe('ended');
    // What the connection comes to later is of no interest, and no error that nobody hears.
    wall.cut();
    await until(() => wall.connections() === 0);
  });

  it('ends the wait for a Discord that is not there', async () => {
    const { discord, start } = await startDiscord();
    discord.faults.always({ path: '/gateway/bot' }, { type: 'refused' });
    const { gateway, stop, running } = start();
    await until(() => discord.requests({ route: '/gateway/bot' }).length >= 2);
    expect(gateway.state()).toBe('connecting');
    await stop();
    await expect(running).resolves.toBeUndefined();
    await expect(gateway.ready).rejects.toThrow('stop');
  });

  it('ends the wait for a turn to start a session', async () => {
    const { discord, start, steps } = await startDiscord();
    discord.gateway.settings.sessionStarts = 0;
    const { gateway, stop, sentences } = start();
    await until(() => sentences().length > 0);
    await stop();
    await expect(gateway.ready).rejects.toThrow('stop');
    expect(steps('connect')).toEqual([]);
  });
});

describe('a refused login', () => {
  it('ends after the token was refused three times', async () => {
    const { discord, start } = await startDiscord();
    const { gateway, running } = start({ token: `${madeToken}x` });
    await expect(running).rejects.toMatchObject({ code: 'login-token' });
    await expect(gateway.ready).rejects.toMatchObject({ code: 'login-token' });
    expect(gateway.state()).toBe('refused');
    expect(discord.requests({ route: '/gateway/bot' }).map(({ status }) => status)).toEqual([401, 401, 401]);
    expect(discord.gateway.log()).toEqual([]);
  });

  it('does not end when the token is refused now and then', async () => {
    const { discord, start } = await startDiscord();
    discord.faults.next({ path: '/gateway/bot' }, { type: 'status', status: 401 }, 2);
    discord.faults.next({ path: '/gateway/bot' }, { type: 'status', status: 503 });
    discord.faults.next({ path: '/gateway/bot' }, { type: 'status', status: 401 }, 2);
    const { gateway } = start();
    await gateway.ready;
    expect(gateway.state()).toBe('connected');
  });

  it('names the switch when Discord does not allow an intent', async () => {
    const { start, steps } = await startDiscord();
    const { gateway, running } = start({ messageContent: true });
    await expect(running).rejects.toMatchObject({ code: 'login-intents', facts: { closeCode: 4014 } });
    expect(gateway.state()).toBe('refused');
    expect(steps('identify')).toEqual(['identify']);
  });

  it('ends a bot whose token was reset while it ran', async () => {
    const { discord, start } = await startDiscord();
    const { gateway, running } = start();
    await gateway.ready;
    discord.world.token = 'another-token';
    discord.gateway.closeAll(4004);
    await expect(running).rejects.toMatchObject({ code: 'login-token' });
    await expect(gateway.ready).resolves.toBeUndefined();
  });

  it('of one shard ends the others as well', async () => {
    const { discord, start } = await startDiscord();
    const { gateway, running } = start({ shards: { type: 'fixed', shardIds: [0, 7], shardCount: 2 } });
    await expect(running).rejects.toMatchObject({ code: 'login-shards', facts: { closeCode: 4010 } });
    expect(gateway.state()).toBe('refused');
    expect(discord.gateway.sessions().every(({ connected }) => !connected)).toBe(true);
  });

  it('shows the token nowhere', async () => {
    const { discord, say, start } = await startDiscord();
    const { gateway, running, logger, names } = start();
    await gateway.ready;
    say('one');
    discord.gateway.refuseFor(3_000);
    discord.gateway.cut();
    await until(() => names().includes('RESUMED'));
    discord.gateway.closeAll(4004);
    const failure: unknown = await running.catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(Error);
    const shown = JSON.stringify([logger.lines, failure, String(failure)]);
    for (const part of madeToken.split('.').slice(1)) expect(shown).not.toContain(part);
  });
});
