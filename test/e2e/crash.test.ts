import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openPlayground } from './playground-client.ts';
import { type RunningProgram, runProgram } from './run-program.ts';

let folder = '';
let program: RunningProgram;

async function start(): Promise<string> {
  program = runProgram({ folder, variables: { PORT: '0' } });
  return program.ready;
}

function drawSign(text: string): Promise<Uint8Array> {
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="800" height="400"><rect width="800" height="400" fill="#fff"/><text x="60" y="220" font-family="DejaVu Sans" font-size="90">${text}</text></svg>`;
  return sharp(Buffer.from(svg)).png().toBuffer();
}

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sightline-crash-'));
});

afterEach(async () => {
  await program.kill();
  await rm(folder, { recursive: true, force: true });
});

describe('kill -9', () => {
  it.each([
    ['just after the message was taken', 0],
    ['when the first words are there', 1],
    ['in the middle of the answer', 120],
  ])('%s: the same answer is finished by the next start, once', async (_moment, visibleChars) => {
    const first = await openPlayground(await start());
    const file = await first.upload('sign.png', await drawSign('OPEN DAILY'));
    const thread = await first.post({ text: '@sightline what is this?', files: [file], nonce: 'first' });
    if (visibleChars > 0) await first.waitFor(thread, ([answer]) => (answer?.text.length ?? 0) >= visibleChars);
    const [before] = await first.answers(thread);
    await program.kill();

    const second = await openPlayground(await start(), first.cookie);
    const after = await second.waitFor(thread, ([answer]) => answer?.state === 'final');
    expect(after).toHaveLength(1);
    if (before !== undefined) expect(after[0]?.id).toBe(before.id);
    expect(after[0]?.text).toMatch(/800 × 400[\s\S]*OPEN DAILY[\s\S]*inspector/);
  });

  it('loses no conversation: the thread goes on, and a repeated message stays one', async () => {
    const first = await openPlayground(await start());
    const file = await first.upload('sign.png', await drawSign('MIND THE GAP'));
    const thread = await first.post({ text: '@sightline what colours are in it?', files: [file], nonce: 'first' });
    await first.waitFor(thread, ([answer]) => answer?.state === 'final');
    await program.kill();

    const second = await openPlayground(await start(), first.cookie);
    expect(await second.post({ text: '@sightline what colours are in it?', files: [file], nonce: 'first' })).toBe(
      thread,
    );
    await second.post({ text: 'and what does the sign say?', thread, nonce: 'second' });
    const answers = await second.waitFor(
      thread,
      (found) => found.length > 1 && found.every(({ state }) => state === 'final'),
    );
    expect(answers).toHaveLength(2);
    expect(answers[1]?.text).toContain('MIND THE GAP');
  });
});

describe('SIGTERM', () => {
  it('in the middle of an answer lets it finish', async () => {
    const client = await openPlayground(await start());
    const file = await client.upload('sign.png', await drawSign('HELLO'));
    const thread = await client.post({ text: '@sightline what is this?', files: [file], nonce: 'first' });
    await client.waitFor(thread, ([answer]) => (answer?.text.length ?? 0) > 0);
    expect(await program.stop()).toEqual({ code: 0, signal: null });
    const next = await openPlayground(await start(), client.cookie);
    const answers = await next.answers(thread);
    expect(answers).toMatchObject([{ state: 'final', text: expect.stringContaining('HELLO') }]);
  });
});
