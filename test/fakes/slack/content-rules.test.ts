import { expect, it } from 'vitest';
import { plainPost } from './call-api.ts';
import { createSlackRig } from './slack-rig.ts';

const plain = (text: string) => ({ type: 'plain_text', text });
const mrkdwn = (text: string) => ({ type: 'mrkdwn', text });
const section = (text: string) => ({ type: 'section', text: mrkdwn(text) });
const button = (more: object = {}) => ({ type: 'button', action_id: 'b', text: plain('Go'), ...more });
const option = (value: string) => ({ text: plain(value), value });
const actions = (...elements: readonly object[]) => ({ type: 'actions', elements });
const select = (more: object) => ({ type: 'static_select', action_id: 's', placeholder: plain('Choose'), ...more });

/** Blocks, and where Slack finds fault with them. */
const wrong: readonly (readonly [string, readonly object[], string])[] = [
  ['a section of more than 3,000', [section('x'.repeat(3_001))], '/blocks/0/text/text'],
  ['more than 50 blocks', Array.from({ length: 51 }, () => ({ type: 'divider' })), '/blocks'],
  ['an unknown block', [{ type: 'carpet' }], '/blocks/0/type'],
  [
    'two blocks of one id',
    [
      { ...section('a'), block_id: 'x' },
      { ...section('b'), block_id: 'x' },
    ],
    '/blocks',
  ],
  ['a long block id', [{ ...section('a'), block_id: 'x'.repeat(256) }], '/blocks/0/block_id'],
  ['two buttons of one id', [actions(button(), button())], '/blocks/0'],
  ['a button of more than 75', [actions(button({ text: plain('x'.repeat(76)) }))], '/blocks/0/elements/0/text/text'],
  ['a button in mrkdwn', [actions(button({ text: mrkdwn('a') }))], '/blocks/0/elements/0/text/type'],
  ['a long value', [actions(button({ value: 'x'.repeat(2_001) }))], '/blocks/0/elements/0/value'],
  ['a style that is none', [actions(button({ style: 'loud' }))], '/blocks/0/elements/0/style'],
  [
    '26 elements',
    [actions(...Array.from({ length: 26 }, (_, id) => button({ action_id: `${id}` })))],
    '/blocks/0/elements',
  ],
  ['no elements', [actions()], '/blocks/0/elements'],
  [
    '101 options',
    [actions(select({ options: Array.from({ length: 101 }, (_, id) => option(`${id}`)) }))],
    '/blocks/0/elements/0/options',
  ],
  [
    'an option of more than 75',
    [actions(select({ options: [option('x'.repeat(76))] }))],
    '/blocks/0/elements/0/options/0/text/text',
  ],
  ['a menu without options', [actions(select({}))], '/blocks/0/elements/0/options'],
  [
    'a long placeholder',
    [actions(select({ options: [option('a')], placeholder: plain('x'.repeat(151)) }))],
    '/blocks/0/elements/0/placeholder/text',
  ],
  ['a header of more than 150', [{ type: 'header', text: plain('x'.repeat(151)) }], '/blocks/0/text/text'],
  [
    'a context of 11',
    [{ type: 'context', elements: Array.from({ length: 11 }, () => mrkdwn('a')) }],
    '/blocks/0/elements',
  ],
  ['an image without a text', [{ type: 'image', image_url: 'https://example.org/a.png' }], '/blocks/0/alt_text'],
  ['a markdown block of more than 12,000', [{ type: 'markdown', text: 'x'.repeat(12_001) }], '/blocks/0/text'],
  ['empty text', [section('')], '/blocks/0/text/text'],
];

