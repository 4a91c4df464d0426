import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { AssetFiles } from '../../src/engine/asset-files.ts';
import { inChunks, pngOfSize } from '../fakes/sample-picture.ts';

/** A kind of asset files, empty, and what frees it. */
export type AssetFilesRig = { files: AssetFiles; close(): Promise<void> };

/** What every keeper of picture files promises. */
export function assetFilesContract(name: string, make: () => Promise<AssetFilesRig>): void {
  describe(`asset files: ${name}`, () => {
    let rig: AssetFilesRig;
    const never = new AbortController().signal;
    const fileName = '1767225600000-00000000-0000-4000-8000-000000000001';

    beforeEach(async () => {
      rig = await make();
    });
    afterEach(() => rig.close());

    async function names(): Promise<string[]> {
      const listed: string[] = [];
      for await (const each of rig.files.list(never)) listed.push(each);
      return listed.sort();
    }

    it('lists nothing before the first write', async () => {
      expect(await names()).toEqual([]);
    });

    it('gives back exactly what was written', async () => {
      const bytes = pngOfSize(300_001);
      await rig.files.write(fileName, inChunks(bytes, 65_536), never);
      expect(Buffer.compare((await rig.files.read(fileName, never)) ?? Buffer.alloc(0), bytes)).toBe(0);
      expect(await names()).toEqual([fileName]);
    });

    it('takes chunks as they come instead of collecting them', async () => {
      const whileWriting: string[][] = [];
      async function* content(): AsyncGenerator<Uint8Array> {
        yield pngOfSize(1_000);
        yield pngOfSize(1_000);
        whileWriting.push(await names());
      }
      await rig.files.write(fileName, content(), never);
      expect(whileWriting).toEqual([[`${fileName}.part`]]);
    });

    it('reads a missing file as null', async () => {
      expect(await rig.files.read(fileName, never)).toBeNull();
    });

    it('leaves nothing when the content breaks off', async () => {
      async function* broken(): AsyncGenerator<Uint8Array> {
        yield pngOfSize(100_000);
        throw new Error('the line is cut');
      }
      await expect(rig.files.write(fileName, broken(), never)).rejects.toThrow('the line is cut');
      expect(await names()).toEqual([]);
    });

    it('leaves nothing when the signal aborts, and ends the content', async () => {
      const controller = new AbortController();
      let ended = false;
      async function* content(): AsyncGenerator<Uint8Array> {
        try {
          yield pngOfSize(1_000);
          controller.abort(new Error('the caller is gone'));
          yield pngOfSize(1_000);
        } finally {
          ended = true;
        }
      }
      await expect(rig.files.write(fileName, content(), controller.signal)).rejects.toThrow('the caller is gone');
      expect(await names()).toEqual([]);
      expect(ended).toBe(true);
    });

    it('removes a file, however often it is asked', async () => {
      await rig.files.write(fileName, inChunks(pngOfSize(10), 10), never);
      await rig.files.remove(fileName);
      await rig.files.remove(fileName);
      expect(await names()).toEqual([]);
      expect(await rig.files.read(fileName, never)).toBeNull();
    });
  });
}
