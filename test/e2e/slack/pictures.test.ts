import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { claimingPng, plainPicture } from '../../fakes/made-pictures.ts';
import { createSlackBotRig, picture } from './slack-bot-rig.ts';

type Rig = ReturnType<typeof createSlackBotRig>;

/** The names under which pictures were handed to the API, without their new endings. */
const uploaded = (rig: Rig) => rig.chat.uploads.map(({ fileName }) => fileName.replace(/\.\w+$/, ''));

/** Where bytes were fetched from, and whether with a token. */
const travels = (rig: Rig) =>
  rig.slack.travels
    .all()
    .filter(({ origin }) => origin !== new URL(rig.slack.world.origins.api).origin)
    .map(({ origin, bearer }) => [origin, bearer !== null]);

const fileHost = 'https://files.slack.com';

describe.each(['socket', 'http'] as const)('over %s, the pictures of a question are', (mode) => {
  it('those of the message, in order, fetched from the file host alone with the token', async () => {
    const rig = createSlackBotRig({ mode });
    const program = await rig.start();
    const files = ['one.png', 'two.jpg', 'three.webp'].map((name) => picture(name));
    rig.mention('compare them', { files });
    await rig.pass(30_000);
    expect(rig.shown()).toEqual(['inspector on 3: compare them']);
    expect(rig.chat.questions[0]?.imageKeys.map((key) => key.replace(/^images\/\d+_|\.\w+$/g, ''))).toEqual([
      'one',
      'two',
      'three',
    ]);
    expect(travels(rig)).toEqual([
      [fileHost, true],
      [fileHost, true],
      [fileHost, true],
    ]);
    await rig.end(program);
  });

  it('those of the root of the thread that the bot is called into', async () => {
    const rig = createSlackBotRig({ mode });
    const program = await rig.start();
    const root = rig.slack.people.say(rig.person, rig.channel, { text: 'my trip', files: [picture('trip.png')] });
    rig.slack.people.say(rig.person, rig.channel, { text: 'nice', inThreadOf: root });
    rig.mention('where is this?', { files: [], inThreadOf: root });
    await rig.pass(30_000);
    expect(rig.shown(rig.channel, root)).toEqual(['inspector on 1: where is this?']);
    expect(uploaded(rig)).toEqual(['trip']);
    await rig.end(program);
  });
});

