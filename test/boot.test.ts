import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { type RunningProgram, runProgram } from './e2e/run-program.ts';

const folders: string[] = [];
const programs: RunningProgram[] = [];

async function start(variables: Record<string, string>): Promise<RunningProgram> {
  const folder = await mkdtemp(join(tmpdir(), 'sightline-boot-'));
  folders.push(folder);
  const program = runProgram({ folder, variables });
  programs.push(program);
  return program;
}

afterEach(async () => {
  await Promise.all(programs.splice(0).map((program) => program.kill()));
  await Promise.all(folders.splice(0).map((folder) => rm(folder, { recursive: true, force: true })));
});

describe('starting the program', () => {
  it('prints one address when nothing is configured, and answers there', async () => {
    const program = await start({ PORT: '0' });
    const address = await program.ready;
    expect(program.stdout().match(/https?:\/\/\S+/g)).toEqual([address]);
    expect((await fetch(new URL('/healthz', address))).status).toBe(200);
    expect((await fetch(new URL('/readyz', address))).status).toBe(200);
    expect(await (await fetch(address)).text()).toContain('<title>');
    expect(await (await fetch(new URL('/metrics', address))).text()).toContain('# HELP');
  });

  it('prints a new API key once, and never again', async () => {
    const first = await start({ PORT: '0' });
    await first.ready;
    const key = /\bsl_[\w-]{40,}/.exec(first.stdout())?.[0] ?? '';
    expect(key).not.toBe('');
    await first.stop();
    const second = runProgram({ folder: folders[0] ?? '', variables: { PORT: '0' } });
    programs.push(second);
    const address = await second.ready;
    expect(second.stdout()).not.toContain(key);
    const answer = await fetch(new URL('/api/conversations', address), { headers: { 'API-KEY': key } });
    expect(answer.status).toBe(200);
  });

  it('ends cleanly at SIGTERM', async () => {
    const program = await start({ PORT: '0' });
    await program.ready;
    expect(await program.stop()).toEqual({ code: 0, signal: null });
    expect(program.stderr()).not.toMatch(/error/i);
  });

  it('refuses a wrong environment with one message that names every variable', async () => {
    const program = await start({ PORT: 'http', LOG_LEVEL: 'loud', DATABASE_URL: 'mysql://x' });
    expect(await program.exited).toEqual({ code: 1, signal: null });
    for (const name of ['PORT', 'LOG_LEVEL', 'DATABASE_URL']) expect(program.stderr()).toContain(name);
    expect(program.stderr()).not.toContain('    at ');
    expect(program.stdout()).toBe('');
  });

  it('says in one sentence that its port is taken', async () => {
    const first = await start({ PORT: '0' });
    const address = await first.ready;
    const second = await start({ PORT: new URL(address).port });
    expect(await second.exited).toEqual({ code: 1, signal: null });
    expect(second.stderr()).toContain('PORT');
    expect(second.stderr()).not.toContain('    at ');
  });

  it('refuses a default model that does not exist, and lists those that do', async () => {
    const program = await start({ PORT: '0', DEFAULT_MODEL: 'gpt-nothing' });
    expect(await program.exited).toEqual({ code: 1, signal: null });
    expect(program.stderr()).toMatch(/DEFAULT_MODEL.*inspector/);
  });

  it('says what is wrong with a file of models', async () => {
    const program = await start({ PORT: '0', MODELS_FILE: '/nowhere/models.json' });
    expect(await program.exited).toEqual({ code: 1, signal: null });
    expect(program.stderr()).toContain('MODELS_FILE');
    expect(program.stderr()).not.toContain('    at ');
  });
});
