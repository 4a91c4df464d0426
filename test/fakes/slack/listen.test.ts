import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { WebSocket } from 'ws';
import { createSystemClock } from '../../../src/lib/clock.ts';
import { toObject, toObjects } from '../discord/json.ts';
import { createFakeSlack } from './fake-slack.ts';
import { listenAsSlack } from './listen.ts';

async function start() {
  const clock = createSystemClock();
  const slack = createFakeSlack({ clock });
  const team = slack.places.createTeam();
  const person = slack.places.createPerson(team);
  const installation = slack.installing.install(team);
  const channel = slack.places.createChannel(team, { members: [person, installation.bot] });
  const addresses = await listenAsSlack(slack, clock);
  onTestFinished(() => addresses.close());
  const call = async (method: string, args: Record<string, string>, token = installation.token) => {
    const response = await fetch(`${addresses.apiUrl}${method}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}` },
      body: new URLSearchParams(args),
    });
    return toObject(await response.json());
  };
  return { slack, person, installation, channel, addresses, call };
}

it('is the API over sockets, and cuts connections on demand', async () => {
  const { slack, channel, call } = await start();
  const args = { channel: channel.id, text: 'hi', unfurl_links: 'false', unfurl_media: 'false' };
  expect(await call('chat.postMessage', args)).toMatchObject({ ok: true, channel: channel.id });
  slack.faults.next({ method: 'auth.test' }, { type: 'lost-reply' });
  await expect(call('auth.test', {})).rejects.toThrow('fetch failed');
  expect(slack.screen.botMessages()).toMatchObject([{ text: 'hi' }]);
});

it('is Socket Mode for a client of ws, and says when it is cut', async () => {
  const { slack, person, channel, call } = await start();
  const { url } = await call('apps.connections.open', {}, slack.app.appToken);
  const socket = new WebSocket(String(url));
  const frames: string[] = [];
  const closed = new Promise((resolve) => socket.once('close', resolve));
  socket.on('message', (data) => {
    const frame = toObject(JSON.parse(data.toString()));
    frames.push(String(frame['type']));
    if (frame['envelope_id'] !== undefined) socket.send(JSON.stringify({ envelope_id: frame['envelope_id'] }));
  });
  await expect.poll(() => frames).toEqual(['hello']);
  slack.people.say(person, channel, { text: 'hi' });
  await slack.deliveries.settled();
  expect(frames).toEqual(['hello', 'events_api']);
  slack.sockets.cut();
  expect(await closed).toBe(1006);
});

it('sends events to a real address', async () => {
  const { slack, person, channel } = await start();
  slack.settings.socketMode = false;
  const bodies: string[] = [];
  const app = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString();
      bodies.push(body);
      response.end(String(toObject(JSON.parse(body))['challenge'] ?? ''));
    });
  });
  await new Promise<void>((resolve) => app.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    app.closeAllConnections();
    app.close();
  });
  const address: AddressInfo | string | null = app.address();
  const port = typeof address === 'object' ? address?.port : 0;
  expect(await slack.http.setRequestUrl(`http://127.0.0.1:${port}/slack/events`)).toBe(true);
  slack.people.say(person, channel, { text: 'hi' });
  await slack.deliveries.settled();
  expect(toObject(JSON.parse(bodies[1] ?? ''))).toMatchObject({ event: { text: 'hi' } });
});

it('serves files, breaks off when it announced more than it has, and has a stranger that notes tokens', async () => {
  const { slack, person, channel, installation, addresses, call } = await start();
  slack.people.say(person, channel, { files: [{ name: 'a.txt', bytes: Buffer.from('words') }] });
  const history = await call('conversations.history', { channel: channel.id });
  const [message] = toObjects(history['messages']);
  const [file] = toObjects(message?.['files']);
  const url = String(file?.['url_private']);
  expect(url.startsWith(addresses.filesUrl)).toBe(true);
  const headers = { authorization: `Bearer ${installation.token}` };
  expect(await (await fetch(url, { headers })).text()).toBe('words');
  slack.faults.next({ method: new URL(url).pathname }, { type: 'wrong-length', announcedBytes: 50 });
  const broken = await fetch(url, { headers });
  await expect(broken.text()).rejects.toThrow();
  await fetch(`${addresses.strangerUrl}/cat.jpg`, { headers });
  expect(slack.takeViolations()).toMatchObject([{ rule: 'guardsBearer' }]);
});

it('takes answers to interactions', async () => {
  const { slack, addresses } = await start();
  const response = await fetch(`${addresses.hooksUrl}/actions/T1/none`, { method: 'POST', body: '{}' });
  expect([response.status, await response.text()]).toEqual([404, 'no_such_url']);
  expect(slack.screen.botMessages()).toEqual([]);
});
