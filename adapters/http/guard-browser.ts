import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Context, MiddlewareHandler } from 'hono';
import { getCookie, setCookie } from 'hono/cookie';

type BrowserGuardParts = {
  /** The address the server listens on, as configured. */
  host: string;
  /** The port it really has: known only once it listens. */
  port: () => number;
  /** What the link holds when the server can be reached from other machines; null: loopback only. */
  accessToken: string | null;
};

const cookieName = 'sightline_access';
const accessParameter = 'access';

/** What a page of ours may load and do: its own files, and pictures that it made itself. Nothing may frame it. */
const pageHeaders = {
  'Content-Security-Policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
} as const;

const sentences = {
  host: 'This page opens under the address that the program printed, and under no other: use that one.',
  access: 'This page needs the link that the program printed at its start: open that one.',
  closed: 'The playground is not open to other machines.',
  foreign: 'This request came from another page and was not carried out.',
} as const;

/** Whether an address to listen on is reached from this machine alone. */
export function isLoopbackHost(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host);
}

function isEqualSecret(left: string, right: string): boolean {
  const digest = (value: string) => createHmac('sha256', 'compare').update(value).digest();
  return timingSafeEqual(digest(left), digest(right));
}

/** Host and Origin may leave out the port that is the scheme's own. */
function hostsOf(names: readonly string[], port: number): Set<string> {
  return new Set(names.flatMap((name) => (port === 80 ? [name, `${name}:80`] : [`${name}:${port}`])));
}

/** An address behind a proxy that speaks TLS is ours too. */
function isForeignOrigin(origin: string | undefined, host: string): boolean {
  return origin !== undefined && origin !== `http://${host}` && origin !== `https://${host}`;
}

/** A request that reads may come by a link from anywhere; what a foreign page loads into itself may not. */
function isForeignRead(context: Context, host: string): boolean {
  if (isForeignOrigin(context.req.header('origin'), host)) return true;
  const site = context.req.header('sec-fetch-site') ?? 'none';
  const isLink =
    context.req.header('sec-fetch-mode') === 'navigate' && context.req.header('sec-fetch-dest') !== 'iframe';
  return (site === 'cross-site' || site === 'same-site') && !isLink;
}

/** A request that changes something must say that it comes from our own page, by one header or both, and none against it. */
function isForeignWrite(context: Context, host: string): boolean {
  const origin = context.req.header('origin');
  const site = context.req.header('sec-fetch-site');
  if (origin === undefined && site === undefined) return true;
  if (site !== undefined && site !== 'same-origin') return true;
  return isForeignOrigin(origin, host);
}

/** Sets the cookie and goes on to the page without the token, by the page itself: a cookie of SameSite=Strict is not sent along a redirect that began on another site. */
function admit(context: Context, cookie: string): Response {
  setCookie(context, cookieName, cookie, { httpOnly: true, sameSite: 'Strict', path: '/' });
  const page =
    '<!doctype html><meta charset="utf-8"><meta http-equiv="refresh" content="0;url=/"><title>Sightline</title>';
  return context.html(page);
}

/**
 * Keeps the playground to whom it is for. On loopback: exact Host names, so that no name a stranger owns can be pointed
 * here (DNS rebinding). Elsewhere: a cookie that only the printed link sets. Always: nothing is changed, and nothing is
 * loaded, on behalf of pages of other origins. Refusals are 403 with one sentence; every answer carries the page's headers.
 */
export function createBrowserGuard({ host, port, accessToken }: BrowserGuardParts): MiddlewareHandler {
  const loopback = isLoopbackHost(host);
  // Not the token itself: whoever reads a cookie jar cannot make links of it.
  const cookie = accessToken === null ? null : createHmac('sha256', accessToken).update('cookie').digest('base64url');

  function refusal(context: Context, requestHost: string): string | null {
    if (loopback && !hostsOf([host, '127.0.0.1', 'localhost', '[::1]'], port()).has(requestHost)) return sentences.host;
    if (!loopback && cookie === null) return sentences.closed;
    if (!loopback && cookie !== null && !isEqualSecret(getCookie(context, cookieName) ?? '', cookie)) {
      return sentences.access;
    }
    const reads = context.req.method === 'GET' || context.req.method === 'HEAD';
    return (reads ? isForeignRead(context, requestHost) : isForeignWrite(context, requestHost))
      ? sentences.foreign
      : null;
  }

  function holdsAccess(context: Context): boolean {
    const given = context.req.method === 'GET' ? context.req.query(accessParameter) : undefined;
    return !loopback && accessToken !== null && given !== undefined && isEqualSecret(given, accessToken);
  }

  return async function guardBrowser(context, next) {
    if (cookie !== null && holdsAccess(context)) {
      context.res = admit(context, cookie);
    } else {
      const sentence = refusal(context, (context.req.header('host') ?? '').toLowerCase());
      if (sentence === null) await next();
      else context.res = context.text(sentence, 403);
    }
    for (const [name, value] of Object.entries(pageHeaders)) context.res.headers.set(name, value);
  };
}
