import { describe, expect, it } from 'vitest';
import type { InspectionPool } from '../../../../adapters/vendors/inspector/inspection-pool.ts';
import { createLooks, maxRememberedPictures } from '../../../../adapters/vendors/inspector/looks.ts';
import { live } from './ask.ts';
import { toPicture } from './make-pictures.ts';

const bytes = new Uint8Array([1]);

/** A pool whose jobs end when they are told to, and with their signals. */
function createSlowPool() {
  const jobs: { readonly signal: AbortSignal; finish(): void; fail(error: Error): void }[] = [];
  const pool: InspectionPool = {
    run: (_job, _bytes, signal) =>
      new Promise((resolve, reject) => {
        signal.addEventListener('abort', () => reject(signal.reason));
        jobs.push({ signal, finish: () => resolve({ type: 'unreadable' }), fail: reject });
      }),
    running: () => jobs.length,
    children: () => 0,
    close: async () => {},
  };
  return { looks: createLooks(pool), jobs };
}

const settle = () => new Promise<void>((resolve) => setImmediate(resolve));

describe('looks at pictures', () => {
  it('look once for everybody who asks at the same time', async () => {
    const { looks, jobs } = createSlowPool();
    const picture = toPicture('a', bytes);
    const both = [looks.text(picture, live), looks.text(picture, live)];
    await settle();
    expect(jobs.length).toBe(1);
    jobs[0]?.finish();
    expect(await Promise.all(both)).toEqual([{ type: 'unreadable' }, { type: 'unreadable' }]);
  });

  it('go on while one of two still waits, and end with the last', async () => {
    const { looks, jobs } = createSlowPool();
    const picture = toPicture('a', bytes);
    const [first, second] = [new AbortController(), new AbortController()];
    const gone = new Error('gone');
    const waits = [looks.text(picture, first.signal), looks.text(picture, second.signal)];
    const seen = waits.map((wait) => expect(wait).rejects.toBe(gone));
    await settle();
    first.abort(gone);
    await settle();
    expect(jobs[0]?.signal.aborted).toBe(false);
    second.abort(gone);
    await Promise.all(seen);
    expect(jobs[0]?.signal.aborted).toBe(true);
  });

  it('forget a failure, so that the next question looks again', async () => {
    const { looks, jobs } = createSlowPool();
    const picture = toPicture('a', bytes);
    const failing = looks.facts(picture, live);
    await settle();
    jobs[0]?.fail(new Error('crashed'));
    await expect(failing).rejects.toThrow('crashed');
    const again = looks.facts(picture, live);
    await settle();
    jobs[1]?.finish();
    expect(await again).toEqual({ type: 'unreadable' });
  });

  it('remember a bounded number of pictures, the latest', async () => {
    const { looks, jobs } = createSlowPool();
    const look = async (key: string) => {
      const picture = toPicture(key, bytes);
      const outcome = looks.facts(picture, live);
      await settle();
      jobs.at(-1)?.finish();
      await outcome;
      return picture.reads();
    };
    for (let index = 0; index <= maxRememberedPictures; index += 1) await look(`picture ${index}`);
    expect(await look(`picture ${maxRememberedPictures}`)).toBe(0);
    expect(await look('picture 1')).toBe(0);
    expect(await look('picture 0')).toBe(1);
  });
});
