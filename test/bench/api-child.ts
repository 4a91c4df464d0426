import { monitorEventLoopDelay, performance } from 'node:perf_hooks';
import { z } from 'zod';
import { type Notice, orderSchema, roles, type Script, type Usage } from './api-messages.ts';

/** One part of the bench of the API, running. */
type Part = { readonly url: string; readonly key: string; setScript?(script: Script): void };

/** The part named on the command line, over the vendor whose address follows it. */
async function startPart(): Promise<Part> {
  const role = z.enum(roles).parse(process.argv[2]);
  const vendorUrl = process.argv[3] ?? '';
  if (role === 'vendor') return (await import('./api-vendor.ts')).startBenchVendor();
  if (role === 'pipe') return (await import('./api-pipe.ts')).startPipe(vendorUrl);
  if (role === 'sdk') return (await import('./api-sdk.ts')).startSdkServer(vendorUrl);
  return (await import('./api-own.ts')).startOwnServer(vendorUrl);
}

const say = (notice: Notice) => process.send?.(notice);
const delay = monitorEventLoopDelay({ resolution: 5 });
let cpuBefore = process.cpuUsage();
let sinceMs = performance.now();

function usage(): Usage {
  delay.disable();
  const cpu = process.cpuUsage(cpuBefore);
  const elapsedMs = performance.now() - sinceMs;
  globalThis.gc?.();
  const { heapUsed, rss } = process.memoryUsage();
  return {
    elapsedMs,
    cpuMs: (cpu.user + cpu.system) / 1_000,
    loopP99Ms: delay.percentile(99) / 1e6,
    loopP50Ms: delay.percentile(50) / 1e6,
    heapMb: heapUsed / 1e6,
    residentMb: rss / 1e6,
  };
}

const part = await startPart();
process.on('message', (message) => {
  const order = orderSchema.parse(message);
  if (order.type === 'report') {
    say({ type: 'usage', usage: usage() });
    return;
  }
  if (order.type === 'script') part.setScript?.(order.script);
  else {
    globalThis.gc?.();
    delay.reset();
    delay.enable();
    cpuBefore = process.cpuUsage();
    sinceMs = performance.now();
  }
  say({ type: 'done' });
});
process.on('disconnect', () => process.exit(0));
say({ type: 'ready', url: part.url, key: part.key });
