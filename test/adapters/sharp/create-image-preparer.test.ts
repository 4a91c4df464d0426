import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createImagePreparer } from '../../../adapters/sharp/create-image-preparer.ts';
import { type DecoderRules, decoderRules } from '../../../adapters/sharp/decoder-pool.ts';
import { createSystemClock } from '../../../src/lib/clock.ts';
import { prepareImageContract } from '../../contracts/prepare-image.contract.ts';
import { createFakeClock } from '../../fakes/fake-clock.ts';
import { plainPicture } from '../../fakes/made-pictures.ts';

prepareImageContract('createImagePreparer', () => createImagePreparer(createSystemClock()));

const never = new AbortController().signal;
const limits = { longEdge: 800 };
const picture = await plainPicture(200, 100, '#ff0000').png().toBuffer();

function createBench(rules: Partial<DecoderRules> = {}) {
  const clock = createFakeClock();
  const preparer = createImagePreparer(clock, { ...decoderRules, ...rules });
  onTestFinished(() => preparer.close());
  return { clock, preparer, prepare: () => preparer.prepare(picture, limits, never) };
}

const isRunning = (processId: number) => {
  try {
    return process.kill(processId, 0);
  } catch {
    return false;
  }
};

describe('the decoders', () => {
  it('start when there is work, and warm when that is wished', async () => {
    const { preparer } = createBench();
    expect(preparer.processIds()).toEqual([]);
    await preparer.warm(never);
    expect(preparer.processIds()).toHaveLength(1);
    await preparer.prepare(picture, limits, never);
    expect(preparer.processIds()).toHaveLength(1);
  });

  it.skipIf(!existsSync('/proc/self/environ'))('see nothing of the bot’s environment (needs /proc)', async () => {
    const { preparer } = createBench();
    await preparer.warm(never);
    const environment = readFileSync(`/proc/${preparer.processIds()[0]}/environ`, 'utf8').split('\0').filter(Boolean);
    expect(environment.map((line) => line.split('=')[0]).sort()).toEqual([
      'MALLOC_ARENA_MAX',
      'UV_THREADPOOL_SIZE',
      'VIPS_BLOCK_UNTRUSTED',
    ]);
  });

  it('are at most two, however many pictures come', async () => {
    const { preparer, prepare } = createBench();
    const prepared = await Promise.all(Array.from({ length: 6 }, prepare));
    expect(prepared.map((each) => each.width)).toEqual([200, 200, 200, 200, 200, 200]);
    expect(preparer.processIds()).toHaveLength(2);
  });

  it('say that there are too many pictures rather than hold them all', async () => {
    const { prepare } = createBench({ atOnce: 1, maxWaiting: 1 });
    const results = await Promise.allSettled([prepare(), prepare(), prepare()]);
    expect(results.map((each) => each.status)).toEqual(['fulfilled', 'fulfilled', 'rejected']);
    expect(results[2]).toMatchObject({ reason: { code: 'image-busy', retryable: true } });
  });

  it('are replaced when they die between two pictures', async () => {
    const { preparer, prepare } = createBench();
    await prepare();
    const [first] = preparer.processIds();
    process.kill(first ?? 0, 'SIGKILL');
    expect((await prepare()).width).toBe(200);
    expect(preparer.processIds()).not.toContain(first);
  });

  it('are replaced once when they die over a picture', async () => {
    const { preparer, prepare } = createBench();
    await preparer.warm(never);
    const [first] = preparer.processIds();
    process.kill(first ?? 0, 'SIGSTOP');
    const preparing = prepare();
    process.kill(first ?? 0, 'SIGKILL');
    expect((await preparing).width).toBe(200);
  });

  it('are ended when a picture takes longer than five seconds', async () => {
    const { clock, preparer, prepare } = createBench();
    await preparer.warm(never);
    const [first] = preparer.processIds();
    process.kill(first ?? 0, 'SIGSTOP');
    const preparing = prepare();
    const refused = expect(preparing).rejects.toMatchObject({ code: 'image-damaged' });
    await clock.advance(5_000);
    await refused;
    expect(isRunning(first ?? 0)).toBe(false);
    expect((await prepare()).width).toBe(200);
  });

  it('are replaced after so many pictures', async () => {
    const { preparer, prepare } = createBench({ picturesEach: 2, atOnce: 1 });
    const processIds: (number | undefined)[] = [];
    for (let count = 0; count < 4; count += 1) {
      await preparer.warm(never);
      processIds.push(preparer.processIds()[0]);
      await prepare();
    }
    expect(processIds[0]).toBe(processIds[1]);
    expect(processIds[2]).toBe(processIds[3]);
    expect(processIds[0]).not.toBe(processIds[2]);
  });

  it('are replaced when their memory has grown', async () => {
    const { preparer, prepare } = createBench({ residentBytesEach: 1 });
    await prepare();
    expect(preparer.processIds()).toEqual([]);
  });

  it('are ended after five idle minutes, and started again', async () => {
    const { clock, preparer, prepare } = createBench();
    await prepare();
    const [first] = preparer.processIds();
    await clock.advance(4 * 60_000);
    await prepare();
    await clock.advance(4 * 60_000);
    expect(preparer.processIds()).toEqual([first]);
    await clock.advance(60_000);
    expect(preparer.processIds()).toEqual([]);
    expect((await prepare()).width).toBe(200);
  });

  it('are gone after close, and nothing waits any more', async () => {
    const { clock, preparer, prepare } = createBench();
    await Promise.all([prepare(), prepare()]);
    const processIds = preparer.processIds();
    await preparer.close();
    expect(processIds.map(isRunning)).toEqual([false, false]);
    expect(clock.pending()).toBe(0);
  });
});
