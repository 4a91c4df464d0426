import type { Context, Hono } from 'hono';
import { ApiFailure } from '../../src/engine/api-failure.ts';
import { answerFailure } from './answer-failure.ts';
import type { AppEnv } from './app-env.ts';

const methods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const;

/** The methods that some route takes at this path; middleware, which takes all, does not count. */
function allowedMethods(app: Hono<AppEnv>, path: string): readonly string[] {
  return methods.filter((method) => app.router.match(method, path)[0].some(([[, route]]) => route.method === method));
}

/** Whether some route takes the request as it is; what takes a GET takes a HEAD. */
export function isTaken(app: Hono<AppEnv>, { req }: Context): boolean {
  return allowedMethods(app, req.path).includes(req.method === 'HEAD' ? 'GET' : req.method);
}

/** Answers a path or a method that no route takes: 405 with the methods that it does take, else 404. */
export function refuseUnknown(app: Hono<AppEnv>, context: Context<AppEnv>): Response {
  const allowed = allowedMethods(app, context.req.path);
  // A route that takes the request may itself find nothing, e.g. a file that is not there.
  if (allowed.length === 0 || allowed.includes(context.req.method)) {
    return answerFailure(
      context,
      new ApiFailure(
        'NOT_FOUND',
        'There is nothing at this address: check the path. It is in small letters, with single slashes and none at its end.',
      ),
    );
  }
  context.header('Allow', allowed.join(', '));
  return answerFailure(
    context,
    new ApiFailure('METHOD_NOT_ALLOWED', `This address takes ${allowed.join(' and ')} requests only.`),
  );
}
