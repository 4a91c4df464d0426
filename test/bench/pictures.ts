import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import sharp from 'sharp';
import { createImageChat } from '../../adapters/chat-api/create-image-chat.ts';
import { createImagePreparer } from '../../adapters/sharp/create-image-preparer.ts';
import { createPictureGatherer, type GatheredPictures } from '../../src/images/gather-pictures.ts';
import { createSystemClock } from '../../src/lib/clock.ts';
import { noMetrics } from '../../src/lib/metrics.ts';
import { createFakeIds } from '../fakes/fake-ids.ts';
import { samplePhoto } from '../fakes/made-pictures.ts';
import { startScriptedChatApi } from '../fakes/scripted-chat-api/scripted-chat-api.ts';
import { createSilentLogger } from '../fakes/silent-logger.ts';
import type { Figure } from './figure.ts';

const runs = 9;
const goalMs = 200;
const largeCount = 8;
const largestBytes = 20 * 1_024 * 1_024;
const goalResidentBytes = 200e6;
const never = new AbortController().signal;

/** Everything from the bytes to the asset key, with the real decoders and a server on loopback. */
async function openBench() {
  const clock = createSystemClock();
  const api = await startScriptedChatApi();
  const preparer = createImagePreparer(clock);
  const chat = createImageChat({
    baseUrl: api.url,
    apiKey: api.apiKey,
    version: 'bench',
    requestsPerMinute: null,
    clock,
    ids: createFakeIds(),
    logger: createSilentLogger(),
    watch: () => {},
  });
  const gather = createPictureGatherer({ prepare: preparer.prepare, upload: chat.upload, clock, metrics: noMetrics });
  return {
    preparer,
    /** Gathers a question's only picture, read from that file. */
    async gatherFile(path: string, id: string): Promise<GatheredPictures> {
      const image = { id, name: 'photo.jpg', sizeBytes: null, locator: path };
      const download = async () => ({ bytes: await readFile(path), posted: null });
      const gathered = await gather(
        { images: [image], known: [], maxPictures: 1, conversationKey: id, download },
        never,
      );
      if (gathered.keys.length !== 1) throw gathered.leftOut[0]?.failure ?? new Error('no picture');
      return gathered;
    },
    async close() {
      await Promise.all([preparer.close(), chat.close()]);
      await api.close();
    },
  };
}

type Bench = Awaited<ReturnType<typeof openBench>>;

/** 4032 × 3024, as phones take them: about 4 MB. */
function makePhoto(): Promise<Buffer> {
  return samplePhoto(4_032, 3_024).jpeg({ quality: 90 }).toBuffer();
}

/** Just below the 20 MB that are accepted: real pixels, and a comment segment's worth of padding behind the end. */
async function makeLargePhoto(): Promise<Buffer> {
  const photo = await samplePhoto(5_600, 4_200).jpeg({ quality: 99, chromaSubsampling: '4:4:4' }).toBuffer();
  return photo.byteLength >= largestBytes
    ? samplePhoto(5_600, 4_200).jpeg({ quality: 95 }).toBuffer()
    : Buffer.concat([photo, Buffer.alloc(largestBytes - photo.byteLength)]);
}

async function benchOnePhoto(bench: Bench, folder: string): Promise<Figure> {
  const path = join(folder, 'photo.jpg');
  writeFileSync(path, await makePhoto());
  await bench.gatherFile(path, 'warm');
  const timesMs: number[] = [];
  for (let run = 0; run < runs; run += 1) {
    const startedMs = performance.now();
    await bench.gatherFile(path, `photo-${run}`);
    timesMs.push(performance.now() - startedMs);
  }
  timesMs.sort((left, right) => left - right);
  const medianMs = timesMs[Math.floor(runs / 2)] ?? Number.NaN;
  const megabytes = (readFileSync(path).byteLength / 1e6).toFixed(1);
  return {
    name: `a 12-megapixel photo of ${megabytes} MB, received → prepared → uploaded, median of ${runs}`,
    value: `${medianMs.toFixed(0)} ms (${timesMs[0]?.toFixed(0)} to ${timesMs.at(-1)?.toFixed(0)})`,
    goal: `≤ ${goalMs} ms`,
    ok: medianMs <= goalMs,
  };
}

/** Resident memory of a process, from Linux; 0 when it is gone. */
function residentBytes(processId: number | 'self'): number {
  try {
    const kilobytes = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${processId}/status`, 'utf8'))?.[1];
    return Number(kilobytes ?? 0) * 1_024;
  } catch {
    return 0;
  }
}

async function benchManyPhotos(bench: Bench, folder: string): Promise<Figure> {
  const name = `${largeCount} pictures of 20 MB at once, more resident, decoders included`;
  const goal = '≤ 200 MB';
  if (process.platform !== 'linux') return { name, value: 'measured on Linux only', goal, ok: null };
  const path = join(folder, 'large.jpg');
  writeFileSync(path, await makeLargePhoto());
  // Both decoders run and have worked before.
  await Promise.all(['warm-1', 'warm-2'].map((id) => bench.gatherFile(join(folder, 'photo.jpg'), id)));
  globalThis.gc?.();
  const total = () =>
    residentBytes('self') + bench.preparer.processIds().reduce((sum, id) => sum + residentBytes(id), 0);
  const beforeBytes = total();
  let mostBytes = beforeBytes;
  const sampling = setInterval(() => {
    mostBytes = Math.max(mostBytes, total());
  }, 5);
  const startedMs = performance.now();
  await Promise.all(Array.from({ length: largeCount }, (_, index) => bench.gatherFile(path, `large-${index}`)));
  const tookMs = performance.now() - startedMs;
  clearInterval(sampling);
  const moreBytes = mostBytes - beforeBytes;
  return {
    name,
    value: `${(moreBytes / 1e6).toFixed(0)} MB, ${(tookMs / 1_000).toFixed(1)} s`,
    goal,
    ok: moreBytes <= goalResidentBytes,
  };
}

/** How fast a picture goes through the bot, and what many large ones at once cost. */
export async function benchPictures(): Promise<Figure[]> {
  sharp.cache(false);
  const folder = mkdtempSync(join(tmpdir(), 'sightline-bench-'));
  const bench = await openBench();
  try {
    return [await benchOnePhoto(bench, folder), await benchManyPhotos(bench, folder)];
  } finally {
    await bench.close();
    rmSync(folder, { recursive: true, force: true });
  }
}
