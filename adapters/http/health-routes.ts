import { Hono } from 'hono';
import type { Clock } from '../../src/lib/clock.ts';
import { createDeadline } from '../../src/lib/deadline.ts';
import { errorMessage } from '../../src/lib/errors.ts';
import type { Logger } from '../../src/lib/logger.ts';

/** One thing that must work before requests make sense. */
export type ReadinessCheck = {
  readonly name: string;
  /** Null when ready, else one sentence with what is missing, fit for everybody's eyes. A rejection counts as not ready and is logged. */
  check(signal: AbortSignal): Promise<string | null>;
};

type Verdict = { readonly name: string; readonly ready: boolean; readonly reason: string | null };

const checkMs = 2_000;

type HealthParts = { checks: readonly ReadinessCheck[]; clock: Clock; logger: Logger };

async function judge(check: ReadinessCheck, { clock, logger }: HealthParts, signal: AbortSignal): Promise<Verdict> {
  const deadline = createDeadline(clock, checkMs, signal, () => new Error(`no answer within ${checkMs / 1_000} s`));
  const late = Promise.withResolvers<never>();
  deadline.signal.addEventListener('abort', () => late.reject(deadline.signal.reason), { once: true });
  try {
    const reason = await Promise.race([check.check(deadline.signal), late.promise]);
    return { name: check.name, ready: reason === null, reason };
  } catch (error) {
    logger.warn({ check: check.name, reason: errorMessage(error) }, 'A readiness check failed.');
    return { name: check.name, ready: false, reason: 'The check failed; the log says why.' };
  } finally {
    deadline.cancel();
  }
}

/** `/healthz`: the process runs. `/readyz`: everything it needs works, else 503 with what does not, each within 2 s. */
export function createHealthRoutes(parts: HealthParts): Hono {
  const routes = new Hono();
  routes.get('/healthz', (context) => context.json({ status: 'ok' }));
  routes.get('/readyz', async (context) => {
    const { signal } = context.req.raw;
    const checks = await Promise.all(parts.checks.map((check) => judge(check, parts, signal)));
    const ready = checks.every((check) => check.ready);
    return context.json({ status: ready ? 'ready' : 'not ready', checks }, ready ? 200 : 503);
  });
  return routes;
}