describe('the pictures of a question are', () => {
  it('at most ten; those beyond are named', async () => {
    const rig = createSlackBotRig();
    const program = await rig.start();
    rig.mention('compare them', { files: Array.from({ length: 12 }, (_, index) => picture(`p${index}.png`)) });
    await rig.pass(30_000);
    expect(rig.shown()).toEqual([
      [
        '`p10.png` was left out: one question can have 10 pictures. Ask about the others separately.',
        '`p11.png` was left out: one question can have 10 pictures. Ask about the others separately.',
        '',
        'inspector on 10: compare them',
      ].join('\n'),
    ]);
    await rig.end(program);
  });

  it('the message’s own before those of the root', async () => {
    const rig = createSlackBotRig();
    const program = await rig.start();
    const root = rig.slack.people.say(rig.person, rig.channel, { text: 'my trip', files: [picture('trip.png')] });
    rig.mention('and this?', { files: [picture('own.png')], inThreadOf: root });
    await rig.pass(30_000);
    expect(uploaded(rig)).toEqual(['own']);
    await rig.end(program);
  });

  it('those of a message that was passed on, with a mention and in direct messages', async () => {
    const rig = createSlackBotRig();
    const { people, places } = rig.slack;
    const direct = places.direct(rig.person, rig.installation);
    const program = await rig.start();
    const posted = people.say(rig.person, rig.channel, { text: 'my trip', files: [picture('trip.png')] });
    people.share(rig.person, posted, rig.channel, { text: 'where is this?', mentionsBot: true });
    await rig.pass(30_000);
    people.share(rig.person, posted, direct);
    await rig.pass(30_000);
    expect(rig.shown()).toEqual(['inspector on 1: where is this?']);
    expect(rig.shown(direct)).toHaveLength(1);
    expect(rig.shown(direct)[0]).toMatch(/^You sent no question, so here is a description\.\n\ninspector on 1: /);
    expect(uploaded(rig)).toEqual(['trip', 'trip']);
    await rig.end(program);
  });

  it('those of a link whose preview stands when the bot is called into its thread, fetched without the token', async () => {
    const rig = createSlackBotRig();
    const program = await rig.start();
    rig.web.set('https://example.org/tower.png', picture('tower.png').bytes);
    const root = rig.slack.people.say(rig.person, rig.channel, { text: 'look: <https://example.org/tower>' });
    rig.slack.people.unfurl(root, {
      url: 'https://example.org/tower',
      imageUrl: 'https://example.org/tower.png',
    });
    rig.mention('how high is it?', { files: [], inThreadOf: root });
    await rig.pass(30_000);
    expect(rig.shown(rig.channel, root)).toEqual(['inspector on 1: how high is it?']);
    expect(uploaded(rig)).toEqual(['tower']);
    expect(travels(rig)).toEqual([['https://example.org', false]]);
    await rig.end(program);
  });

  it('asked for where the event says no more than their ids', async () => {
    const rig = createSlackBotRig();
    const program = await rig.start();
    rig.mention('what is this?', { files: [picture('a.png', { stub: true })] });
    await rig.pass(30_000);
    expect(rig.shown()).toEqual(['inspector on 1: what is this?']);
    expect(rig.slack.requests({ method: 'files.info' })).toHaveLength(1);
    await rig.end(program);
  });

  it('not fetched again for the next question about them', async () => {
    const rig = createSlackBotRig();
    const program = await rig.start();
    const question = rig.mention('what is this?');
    await rig.pass(30_000);
    rig.slack.people.say(rig.person, rig.channel, { text: 'and when?', inThreadOf: question });
    await rig.pass(30_000);
    expect(rig.slack.files.downloads()).toHaveLength(1);
    expect(rig.chat.uploads).toHaveLength(1);
    expect(rig.chat.questions[1]?.imageKeys).toEqual(rig.chat.questions[0]?.imageKeys);
    await rig.end(program);
  });
});

