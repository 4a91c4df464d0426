import { afterAll, describe, expect, it } from 'vitest';
import { createImagePreparer } from '../../../adapters/sharp/create-image-preparer.ts';
import type { PrepareImage } from '../../../src/images/prepare-image.ts';
import { createSystemClock } from '../../../src/lib/clock.ts';
import { claimingPng, otherFiles, plainPicture } from '../../fakes/made-pictures.ts';
import type { FileToShare } from '../../fakes/slack/shared-files.ts';
import { createSlackBotRig, picture } from './slack-bot-rig.ts';

type Rig = ReturnType<typeof createSlackBotRig>;

const preparer = createImagePreparer(createSystemClock());
afterAll(() => preparer.close());

const prepare: PrepareImage = (...call) => preparer.prepare(...call);
const files = otherFiles();
const bytesOf = (kind: string): Uint8Array => files.get(kind) ?? new Uint8Array();

/** Asks once and gives the bot's one sentence; checks that nothing was asked, nobody called, and nothing left behind. */
async function refusalOf(
  rig: Rig,
  words: { readonly text?: string; readonly files?: readonly FileToShare[] },
): Promise<string> {
  const program = await rig.start();
  const question = rig.mention(words.text ?? 'what is this?', { files: words.files ?? [] });
  await rig.pass(60_000);
  expect(rig.chat.questions).toEqual([]);
  const messages = rig.slack.screen.botMessages();
  expect(messages).toHaveLength(1);
  expect(messages[0]).toMatchObject({ threadTs: question.ts, controls: [], edited: false, visibleTo: null });
  expect(rig.slack.screen.timeline()).toHaveLength(1);
  await rig.end(program);
  return messages[0]?.text ?? '';
}

describe('is answered with one sentence, once:', () => {
  it.each([
    [
      'a HEIC picture',
      'photo.heic',
      bytesOf('HEIC'),
      /^`photo\.heic` is HEIC, which I cannot read\. Send it as JPEG, PNG, WebP or GIF\.$/,
    ],
    [
      'an SVG',
      'drawing.svg',
      bytesOf('SVG'),
      /^`drawing\.svg` is SVG, which I cannot read\. Send it as JPEG, PNG, WebP or GIF\.$/,
    ],
    [
      'a PDF',
      'paper.pdf',
      bytesOf('PDF'),
      /^`paper\.pdf` is PDF, which I cannot read\. Send it as JPEG, PNG, WebP or GIF\.$/,
    ],
    [
      'a renamed program',
      'photo.png',
      bytesOf('a Windows program'),
      /^`photo\.png` is a Windows program, which I cannot read\. Send it as JPEG, PNG, WebP or GIF\.$/,
    ],
    ['an empty file', 'empty.png', new Uint8Array(), /^`empty\.png` is an empty file\. Upload it again\.$/],
    [
      'a PNG of 60 megapixels in a few bytes',
      'huge.png',
      claimingPng(10_000, 6_000),
      /^`huge\.png` has more than 50 megapixels\. Send it scaled down\.$/,
    ],
    ['a damaged PNG', 'broken.png', claimingPng(300, 200), /^`broken\.png` cannot be opened: the file is damaged\./],
    ['a text file', 'notes.txt', Buffer.from('hello'), /^`notes\.txt` is .*, which I cannot read\./],
  ])('%s', async (_what, name, bytes, sentence) => {
    expect(await refusalOf(createSlackBotRig({ prepare }), { files: [{ name, bytes }] })).toMatch(sentence);
  });

  it.each([
    ['HEIC', 'photo.jpg', bytesOf('HEIC'), 'image/jpeg', /^`photo\.jpg` is HEIC/],
    ['60 megapixels', 'huge.png', claimingPng(10_000, 6_000), 'image/png', /^`huge\.png` has more than 50 megapixels/],
  ])('%s that Slack says to be something harmless', async (_what, name, bytes, mimetype, sentence) => {
    const file = { name, bytes, mimetype, width: 300, height: 200 };
    expect(await refusalOf(createSlackBotRig({ prepare }), { files: [file] })).toMatch(sentence);
  });

  it('a question without a picture anywhere', async () => {
    expect(await refusalOf(createSlackBotRig(), {})).toBe(
      'I see no picture here, so I asked nothing. Add one to your message, or reply to a message that has one.',
    );
  });

  it('a model that there is not', async () => {
    const words = { text: '!m gpt-9 what is this?', files: [picture('a.png')] };
    expect(await refusalOf(createSlackBotRig(), words)).toBe(
      'There is no model “gpt-9”. Write !model to see them all.',
    );
  });

  it('a model that lacks something', async () => {
    const words = { text: '!m gpt-4o what is this?', files: [picture('a.png')] };
    expect(await refusalOf(createSlackBotRig(), words)).toMatch(/gpt-4o.*Set OPENAI_API_KEY\./);
  });

  it('a command that there is not', async () => {
    expect(await refusalOf(createSlackBotRig(), { text: '/paint a house' })).toBe(
      'There is no command /paint. The commands are !model, !new, !search and !help.',
    );
  });

  it('a command written where it has no place', async () => {
    expect(await refusalOf(createSlackBotRig(), { text: 'new' })).toContain(
      'Each mention in a channel starts afresh already.',
    );
  });
});

