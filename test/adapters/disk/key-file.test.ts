import { chmodSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createDiskKeyFile } from '../../../adapters/disk/key-file.ts';

function makePath(): string {
  const folder = mkdtempSync(join(tmpdir(), 'sightline-key-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return join(folder, 'api-key');
}

describe('the key file', () => {
  it('reads a missing and an empty file as null', () => {
    const path = makePath();
    expect(createDiskKeyFile(path).read()).toBeNull();
    writeFileSync(path, '\n');
    expect(createDiskKeyFile(path).read()).toBeNull();
  });

  it('gives back the key it was given, to its own account alone', () => {
    const path = makePath();
    createDiskKeyFile(path).write('sl_one');
    createDiskKeyFile(path).write('sl_two');
    expect(createDiskKeyFile(path).read()).toBe('sl_two');
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(readdirSync(join(path, '..'))).toEqual(['api-key']);
  });

  it('tightens the mode of a leftover that everybody could read', () => {
    const path = makePath();
    writeFileSync(`${path}.new`, 'left by a crash');
    chmodSync(`${path}.new`, 0o644);
    createDiskKeyFile(path).write('sl_one');
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });
});
