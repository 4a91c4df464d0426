import { describe, expect, it } from 'vitest';
import { readPictureLocator } from '../../../../adapters/discord/pictures/picture-links.ts';
import type { Turn } from '../../../../src/turn/turn.ts';
import { createMessageRig, ids, type Payload, readFixture } from './message-rig.ts';

const picture = (id: string, name: string, type: string | null = 'image/png'): Payload => ({
  id,
  filename: name,
  size: 10,
  url: `https://cdn.discordapp.com/attachments/1/2/${name}`,
  proxy_url: `https://media.discordapp.net/attachments/1/2/${name}`,
  content_type: type,
});

async function turnOf(payload: Payload, options: Parameters<typeof createMessageRig>[0] = {}): Promise<Turn> {
  const rig = createMessageRig(options);
  rig.announce();
  await rig.take('MESSAGE_CREATE', payload);
  await rig.end();
  const [turn] = rig.turns();
  if (turn === undefined) throw new Error('the message was not for the bot');
  return turn;
}

const namesOf = (images: Turn['images']) => images.map(({ name }) => name);

describe('the pictures of a message', () => {
  it.each<[string, (string | null)[], string[]]>([
    [
      'pictures beside sounds, films and texts',
      ['image/png', 'audio/ogg', 'video/mp4', 'text/plain', 'image/gif'],
      ['0', '4'],
    ],
    ['files that say nothing of themselves', ['image/png', null, 'application/octet-stream'], ['0', '1', '2']],
    ['sounds and texts alone, to be refused by name', ['audio/ogg', 'text/plain'], ['0', '1']],
  ])('are %s', async (_, types, expected) => {
    const attachments = types.map((type, index) => picture(`${index + 1}`, `${index}`, type));
    const turn = await turnOf(readFixture('message-mention-in-text', { attachments }));
    expect(namesOf(turn.images)).toEqual(expected);
  });

  it('can be found again by the locator', async () => {
    const [image] = (await turnOf(readFixture('message-mention-in-text'))).images;
    expect(readPictureLocator(image?.locator ?? '')).toEqual({
      home: {
        type: 'attachment',
        channel: ids.text,
        message: '1456100000000000101',
        attachment: '1456100000000000001',
      },
      links: {
        url: 'https://cdn.discordapp.com/attachments/1100000000000000201/1456100000000000001/cat.png?ex=69591d00&is=6957cb80&hm=1f&',
        proxyUrl:
          'https://media.discordapp.net/attachments/1100000000000000201/1456100000000000001/cat.png?ex=69591d00&is=6957cb80&hm=1f&',
        contentType: 'image/png',
        width: 800,
        height: 600,
      },
    });
  });

  it('come from previews through Discord’s proxy alone, each once, without the stills of films', async () => {
    const { images } = await turnOf(readFixture('message-link-with-previews'));
    expect(namesOf(images)).toEqual(['sunset.png', 'dance.png', 'large.png']);
    expect(new Set(images.map(({ id }) => id)).size).toBe(3);
    const addresses = images.map(({ locator }) => readPictureLocator(locator)?.links.proxyUrl ?? '');
    expect(addresses.every((address) => address.startsWith('https://images-ext-1.discordapp.net/'))).toBe(true);
  });

  it('are those of what is forwarded', async () => {
    const { images } = await turnOf(readFixture('message-forward'));
    expect(namesOf(images)).toEqual(['painting.jpg']);
    expect(readPictureLocator(images[0]?.locator ?? '')?.home).toMatchObject({ message: '1456100000000000111' });
  });
});

