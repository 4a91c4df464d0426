import { performance } from 'node:perf_hooks';
import { z } from 'zod';
import { createBenchAgent, percentile, timeToFirstToken, type Way } from './api-client.ts';
import { createDurableWrite } from './api-durable-write.ts';
import { type BenchProcess, pinToCore, startProcess } from './api-processes.ts';
import { benchPicture, benchPrompt, ownBody, vendorBody } from './api-question.ts';
import { askWithSdk } from './api-sdk.ts';
import { benchSlowReaders } from './api-slow-readers.ts';
import { benchStreams } from './api-streams.ts';
import { atMost, type Figure } from './figure.ts';

const rounds = 300;
/** A server that has been running for a while is what is measured: the first hundreds are compiled as they run. */
const warmUp = 600;
const cpuRounds = 20;
const together = 10;

const uploadSchema = z.object({ fileContent: z.object({ path: z.string() }) });

async function upload({ url, key }: BenchProcess): Promise<string> {
  const form = new FormData();
  form.append('asset', new Blob([Uint8Array.from(benchPicture)]), 'photo.jpg');
  const response = await fetch(`${url}/api/assets`, { method: 'POST', headers: { 'API-KEY': key }, body: form });
  return uploadSchema.parse(await response.json()).fileContent.path;
}

/** The first token of the same call made with the AI SDK in this process. */
async function timeSdk(vendorUrl: string): Promise<number> {
  const startMs = performance.now();
  let firstMs: number | null = null;
  for await (const text of askWithSdk(vendorUrl, new AbortController().signal).textStream) {
    if (text !== '') firstMs ??= performance.now() - startMs;
  }
  if (firstMs === null) throw new Error('the AI SDK gave no token');
  return firstMs;
}

type Timed = { time(): Promise<number>; readonly timesMs: number[] };

/** One call of each in turn, so that whatever else the machine does falls on all alike. */
async function timeInTurn(calls: readonly Timed[]): Promise<void> {
  for (let round = 0; round < warmUp + rounds; round += 1) {
    for (const { time, timesMs } of calls) {
      const elapsedMs = await time();
      if (round >= warmUp) timesMs.push(elapsedMs);
    }
  }
}

/** What an answer of 200 tokens costs a part, a few side by side. */
async function cpuEachMs(part: BenchProcess, ask: () => Promise<unknown>): Promise<number> {
  await Promise.all(Array.from({ length: together }, ask));
  await part.tell({ type: 'measure' });
  for (let round = 0; round < cpuRounds; round += 1) await Promise.all(Array.from({ length: together }, ask));
  return (await part.report()).cpuMs / cpuRounds / together;
}

const ms = (value: number) => `${value.toFixed(2)} ms`;
const times = ({ timesMs }: Timed) => `${ms(percentile(timesMs, 0.5))}, p95 ${ms(percentile(timesMs, 0.95))}`;

/**
 * Our own API in front of a stand-in for OpenAI, beside the same call without it, straight with the AI SDK, through a bare pipe,
 * and through the server that one would write with the AI SDK. Ours and those in comparison run on one core, all others on another.
 */
export async function benchApi(): Promise<Figure[]> {
  pinToCore(process.pid, 0);
  const vendor = await startProcess('vendor', 0);
  const own = await startProcess('own', 1, vendor.url);
  const pipe = await startProcess('pipe', 1, vendor.url);
  const sdk = await startProcess('sdk', 1, vendor.url);
  const imageKey = await upload(own);
  const agent = createBenchAgent();
  const ways = {
    direct: { url: `${vendor.url}/chat/completions`, headers: { authorization: 'Bearer a-key' }, body: vendorBody },
    own: {
      url: `${own.url}/api/chat-with-ai?isStreaming=true`,
      headers: { 'api-key': own.key },
      body: ownBody(imageKey),
    },
    pipe: { url: pipe.url, headers: {}, body: vendorBody },
    sdk: { url: sdk.url, headers: {}, body: '{}' },
  } as const satisfies Record<string, Way>;

  const through = (way: Way): Timed => ({ time: () => timeToFirstToken(agent, way), timesMs: [] });
  const direct = through(ways.direct);
  const straight: Timed = { time: () => timeSdk(vendor.url), timesMs: [] };
  const piped = through(ways.pipe);
  const served = through(ways.sdk);
  const ours = through(ways.own);
  await vendor.tell({ type: 'script', script: { tokens: 3, gapMs: 2, padding: 0 } });
  const disk = createDurableWrite();
  const durable: Timed = { time: disk.time, timesMs: [] };
  await timeInTurn([direct, straight, piped, served, ours, durable]);
  disk.close();
  const baseMs = percentile(direct.timesMs, 0.5);
  const addedMs = percentile(ours.timesMs, 0.5) - baseMs;

  await vendor.tell({ type: 'script', script: { tokens: 200, gapMs: 1, padding: 0 } });
  const cpu = {
    own: await cpuEachMs(own, () => timeToFirstToken(agent, ways.own)),
    pipe: await cpuEachMs(pipe, () => timeToFirstToken(agent, ways.pipe)),
    sdk: await cpuEachMs(sdk, () => timeToFirstToken(agent, ways.sdk)),
  };
  await agent.destroy();

  const figures: Figure[] = [
    { name: 'first token, asked with undici', value: times(direct), goal: '–', ok: null },
    { name: 'first token, asked with the AI SDK', value: times(straight), goal: '–', ok: null },
    { name: 'first token, through a bare undici pipe', value: times(piped), goal: '–', ok: null },
    { name: 'first token, through a server with the AI SDK', value: times(served), goal: '–', ok: null },
    { name: 'first token, through our API', value: times(ours), goal: '–', ok: null },
    atMost('… added by our API to the call with undici, p50', addedMs, 2, ms),
    { name: '… of which one durable write on this disk', value: times(durable), goal: '–', ok: null },
    {
      name: '… added to the call with the AI SDK, p50',
      value: ms(percentile(ours.timesMs, 0.5) - percentile(straight.timesMs, 0.5)),
      goal: '–',
      ok: null,
    },
    {
      name: '… added by the bare pipe, by the server with the AI SDK, p50',
      value: `${ms(percentile(piped.timesMs, 0.5) - baseMs)}, ${ms(percentile(served.timesMs, 0.5) - baseMs)}`,
      goal: '–',
      ok: null,
    },
    {
      name: 'processor for an answer of 200 tokens: ours, pipe, AI SDK server',
      value: `${ms(cpu.own)}, ${ms(cpu.pipe)}, ${ms(cpu.sdk)}`,
      goal: '–',
      ok: null,
    },
    ...(await benchStreams('our API', own, vendor, ways.own, true)),
    ...(await benchStreams('bare undici pipe', pipe, vendor, ways.pipe, false)),
    ...(await benchStreams('server with the AI SDK', sdk, vendor, ways.sdk, false)),
    ...(await benchSlowReaders(own, vendor, featureBody(imageKey))),
  ];
  await Promise.all([own, pipe, sdk].map((each) => each.close()));
  await vendor.close();
  return figures;
}

const featureBody = (imageKey: string) =>
  JSON.stringify({
    type: 'CHAT_WITH_IMAGE',
    model: 'gpt-4o',
    conversationId: null,
    promptObject: { prompt: benchPrompt, imageList: [imageKey] },
  });
