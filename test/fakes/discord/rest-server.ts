import type { Backend } from './backend.ts';
import { type Buckets, bucketHeaders, type Limit } from './buckets.ts';
import { createChannelRoutes } from './channel-routes.ts';
import { createCommandRoutes } from './command-routes.ts';
import { DiscordError, invalidForm, refusal } from './discord-error.ts';
import type { Fault, Faults } from './faults.ts';
import { createInteractionRoutes } from './interaction-routes.ts';
import { createMessageRoutes } from './message-routes.ts';
import { matchPattern, type RestAnswer, type RestCall, type RestRoute, type UploadedFile } from './rest-route.ts';
import { validateBody } from './validate-request.ts';

/** A request of the API, its body decoded by the transport. */
export type RestRequest = {
  readonly method: string;
  /** Without `/api/v10`. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly authorization: string | null;
  readonly body: unknown;
  readonly files: readonly UploadedFile[];
};

/** What goes back, and how. */
export type RestReply = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | null;
  /** How much longer than usual the answer takes. */
  readonly delayMs: number;
  /** Whether the connection dies instead of answering, or nothing comes at all. */
  readonly lost: 'no' | 'reset' | 'never';
};

/** A request that was made: for counting calls and for looking at bodies. */
export type RequestLogEntry = {
  readonly atMs: number;
  readonly method: string;
  readonly path: string;
  /** The path with names for values, as `/channels/:channel/messages`. */
  readonly route: string;
  readonly query: string;
  /** What was answered; also when the answer was lost. */
  readonly status: number;
  /** Discord's own code of a refusal, else null. */
  readonly code: number | null;
  readonly body: unknown;
};

/** The API without a network. */
export type RestServer = {
  handle(request: RestRequest): RestReply;
  requests(): readonly RequestLogEntry[];
  /** 401, 403 and 429 that count towards a ban, of the last 10 minutes. */
  invalidRequests(): number;
};

const invalidWindowMs = 600_000;
const htmlPage =
  '<!DOCTYPE html><html><head><title>discord.com | 5xx</title></head><body><h1>Web server is returning an unknown error</h1><p>cloudflare</p></body></html>';

