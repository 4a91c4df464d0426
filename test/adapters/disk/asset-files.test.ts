import { chmod, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createDiskAssetFiles } from '../../../adapters/disk/asset-files.ts';
import { assetFilesContract } from '../../contracts/asset-files.contract.ts';
import { inChunks, pngOfSize } from '../../fakes/sample-picture.ts';

async function makeFolder(): Promise<string> {
  return mkdtemp(join(tmpdir(), 'sightline-assets-'));
}

assetFilesContract('on disk', async () => {
  const folder = await makeFolder();
  return {
    files: createDiskAssetFiles(join(folder, 'not', 'yet', 'there')),
    close: () => rm(folder, { recursive: true }),
  };
});

describe('asset files on disk', () => {
  const never = new AbortController().signal;

  async function open() {
    const folder = await makeFolder();
    onTestFinished(() => rm(folder, { recursive: true }));
    return { folder, files: createDiskAssetFiles(folder) };
  }

  it('refuse every name that could lead out of their folder', async () => {
    const { files, folder } = await open();
    for (const name of ['../outside', '/etc/passwd', 'a/b', '..', '', 'a\0', 'A.png', 'x.part.part']) {
      await expect(files.write(name, inChunks(pngOfSize(1), 1), never)).rejects.toThrow('not a name');
      await expect(files.read(name, never)).rejects.toThrow('not a name');
      await expect(files.remove(name)).rejects.toThrow('not a name');
    }
    expect(await readdir(folder)).toEqual([]);
  });

  it('write files that other accounts cannot read', async () => {
    const { files, folder } = await open();
    await files.write('1-a', inChunks(pngOfSize(10), 10), never);
    expect((await stat(join(folder, '1-a'))).mode & 0o777).toBe(0o600);
  });

  it('never list what is not theirs', async () => {
    const { files, folder } = await open();
    await writeFile(join(folder, 'README.md'), 'not ours');
    await writeFile(join(folder, '1-a.part'), 'left by a crash');
    const listed: string[] = [];
    for await (const name of files.list(never)) listed.push(name);
    expect(listed).toEqual(['1-a.part']);
  });

  it('report a folder that cannot be read instead of calling it empty', async () => {
    const { folder } = await open();
    const path = join(folder, 'a-file');
    await writeFile(path, '');
    await chmod(path, 0o600);
    await expect(createDiskAssetFiles(path).list(never)[Symbol.asyncIterator]().next()).rejects.toThrow('ENOTDIR');
  });
});
