import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Hono } from 'hono';
import { createDiskAssetFiles } from '../../../adapters/disk/asset-files.ts';
import type { AppEnv } from '../../../adapters/http/app-env.ts';
import { createApp } from '../../../adapters/http/create-app.ts';
import { listen } from '../../../adapters/http/listen.ts';
import { createAssetsRoutes } from '../../../adapters/http/routes/assets-routes.ts';
import { createApiKeys } from '../../../src/engine/api-keys.ts';
import type { AssetFiles } from '../../../src/engine/asset-files.ts';
import { createAssets, defaultAssetLimits } from '../../../src/engine/assets.ts';
import { createRateLimit, defaultRequestRule } from '../../../src/engine/rate-limit.ts';
import type { Metrics } from '../../../src/lib/metrics.ts';
import { createFakeClock } from '../../fakes/fake-clock.ts';
import { createFakeIds } from '../../fakes/fake-ids.ts';
import { createMemoryApiKeyTable, createMemoryKeyFile } from '../../fakes/memory-api-keys.ts';
import { createMemoryAssetIndex } from '../../fakes/memory-asset-index.ts';
import { createSilentLogger } from '../../fakes/silent-logger.ts';

/** Two owners; the second one's key is so short that it could be guessed. */
export const ownerKey = 'first-key-of-32-characters-or-more';
export const shortKey = 'second-key-short';

type RigOptions = {
  apiRoutes?: readonly Hono<AppEnv>[];
  publicRoutes?: readonly Hono[];
  watch?: (chunkBytes: number) => void;
  draining?: AbortSignal;
};

/** Tells of each chunk that reaches the files. */
function watched(files: AssetFiles, watch: (chunkBytes: number) => void): AssetFiles {
  async function* told(content: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    for await (const chunk of content) {
      watch(chunk.byteLength);
      yield chunk;
    }
  }
  return { ...files, write: (name, content, signal) => files.write(name, told(content), signal) };
}

/** The whole HTTP side on a real socket and a real folder, with a clock that stands still. Call `close` at the end. */
export async function startHttp({ apiRoutes = [], publicRoutes = [], watch = () => {}, draining }: RigOptions = {}) {
  const clock = createFakeClock();
  const ids = createFakeIds();
  const logger = createSilentLogger();
  const counted: object[] = [];
  const metrics: Metrics = { count: (name, labels) => counted.push({ name, ...labels }) };
  const folder = await mkdtemp(join(tmpdir(), 'sightline-http-'));
  const apiKeys = createApiKeys({
    table: createMemoryApiKeyTable(),
    keyFile: createMemoryKeyFile(),
    configuredKeys: [ownerKey, shortKey],
    ids,
    clock,
  });
  const index = createMemoryAssetIndex();
  const files = watched(createDiskAssetFiles(folder), watch);
  const assets = createAssets({ files, index, clock, ids, limits: defaultAssetLimits });
  const uploads = createAssetsRoutes({ assets, clock, maxBytes: defaultAssetLimits.maxBytes });
  const rateLimit = createRateLimit(clock, defaultRequestRule);
  const shell = { apiKeys, rateLimit, logger, metrics, clock, ids };
  const app = createApp({
    ...shell,
    apiRoutes: [uploads, ...apiRoutes],
    publicRoutes,
    ...(draining === undefined ? {} : { draining }),
  });
  const server = await listen({ app, host: '127.0.0.1', port: 0, clock }, new AbortController().signal);
  return {
    clock,
    logger,
    counted,
    apiKeys,
    index,
    assets,
    server,
    filesOnDisk: () => readdir(folder),
    /** A request with the first owner's key, unless the headers say otherwise. */
    ask: (path: string, init: RequestInit = {}) =>
      fetch(`${server.url}${path}`, { ...init, headers: { 'API-KEY': ownerKey, ...init.headers } }),
    async close() {
      await clock.runUntil(server.close());
      await rm(folder, { recursive: true });
    },
  };
}

/** What the server answers to raw bytes, up to the end of the connection. */
export function exchange(port: number, parts: readonly (string | Uint8Array)[]): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    const answer: Buffer[] = [];
    socket.on('data', (chunk) => answer.push(chunk));
    socket.on('error', () => {});
    socket.on('close', () => resolve(Buffer.concat(answer).toString('latin1')));
    for (const part of parts) socket.write(part);
  });
}
