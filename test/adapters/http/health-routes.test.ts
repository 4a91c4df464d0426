import { describe, expect, it } from 'vitest';
import { createHealthRoutes, type ReadinessCheck } from '../../../adapters/http/health-routes.ts';
import { createFakeClock } from '../../fakes/fake-clock.ts';
import { createSilentLogger } from '../../fakes/silent-logger.ts';

const ready: ReadinessCheck = { name: 'store', check: async () => null };

function open(...checks: ReadinessCheck[]) {
  const clock = createFakeClock();
  const logger = createSilentLogger();
  return { clock, logger, routes: createHealthRoutes({ checks, clock, logger }) };
}

describe('health', () => {
  it('is told without asking anybody', async () => {
    const { routes } = open({ name: 'store', check: async () => 'broken' });
    const response = await routes.request('/healthz');
    expect([response.status, await response.json()]).toEqual([200, { status: 'ok' }]);
  });
});

describe('readiness', () => {
  it('is there when every check passes', async () => {
    const { routes, clock } = open(ready, { ...ready, name: 'chat' });
    const response = await routes.request('/readyz');
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({
      status: 'ready',
      checks: [
        { name: 'store', ready: true, reason: null },
        { name: 'chat', ready: true, reason: null },
      ],
    });
    expect(clock.pending()).toBe(0);
  });

  it('names what is missing', async () => {
    const { routes } = open(ready, { name: 'chat', check: async () => 'The gateway is not connected.' });
    const response = await routes.request('/readyz');
    expect(response.status).toBe(503);
    expect(await response.json()).toMatchObject({
      status: 'not ready',
      checks: [{ ready: true }, { name: 'chat', ready: false, reason: 'The gateway is not connected.' }],
    });
  });

  it('keeps the words of a failed check for the log', async () => {
    const { routes, logger } = open({
      name: 'store',
      check: async () => {
        throw new Error('password hunter2 refused');
      },
    });
    const response = await routes.request('/readyz');
    expect([response.status, await response.text()]).toEqual([503, expect.not.stringContaining('hunter2')]);
    expect(logger.lines).toMatchObject([
      { level: 'warn', facts: { check: 'store', reason: 'password hunter2 refused' } },
    ]);
  });

  it('does not wait longer than 2 seconds for a check, and tells it to stop', async () => {
    let stopped = false;
    const { routes, clock } = open(ready, {
      name: 'slow',
      check: (signal) =>
        new Promise(() => {
          signal.addEventListener('abort', () => {
            stopped = true;
          });
        }),
    });
    const startMs = clock.now();
    const response = await clock.runUntil(Promise.resolve(routes.request('/readyz')));
    expect([response.status, clock.now() - startMs, stopped]).toEqual([503, 2_000, true]);
  });
});
