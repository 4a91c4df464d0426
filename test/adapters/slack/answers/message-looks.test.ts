import { describe, expect, it } from 'vitest';
import { createMessageLooks, type MessageBody } from '../../../../adapters/slack/answers/message-looks.ts';
import { Failure } from '../../../../src/lib/errors.ts';
import { toObjects } from '../../../fakes/discord/json.ts';
import { createFakeClock } from '../../../fakes/fake-clock.ts';
import { blocksAreTooLong, messageBlocksProblems } from '../../../fakes/slack/block-rules.ts';
import { bareCharacters } from '../../../fakes/slack/markup.ts';

const refused = new Failure('platform-rejected', 'refused', { facts: { slackError: 'invalid_blocks' } });

/** What is sent where so many looks are refused first. */
async function bodyOf(text: string, refusals: number, subject: string | null = null): Promise<MessageBody> {
  const bodies: MessageBody[] = [];
  const controls = subject === null ? null : ({ type: 'again', subject } as const);
  await createMessageLooks(createFakeClock()).send('T1', { text, controls }, async (body) => {
    bodies.push(body);
    if (bodies.length <= refusals) throw refused;
  });
  const last = bodies.at(-1);
  if (last === undefined) throw new Error('nothing was sent');
  return last;
}

describe('what notifications say', () => {
  it('is short, whole in its characters and escaped', async () => {
    for (const text of ['&'.repeat(900), '😀 '.repeat(400), 'word '.repeat(400), '<'.repeat(299)]) {
      const { text: said } = await bodyOf(text, 0);
      expect(said.length).toBeLessThanOrEqual(301);
      expect(bareCharacters(said)).toEqual([]);
      expect(said.isWellFormed()).toBe(true);
    }
  });

  it('is never empty', async () => {
    expect((await bodyOf('[a]: https://a.example', 0)).text).not.toBe('');
  });
});

describe('sections', () => {
  it.each([
    ['lines', 'a line of some words\n'.repeat(400)],
    ['one long line', 'word'.repeat(2_200)],
    ['marks', '&'.repeat(2_000)],
    ['code', `\`\`\`\n${'let a = 1;\n'.repeat(700)}\`\`\``],
  ])('hold %s in pieces that Slack takes, and all of it', async (_name, text) => {
    const { blocks } = await bodyOf(text, 1);
    expect(messageBlocksProblems(toObjects(blocks))).toEqual([]);
    expect(blocksAreTooLong(toObjects(blocks))).toBe(false);
    const said = blocks
      .map((block) => ('text' in block && typeof block.text === 'object' ? (block.text?.text ?? '') : ''))
      .join('\n');
    expect(bareCharacters(said)).toEqual([]);
    const plain = (each: string) => each.replaceAll('&amp;', '&').replaceAll(/[`\s]/g, '');
    expect(plain(said)).toBe(plain(text));
  });

  it('close their code and open it again', async () => {
    const { blocks } = await bodyOf(`\`\`\`\n${'let a = 1;\n'.repeat(700)}\`\`\``, 1);
    expect(blocks.length).toBeGreaterThan(1);
    for (const block of blocks) expect(JSON.stringify(block).match(/```/g)).toHaveLength(2);
  });
});

describe('buttons', () => {
  it('are in form for Slack in every look', async () => {
    for (const refusals of [0, 1, 2]) {
      const { blocks } = await bodyOf('A red bicycle.', refusals, 'slack:T1:C1:1.1');
      expect(messageBlocksProblems(toObjects(blocks))).toEqual([]);
      expect(JSON.stringify(blocks)).toContain('again|slack:T1:C1:1.1');
    }
  });

  it('are left out where Slack would not take their ids', async () => {
    expect((await bodyOf('A red bicycle.', 0, 'x'.repeat(250))).blocks).toHaveLength(1);
  });
});

describe('a failure that is not about blocks', () => {
  it('is not answered by another look', async () => {
    const sent: MessageBody[] = [];
    const looks = createMessageLooks(createFakeClock());
    const sending = looks.send('T1', { text: 'x', controls: null }, async (body) => {
      sent.push(body);
      throw new Failure('platform-place-gone', 'gone', { facts: { slackError: 'channel_not_found' } });
    });
    await expect(sending).rejects.toThrow('gone');
    expect(sent).toHaveLength(1);
  });
});
