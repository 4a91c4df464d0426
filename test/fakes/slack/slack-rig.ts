import { type JsonObject, toObject, toText } from '../discord/json.ts';
import { createFakeClock } from '../fake-clock.ts';
import { callApi } from './call-api.ts';
import { createFakeSlack, type FakeSlackOptions } from './fake-slack.ts';
import type { SocketConnection } from './socket-carrier.ts';

/** A client of Socket Mode in process that lists what comes. */
export type RigSocket = {
  readonly frames: readonly JsonObject[];
  /** How the connection ended: a close code, null when it was cut, undefined while it is open. */
  ended(): number | null | undefined;
  pings(): number;
  acknowledge(envelopeId: string, payload?: unknown): void;
};

/** How a client of Socket Mode acknowledges: at once, not at all, or with a payload of its own. */
export type Acknowledging = 'at-once' | 'never' | ((envelope: JsonObject) => unknown);

/** A fake Slack on a fake clock with one workspace, the app in it, one channel that the bot is in, and one person. */
export function createSlackRig(options: Omit<FakeSlackOptions, 'clock'> = {}) {
  const clock = createFakeClock();
  const slack = createFakeSlack({ ...options, clock });
  const team = slack.places.createTeam({ name: 'Painters' });
  const person = slack.places.createPerson(team, { name: 'ada' });
  const installation = slack.installing.install(team, { installer: person });
  const channel = slack.places.createChannel(team, { name: 'pictures', members: [person, installation.bot] });

  const call = (method: string, args: JsonObject = {}, token: string = installation.token) =>
    callApi(slack, token, method, args);

  /** Opens a connection of Socket Mode as the app does. */
  const connect = async (acknowledging: Acknowledging = 'at-once', query = ''): Promise<RigSocket> => {
    const { body } = await call('apps.connections.open', {}, slack.app.appToken);
    const frames: JsonObject[] = [];
    let ended: number | null | undefined;
    let pings = 0;
    let connection: SocketConnection | null = null;
    const acknowledge = (envelopeId: string, payload?: unknown) =>
      connection?.receive(JSON.stringify({ envelope_id: envelopeId, ...(payload === undefined ? {} : { payload }) }));
    connection = slack.sockets.open(new URL(`${toText(body['url']) ?? ''}${query}`), {
      send(text) {
        const frame = toObject(JSON.parse(text));
        frames.push(frame);
        const id = toText(frame['envelope_id']);
        if (id === null || acknowledging === 'never') return;
        const payload = acknowledging === 'at-once' ? {} : acknowledging(frame);
        // An answer is never there before the question is out.
        queueMicrotask(() => acknowledge(id, payload));
      },
      ping() {
        pings += 1;
      },
      close(code) {
        ended = code;
      },
      destroy() {
        ended = null;
      },
    });
    return { frames, ended: () => ended, pings: () => pings, acknowledge };
  };

  return {
    clock,
    slack,
    team,
    person,
    installation,
    bot: installation.bot,
    channel,
    /** A call of the Web API with the bot's token. */
    call,
    connect,
  };
}

/** The events in what a socket got, in order. */
export function eventsOf(socket: RigSocket): readonly JsonObject[] {
  return socket.frames.flatMap((frame) =>
    frame['type'] === 'events_api' ? [toObject(toObject(frame['payload'])['event'])] : [],
  );
}
