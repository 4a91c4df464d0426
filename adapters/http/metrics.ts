import { Hono } from 'hono';
import { Counter, collectDefaultMetrics, Registry } from 'prom-client';
import type { CounterName, Metrics } from '../../src/lib/metrics.ts';

type CounterDefinition = { readonly help: string; readonly labelNames: readonly string[] };

/** What each counter says of itself at `/metrics`, and the labels it may carry. */
const counterDefinitions = {
  turns_accepted_total: { help: 'Messages of people taken on to be answered.', labelNames: ['platform'] },
  turns_refused_total: {
    help: 'Messages of people turned away, because too many were waiting.',
    labelNames: ['platform', 'reason'],
  },
  answers_total: {
    help: 'Answers that came to an end, by how they ended.',
    labelNames: ['platform', 'outcome', 'reason'],
  },
  answer_feedback_total: {
    help: 'Answers that people called good or bad, once for each verdict of each person.',
    labelNames: ['platform', 'verdict'],
  },
  message_writes_total: {
    help: 'Messages posted, edited or removed on a platform.',
    labelNames: ['platform', 'kind', 'outcome'],
  },
  pictures_prepared_total: { help: 'Pictures made fit for a model.', labelNames: ['platform', 'outcome', 'reason'] },
  pictures_reused_total: { help: 'Pictures that were already uploaded.', labelNames: ['platform'] },
  api_requests_total: {
    help: 'Requests to the HTTP server, by pattern of the route.',
    labelNames: ['method', 'route', 'status'],
  },
  model_tokens_total: {
    help: 'Tokens that models read (input) and wrote (output), as their vendors counted them.',
    labelNames: ['model', 'direction'],
  },
  model_retries_total: { help: 'Further tries at an answer before its first word.', labelNames: ['model', 'reason'] },
  model_fallbacks_total: {
    help: 'Answers that the fallback model gave in place of the one that was asked.',
    labelNames: ['model', 'to', 'reason'],
  },
} as const satisfies Record<CounterName, CounterDefinition>;

/** Counting in Prometheus' form. */
export type PrometheusMetrics = Metrics & {
  /** `GET /metrics` in Prometheus' text format. */
  readonly routes: Hono;
};

function createCounter(name: string, { help, labelNames }: CounterDefinition, registry: Registry): Counter {
  return new Counter({ name: `sightline_${name}`, help, labelNames: [...labelNames], registers: [registry] });
}

/**
 * Counts in a registry of its own, beside Node's own figures (CPU, memory, event-loop lag, garbage collection). A label that is
 * not defined for a counter is left out: counting must never break what is counted.
 */
export function createPrometheusMetrics(): PrometheusMetrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const define = (name: CounterName) => {
    const definition: CounterDefinition = counterDefinitions[name];
    return { counter: createCounter(name, definition, registry), labelNames: new Set(definition.labelNames) };
  };
  const counters = {
    turns_accepted_total: define('turns_accepted_total'),
    turns_refused_total: define('turns_refused_total'),
    answers_total: define('answers_total'),
    answer_feedback_total: define('answer_feedback_total'),
    message_writes_total: define('message_writes_total'),
    pictures_prepared_total: define('pictures_prepared_total'),
    pictures_reused_total: define('pictures_reused_total'),
    api_requests_total: define('api_requests_total'),
    model_tokens_total: define('model_tokens_total'),
    model_retries_total: define('model_retries_total'),
    model_fallbacks_total: define('model_fallbacks_total'),
  } satisfies Record<CounterName, unknown>;

  const routes = new Hono();
  routes.get('/metrics', async (context) =>
    context.body(await registry.metrics(), 200, { 'Content-Type': registry.contentType }),
  );
  return {
    routes,
    count(name, labels = {}, amount = 1) {
      const { counter, labelNames } = counters[name];
      counter.inc(Object.fromEntries(Object.entries(labels).filter(([label]) => labelNames.has(label))), amount);
    },
  };
}
