import { describe, expect, it } from 'vitest';
import { createSlackBotRig, picture } from './slack-bot-rig.ts';

type Rig = ReturnType<typeof createSlackBotRig>;

/** Where Slack streams, and where messages are posted and changed. */
const ways = ['streamed', 'changed'] as const;

/** Asks where answers go that way, and lets the answer end. */
async function ask(rig: Rig, way: (typeof ways)[number], words: readonly string[], wordDelayMs = 200): Promise<void> {
  const direct = rig.slack.places.direct(rig.person, rig.installation);
  rig.chat.script({ words, wordDelayMs });
  if (way === 'streamed') rig.mention('what is this?');
  else rig.slack.people.say(rig.person, direct, { text: 'what is this?', files: [picture('a.png')] });
  await rig.pass(words.length * wordDelayMs + 60_000);
  const streams = rig.slack.requests({ method: 'chat.startStream' }).length;
  if (way === 'streamed') expect(streams).toBeGreaterThan(0);
  else expect(streams).toBe(0);
}

const everyMessage = (rig: Rig) =>
  rig.slack.screen
    .botMessages()
    .filter(({ visibleTo }) => visibleTo === null)
    .map(({ text }) => text);

const rich = [
  '# What it shows\n\n',
  'A **bridge** over a *river*, ',
  'see [https://example.org/a_b](https://example.org/a_b) ',
  'and <https://example.org/c>.\n\n',
  '| part | length |\n|---|---|\n',
  '| arch | 12 m |\n| pier | 3 m & more |\n\n',
  '1. first\n   - inner\n2. second\n\n',
  '```ts\nconst a = 1 < 2 && 3 > 2;\n',
  '// <!channel> [x](https://evil.example)\n```\n\n',
  'a < b && c > d, `<@U000000009>`, ~~old~~\n\n> quoted\n',
];

/** What would call people, load pictures, or hide where a link leads. */
function hostile({ person: { id: personId }, channel: { id: channelId } }: Rig): readonly string[] {
  return [
    '<!channel> <!here|here> <!everyone> ',
    `<@${personId}> <@${personId}|ada> `,
    `<#${channelId}> <!subteam^S0123456> <!subteam^S0123456|@painters> `,
    '@here @channel @everyone ',
    '&lt;!channel&gt; &lt;@U00000000&gt; &amp;lt;!here&amp;gt; &#60;!channel> &#x3C;@U00000000> ',
    '<\u200b!channel> <!chan\u200bnel> <\u200d@U000000009> \\<!channel> ',
    '[safe](https://evil.example) [https://bank.example](https://evil.example) ',
    '<https://evil.example|bank.example> <mailto:a@evil.example|write> ',
    '[ref][1]\n\n[1]: https://evil.example "t"\n\n',
    '![shot](https://evil.example/track.png) ',
    'https://example.org/track.png <https://example.org/other.png> ',
    '<',
    '!',
    'channel',
    '> ',
    '<',
    '@',
    personId,
    '> ',
    '[',
    'safe',
    '](',
    'https://evil.example',
    ') ',
    '`<!channel>` ```<!here>``` ',
    '<!date^1392734382^{date}|Feb 18> ',
    'done',
  ];
}

