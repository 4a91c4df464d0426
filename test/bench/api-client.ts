import { performance } from 'node:perf_hooks';
import { Agent } from 'undici';

/** The time that the stand-in for the vendor writes into every token. */
const tokenPattern = /(\d{13}\.\d)/g;

const nowMs = () => performance.timeOrigin + performance.now();

/** One way to the answer. */
export type Way = { readonly url: string; readonly headers: Readonly<Record<string, string>>; readonly body: string };

/** Connections of the bench, kept from one question to the next, as those of a client that asks often. */
export const createBenchAgent = () => new Agent({ connections: 2_000, bodyTimeout: 0, headersTimeout: 0 });

/** Asks, reads to the end, and gives the milliseconds from the question to the first token. */
export async function timeToFirstToken(agent: Agent, way: Way): Promise<number> {
  const startMs = performance.now();
  const { origin, pathname, search } = new URL(way.url);
  const { statusCode, body } = await agent.request({
    origin,
    path: `${pathname}${search}`,
    method: 'POST',
    headers: { 'content-type': 'application/json', ...way.headers },
    body: way.body,
  });
  let firstMs: number | null = null;
  for await (const chunk of body) {
    if (firstMs === null && String(chunk).search(tokenPattern) >= 0) firstMs = performance.now() - startMs;
  }
  if (firstMs === null) throw new Error(`no token came from ${way.url}: ${statusCode}`);
  return firstMs;
}

/** What came of many streams together. */
export type Received = {
  /** Streams whose first token is there. */
  open: number;
  tokens: number;
  /** Milliseconds from the vendor's writing of a token to its arrival here, of those that came since the last `clear`. */
  delaysMs: number[];
};

/** Reads one stream until the signal aborts, or it ends. */
export async function readTokens(agent: Agent, way: Way, received: Received, signal: AbortSignal): Promise<void> {
  const { origin, pathname, search } = new URL(way.url);
  const { body } = await agent.request({
    origin,
    path: `${pathname}${search}`,
    method: 'POST',
    headers: { 'content-type': 'application/json', ...way.headers },
    body: way.body,
    signal,
  });
  let isOpen = false;
  for await (const chunk of body) {
    const arrivedMs = nowMs();
    for (const [, sentMs] of String(chunk).matchAll(tokenPattern)) {
      if (!isOpen) received.open += 1;
      isOpen = true;
      received.tokens += 1;
      received.delaysMs.push(arrivedMs - Number(sentMs));
    }
  }
}

/** The value below which this share of the others lies. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((left, right) => left - right);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}
