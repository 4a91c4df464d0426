import { describe, expect, it } from 'vitest';
import { createPrometheusMetrics } from '../../../adapters/http/metrics.ts';

async function textOf(metrics: ReturnType<typeof createPrometheusMetrics>): Promise<string> {
  const response = await metrics.routes.request('/metrics');
  expect(response.headers.get('content-type')).toMatch(/^text\/plain; version=0\.0\.4/);
  return response.text();
}

describe('metrics', () => {
  it('count by name and labels, with help', async () => {
    const metrics = createPrometheusMetrics();
    metrics.count('turns_accepted_total', { platform: 'web' });
    metrics.count('turns_accepted_total', { platform: 'web' });
    metrics.count('answers_total', { platform: 'web', outcome: 'answered' });
    const text = await textOf(metrics);
    expect(text).toContain('sightline_turns_accepted_total{platform="web"} 2');
    expect(text).toContain('sightline_answers_total{platform="web",outcome="answered"} 1');
    expect(text).toContain('# HELP sightline_turns_accepted_total Messages of people taken on to be answered.');
    expect(text).toContain('# TYPE sightline_turns_accepted_total counter');
  });

  it('leave out a label they do not know instead of failing', async () => {
    const metrics = createPrometheusMetrics();
    metrics.count('pictures_reused_total', { platform: 'web', file: 'cat.png' });
    expect(await textOf(metrics)).toContain('sightline_pictures_reused_total{platform="web"} 1');
  });

  it('escape what could forge a line', async () => {
    const metrics = createPrometheusMetrics();
    metrics.count('turns_accepted_total', { platform: 'a"} 9\nforged 1' });
    expect(await textOf(metrics)).not.toMatch(/^forged/m);
  });

  it('tell of the process', async () => {
    const text = await textOf(createPrometheusMetrics());
    for (const name of [
      'process_resident_memory_bytes',
      'nodejs_eventloop_lag_p99_seconds',
      'process_cpu_seconds_total',
    ]) {
      expect(text).toMatch(new RegExp(`^${name} \\d`, 'm'));
    }
  });

  it('share nothing between two instances', async () => {
    createPrometheusMetrics().count('turns_accepted_total', { platform: 'web' });
    expect(await textOf(createPrometheusMetrics())).not.toContain('platform="web"');
  });
});
