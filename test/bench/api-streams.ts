import { createBenchAgent, percentile, type Received, readTokens, type Way } from './api-client.ts';
import type { BenchProcess } from './api-processes.ts';
import type { Figure } from './figure.ts';

/** What is compared with gets fewer: without our joining of words the reading side of this bench would be what is measured. */
const ourStreams = 500;
const otherStreams = 150;
const tokensEachSecond = 20;
const settleMs = 3_000;
const measuredMs = 6_000;

const sleep = (delayMs: number) => new Promise((resolve) => setTimeout(resolve, delayMs));

/** Many streams at once through one part: what it used, and what became of the words. */
async function streamThrough(part: BenchProcess, vendor: BenchProcess, way: Way, streams: number) {
  await vendor.tell({ type: 'script', script: { tokens: 100_000, gapMs: 1_000 / tokensEachSecond, padding: 0 } });
  const agent = createBenchAgent();
  const ending = new AbortController();
  const received: Received = { open: 0, tokens: 0, delaysMs: [] };
  const reading: Promise<void>[] = [];
  for (let index = 0; index < streams; index += 1) {
    reading.push(readTokens(agent, way, received, ending.signal).catch(() => {}));
    if (index % 10 === 0) await sleep(10);
  }
  await sleep(settleMs);
  await part.tell({ type: 'measure' });
  received.tokens = 0;
  received.delaysMs = [];
  await sleep(measuredMs);
  const { tokens, delaysMs, open } = { ...received };
  const usage = await part.report();
  ending.abort(new Error('measured'));
  await Promise.all(reading);
  await agent.destroy();
  await sleep(500);
  return { usage, open, perSecond: tokens / (measuredMs / 1_000), delaysMs };
}

/** Figures of one part under many streams at 20 tokens a second each; `isOurs`: those that have a goal. */
export async function benchStreams(
  name: string,
  part: BenchProcess,
  vendor: BenchProcess,
  way: Way,
  isOurs: boolean,
): Promise<Figure[]> {
  const streams = isOurs ? ourStreams : otherStreams;
  const { usage, open, perSecond, delaysMs } = await streamThrough(part, vendor, way, streams);
  const expected = streams * tokensEachSecond;
  const share = usage.cpuMs / usage.elapsedMs;
  const perToken = (usage.cpuMs * 1_000) / (perSecond * (usage.elapsedMs / 1_000));
  const isWhole = open === streams && perSecond >= expected * 0.97;
  return [
    {
      name: `${streams} streams at ${tokensEachSecond} tokens/s, ${name}`,
      value: `${open} open, ${Math.round(perSecond)} tokens/s`,
      goal: isOurs ? `${streams}, ${expected.toLocaleString('en')} tokens/s` : '–',
      ok: isOurs ? isWhole : null,
    },
    {
      name: '… one core used; each token',
      value: `${(share * 100).toFixed(0)} %; ${perToken.toFixed(0)} µs`,
      goal: isOurs ? '≤ 100 %' : '–',
      ok: isOurs ? share <= 1 : null,
    },
    {
      name: '… event-loop delay p50, p99',
      value: `${usage.loopP50Ms.toFixed(1)}, ${usage.loopP99Ms.toFixed(1)} ms`,
      goal: isOurs ? 'p99 ≤ 50 ms' : '–',
      ok: isOurs ? usage.loopP99Ms <= 50 : null,
    },
    {
      name: '… vendor to reader, a token, p50, p99',
      value: `${percentile(delaysMs, 0.5).toFixed(0)}, ${percentile(delaysMs, 0.99).toFixed(0)} ms`,
      goal: '–',
      ok: null,
    },
  ];
}
