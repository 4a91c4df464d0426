import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Receipt } from '../../../src/turn/inbox.ts';
import type { Turn } from '../../../src/turn/turn.ts';
import { member, readBody, type StartedWeb, startWeb, type Visitor } from './start-web.ts';

const png = new Uint8Array(Buffer.from('\x89PNG\r\n\x1a\n and the rest', 'latin1'));
const never = new AbortController().signal;

describe('posting in the playground', () => {
  let web: StartedWeb;
  let ada: Visitor;
  let bob: Visitor;
  let turns: Turn[];
  let stops: string[];
  let receipt: Receipt;
  let stopListening: () => Promise<void>;

  beforeEach(async () => {
    web = await startWeb();
    [ada, bob] = [await web.visit(), await web.visit()];
    [turns, stops, receipt] = [[], [], 'accepted'];
    const controller = new AbortController();
    const listening = web.inbox.listen(async (event) => {
      if (event.type === 'turn') turns.push(event.turn);
      if (event.type === 'stop') stops.push(`${event.subject} by ${event.person.id}`);
      return receipt;
    }, controller.signal);
    stopListening = async () => {
      controller.abort();
      await listening;
    };
  });
  afterEach(async () => {
    await stopListening();
    expect(web.clock.pending()).toBe(0);
    await web.close();
  });

  const idOf = async (response: Response | Promise<Response>) =>
    String(member(await readBody(await response), 'message')['id']);
  const sentenceOf = async (response: Response) => [response.status, (await readBody(response))['message']];

  it('hands a mention over as a question that opens a thread on it', async () => {
    const file = await ada.upload('a b.png', png);
    const id = await idOf(ada.write({ text: 'look @Sightline, what is this?', files: [file] }));
    expect(turns).toEqual([
      {
        id: `web-${id}`,
        subject: `web-${id}`,
        platform: 'web',
        tenant: 'playground',
        channel: 'photos',
        thread: id,
        opensThread: true,
        message: id,
        direct: false,
        person: {
          id: ada.personId,
          name: expect.stringMatching(/^[A-Z]\w+ [A-Z]\w+$/),
          moderator: true,
          managesChannel: true,
          managesServer: true,
        },
        text: 'look what is this?',
        model: null,
        route: '',
        aside: false,
        unseen: null,
        images: [{ id: file, name: 'a b.png', sizeBytes: png.byteLength, locator: file }],
        quotedImages: [],
        receivedAtMs: web.clock.now(),
      },
    ]);
  });

  it('leaves people’s talk to people', async () => {
    await ada.write({ text: 'nice weather' });
    expect(turns).toEqual([]);
  });

  it('takes everything in a thread of the bot as meant for it', async () => {
    const root = await idOf(ada.write({ text: '@sightline what is this?' }));
    await bob.write({ text: 'and how old?', thread: root });
    expect(turns[1]).toMatchObject({ thread: root, opensThread: false, text: 'and how old?' });
  });

  it('takes the picture that a people’s thread is about when the bot is called into it, once', async () => {
    const file = await ada.upload('cat.png', png);
    const root = await idOf(ada.write({ text: 'my cat', files: [file] }));
    await bob.write({ text: 'lovely', thread: root });
    await bob.write({ text: '@sightline which breed?', thread: root });
    await bob.write({ text: 'sure?', thread: root });
    expect(turns.map((turn) => turn.quotedImages.map(({ id }) => id))).toEqual([[file], []]);
  });

  it('gives the pictures of the message that is replied to', async () => {
    const file = await ada.upload('sign.png', png);
    const quoted = await idOf(ada.write({ text: 'what a sign', files: [file] }));
    await bob.write({ text: '@sightline translate it', quotes: quoted });
    expect(turns[0]?.quotedImages.map(({ name }) => name)).toEqual(['sign.png']);
  });

  it('makes one message and one turn of a request that is repeated', async () => {
    const message = { text: '@sightline hi', nonce: 'same' };
    const ids = [await idOf(ada.write(message)), await idOf(ada.write(message))];
    expect(ids[0]).toBe(ids[1]);
    expect(turns).toHaveLength(1);
    expect(await idOf(bob.write(message))).not.toBe(ids[0]);
  });

  it('keeps a message that nobody took, says so, and takes the repetition', async () => {
    await stopListening();
    const message = { text: '@sightline hi', nonce: 'again' };
    expect(await sentenceOf(await ada.write(message))).toEqual([503, expect.stringContaining('is kept')]);
    const controller = new AbortController();
    const listening = web.inbox.listen(async (event) => {
      if (event.type === 'turn') turns.push(event.turn);
      return 'accepted';
    }, controller.signal);
    expect((await ada.write(message)).status).toBe(200);
    expect(turns).toHaveLength(1);
    controller.abort();
    await listening;
  });

  it('does not hand a message over again when the bot was too busy for it', async () => {
    receipt = 'busy';
    const message = { text: '@sightline hi', nonce: 'busy' };
    expect((await ada.write(message)).status).toBe(200);
    await ada.write(message);
    expect(turns).toHaveLength(1);
  });

  it('keeps direct channels to their person', async () => {
    const channel = `direct-${ada.personId}`;
    await ada.write({ channel, text: 'a secret' });
    expect(turns[0]).toMatchObject({ direct: true, thread: channel, opensThread: false, text: 'a secret' });
    const refused = [
      await bob.get(`/playground/messages?channel=${channel}`),
      await bob.get(`/playground/calls?channel=${channel}`),
      await bob.get(`/playground/threads/${turns[0]?.message}`),
      await bob.write({ channel, text: 'let me in' }),
    ];
    expect(refused.map(({ status }) => status)).toEqual([404, 404, 404, 404]);
  });

  it('lets only the asker stop an answer', async () => {
    const id = await idOf(ada.write({ text: '@sightline hi' }));
    const turn = turns[0];
    if (turn === undefined) throw new Error('no turn arrived');
    const place = await web.outbox.open(turn, never);
    const ref = await web.outbox.post(
      place,
      { text: 'well', state: 'streaming', controls: null },
      `${turn.id}:0`,
      never,
    );
    expect(await sentenceOf(await bob.post('/playground/stop', { message: ref }))).toEqual([403, expect.any(String)]);
    await ada.post('/playground/stop', { message: ref });
    await ada.post('/playground/stop', { message: id });
    expect(stops).toEqual([`${turn.id} by ${ada.personId}`, `${turn.id} by ${ada.personId}`]);
    receipt = 'refused';
    expect(await sentenceOf(await ada.post('/playground/stop', { message: ref }))).toEqual([409, expect.any(String)]);
  });

  it.each([
    [{ text: '  ' }, 400, 'empty'],
    [{ text: 'x'.repeat(4_001) }, 400, '4000'],
    [{ text: 'x', channel: 'nowhere' }, 404, 'channel'],
    [{ text: 'x', thread: 'nowhere' }, 404, 'thread'],
    [{ text: 'x', quotes: 'nowhere' }, 404, 'reply to'],
    [{ text: 'x', files: ['nowhere'] }, 400, 'file'],
    [{ text: 'x', files: Array.from({ length: 11 }, (_, index) => String(index)) }, 400, '10 files'],
  ])('refuses %j with %i and says why', async (message, status, word) => {
    const [gotStatus, sentence] = await sentenceOf(await ada.write(message));
    expect([gotStatus, sentence]).toEqual([status, expect.stringContaining(word)]);
    expect(turns).toEqual([]);
  });

  it('refuses a thread inside a thread', async () => {
    const root = await idOf(ada.write({ text: 'root' }));
    const reply = await idOf(ada.write({ text: 'reply', thread: root }));
    expect((await ada.write({ text: 'deeper', thread: reply })).status).toBe(404);
  });

  it('slows down who writes very fast, and nobody else', async () => {
    for (let count = 0; count < 20; count += 1) expect((await ada.write({ text: 'flood' })).status).toBe(200);
    expect((await ada.write({ text: 'flood' })).status).toBe(429);
    expect((await bob.write({ text: 'calm' })).status).toBe(200);
    await web.clock.advance(10_001);
    expect((await ada.write({ text: 'calm again' })).status).toBe(200);
  });

  it('pages back through what was said', async () => {
    for (let count = 1; count <= 60; count += 1) {
      await (count % 2 === 0 ? ada : bob).write({ text: `message ${count}` });
      await web.clock.advance(1_000);
    }
    const newest = await readBody(await ada.get('/playground/messages?channel=photos'));
    const messages = Array.isArray(newest['messages']) ? newest['messages'] : [];
    expect([messages.length, messages[0]?.text, newest['more']]).toEqual([50, 'message 11', true]);
    const older = await readBody(await ada.get(`/playground/messages?channel=photos&before=${messages[0]?.seq}`));
    const earlier = Array.isArray(older['messages']) ? older['messages'] : [];
    expect([earlier.length, earlier[0]?.text, older['more']]).toEqual([10, 'message 1', false]);
  });

  it('keeps messages, names and threads over a restart', async () => {
    const root = await idOf(ada.write({ text: '@sightline hi' }));
    await ada.post('/playground/name', { name: '  Ada\u202e   Lovelace ' });
    await stopListening();
    web = await web.restart();
    const again = await web.visit();
    const thread = member(await readBody(await again.get(`/playground/threads/${root}`)), 'root');
    expect(thread).toMatchObject({ text: '@sightline hi', author: { name: 'Ada Lovelace' }, botThread: true });
  });
});
