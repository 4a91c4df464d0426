import { type OpenApiOperation, schemaRef } from './open-api-operation.ts';

const readyExample = { status: 'ready', checks: [{ name: 'store', ready: true, reason: null }] };

/** What needs no key: the catalogue, this document, and what operators look at. */
export const serviceOperations: readonly OpenApiOperation[] = [
  {
    method: 'get',
    path: '/models',
    id: 'listModels',
    tag: 'Models',
    summary: 'List models',
    description: 'Every model with context, price, what it is best at, and whether it can be asked now.',
    parameters: ['feature'],
    answers: {
      200: { description: 'The models.', content: { 'application/json': { schema: schemaRef('ModelList') } } },
    },
    refusals: [],
    isPublic: true,
  },
  {
    method: 'get',
    path: '/openapi.json',
    id: 'readOpenApi',
    tag: 'Service',
    summary: 'Read this document',
    description: 'The description of this API, to be cached for an hour.',
    answers: {
      200: { description: 'OpenAPI 3.1.', content: { 'application/json': { schema: { type: 'object' } } } },
      304: { description: 'It is the one that `If-None-Match` names.' },
    },
    refusals: [],
    isPublic: true,
  },
  {
    method: 'get',
    path: '/healthz',
    id: 'isAlive',
    tag: 'Service',
    summary: 'Whether the process lives',
    description: 'Asks nobody.',
    answers: {
      200: {
        description: 'It does.',
        content: { 'application/json': { schema: schemaRef('Health'), example: { status: 'ok' } } },
      },
    },
    refusals: [],
    isPublic: true,
  },
  {
    method: 'get',
    path: '/readyz',
    id: 'isReady',
    tag: 'Service',
    summary: 'Whether the program can work',
    description: 'Checks what it needs, each for two seconds at the most.',
    answers: {
      200: {
        description: 'Everything works.',
        content: { 'application/json': { schema: schemaRef('Readiness'), example: readyExample } },
      },
      503: {
        description: 'Something is missing; `reason` says what.',
        content: {
          'application/json': {
            schema: schemaRef('Readiness'),
            example: {
              status: 'not ready',
              checks: [{ name: 'store', ready: false, reason: 'The check failed; the log says why.' }],
            },
          },
        },
      },
    },
    refusals: [],
    isPublic: true,
  },
  {
    method: 'get',
    path: '/metrics',
    id: 'readMetrics',
    tag: 'Service',
    summary: 'Read the counters',
    description: 'In Prometheus’ text format.',
    answers: { 200: { description: 'The counters.', content: { 'text/plain': { schema: { type: 'string' } } } } },
    refusals: [],
    isPublic: true,
  },
];