describe('the pictures of what a message is about', () => {
  it('are those of the message it replies to', async () => {
    const turn = await turnOf(readFixture('message-reply-to-picture'));
    expect([turn.images, namesOf(turn.quotedImages), turn.unseen]).toEqual([[], ['painting.jpg'], null]);
  });

  it('are not hidden by a sound of its own', async () => {
    const attachments = [picture('1', 'song.ogg', 'audio/ogg')];
    const turn = await turnOf(readFixture('message-reply-to-picture', { attachments }));
    expect([turn.images, namesOf(turn.quotedImages)]).toEqual([[], ['painting.jpg']]);
  });

  it('are left aside where it has pictures itself', async () => {
    const turn = await turnOf(readFixture('message-reply-to-picture', { attachments: [picture('1', 'mine.png')] }));
    expect([namesOf(turn.images), turn.quotedImages]).toEqual([['mine.png'], []]);
  });

  it('are asked for where Discord did not look', async () => {
    const { referenced_message: quoted, ...payload } = readFixture('message-reply-to-picture');
    const route = `/channels/${ids.text}/messages/1456100000000000051`;
    const turn = await turnOf(payload, { replies: { [route]: quoted } });
    expect(namesOf(turn.quotedImages)).toEqual(['painting.jpg']);
  });

  it('are none where the message was deleted', async () => {
    const turn = await turnOf(readFixture('message-reply-to-picture', { referenced_message: null }));
    expect([turn.quotedImages, turn.unseen]).toEqual([[], null]);
  });

  const starter = readFixture('message-mention-in-announcement', {
    id: ids.thread,
    channel_id: ids.text,
    content: 'look',
  });
  const starterRoute = `/channels/${ids.text}/messages/${ids.thread}`;
  const call = readFixture('message-mention-in-thread');

  it('are those of the thread’s first message when the bot is called into it', async () => {
    const turn = await turnOf(call, { replies: { [starterRoute]: starter } });
    expect(namesOf(turn.quotedImages)).toEqual(['poster.webp']);
  });

  it('are not asked for again in a thread of the bot', async () => {
    const rig = createMessageRig({ replies: { [starterRoute]: starter } });
    rig.announce();
    await rig.memory.markBotThread(ids.thread, ids.text, ids.thread);
    await rig.take('MESSAGE_CREATE', call);
    expect(rig.turns()[0]).toMatchObject({ quotedImages: [], unseen: null });
    expect(rig.paper.calls).toEqual([]);
    await rig.end();
  });

  it('are in the post itself in a forum', async () => {
    const payload = readFixture('message-mention-in-thread', { channel_id: ids.post });
    const post = readFixture('message-mention-in-forum-post');
    const turn = await turnOf(payload, { replies: { [`/channels/${ids.post}/messages/${ids.post}`]: post } });
    expect(namesOf(turn.quotedImages)).toEqual(['bird.jpg']);
  });
});

describe('what the bot cannot see', () => {
  const emptied = readFixture('message-talk', { id: ids.thread });
  const starterRoute = `/channels/${ids.text}/messages/${ids.thread}`;

  it.each<[string, Payload, Record<string, unknown>]>([
    ['a picture that is replied to', readFixture('message-reply-to-hidden-picture'), {}],
    ['the first message of a thread', readFixture('message-mention-in-thread'), { [starterRoute]: emptied }],
    ['a reply that does not ping', readFixture('message-reply-without-ping'), {}],
  ])('%s is said, with the way out', async (_, payload, replies) => {
    const turn = await turnOf(payload, { replies });
    expect(turn.unseen).toContain('Apps → **Ask about this image**');
    expect([turn.images, turn.quotedImages]).toEqual([[], []]);
  });

  it.each<[string, Payload, Parameters<typeof createMessageRig>[0]]>([
    ['where it may read everything', readFixture('message-reply-to-hidden-picture'), { messageContent: true }],
    ['in a direct message', readFixture('message-direct-message', { content: '', attachments: [] }), {}],
    ['of its own', readFixture('message-reply-with-ping'), {}],
    ['where there are pictures', readFixture('message-mention-in-text'), {}],
  ])('is nothing %s', async (_, payload, options) => {
    expect((await turnOf(payload, options)).unseen).toBeNull();
  });
});
