import type { JsonObject } from '../discord/json.ts';
import type { ApiMethod } from './api-method.ts';
import { type Arguments, createArguments, decodeArguments } from './arguments.ts';
import type { Backend } from './backend.ts';
import { type BearerTravels, bearerOf } from './bearer-travels.ts';
import type { Fault, Faults } from './faults.ts';
import { installationOfToken } from './installing.ts';
import type { Throttle } from './limits.ts';
import { violationsOf } from './project-rules.ts';
import type { InstallationRecord } from './records.ts';
import { SlackError } from './slack-error.ts';

/** A request of the API as it came over the wire. */
export type ApiRequest = {
  /** The name in the path, as `chat.postMessage`. */
  readonly method: string;
  readonly httpMethod: string;
  readonly query: URLSearchParams;
  readonly authorization: string | null;
  readonly contentType: string | null;
  readonly body: string;
};

/** What goes back, and how. */
export type ApiReply = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly delayMs: number;
  readonly lost: 'no' | 'reset' | 'never';
};

/** A request that was made: for counting calls and for looking at arguments. */
export type RequestLogEntry = {
  readonly atMs: number;
  readonly method: string;
  readonly teamId: string | null;
  readonly status: number;
  /** What was answered, also when the answer was lost: Slack's code of a refusal, or null. */
  readonly error: string | null;
  /** The arguments; what forms carry as JSON is decoded. */
  readonly args: JsonObject;
};

/** The Web API without a network. */
export type ApiServer = {
  handle(request: ApiRequest): ApiReply;
  requests(): readonly RequestLogEntry[];
};

const structured = ['blocks', 'attachments', 'metadata', 'chunks', 'view', 'prompts', 'loading_messages'];
const htmlPage = '<!DOCTYPE html><html><head><title>Slack | 5xx</title></head><body>Server Error</body></html>';

