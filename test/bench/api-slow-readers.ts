import { connect, type Socket } from 'node:net';
import { z } from 'zod';
import { featureAckSchema } from '../../src/api/ai-record.ts';
import type { BenchProcess } from './api-processes.ts';
import type { Figure } from './figure.ts';

const readers = 500;
const script = { tokens: 100, gapMs: 0, padding: 1_200 } as const;
const answerKb = Math.round((script.tokens * script.padding) / 1_000);
const limitMs = 60_000;

const sleep = (delayMs: number) => new Promise((resolve) => setTimeout(resolve, delayMs));
const statusSchema = z.object({ aiRecord: z.object({ status: z.string() }).nullable() });

/** A reader of a stream that takes nothing: its socket is never read. */
function openSlowReader(own: BenchProcess, path: string): Promise<Socket> {
  const { hostname, port } = new URL(own.url);
  return new Promise((resolve, reject) => {
    const socket = connect({ port: Number(port), host: hostname }, () => {
      socket.pause();
      socket.write(`GET ${path} HTTP/1.1\r\nHost: ${hostname}\r\nAPI-KEY: ${own.key}\r\n\r\n`, () => resolve(socket));
    });
    socket.on('error', reject);
  });
}

async function ask(own: BenchProcess, body: string): Promise<{ id: string; path: string }> {
  const headers = { 'API-KEY': own.key, 'Content-Type': 'application/json' };
  const response = await fetch(`${own.url}/api/features`, { method: 'POST', headers, body });
  const { data } = featureAckSchema.parse(await response.json());
  return { id: data.aiRecordId, path: data.streamingUrl };
}

async function isFinished(own: BenchProcess, id: string): Promise<boolean> {
  const response = await fetch(`${own.url}/api/results/${id}`, { headers: { 'API-KEY': own.key } });
  return statusSchema.parse(await response.json()).aiRecord?.status === 'SUCCESS';
}

async function untilFinished(own: BenchProcess, ids: readonly string[]): Promise<number> {
  const untilMs = Date.now() + limitMs;
  let finished = 0;
  for (const id of ids) {
    while (!(await isFinished(own, id)) && Date.now() < untilMs) await sleep(20);
    finished += (await isFinished(own, id)) ? 1 : 0;
  }
  return finished;
}

/** Five hundred answers, each with a reader that takes nothing; then as many such readers of one answer. */
export async function benchSlowReaders(own: BenchProcess, vendor: BenchProcess, body: string): Promise<Figure[]> {
  await vendor.tell({ type: 'script', script });
  const before = await own.report();

  const asked = await Promise.all(Array.from({ length: readers }, () => ask(own, body)));
  const sockets = await Promise.all(asked.map(({ path }) => openSlowReader(own, path)));
  const finished = await untilFinished(
    own,
    asked.map(({ id }) => id),
  );
  await sleep(500);
  const during = await own.report();
  for (const socket of sockets) socket.destroy();
  await sleep(500);
  const shared = await ask(own, body);
  const together = await Promise.all(Array.from({ length: readers }, () => openSlowReader(own, shared.path)));
  await untilFinished(own, [shared.id]);
  const afterFirst = await own.report();
  for (const socket of together) socket.destroy();
  await sleep(500);
  const after = await own.report();

  const eachKb = ((during.heapMb - before.heapMb) * 1_000) / readers;
  const mb = (value: number) => `${value.toFixed(0)} MB`;
  return [
    {
      name: `answers of ${answerKb} KB that ended although their ${readers} readers took nothing`,
      value: `${finished}`,
      goal: `${readers}`,
      ok: finished === readers,
    },
    { name: '… heap for each of them', value: `${eachKb.toFixed(0)} KB`, goal: '–', ok: null },
    {
      name: '… resident before, during, after',
      value: [before, during, after].map(({ residentMb }) => mb(residentMb)).join(', '),
      goal: '–',
      ok: null,
    },
    {
      name: `… heap for each of ${readers} such readers of one answer`,
      value: `${(((afterFirst.heapMb - after.heapMb) * 1_000) / readers).toFixed(0)} KB`,
      goal: '–',
      ok: null,
    },
  ];
}