it.each(wrong)('refuses %s', async (_name, blocks, pointer) => {
  const { channel, call } = createSlackRig();
  const refused = await call('chat.postMessage', plainPost(channel.id, 'a', { blocks }));
  expect(refused.error).toBe('invalid_blocks');
  expect(refused.body['response_metadata']).toEqual({
    messages: [expect.stringMatching(/^\[ERROR\] .+ \[json-pointer:/)],
  });
  expect(refused.body['errors']).toEqual([expect.stringContaining(`[json-pointer:${pointer}]`)]);
});

it('refuses blocks that are too much together', async () => {
  const { channel, call } = createSlackRig();
  const post = (blocks: unknown) => call('chat.postMessage', plainPost(channel.id, 'a', { blocks }));
  const markdown = (size: number) => ({ type: 'markdown', text: 'x'.repeat(size) });
  expect((await post([markdown(6_000), markdown(6_000)])).ok).toBe(true);
  expect((await post([markdown(6_000), markdown(6_001)])).error).toBe('msg_blocks_too_long');
  expect((await post(Array.from({ length: 5 }, () => section('x'.repeat(2_700))))).error).toBe('msg_blocks_too_long');
  expect((await post('no list')).error).toBe('invalid_blocks_format');
});

it('takes every kind of control that an answer has', async () => {
  const { slack, channel, call } = createSlackRig();
  const rating = (text: string) => ({ text: plain(text), value: text });
  const blocks = [
    { type: 'markdown', text: 'words' },
    actions(button(), { type: 'external_select', action_id: 'm', placeholder: plain('Model'), min_query_length: 0 }),
    {
      type: 'context_actions',
      elements: [
        {
          type: 'feedback_buttons',
          action_id: 'f',
          positive_button: rating('Good'),
          negative_button: rating('Bad'),
        },
      ],
    },
    { type: 'table', rows: [[{ type: 'raw_text', text: 'cell' }]] },
    {
      type: 'rich_text',
      elements: [{ type: 'rich_text_section', elements: [{ type: 'text', text: 'rich & plain' }] }],
    },
  ];
  expect((await call('chat.postMessage', plainPost(channel.id, '', { blocks }))).error).toBeNull();
  const [shown] = slack.screen.botMessages();
  expect(shown).toMatchObject({ text: 'words\ncell\nrich & plain', controls: ['Go', 'Model', 'Good', 'Bad'] });
});

it('refuses metadata that is not in form', async () => {
  const { channel, call } = createSlackRig();
  const post = async (metadata: unknown) =>
    (await call('chat.postMessage', plainPost(channel.id, 'a', { metadata }))).error;
  expect(await post('x')).toBe('invalid_metadata_format');
  expect(await post({ event_type: 'a' })).toBe('invalid_metadata_schema');
  expect(await post({ event_type: 'a', event_payload: { text: 'x'.repeat(16_001) } })).toBe('metadata_too_large');
});

/** Arguments that the project forbids itself. */
const forbidden: readonly (readonly [string, object, string])[] = [
  ['a preview of links', { unfurl_links: true }, 'unfurlsNothing'],
  ['a preview of media', { unfurl_media: undefined }, 'unfurlsNothing'],
  ['a call to the channel', { text: 'hi <!channel>' }, 'callsNobody'],
  ['a call to those who are there', { text: '`<!here|here>`' }, 'callsNobody'],
  ['a call to somebody', { text: '<@U0123>' }, 'callsNobody'],
  ['a call to a group', { text: '<!subteam^S0123|@team>' }, 'callsNobody'],
  ['names that become calls', { link_names: true }, 'callsNobody'],
  ['full parsing', { parse: 'full' }, 'callsNobody'],
  ['a call in a block', { blocks: [section('<!everyone>')] }, 'callsNobody'],
  [
    'a call in rich text',
    {
      blocks: [
        {
          type: 'rich_text',
          elements: [{ type: 'rich_text_section', elements: [{ type: 'broadcast', range: 'here' }] }],
        },
      ],
    },
    'callsNobody',
  ],
  ['a call in Markdown', { text: undefined, markdown_text: 'hi <@U0123>' }, 'callsNobody'],
  ['a masked link', { text: 'see <https://evil.example|your bank>' }, 'masksNoLinks'],
  ['text that nobody escaped', { text: 'a <b> c' }, 'escapesText'],
  ['a bare ampersand in a block', { blocks: [section('salt & pepper')] }, 'escapesText'],
  ['a masked link in Markdown', { text: undefined, markdown_text: '[bank](https://evil.example)' }, 'masksNoLinks'],
];

it.each(forbidden)('notes %s', async (_name, more, rule) => {
  const { slack, channel, call } = createSlackRig();
  await call('chat.postMessage', plainPost(channel.id, 'a', { ...more }));
  expect(() => slack.expectNoViolations()).toThrow(rule);
  expect(slack.takeViolations()).toMatchObject([{ method: 'chat.postMessage', rule }]);
  slack.expectNoViolations();
});

it('lets pass what only looks forbidden', async () => {
  const { slack, channel, call } = createSlackRig();
  const post = (more: object) => call('chat.postMessage', plainPost(channel.id, '', { ...more }));
  await post({ text: 'hi &lt;!channel&gt; &lt;@U0123&gt; @everyone <https://example.org>' });
  await post({ text: undefined, markdown_text: '`<!channel>` and\n```\n[a](https://b.example)\n```' });
  await post({ text: undefined, markdown_text: '[https://example.org](https://example.org) \\[a](https://b.example)' });
  await post({ blocks: [actions(button({ text: plain('<!channel> & co') }))] });
  await post({ text: '> a quote' });
  slack.expectNoViolations();
  expect(slack.screen.pings()).toEqual([]);
  expect(slack.screen.botMessages()[0]?.text).toBe('hi <!channel> <@U0123> @everyone https://example.org');
});

it('can look away from each rule', async () => {
  const { slack, channel, call } = createSlackRig();
  slack.settings.projectRules = {
    unfurlsNothing: false,
    callsNobody: false,
    masksNoLinks: false,
    escapesText: false,
    guardsBearer: false,
  };
  await call('chat.postMessage', { channel: channel.id, text: '<!channel> <https://a.example|b>' });
  slack.expectNoViolations();
  expect(slack.screen.pings()).toMatchObject([expect.stringContaining('<!channel>')]);
  expect(slack.screen.unfurls()).toEqual(['https://a.example']);
});
