import type { ApiCall, WatchApiCall } from '../../src/answer/api-call.ts';
import { type RetryWaits, retry } from '../../src/answer/retry.ts';
import type { Clock } from '../../src/lib/clock.ts';
import type { Failure } from '../../src/lib/errors.ts';
import type { HttpClient, HttpReply, HttpRequest } from './http-client.ts';
import type { RequestPace, Urgency } from './request-pace.ts';

/** How a call is made. */
export type CallRules<Result> = {
  /** Whose it is, for the watcher; null for calls that are not shown. */
  readonly conversationKey: string | null;
  /** A question's, unless said otherwise. */
  readonly urgency?: Urgency;
  retriesFor(failure: Failure): number;
  /** Makes something of the reply; what it throws counts as the call's failure. */
  read(reply: HttpReply): Promise<Result>;
};

/** Calls that keep the pace, are told to the watcher, and are tried again where that is allowed. */
export type ApiCalls = {
  call<Result>(request: HttpRequest, rules: CallRules<Result>, signal: AbortSignal): Promise<Result>;
  /** At once, once, told to nobody. */
  callQuietly(request: HttpRequest, signal: AbortSignal): Promise<HttpReply>;
};

type ApiCallsParts = {
  readonly http: HttpClient;
  readonly clock: Clock;
  readonly watch: WatchApiCall;
  readonly pace: RequestPace;
  readonly waits: RetryWaits;
  random(): number;
};

/** Joins the client with pace, watcher and retries. */
export function createApiCalls({ http, clock, watch, pace, waits, random }: ApiCallsParts): ApiCalls {
  return {
    call: (request, rules, signal) =>
      retry(
        async () => {
          await pace.wait(rules.urgency ?? 'question', signal);
          if (rules.conversationKey !== null) watch(toApiCall(request, rules.conversationKey, clock.now()));
          return rules.read(await http.send(request, signal));
        },
        { retriesFor: rules.retriesFor, waits, clock, random },
        signal,
      ),
    callQuietly(request, signal) {
      pace.count();
      return http.send(request, signal);
    },
  };
}

function toApiCall(request: HttpRequest, conversationKey: string, atMs: number): ApiCall {
  const { method, path } = request;
  return { conversationKey, atMs, method, path, body: toShownBody(request.body) };
}

function toShownBody(body: HttpRequest['body']): ApiCall['body'] {
  if (body === undefined) return { type: 'none' };
  if (body.type === 'json') return body;
  return { type: 'file', field: body.field, fileName: body.name, mimeType: body.mimeType };
}
