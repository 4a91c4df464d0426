import type { Context } from 'hono';
import { getCookie, setCookie } from 'hono/cookie';
import type { Ids } from '../../src/lib/ids.ts';
import type { People, WebPerson } from './people.ts';

const cookieName = 'sightline_person';
const maxAgeSeconds = 365 * 86_400;
const tokenForm = /^[\w-]{1,64}$/;

/** The person whose browser asks, or null when it has no cookie that we know. */
export function findPerson(context: Context, people: People): WebPerson | null {
  const token = getCookie(context, cookieName);
  return token === undefined ? null : people.recognise(token);
}

/**
 * The person whose browser asks; a new one gets a cookie that no script can read. A token that another Sightline on the same
 * host has given (cookies know no ports) is kept, so that the two do not take the person's name away in turn.
 */
export function welcomePerson(context: Context, people: People, ids: Ids): WebPerson {
  const given = getCookie(context, cookieName);
  const token = given !== undefined && tokenForm.test(given) ? given : ids.token();
  setCookie(context, cookieName, token, { httpOnly: true, sameSite: 'Strict', path: '/', maxAge: maxAgeSeconds });
  return people.recognise(token) ?? people.welcome(token);
}
