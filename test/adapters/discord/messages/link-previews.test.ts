import { describe, expect, it } from 'vitest';
import { Failure } from '../../../../src/lib/errors.ts';
import { createMessageRig, ids, readFixture } from './message-rig.ts';

const posted = readFixture('message-link-without-preview');
const { embeds } = readFixture('message-link-with-previews');
const withPreview = { ...posted, embeds };
const route = `/channels/${ids.text}/messages/1456100000000000113`;

function createRig(replies: Record<string, unknown> = {}) {
  const rig = createMessageRig({ replies });
  rig.announce();
  const startedAtMs = rig.clock.now();
  return { ...rig, passedMs: () => rig.clock.now() - startedAtMs };
}
const picturesOf = ({ turns }: ReturnType<typeof createRig>) => turns().map(({ images }) => images.length);

describe('waiting for the preview of a link', () => {
  it('goes on as soon as the preview comes', async () => {
    const rig = createRig();
    rig.dispatch('MESSAGE_CREATE', posted);
    await rig.clock.advance(900);
    expect(rig.turns()).toEqual([]);
    rig.dispatch('MESSAGE_UPDATE', withPreview);
    await rig.clock.advance(0);
    expect([picturesOf(rig), rig.passedMs(), rig.paper.calls]).toEqual([[3], 900, []]);
    expect(rig.events).toHaveLength(1);
    await rig.end();
  });

  it('looks once after two and a half seconds', async () => {
    const rig = createRig({ [route]: withPreview });
    await rig.take('MESSAGE_CREATE', posted);
    expect([picturesOf(rig), rig.passedMs(), rig.paper.routes()]).toEqual([[3], 2_500, [route]]);
    await rig.end();
  });

  it('goes on without one where none comes, and where Discord does not answer', async () => {
    for (const reply of [posted, new Failure('platform-unreachable', 'No answer.', { retryable: true })]) {
      const rig = createRig({ [route]: reply });
      await rig.take('MESSAGE_CREATE', posted);
      expect([picturesOf(rig), rig.passedMs()]).toEqual([[0], 2_500]);
      await rig.end();
    }
  });

  it('does not take the previews of what the message says after an edit', async () => {
    const edited = { ...withPreview, content: 'another', edited_timestamp: '2026-01-01T00:00:01Z' };
    const rig = createRig({ [route]: edited });
    await rig.take('MESSAGE_CREATE', posted);
    expect(picturesOf(rig)).toEqual([0]);
    await rig.end();
  });

  it('counts from when the message came, however long it waited behind others', async () => {
    const rig = createRig({ [route]: withPreview });
    rig.dispatch('MESSAGE_CREATE', posted);
    rig.dispatch('MESSAGE_CREATE', { ...posted, id: '1456100000000000114' });
    await rig.idle();
    expect([rig.turns().length, rig.passedMs()]).toEqual([2, 2_500]);
    await rig.end();
  });

  it.each([
    ['has a picture', { attachments: readFixture('message-mention-in-text')['attachments'] }],
    ['has its preview already', { embeds }],
    ['hides its link from previews', { content: `<@${ids.bot}> <https://example.com/sunset.png>` }],
    ['has its link in code', { content: `<@${ids.bot}> \`https://example.com/sunset.png\`` }],
    ['has previews switched off', { flags: 4 }],
    ['has no link', { content: `<@${ids.bot}> example.com` }],
  ])('takes no time where the message %s', async (_, changes) => {
    const rig = createRig();
    await rig.take('MESSAGE_CREATE', { ...posted, ...changes });
    expect([rig.turns().length, rig.passedMs(), rig.paper.calls]).toEqual([1, 0, []]);
    await rig.end();
  });

  it('takes no time where the message replies to a picture', async () => {
    const rig = createRig();
    const content = `<@${ids.bot}> like https://example.com/sunset.png?`;
    await rig.take('MESSAGE_CREATE', readFixture('message-reply-to-picture', { content }));
    expect([rig.turns()[0]?.quotedImages.length, rig.passedMs()]).toEqual([1, 0]);
    await rig.end();
  });

  it('ends with the program', async () => {
    const rig = createRig();
    rig.dispatch('MESSAGE_CREATE', posted);
    await rig.clock.advance(100);
    await rig.end();
    expect([rig.events, rig.clock.pending(), rig.passedMs()]).toEqual([[], 0, 100]);
  });
});