/** Puts the methods behind what every call passes: faults, tokens, scopes, limits, the project's rules. */
export function createApiServer(
  backend: Backend,
  methods: readonly ApiMethod[],
  throttle: Throttle,
  faults: Faults,
  travels: BearerTravels,
): ApiServer {
  const { world, settings, violations } = backend;
  const byName = new Map(methods.map((method) => [method.name, method]));
  const requests: RequestLogEntry[] = [];

  const reply = (status: number, body: JsonObject, headers: Record<string, string> = {}): ApiReply => ({
    status,
    headers: { 'content-type': 'application/json; charset=utf-8', 'x-slack-req-id': world.nextId('r'), ...headers },
    body: JSON.stringify(body),
    delayMs: 0,
    lost: 'no',
  });

  const page = (status: number, body = htmlPage): ApiReply => ({
    ...reply(status, {}),
    headers: { 'content-type': 'text/html; charset=utf-8' },
    body,
  });

  const limited = (waitMs: number): ApiReply =>
    reply(429, { ok: false, error: 'ratelimited' }, { 'retry-after': String(Math.max(1, Math.ceil(waitMs / 1_000))) });

  /** How long a call has to stay away. What is refused blocks the method for as long as it is told to wait. */
  const waitOf = (method: ApiMethod, teamId: string, args: Arguments): number => {
    const { limits } = settings;
    const key = `${teamId}/${method.name}`;
    const channelKey = `${key}/${args.text('channel') ?? ''}`;
    const blockedMs = Math.max(throttle.blockedMs(key), throttle.blockedMs(channelKey));
    if (blockedMs > 0) return blockedMs;
    if (method.name === 'chat.postMessage') {
      const channelMs = throttle.takeBurst(channelKey, limits.postsPerChannel);
      if (channelMs > 0) {
        throttle.block(channelKey, Math.ceil(channelMs / 1_000) * 1_000);
        return channelMs;
      }
    }
    const isPost = method.name === 'chat.postMessage';
    const limit = limits.methods[method.name] ?? (isPost ? limits.postsPerTeam : limits.tiers[method.tier]);
    const waitMs = throttle.takeWindow(key, limit);
    if (waitMs > 0) throttle.block(key, Math.ceil(waitMs / 1_000) * 1_000);
    return waitMs;
  };

  const tokenState = (token: string | null): InstallationRecord | SlackError => {
    if (token === null) return new SlackError('not_authed');
    if (token === world.app.appToken) return new SlackError('not_allowed_token_type');
    const found = installationOfToken(world, token);
    if (found === null) return new SlackError('invalid_auth');
    const { installation, expiresAtMs } = found;
    if (installation.state === 'revoked') return new SlackError('token_revoked');
    if (installation.state !== 'active') return new SlackError('account_inactive');
    if (world.clock.now() >= expiresAtMs) return new SlackError('token_expired');
    return installation;
  };

  const warningsOf = (contentType: string | null): JsonObject => {
    const isBare = contentType === 'application/json';
    const isOver = contentType?.startsWith('application/x-www-form-urlencoded;') === true;
    const warning = isBare ? 'missing_charset' : isOver ? 'superfluous_charset' : null;
    return warning === null ? {} : { warning, response_metadata: { warnings: [warning] } };
  };

  const run = (method: ApiMethod, args: Arguments, request: ApiRequest): ApiReply => {
    const token = bearerOf(request.authorization) ?? args.text('token');
    if (method.access === 'none') {
      const basic = /^Basic (.+)$/i.exec(request.authorization ?? '')?.[1] ?? null;
      return reply(200, { ok: true, ...method.handle({ args, basicAuthorization: basic }) });
    }
    if (method.access === 'app') {
      // The app's own token is taken from the header alone.
      const given = bearerOf(request.authorization);
      if (given === null) throw new SlackError('not_authed');
      if (given !== world.app.appToken) {
        throw new SlackError(given.startsWith('xapp-') ? 'invalid_auth' : 'not_allowed_token_type');
      }
      const waitMs = waitOf(method, 'app', args);
      return waitMs > 0 ? limited(waitMs) : reply(200, { ok: true, ...method.handle() });
    }
    const installation = tokenState(token);
    if (installation instanceof SlackError) throw installation;
    const teamId = args.text('team_id') ?? installation.teamId ?? installation.enterpriseId ?? '';
    const waitMs = waitOf(method, teamId, args);
    if (waitMs > 0) return limited(waitMs);
    const { scope } = method;
    if (scope !== null && !installation.scopes.has(scope)) {
      throw new SlackError('missing_scope', { needed: scope, provided: [...installation.scopes].join(',') });
    }
    violations.push(...violationsOf(method.name, args, settings.projectRules));
    const answer = method.handle({ args, installation });
    return reply(
      200,
      { ok: true, ...warningsOf(request.contentType), ...answer },
      {
        'x-oauth-scopes': [...installation.scopes].join(','),
        ...(scope === null ? {} : { 'x-accepted-oauth-scopes': scope }),
      },
    );
  };

  const serve = (request: ApiRequest, args: Arguments | null): ApiReply => {
    const method = byName.get(request.method);
    try {
      if (method === undefined) throw new SlackError('unknown_method', { req_method: request.method });
      if (args === null) throw new SlackError('invalid_json');
      return run(method, args, request);
    } catch (error) {
      if (!(error instanceof SlackError)) throw error;
      return reply(200, { ok: false, error: error.code, ...error.more });
    }
  };

  const withFault = (fault: Fault, request: ApiRequest, args: Arguments | null, teamId: string | null): ApiReply => {
    switch (fault.type) {
      case 'error':
        return reply(200, { ok: false, error: fault.error, ...fault.more });
      case 'status':
        return { ...page(fault.status, fault.body ?? ''), headers: { 'content-type': 'text/plain' } };
      case 'html':
        return page(fault.status);
      case 'rate-limited':
        throttle.block(`${teamId ?? 'app'}/${request.method}`, fault.retryAfterSeconds * 1_000);
        return limited(fault.retryAfterSeconds * 1_000);
      case 'slow':
        return { ...serve(request, args), delayMs: fault.delayMs };
      case 'lost-reply':
        return { ...serve(request, args), lost: 'reset' };
      case 'refused':
        return { ...reply(503, {}), lost: 'reset' };
      case 'silent':
        return { ...reply(503, {}), lost: 'never' };
      default:
        throw new Error(`the fault ${fault.type} is for downloads`);
    }
  };

  const errorOf = (answer: ApiReply): string | null => {
    if (!answer.headers['content-type']?.startsWith('application/json')) return null;
    const body: unknown = JSON.parse(answer.body);
    const hasError = typeof body === 'object' && body !== null && 'error' in body && typeof body.error === 'string';
    return hasError ? String(body.error) : null;
  };

  const decoded = (args: Arguments): JsonObject => {
    const { token: _token, client_secret: _secret, refresh_token: _refresh, ...rest } = args.raw;
    return {
      ...rest,
      ...Object.fromEntries(structured.flatMap((name) => (args.has(name) ? [[name, args.json(name)]] : []))),
    };
  };

  return {
    requests: () => requests,
    handle(request) {
      const args = decodeArguments(request.body, request.contentType, request.query);
      const token = bearerOf(request.authorization) ?? args?.text('token') ?? null;
      travels.record(new URL(world.origins.api).origin, `/api/${request.method}`, token);
      const installation = installationOfToken(world, token)?.installation;
      const teamId = args?.text('team_id') ?? installation?.teamId ?? installation?.enterpriseId ?? null;
      const fault = faults.take({ method: request.method, teamId });
      const answer = fault === null ? serve(request, args) : withFault(fault, request, args, teamId);
      requests.push({
        atMs: world.clock.now(),
        method: request.method,
        teamId,
        status: answer.status,
        error: errorOf(answer),
        args: decoded(args ?? createArguments({})),
      });
      return answer;
    },
  };
}