it('a picture beside others that cannot be read is left out with its reason, the others are asked about', async () => {
  const rig = createSlackBotRig({ prepare });
  const program = await rig.start();
  const good = { name: 'good.png', bytes: await plainPicture(300, 200, '#204080').png().toBuffer() };
  rig.mention('what is this?', { files: [{ name: 'photo.heic', bytes: bytesOf('HEIC') }, good] });
  await rig.pass(60_000);
  expect(rig.shown()[0]).toMatch(/^`photo\.heic` is HEIC.*\n\ninspector on 1: what is this\?$/s);
  await rig.end(program);
});

it('files that are no pictures do not get in the way of a picture', async () => {
  const rig = createSlackBotRig();
  const program = await rig.start();
  const notes = { name: 'notes.txt', bytes: Buffer.from('hello') };
  rig.mention('what is this?', { files: [notes, picture('a.png')] });
  await rig.pass(60_000);
  expect(rig.shown()).toEqual(['inspector on 1: what is this?']);
  await rig.end(program);
});

describe.each(['socket', 'http'] as const)('over %s, a service', (mode) => {
  it.each([
    ['chat-moderated', /^The model’s service declined to answer this because of its content rules\./],
    ['chat-out-of-credits', /no credit left/],
    ['chat-rate-limited', /too many questions/],
    ['chat-image-refused', /did not accept the picture/],
    ['chat-unauthorized', /refused the key/],
    ['chat-empty-answer', /gave an empty answer/],
  ] as const)(
    'that refuses with %s is quoted in a sentence, below which one can try again',
    async (failure, sentence) => {
      const rig = createSlackBotRig({ mode });
      const program = await rig.start();
      rig.chat.script({ words: [], failure });
      const question = rig.mention('what is this?');
      await rig.pass(60_000);
      expect(rig.shown(rig.channel, question)).toHaveLength(1);
      expect(rig.shown()[0]).toMatch(sentence);
      expect(rig.slack.screen.timeline()).toHaveLength(1);
      expect(rig.slack.screen.botMessages()[0]?.controls).toContain('Try again');
      await rig.end(program);
    },
  );

  it('that breaks off leaves the words it said, and why there are no more', async () => {
    const rig = createSlackBotRig({ mode });
    const program = await rig.start();
    rig.chat.script({ words: ['A bridge ', 'over a '], wordDelayMs: 2_000, failure: 'chat-broken-stream' });
    rig.mention('what is this?');
    await rig.pass(60_000);
    expect(rig.shown()).toEqual(['A bridge over a\n\nThe connection to the model broke off. Ask again.']);
    await rig.end(program);
  });
});

it.each([
  ['a message of nothing but spaces in direct messages', '  '],
  ['a message of nothing at all', ''],
])('%s is left alone', async (_what, text) => {
  const rig = createSlackBotRig();
  const direct = rig.slack.places.direct(rig.person, rig.installation);
  const program = await rig.start();
  rig.slack.people.say(rig.person, direct, { text });
  await rig.pass(20_000);
  expect(rig.shown(direct)).toEqual([]);
  await rig.end(program);
});

it('a question that is far too long for a channel is asked and answered all the same', async () => {
  const rig = createSlackBotRig();
  const program = await rig.start();
  const words = Array.from({ length: 5_000 }, (_, index) => `why${index}`).join(' ');
  rig.mention(words);
  await rig.pass(60_000);
  expect(rig.chat.questions.map(({ prompt }) => prompt)).toEqual([words]);
  expect(rig.shown().join(' ')).toBe(`inspector on 1: ${words}`);
  await rig.end(program);
});
