import { type Context, Hono } from 'hono';
import { getCookie, setCookie } from 'hono/cookie';
import { createRateLimit } from '../../../src/engine/rate-limit.ts';
import type { Clock } from '../../../src/lib/clock.ts';
import { errorMessage } from '../../../src/lib/errors.ts';
import type { Ids } from '../../../src/lib/ids.ts';
import type { Logger } from '../../../src/lib/logger.ts';
import { neededScopes } from '../start/needed-scopes.ts';
import type { CompleteInstall, Completion } from './complete-install.ts';
import { type PageContent, pageHeaders, renderPage } from './install-page.ts';
import { type InstallState, stateLifeMs } from './install-state.ts';
import { apology, type InstallFault, installPath, invitation, welcome } from './install-words.ts';

/** What the pages need. */
export type InstallRoutesParts = {
  readonly clientId: string;
  /** `https://slack.com/api/`, with or without the slash at its end: Slack's page for installing is beside it. */
  readonly apiUrl: string;
  readonly state: InstallState;
  readonly complete: CompleteInstall;
  /** Aborts when nothing is taken any more. A browser that goes away stops nothing: the code would be lost. */
  readonly closing: AbortSignal;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly logger: Logger;
};

/** Where Slack sends the browser back to: the app's “Redirect URL”. */
const redirectPath = '/slack/oauth_redirect';

const cookieName = 'sightline_slack_install';
const cookiePath = '/slack/';
const browserForm = /^[\w-]{20,64}$/;
/** Slack's codes are short; anything longer is not sent on. */
const codeForm = /^[\w.-]{1,512}$/;
/** Installations are rare. Only a browser with a state of ours gets as far as counting. */
const completions = { count: 30, windowMs: 60_000, maxKeys: 1 } as const;
const faultStatus: Partial<Record<InstallFault, 429 | 503>> = {
  'too-many': 429,
  unreachable: 503,
  'not-stored': 503,
};

/**
 * The page where installing begins, and the one where Slack sends the browser back to. No `redirect_uri` is sent: Slack takes the
 * one of the app's settings, so that no header of a request decides where a code goes.
 */
export function createInstallRoutes(parts: InstallRoutesParts): Hono {
  const { state, complete, closing, clock, ids, logger } = parts;
  const routes = new Hono();
  const rate = createRateLimit(clock, completions);

  const addressOf = (ofState: string): string => {
    const page = new URL('../oauth/v2/authorize', `${parts.apiUrl.replace(/\/$/, '')}/`);
    page.searchParams.set('client_id', parts.clientId);
    page.searchParams.set('scope', [...neededScopes.keys()].join(','));
    page.searchParams.set('user_scope', '');
    page.searchParams.set('state', ofState);
    return page.href;
  };

  const takeState = async (context: Context): Promise<InstallFault | null> => {
    const given = context.req.query('state');
    if (given === undefined) return 'no-state';
    const browser = getCookie(context, cookieName);
    if (browser === undefined || !browserForm.test(browser)) return 'not-ours';
    const verdict = await state.take(given, browser);
    return verdict === 'good' ? null : verdict;
  };

  const finish = async (context: Context): Promise<Completion> => {
    const error = context.req.query('error');
    // Nothing is at stake: whoever said no on Slack's page need not come back the same way.
    if (error !== undefined) return failed(error === 'access_denied' ? 'access-denied' : 'refused');
    const fault = await takeState(context);
    if (fault !== null) return failed(fault);
    if (rate.take('all') > 0) return failed('too-many');
    const code = context.req.query('code') ?? '';
    return codeForm.test(code) ? complete(code, closing) : failed('invalid-code');
  };

  routes.get(installPath, (context) => {
    const known = getCookie(context, cookieName);
    // The same for all windows of a browser, so that each can finish what it began.
    const browser = known !== undefined && browserForm.test(known) ? known : ids.secret();
    setCookie(context, cookieName, browser, {
      httpOnly: true,
      sameSite: 'Lax',
      secure: isSecure(context),
      path: cookiePath,
      maxAge: stateLifeMs / 1_000,
    });
    return show(context, 200, invitation(addressOf(state.create(browser))));
  });

  routes.get(redirectPath, async (context) => {
    // A HEAD is run as a GET; a code would be used up for a page that nobody reads.
    if (context.req.method !== 'GET') return context.body(null, 405, { Allow: 'GET' });
    const completion = await finish(context);
    if (completion.type === 'installed') return show(context, 200, welcome(completion));
    const { fault } = completion;
    return show(context, faultStatus[fault] ?? 400, apology(fault));
  });

  routes.onError((error, context) => {
    logger.error({ path: context.req.path, reason: errorMessage(error) }, 'An installation in Slack broke off.');
    return show(context, 503, apology('not-stored'));
  });

  return routes;
}

function failed(fault: InstallFault): Completion {
  return { type: 'failed', fault };
}

/** A proxy that speaks TLS says so; whoever makes it up spoils their own cookie alone. */
function isSecure(context: Context): boolean {
  return context.req.header('x-forwarded-proto') === 'https' || new URL(context.req.url).protocol === 'https:';
}

function show(context: Context, status: 200 | 400 | 429 | 503, content: PageContent): Response {
  for (const [name, value] of Object.entries(pageHeaders)) context.header(name, value);
  if (status === 429) context.header('Retry-After', '60');
  return context.body(renderPage(content), status);
}