describe.each(ways)('an answer that is %s', (way) => {
  it('keeps its headings, tables, lists, code and links readable', async () => {
    const rig = createSlackBotRig();
    const program = await rig.start();
    await ask(rig, way, rich);
    const [text = ''] = everyMessage(rig);
    expect(everyMessage(rig)).toHaveLength(1);
    expect(text).toContain('| arch | 12 m |');
    expect(text).toContain('const a = 1 < 2 && 3 > 2;');
    expect(text).toContain('1. first\n   - inner\n2. second');
    expect(text).toContain('a < b && c > d');
    expect(text).toContain('> quoted');
    await rig.end(program);
  });

  it('calls nobody, hides no address and shows no preview, whatever it says', async () => {
    const rig = createSlackBotRig();
    const program = await rig.start();
    await ask(rig, way, hostile(rig));
    const text = everyMessage(rig).join('\n');
    expect(text).toContain('done');
    // Nor once Slack has read an entity as what it stands for.
    const entity = /(?:&lt;|&#0*60;|&#x0*3c;)[!@#]/i;
    expect(JSON.stringify(rig.slack.requests().map(({ args }) => args['blocks'] ?? args['chunks']))).not.toMatch(
      entity,
    );
    expect(text).toContain('evil.example');
    await rig.end(program);
  });

  it('may be nothing but a call', async () => {
    const rig = createSlackBotRig();
    const program = await rig.start();
    rig.chat.script({ words: ['<!channel>'] });
    const direct = rig.slack.places.direct(rig.person, rig.installation);
    if (way === 'streamed') rig.mention('what is this?');
    else rig.slack.people.say(rig.person, direct, { text: 'what is this?', files: [picture('a.png')] });
    await rig.pass(20_000);
    expect(everyMessage(rig).join('')).toMatch(/channel/);
    await rig.end(program);
  });

  it('that is long goes on in further messages, each word in its place and once', async () => {
    const rig = createSlackBotRig();
    const program = await rig.start();
    const words = Array.from({ length: 3_000 }, (_, index) => `word${index}${index % 40 === 39 ? '\n\n' : ' '}`);
    await ask(rig, way, words, 20);
    const messages = everyMessage(rig);
    expect(messages.length).toBeGreaterThan(2);
    expect(messages.join(' ').split(/\s+/)).toEqual(words.map((word) => word.trim()));
    const controls = rig.slack.screen.botMessages().map((each) => each.controls);
    expect(controls.slice(0, -1).every((each) => each.length === 0)).toBe(true);
    expect(controls.at(-1)).toEqual(['Try again', 'Try another model', '👍', '👎']);
    await rig.end(program);
  });

  it('that is one long piece of code closes and opens its fence from message to message', async () => {
    const rig = createSlackBotRig();
    const program = await rig.start();
    const lines = Array.from({ length: 600 }, (_, index) => `const value${index} = ${index} < 2 && 3 > 2; // it's\n`);
    await ask(rig, way, ['Here it is:\n\n```ts\n', ...lines, '```\n\nThat is all.'], 50);
    const messages = everyMessage(rig);
    expect(messages.length).toBeGreaterThan(1);
    for (const message of messages) expect((message.match(/^```/gm) ?? []).length % 2).toBe(0);
    for (const message of messages.slice(1)) expect(message).toMatch(/^```ts\n/);
    for (const line of lines) expect(messages.filter((each) => each.includes(line.trim()))).toHaveLength(1);
    await rig.end(program);
  });

  it('of other scripts, with emoji and long words, loses nothing', async () => {
    const rig = createSlackBotRig();
    const program = await rig.start();
    const words = [
      ...Array.from({ length: 400 }, (_, index) => `橋の写真です${index}。`),
      `${Array.from({ length: 1_500 }, (_, index) => `ü${index}`).join('')} `,
      ...Array.from({ length: 200 }, () => '👩‍👩‍👧 '),
      'end',
    ];
    await ask(rig, way, words, 20);
    const text = everyMessage(rig).join('').replaceAll(/\s/g, '');
    expect(text).toBe(words.join('').replaceAll(/\s/g, ''));
    await rig.end(program);
  });
});

it('an answer of six minutes goes on in another message before Slack closes its stream', async () => {
  const rig = createSlackBotRig();
  const program = await rig.start();
  const words = Array.from({ length: 180 }, (_, index) => `word${index} `);
  await ask(rig, 'streamed', words, 2_000);
  const messages = everyMessage(rig);
  expect(messages).toHaveLength(2);
  expect(messages.join(' ').split(/\s+/)).toEqual(words.map((word) => word.trim()));
  await rig.end(program);
});

it('where Slack takes no Markdown, its own markup is shown: escaped, as readable, and as harmless', async () => {
  const rig = createSlackBotRig();
  const program = await rig.start();
  rig.slack.faults.next({ method: 'chat.postMessage' }, { type: 'error', error: 'invalid_blocks' });
  await ask(rig, 'changed', [...rich, ...hostile(rig)]);
  const [text = ''] = everyMessage(rig);
  expect(text).toContain('*What it shows*\nA *bridge* over a _river_');
  expect(text).toContain('part | length\n-----|-----------\narch | 12 m\npier | 3 m & more\n');
  expect(text).toContain('1. first\n    • inner\n2. second');
  expect(text).toContain('const a = 1 < 2 && 3 > 2;');
  expect(text).toContain('a < b && c > d');
  expect(text).toMatch(/safe \(https:\/\/evil\.example\)[\s\S]*done$/);
  await rig.end(program);
});