describe('a picture', () => {
  it('of 25 MB is fetched as the small copy that Slack makes', async () => {
    const rig = createSlackBotRig();
    const program = await rig.start();
    const photo = await plainPicture(1_600, 1_200, '#204080').png({ compressionLevel: 0 }).toBuffer();
    const bytes = Buffer.concat([photo, Buffer.alloc(25 * 1_048_576 - photo.byteLength)]);
    rig.mention('what is this?', { files: [{ name: 'large.png', bytes }] });
    await rig.pass(30_000);
    expect(rig.shown()).toEqual(['inspector on 1: what is this?']);
    expect(rig.slack.files.downloads().map(({ path }) => path.split('/')[1])).toEqual(['files-tmb']);
    const { width } = await sharp(rig.chat.uploads[0]?.bytes).metadata();
    expect(width).toBe(1_024);
    // The original is what people are told about.
    expect(rig.chat.uploads[0]?.original).toMatchObject({ width: 1_600, height: 1_200, sizeBytes: bytes.byteLength });
    await rig.end(program);
  });

  it('that cannot be fetched for a moment is fetched again', async () => {
    const rig = createSlackBotRig();
    const program = await rig.start();
    rig.slack.faults.next({ method: /\/files-pri\// }, { type: 'html', status: 502 });
    rig.slack.faults.next({ method: /\/files-pri\// }, { type: 'lost-reply' });
    rig.mention('what is this?');
    await rig.pass(30_000);
    expect(rig.shown()).toEqual(['inspector on 1: what is this?']);
    expect(rig.slack.files.downloads()).toHaveLength(3);
    await rig.end(program);
  });

  it('that was deleted before it could be fetched is named, the others are asked about', async () => {
    const rig = createSlackBotRig();
    const program = await rig.start();
    const question = rig.mention('what is this?', { files: [picture('gone.png'), picture('there.png')] });
    const [gone] = question.files;
    if (gone !== undefined) rig.slack.people.removeFile(gone);
    await rig.pass(60_000);
    expect(rig.shown()).toEqual(['`gone.png` is no longer there. Upload it again.\n\ninspector on 1: what is this?']);
    await rig.end(program);
  });

  it.each([
    [
      'that lies in another service',
      { externalUrl: 'https://drive.example/a.png' },
      /^`a\.png` could not be downloaded/,
    ],
    ['that is hidden from the bot', { state: 'hidden' }, /^The picture is not open to me\. Upload it here yourself\.$/],
    ['that is a stone by now', { state: 'deleted' }, /^The picture is no longer there\. Upload it again\.$/],
    ['that the plan hides by its age', { state: 'limited' }, /^`a\.png` is no longer there\. Upload it again\.$/],
  ] as const)('%s is named in one sentence, and no token goes anywhere', async (_what, change, sentence) => {
    const rig = createSlackBotRig();
    const program = await rig.start();
    rig.mention('what is this?', { files: [picture('a.png', change)] });
    await rig.pass(60_000);
    expect(rig.shown()).toHaveLength(1);
    expect(rig.shown()[0]).toMatch(sentence);
    expect(rig.slack.screen.timeline()).toHaveLength(1);
    expect(rig.chat.questions).toEqual([]);
    expect(travels(rig)).toEqual([]);
    await rig.end(program);
  });
});

describe.each(['page', 'redirect'] as const)('where Slack sends the bot to sign in by a %s', (loginBy) => {
  const lacks =
    '`photo.png` was not given to me. Whoever runs the bot has to check that it has the scope `files:read`.';

  it('the missing scope is named, once, and nothing is uploaded', async () => {
    const rig = createSlackBotRig({ slack: { settings: { loginBy } } });
    rig.installation.scopes.delete('files:read');
    const program = await rig.start();
    rig.mention('what is this?');
    await rig.pass(60_000);
    expect(rig.shown()).toEqual([lacks]);
    expect(rig.slack.screen.timeline()).toHaveLength(1);
    expect(rig.chat.uploads).toEqual([]);
    expect(travels(rig).every(([origin]) => origin === fileHost)).toBe(true);
    await rig.end(program);
  });

  it('a file that Slack no longer knows by then is told from that', async () => {
    const rig = createSlackBotRig({ slack: { settings: { loginBy } } });
    const program = await rig.start();
    rig.slack.faults.always(
      { method: /\/files-pri\// },
      loginBy === 'page' ? { type: 'login-page' } : { type: 'redirect', to: 'https://slack.com/?redir=%2Fa' },
    );
    const question = rig.mention('what is this?');
    for (const file of question.files) rig.slack.people.removeFile(file);
    await rig.pass(60_000);
    expect(rig.shown()).toEqual(['`photo.png` is no longer there. Upload it again.']);
    expect(travels(rig).every(([origin]) => origin === fileHost)).toBe(true);
    await rig.end(program);
  });
});

it('a reply into a thread whose root is gone is answered with one sentence, and asks nothing', async () => {
  const rig = createSlackBotRig();
  const { people } = rig.slack;
  const program = await rig.start();
  const root = people.say(rig.person, rig.channel, { text: 'my trip', files: [picture('trip.png')] });
  people.say(rig.person, rig.channel, { text: 'nice', inThreadOf: root });
  people.remove(root);
  rig.mention('where is this?', { files: [], inThreadOf: root });
  await rig.pass(60_000);
  expect(rig.shown()).toHaveLength(1);
  expect(rig.shown()[0]).toMatch(/^I see no picture here/);
  expect(rig.chat.questions).toEqual([]);
  await rig.end(program);
});

it('a file that says it is a picture of 60 megapixels is not even fetched', async () => {
  const rig = createSlackBotRig();
  const program = await rig.start();
  rig.mention('what is this?', { files: [{ name: 'huge.png', bytes: claimingPng(10_000, 6_000) }] });
  await rig.pass(60_000);
  expect(rig.shown()).toEqual(['`huge.png` has more than 50 megapixels. Send it scaled down.']);
  expect(rig.slack.files.downloads()).toEqual([]);
  await rig.end(program);
});