/** Puts the routes behind what every call passes: faults, authorisation, limits, checks. */
export function createRestServer(backend: Backend, buckets: Buckets, faults: Faults): RestServer {
  const { world, settings, violations } = backend;
  const requests: RequestLogEntry[] = [];
  let invalidAtMs: number[] = [];
  const routes: readonly RestRoute[] = [
    ...createCommandRoutes(backend),
    ...createChannelRoutes(backend),
    ...createMessageRoutes(backend, buckets),
    ...createInteractionRoutes(backend, buckets),
  ];

  const json = (status: number, body: unknown, headers: Record<string, string> = {}): RestReply => ({
    status,
    headers: { ...headers, via: '1.1 google', ...(status === 204 ? {} : { 'content-type': 'application/json' }) },
    body: status === 204 ? null : JSON.stringify(body),
    delayMs: 0,
    lost: 'no',
  });

  const html = (status: number, headers: Record<string, string> = {}): RestReply => ({
    status,
    headers: { ...headers, 'content-type': 'text/html; charset=UTF-8', server: 'cloudflare' },
    body: htmlPage,
    delayMs: 0,
    lost: 'no',
  });

  const rateLimited = (
    retryAfterMs: number,
    scope: 'user' | 'global' | 'shared',
    headers: Record<string, string>,
    code?: number,
    text = 'You are being rate limited.',
  ): RestReply => {
    const seconds = Math.max(0, retryAfterMs) / 1000;
    const isGlobal = scope === 'global';
    return json(
      429,
      {
        message: text,
        retry_after: Number(seconds.toFixed(3)),
        global: isGlobal,
        ...(code === undefined ? {} : { code }),
      },
      {
        ...headers,
        'retry-after': String(Math.ceil(seconds)),
        'x-ratelimit-scope': scope,
        ...(isGlobal ? { 'x-ratelimit-global': 'true' } : {}),
      },
    );
  };

  const toReply = (error: unknown, headers: Record<string, string>): RestReply => {
    if (!(error instanceof DiscordError)) throw error;
    if (error.status === 429) {
      return rateLimited(error.retryAfterMs ?? 0, 'user', headers, error.code, error.message);
    }
    const { status, code, message, errors } = error;
    return json(status, { message, code, ...(errors === undefined ? {} : { errors }) }, headers);
  };

  const isInteraction = (path: string) => path.startsWith('/interactions/') || path.startsWith('/webhooks/');

  const find = (request: RestRequest): { route: RestRoute; params: RestCall['params'] } | 'no-path' | 'no-method' => {
    let found: 'no-path' | 'no-method' = 'no-path';
    for (const route of routes) {
      const params = matchPattern(route.pattern, request.path);
      if (params === null) continue;
      if (route.method === request.method) return { route, params };
      found = 'no-method';
    }
    return found;
  };

  const check = (route: RestRoute, call: RestCall) => {
    // The same address opens threads in two kinds of channels, with two kinds of bodies.
    const isForum = [15, 16].includes(world.channels.get(call.params['channel'] ?? '')?.type ?? 0);
    const isThreads = route.pattern === '/channels/:channel/threads';
    const kind = isThreads ? (isForum ? 'post-in-forum' : 'thread') : route.bodyKind;
    if (kind === null) return;
    const verdict = validateBody(kind, call.body, {
      route: `${route.method} ${route.pattern}`,
      rules: settings.projectRules,
      flagsBefore: route.flagsBefore?.(call) ?? 0,
    });
    violations.push(...verdict.violations);
    if (verdict.problems.length > 0) throw invalidForm(verdict.problems);
  };

  const run = (route: RestRoute, call: RestCall): RestAnswer => {
    check(route, call);
    return route.handle(call);
  };

  const serve = (request: RestRequest): RestReply => {
    const match = find(request);
    if (match === 'no-path') return toReply(refusal('not-found'), {});
    if (match === 'no-method') return toReply(refusal('method-not-allowed'), {});
    const { route, params } = match;
    if (route.auth && request.authorization !== `Bot ${world.token}`) return toReply(refusal('unauthorized'), {});
    if (!isInteraction(request.path)) {
      const standing = buckets.take('global', settings.limits.global);
      if (!standing.allowed) return rateLimited(standing.resetAtMs - world.clock.now(), 'global', {});
    }
    const limit: Limit = settings.limits[route.limit];
    const kind = route.limit === 'others' ? `${route.method} ${route.pattern}` : route.limit;
    const standing = buckets.take(`${kind}/${params[route.major ?? ''] ?? ''}`, limit);
    const headers = bucketHeaders(kind, limit, standing, world.clock.now());
    if (!standing.allowed) return rateLimited(standing.resetAtMs - world.clock.now(), 'user', headers);
    try {
      const answer = run(route, { params, query: request.query, body: request.body, files: request.files });
      return json(answer.status, answer.body, headers);
    } catch (error) {
      return toReply(error, headers);
    }
  };

  const withFault = (fault: Fault, request: RestRequest): RestReply => {
    switch (fault.type) {
      case 'status': {
        if (fault.status >= 500 && fault.code === undefined) {
          return {
            ...json(fault.status, null),
            body: 'upstream connect error',
            headers: { 'content-type': 'text/plain' },
          };
        }
        return toReply(new DiscordError(fault.status, fault.code ?? 0, fault.message ?? `${fault.status}: Error`), {});
      }
      case 'html':
        return html(fault.status);
      case 'rate-limited':
        return rateLimited(fault.retryAfterMs, fault.scope ?? 'user', {}, fault.code);
      case 'cloudflare-ban':
        return html(429, { 'retry-after': String(Math.ceil(fault.retryAfterMs / 1000)) });
      case 'slow':
        return { ...serve(request), delayMs: fault.delayMs };
      case 'lost-reply':
        return { ...serve(request), lost: 'reset' };
      case 'refused':
        return { ...json(503, null), lost: 'reset' };
      case 'silent':
        return { ...json(503, null), lost: 'never' };
      default:
        throw new Error(`the fault ${fault.type} is for downloads`);
    }
  };

  const countInvalid = (reply: RestReply) => {
    const counts = [401, 403, 429].includes(reply.status) && reply.headers['x-ratelimit-scope'] !== 'shared';
    if (counts) invalidAtMs.push(world.clock.now());
  };

  const codeOf = (reply: RestReply): number | null => {
    if (reply.status < 400 || reply.headers['content-type'] !== 'application/json') return null;
    const body: unknown = JSON.parse(reply.body ?? 'null');
    return typeof body === 'object' && body !== null && 'code' in body && typeof body.code === 'number'
      ? body.code
      : null;
  };

  return {
    requests: () => requests,
    invalidRequests: () => invalidAtMs.length,
    handle(request) {
      const match = find(request);
      const route = typeof match === 'string' ? request.path : match.route.pattern;
      const fault = faults.take({ method: request.method, path: request.path, route });
      const nowMs = world.clock.now();
      invalidAtMs = invalidAtMs.filter((atMs) => nowMs - atMs < invalidWindowMs);
      const isBanned = invalidAtMs.length >= settings.invalidRequestLimit;
      const reply = isBanned
        ? html(429, { 'retry-after': '600' })
        : fault === null
          ? serve(request)
          : withFault(fault, request);
      countInvalid(reply);
      const { method, path, body } = request;
      const { status } = reply;
      requests.push({
        atMs: world.clock.now(),
        method,
        path,
        route,
        query: request.query.toString(),
        status,
        code: codeOf(reply),
        body,
      });
      return reply;
    },
  };
}
