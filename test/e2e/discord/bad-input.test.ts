import { afterAll, describe, expect, it } from 'vitest';
import { createImagePreparer } from '../../../adapters/sharp/create-image-preparer.ts';
import type { PrepareImage } from '../../../src/images/prepare-image.ts';
import { createSystemClock } from '../../../src/lib/clock.ts';
import type { FileToAttach } from '../../fakes/discord/attachments.ts';
import { claimingPng, otherFiles, plainPicture } from '../../fakes/made-pictures.ts';
import { createDiscordBotRig, picture } from './discord-bot-rig.ts';

type Rig = ReturnType<typeof createDiscordBotRig>;

const hint = '\n\nTo ask more, mention me or reply to me here.';
const preparer = createImagePreparer(createSystemClock());
afterAll(() => preparer.close());

const prepare: PrepareImage = (...call) => preparer.prepare(...call);
const files = otherFiles();
const bytesOf = (kind: string): Uint8Array => files.get(kind) ?? new Uint8Array();

/** Asks once and gives the bot's one sentence; checks that nothing was asked and nobody called. */
async function refusalOf(
  rig: Rig,
  words: { readonly text?: string; readonly files?: readonly FileToAttach[] },
): Promise<string> {
  const program = await rig.start();
  rig.mention(words.text ?? 'what is this?', { files: words.files ?? [] });
  await rig.pass(60_000);
  expect(rig.chat.questions).toEqual([]);
  const shown = rig.shown();
  expect(shown).toHaveLength(1);
  expect(rig.discord.screen.timeline()).toHaveLength(1);
  rig.judge();
  await program.stop();
  expect(rig.clock.pending()).toBe(0);
  return shown[0]?.replace(hint, '') ?? '';
}

describe('is answered with one sentence, once:', () => {
  it.each([
    ['a HEIC picture', 'photo.heic', bytesOf('HEIC'), /^`photo\.heic` is HEIC, which I cannot read\./],
    ['an SVG', 'drawing.svg', bytesOf('SVG'), /^`drawing\.svg` is SVG, which I cannot read\./],
    ['a PDF', 'paper.pdf', bytesOf('PDF'), /^`paper\.pdf` is PDF, which I cannot read\./],
    [
      'a renamed program',
      'photo.png',
      bytesOf('a Windows program'),
      /^`photo\.png` is a Windows program, which I cannot read\./,
    ],
    ['an empty file', 'empty.png', new Uint8Array(), /^`empty\.png` is an empty file\./],
    [
      'a PNG of 60 megapixels in a few bytes',
      'huge.png',
      claimingPng(10_000, 6_000),
      /^`huge\.png` has more than 50 megapixels\./,
    ],
    ['a damaged PNG', 'broken.png', claimingPng(300, 200), /^`broken\.png` cannot be opened: the file is damaged\./],
  ])('%s', async (_what, name, bytes, sentence) => {
    expect(await refusalOf(createDiscordBotRig({ prepare }), { files: [{ name, bytes }] })).toMatch(sentence);
  });

  it('a question without a picture anywhere, and no thread is opened for it', async () => {
    const rig = createDiscordBotRig();
    const said = await refusalOf(rig, {});
    expect(rig.discord.requests({ method: 'POST', route: '/channels/:channel/messages/:message/threads' })).toEqual([]);
    expect(said).toBe(
      'I see no picture here, so I asked nothing. Add one to your message, or reply to a message that has one.',
    );
  });

  it('a text file', async () => {
    const notes = [{ name: 'notes.txt', bytes: Buffer.from('hello') }];
    expect(await refusalOf(createDiscordBotRig({ prepare }), { files: notes })).toMatch(/^`notes\.txt` is/);
  });

  it('a model that there is not', async () => {
    const words = { text: '!m gpt-9 what is this?', files: [picture('a.png')] };
    expect(await refusalOf(createDiscordBotRig(), words)).toBe(
      'There is no model “gpt-9”. Write /model to see them all.',
    );
  });
});

it('a picture beside others that cannot be read is left out with its reason, the others are asked about', async () => {
  const rig = createDiscordBotRig({ prepare });
  const program = await rig.start();
  const good = { name: 'good.png', bytes: await plainPicture(300, 200, '#204080').png().toBuffer() };
  const question = rig.mention('what is this?', { files: [{ name: 'photo.heic', bytes: bytesOf('HEIC') }, good] });
  await rig.pass(60_000);
  expect(rig.shown(rig.threadOn(question))[0]).toMatch(/^`photo\.heic` is HEIC.*\n\ninspector on 1: what is this\?/s);
  rig.judge();
  await program.stop();
});

it.each([
  ['chat-moderated', /declined to answer this because of its content rules/],
  ['chat-out-of-credits', /no credit left/],
  ['chat-rate-limited', /too many questions/],
] as const)('a service that refuses with %s is quoted in a sentence', async (failure, sentence) => {
  const rig = createDiscordBotRig();
  const program = await rig.start();
  rig.chat.script({ words: [], failure });
  const question = rig.mention('what is this?');
  await rig.pass(60_000);
  expect(rig.shown(rig.threadOn(question))).toHaveLength(1);
  expect(rig.shown(rig.threadOn(question))[0]).toMatch(sentence);
  rig.judge();
  await program.stop();
});

it('an answer that breaks off keeps its words and says so', async () => {
  const rig = createDiscordBotRig();
  const program = await rig.start();
  rig.chat.script({ words: ['A bridge ', 'over a '], wordDelayMs: 2_000, failure: 'chat-broken-stream' });
  const question = rig.mention('what is this?');
  await rig.pass(60_000);
  expect(rig.shown(rig.threadOn(question))[0]).toMatch(
    /^A bridge over a.*The connection to the model broke off\. Ask again\./s,
  );
  rig.judge();
  await program.stop();
});

it('a command written where it has no place is answered once, without a ping', async () => {
  const rig = createDiscordBotRig();
  const program = await rig.start();
  const question = rig.mention('/new', { files: [] });
  await rig.pass(60_000);
  expect(rig.shown()).toHaveLength(1);
  expect(rig.shown()[0]).toContain('Each mention in a channel starts afresh already.');
  expect(question.id).not.toBe('');
  rig.judge();
  await program.stop();
});

it('words that would call people, load pictures or hide links do none of that', async () => {
  const rig = createDiscordBotRig();
  const program = await rig.start();
  rig.chat.script({
    words: [
      '@everyone ',
      `<@${rig.person.id}> `,
      `<@&${rig.guild.botRoleId}> `,
      'https://example.org/track.png ',
      '[safe](https://evil.example) ',
      'done',
    ],
  });
  const question = rig.mention('what is this?');
  await rig.pass(60_000);
  expect(rig.shown(rig.threadOn(question))[0]).toContain('done');
  rig.judge();
  await program.stop();
});
