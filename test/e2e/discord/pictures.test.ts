import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { samplePhoto } from '../../fakes/made-pictures.ts';
import { createDiscordBotRig, picture } from './discord-bot-rig.ts';

type Rig = ReturnType<typeof createDiscordBotRig>;

/** The names under which pictures were handed to the API, without their new endings. */
const uploaded = (rig: Rig) => rig.chat.uploads.map(({ fileName }) => fileName.replace(/\.\w+$/, ''));

const unseen =
  'Discord hides from me what is in messages that do not mention me. Use Apps → **Ask about this image** on the message with the picture, or post the picture together with the mention.';

describe('the pictures of a question are', () => {
  it('those of the message, in order', async () => {
    const rig = createDiscordBotRig();
    const program = await rig.start();
    const files = ['one.png', 'two.jpg', 'three.webp'].map((name) => picture(name));
    const message = rig.mention('compare them', { files });
    await rig.pass(30_000);
    expect(rig.shown(rig.threadOn(message))[0]).toContain('inspector on 3: compare them');
    expect(uploaded(rig).toSorted()).toEqual(['one', 'three', 'two']);
    expect(rig.chat.questions[0]?.imageKeys.map((key) => key.replace(/^images\/\d+_|\.\w+$/g, ''))).toEqual([
      'one',
      'two',
      'three',
    ]);
    rig.judge();
    await program.stop();
  });

  it('ten at once', async () => {
    const rig = createDiscordBotRig();
    const program = await rig.start();
    const files = Array.from({ length: 10 }, (_, index) => picture(`p${index}.png`));
    const message = rig.mention('compare them', { files });
    await rig.pass(30_000);
    expect(rig.shown(rig.threadOn(message))[0]).toMatch(/^inspector on 10: compare them/);
    rig.judge();
    await program.stop();
  });

  it('at most ten; those beyond are named', async () => {
    const rig = createDiscordBotRig();
    const direct = rig.discord.places.direct(rig.person);
    const program = await rig.start();
    const files = Array.from({ length: 12 }, (_, index) => picture(`p${index}.png`));
    rig.discord.people.say(rig.person, direct, { text: 'compare them', files });
    await rig.pass(30_000);
    expect(rig.shown(direct)[0]).toBe(
      [
        '`p10.png` was left out: one question can have 10 pictures. Ask about the others separately.',
        '`p11.png` was left out: one question can have 10 pictures. Ask about the others separately.',
        '',
        'inspector on 10: compare them',
      ].join('\n'),
    );
    rig.judge();
    await program.stop();
  });

  it('those of the message replied to, where it may be read', async () => {
    const rig = createDiscordBotRig({ messageContent: true });
    const program = await rig.start();
    const posted = rig.discord.people.say(rig.person, rig.channel, { text: 'my trip', files: [picture('trip.png')] });
    const message = rig.mention('where is this?', { files: [], replyTo: posted });
    await rig.pass(30_000);
    expect(rig.shown(rig.threadOn(message))[0]).toBe('inspector on 1: where is this?');
    expect(uploaded(rig)).toEqual(['trip']);
    rig.judge();
    await program.stop();
  });

  it('not to be seen in a message replied to without the privileged intent: the answer says why, and what to do', async () => {
    const rig = createDiscordBotRig();
    const program = await rig.start();
    const posted = rig.discord.people.say(rig.person, rig.channel, { text: 'my trip', files: [picture('trip.png')] });
    rig.mention('where is this?', { files: [], replyTo: posted });
    await rig.pass(30_000);
    expect(rig.shown(rig.channel)[0]).toContain(unseen);
    expect(rig.chat.questions).toEqual([]);
    rig.judge();
    await program.stop();
  });

  it('those of a forward', async () => {
    const rig = createDiscordBotRig();
    const direct = rig.discord.places.direct(rig.person);
    const program = await rig.start();
    const posted = rig.discord.people.say(rig.person, rig.channel, { text: 'my trip', files: [picture('trip.png')] });
    rig.discord.people.forward(rig.person, posted, direct);
    await rig.pass(30_000);
    expect(uploaded(rig)).toEqual(['trip']);
    expect(rig.shown(direct)).toHaveLength(1);
    expect(rig.shown(direct)[0]).toContain('inspector on 1: Describe this picture');
    rig.judge();
    await program.stop();
  });

  it('those of a link whose preview comes late', async () => {
    const rig = createDiscordBotRig();
    const program = await rig.start();
    const message = rig.mention('what is this? https://example.org/tower.png', { files: [] });
    await rig.pass(1_200);
    rig.discord.people.showPreview(message, { url: 'https://example.org/tower.png', file: picture('tower.png') });
    await rig.pass(30_000);
    expect(rig.shown(rig.threadOn(message))[0]).toContain('inspector on 1: what is this?');
    expect(uploaded(rig)).toEqual(['tower']);
    expect(rig.chat.questions).toHaveLength(1);
    rig.judge();
    await program.stop();
  });

  it('those of the message that a thread was opened on', async () => {
    const rig = createDiscordBotRig({ messageContent: true });
    const program = await rig.start();
    const starter = rig.discord.people.say(rig.person, rig.channel, { text: 'look', files: [picture('start.png')] });
    const thread = rig.discord.people.openThread(rig.person, starter, 'about it');
    rig.mention('what is this?', { files: [] }, thread);
    await rig.pass(30_000);
    expect(rig.shown(thread)).toEqual(['inspector on 1: what is this?']);
    expect(uploaded(rig)).toEqual(['start']);
    rig.judge();
    await program.stop();
  });
});

