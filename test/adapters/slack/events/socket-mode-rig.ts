import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { onTestFinished, vi } from 'vitest';
import type { SlackDelivery, TakeDelivery } from '../../../../adapters/slack/events/delivery.ts';
import { createSocketMode, type SocketModeParts } from '../../../../adapters/slack/events/socket-mode.ts';
import { toObject, toText } from '../../../fakes/discord/json.ts';
import { createHurriedClock } from '../../../fakes/hurried-clock.ts';
import { createSilentLogger } from '../../../fakes/silent-logger.ts';
import { createFakeSlack, type FakeSlackOptions } from '../../../fakes/slack/fake-slack.ts';
import { listenAsSlack } from '../../../fakes/slack/listen.ts';

/** A Slack on real sockets with one channel. Our own waits and Slack's are hurried; the client's pings are not. */
export async function startSlack(options: Omit<FakeSlackOptions, 'clock'> = {}, hurry = 20) {
  const clock = createHurriedClock(hurry);
  const slack = createFakeSlack({ clock, ...options });
  const { apiUrl, close } = await listenAsSlack(slack, clock);
  onTestFinished(close);
  const team = slack.places.createTeam({ name: 'Painters' });
  const person = slack.places.createPerson(team, { name: 'ada' });
  const { bot } = slack.installing.install(team, { installer: person });
  const channel = slack.places.createChannel(team, { name: 'pictures', members: [person, bot] });

  const start = (changes: Partial<SocketModeParts> = {}, take: TakeDelivery = async () => undefined) => {
    const logger = createSilentLogger();
    const deliveries: SlackDelivery[] = [];
    const socketMode = createSocketMode({
      appToken: slack.app.appToken,
      apiUrl,
      send: fetch,
      silenceLimitMs: 5_000,
      clock,
      logger,
      ...changes,
    });
    const stopping = new AbortController();
    const running = socketMode.run(async (delivery, signal) => {
      deliveries.push(delivery);
      return take(delivery, signal);
    }, stopping.signal);
    // Tests of refusals look at it themselves.
    running.catch(() => {});
    const stop = async () => {
      stopping.abort(new Error('stop'));
      await running;
    };
    onTestFinished(async () => {
      await stop().catch(() => {});
    });
    return {
      socketMode,
      running,
      stop,
      logger,
      deliveries,
      /** The texts of the messages that came, doubles included. */
      heard: () => deliveries.map(({ payload }) => toText(toObject(toObject(payload)['event'])['text']) ?? ''),
    };
  };

  return {
    slack,
    clock,
    apiUrl,
    person,
    channel,
    start,
    say: (text: string) => slack.people.say(person, channel, { text }),
    /** How often a connection was asked for. */
    asked: () => slack.requests({ method: 'apps.connections.open' }).length,
  };
}

/** Waits until it is so. */
export function until(isSo: () => boolean): Promise<void> {
  return vi.waitUntil(isSo, { timeout: 20_000, interval: 5 }).then(() => {});
}

/** A way there on which everything can stand still without being closed. */
export async function startFreezableLine(to: string) {
  const { hostname, port } = new URL(to);
  const sockets = new Set<Socket>();
  const frozen = new WeakSet<Socket>();
  const server = createServer((near) => {
    const far = connect(Number(port), hostname);
    for (const [from, onward] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(from);
      from.on('data', (bytes) => {
        if (!frozen.has(from)) onward.write(bytes);
      });
      from.on('error', () => onward.destroy());
      from.on('close', () => {
        sockets.delete(from);
        if (!frozen.has(from)) onward.destroy();
      });
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise<void>((resolve) => server.close(() => resolve()));
  });
  const address: AddressInfo | string | null = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server has no port');
  return {
    url: `ws://127.0.0.1:${address.port}`,
    /** Nothing passes on the connections of now; later ones work. */
    freeze() {
      for (const socket of sockets) frozen.add(socket);
    },
  };
}
