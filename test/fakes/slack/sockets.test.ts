import { expect, it } from 'vitest';
import { toObject } from '../discord/json.ts';
import { createSlackRig, eventsOf } from './slack-rig.ts';

it('says hello with how long it will last', async () => {
  const { connect, slack } = createSlackRig();
  const socket = await connect();
  expect(socket.frames).toMatchObject([
    {
      type: 'hello',
      num_connections: 1,
      debug_info: { approximate_connection_time: 3_600 },
      connection_info: { app_id: slack.app.id },
    },
  ]);
  const brief = await connect('at-once', '&debug_reconnects=true');
  expect(brief.frames).toMatchObject([{ num_connections: 2, debug_info: { approximate_connection_time: 360 } }]);
});

it('wraps events in envelopes that are acknowledged', async () => {
  const { connect, slack, person, channel, clock, team } = createSlackRig();
  const socket = await connect();
  const said = slack.people.say(person, channel, { text: 'hi' });
  await clock.advance(0);
  expect(socket.frames.at(-1)).toMatchObject({
    type: 'events_api',
    accepts_response_payload: false,
    retry_attempt: 0,
    payload: {
      type: 'event_callback',
      team_id: team.id,
      api_app_id: slack.app.id,
      event: {
        type: 'message',
        text: 'hi',
        user: person.id,
        ts: said.ts,
        channel: channel.id,
        channel_type: 'channel',
      },
    },
  });
  expect(slack.sockets.acknowledged()).toEqual([socket.frames.at(-1)?.['envelope_id']]);
  expect(slack.deliveries.log()).toMatchObject([{ by: 'socket', what: 'message', retry: 0, outcome: 'taken' }]);
  await slack.deliveries.settled();
});

it('gives each envelope to one of the connections', async () => {
  const { connect, slack, person, channel } = createSlackRig();
  const sockets = [await connect(), await connect()];
  for (const text of ['a', 'b', 'c', 'd']) slack.people.say(person, channel, { text });
  expect(sockets.map((socket) => eventsOf(socket).length)).toEqual([2, 2]);
});

it('sends what was not acknowledged again, under the same ids', async () => {
  const { connect, slack, person, channel, clock } = createSlackRig();
  const socket = await connect('never');
  slack.people.say(person, channel, { text: 'hi' });
  await clock.advance(3_000);
  await clock.advance(63_000);
  const envelopes = socket.frames.filter((frame) => frame['type'] === 'events_api');
  expect(envelopes.map((frame) => frame['retry_attempt'])).toEqual([0, 1, 2]);
  expect(envelopes[1]).toMatchObject({ retry_reason: 'timeout' });
  const ids = envelopes.map((frame) => [frame['envelope_id'], toObject(frame['payload'])['event_id']]);
  expect(ids).toEqual([ids[0], ids[0], ids[0]]);
  socket.acknowledge(String(ids[0]?.[0]));
  await clock.advance(400_000);
  await slack.deliveries.settled();
  expect(slack.deliveries.log().map(({ outcome }) => outcome)).toEqual(['timeout', 'timeout', 'taken']);
});

it('hands what a cut connection did not acknowledge to another', async () => {
  const { connect, slack, person, channel, clock } = createSlackRig();
  const first = await connect('never');
  const second = await connect();
  slack.people.say(person, channel, { text: 'a' });
  slack.people.say(person, channel, { text: 'b' });
  slack.sockets.cut(0);
  await clock.advance(0);
  expect(first.ended()).toBeNull();
  expect(slack.sockets.count()).toBe(1);
  expect(
    eventsOf(second)
      .map((event) => event['text'])
      .toSorted(),
  ).toEqual(['a', 'b']);
});

it('keeps events for the next connection while there is none', async () => {
  const { connect, slack, person, channel, clock } = createSlackRig();
  slack.people.say(person, channel, { text: 'early' });
  await clock.advance(30_000);
  const socket = await connect();
  await clock.advance(30_000);
  expect(eventsOf(socket)).toMatchObject([{ text: 'early' }]);
});

it('warns before a connection ends, pings it, and ends it', async () => {
  const { connect, clock } = createSlackRig();
  const socket = await connect();
  await clock.advance(3_590_000);
  expect(socket.frames.at(-1)).toMatchObject({ type: 'disconnect', reason: 'warning' });
  expect([socket.ended(), socket.pings()]).toEqual([undefined, 119]);
  await clock.advance(10_000);
  expect(socket.frames.at(-1)).toMatchObject({ type: 'disconnect', reason: 'refresh_requested' });
  expect(socket.ended()).toBe(1000);
  expect(clock.pending()).toBe(0);
});

it('takes ten connections, good tickets only, and none when it refuses', async () => {
  const { connect, slack, call, clock } = createSlackRig();
  for (let count = 0; count < 10; count += 1) await connect();
  expect((await connect()).ended()).toBe(1008);
  slack.sockets.cut();
  slack.sockets.refuseNext(1);
  expect([(await connect()).ended(), (await connect()).ended()]).toEqual([1008, undefined]);
  const { body } = await call('apps.connections.open', {}, slack.app.appToken);
  await clock.advance(30_000);
  let code = 0;
  const wire = { send: () => {}, ping: () => {}, destroy: () => {}, close: (given: number) => (code = given) };
  slack.sockets.open(new URL(String(body['url'])), { ...wire, close: (given) => void wire.close(given) });
  expect(code).toBe(1008);
});

it('says that Socket Mode is off', async () => {
  const { connect, slack } = createSlackRig();
  const socket = await connect();
  slack.sockets.disable();
  const late = await connect();
  for (const each of [socket, late]) {
    expect(each.frames.at(-1)).toMatchObject({ type: 'disconnect', reason: 'link_disabled' });
    expect(each.ended()).toBe(1000);
  }
});

it('can fall silent', async () => {
  const { connect, slack, person, channel, clock } = createSlackRig();
  const socket = await connect();
  const speak = slack.sockets.silence();
  slack.people.say(person, channel, { text: 'unheard' });
  await clock.advance(3_000);
  expect([eventsOf(socket).length, socket.pings()]).toEqual([0, 0]);
  speak();
  await clock.advance(63_000);
  expect(eventsOf(socket)).toMatchObject([{ text: 'unheard' }]);
});

it('sends an event several times when told to', async () => {
  const { connect, slack, person, channel } = createSlackRig({ settings: { deliverTimes: 3 } });
  const socket = await connect();
  slack.people.say(person, channel, { text: 'thrice' });
  const ids = () => socket.frames.slice(1).map((frame) => String(toObject(frame['payload'])['event_id']));
  expect(new Set(ids()).size).toBe(1);
  slack.deliveries.repeat(ids()[0] ?? '');
  expect(ids()).toHaveLength(4);
});
