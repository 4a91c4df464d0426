import type { MiddlewareHandler } from 'hono';

/**
 * What every response says to browsers: take the type as it is declared, show it in no other page, keep no copy unless the
 * route says otherwise. There is no CORS header anywhere: pages of other origins read nothing.
 */
export function createSecurityHeaders(): MiddlewareHandler {
  return async function securityHeaders(context, next) {
    await next();
    const { headers } = context.res;
    headers.set('X-Content-Type-Options', 'nosniff');
    headers.set('Cross-Origin-Resource-Policy', 'same-origin');
    if (!headers.has('Cache-Control')) headers.set('Cache-Control', 'no-store');
  };
}