describe('a picture', () => {
  it('of 25 MB is fetched as the smaller copy that Discord makes', async () => {
    const rig = createDiscordBotRig();
    const program = await rig.start();
    const photo = await samplePhoto(1_600, 1_200).png({ compressionLevel: 0 }).toBuffer();
    const bytes = Buffer.concat([photo, Buffer.alloc(25 * 1_048_576 - photo.byteLength)]);
    const message = rig.mention('what is this?', { files: [{ name: 'large.png', bytes }] });
    await rig.pass(30_000);
    expect(rig.shown(rig.threadOn(message))[0]).toContain('inspector on 1: what is this?');
    expect(rig.discord.downloads()).toMatchObject([{ from: 'media', status: 200 }]);
    const { width } = await sharp(rig.chat.uploads[0]?.bytes).metadata();
    expect(width).toBeLessThanOrEqual(1_600);
    rig.judge();
    await program.stop();
  });

  it('whose link has expired while the bot was away is fetched by a fresh one', async () => {
    const rig = createDiscordBotRig();
    rig.discord.settings.attachmentLifeMs = 60_000;
    const direct = rig.discord.places.direct(rig.person);
    const program = await rig.start();
    rig.chat.script(slowly90());
    rig.discord.people.say(rig.person, direct, { text: 'first', files: [picture('a.png')] });
    rig.discord.people.say(rig.person, direct, { text: 'second', files: [picture('b.png')] });
    await rig.pass(180_000);
    expect(rig.shown(direct)[1]).toBe('inspector on 1: second');
    expect(uploaded(rig)).toEqual(['a', 'b']);
    expect(rig.discord.requests({ method: 'GET', route: '/channels/:channel/messages/:message' })).toHaveLength(1);
    rig.judge();
    await program.stop();
  });

  it('that cannot be fetched for a moment is fetched again', async () => {
    const rig = createDiscordBotRig();
    const program = await rig.start();
    rig.discord.faults.next({ path: /\/attachments\// }, { type: 'html', status: 502 });
    rig.discord.faults.next({ path: /\/attachments\// }, { type: 'lost-reply' });
    const message = rig.mention('what is this?');
    await rig.pass(30_000);
    expect(rig.shown(rig.threadOn(message))[0]).toContain('inspector on 1: what is this?');
    expect(rig.discord.downloads().length).toBeGreaterThan(1);
    rig.judge();
    await program.stop();
  });

  it('that was deleted before it could be fetched is named', async () => {
    const rig = createDiscordBotRig();
    const program = await rig.start();
    rig.discord.faults.always({ path: /gone\.png/ }, { type: 'status', status: 404 });
    const message = rig.mention('what is this?', { files: [picture('gone.png'), picture('there.png')] });
    await rig.pass(60_000);
    expect(rig.shown(rig.threadOn(message))[0]).toMatch(
      /^`gone\.png` is no longer there\. Upload it again\.\n\ninspector on 1: what is this\?/,
    );
    rig.judge();
    await program.stop();
  });
});

/** An answer of a minute and a half. */
function slowly90() {
  return { words: Array.from({ length: 90 }, (_, index) => `word${index} `), wordDelayMs: 1_000 };
}
