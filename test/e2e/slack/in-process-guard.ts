import {
  describeAddress,
  refuseAddress,
  toFetchFailure,
  toStatusFailure,
  toTooLarge,
} from '../../../adapters/fetch-guard/fetch-failure.ts';
import { createSlackDownloads, type GuardedFetch } from '../../../adapters/slack/pictures/slack-downloads.ts';
import { Failure } from '../../../src/lib/errors.ts';
import { bearerOf } from '../../fakes/slack/bearer-travels.ts';
import type { FakeSlack } from '../../fakes/slack/fake-slack.ts';

const mostRedirects = 3;

/** Slack's downloads with a guard that needs no sockets: it follows redirects as the real one does, and every token's way is noted. `web` is what there is outside of Slack, by address. */
export function createDownloadsInProcess(slack: FakeSlack, web: ReadonlyMap<string, Uint8Array>) {
  const { files, edge, api, hooks } = slack.world.origins;

  async function ask(url: URL, headers: Readonly<Record<string, string>>, signal: AbortSignal): Promise<Response> {
    const known = web.get(url.href);
    if (known === undefined) {
      return slack.fetch(url, { headers, signal, redirect: 'manual' }).catch((error: unknown) => {
        signal.throwIfAborted();
        throw toFetchFailure(error, url);
      });
    }
    slack.travels.record(url.origin, url.pathname, bearerOf(new Headers(headers).get('authorization')));
    return new Response(Uint8Array.from(known));
  }

  async function read(url: URL, response: Response, maxBytes: number) {
    if (response.status !== 200) throw toStatusFailure(url, response.status);
    const bytes = new Uint8Array(await response.arrayBuffer());
    if (bytes.byteLength > maxBytes) throw toTooLarge(url, maxBytes);
    return { bytes, contentType: response.headers.get('content-type')?.split(';')[0] ?? '' };
  }

  const guard =
    (mayAsk: (url: URL) => boolean): GuardedFetch =>
    async (first, { secrets: given, maxBytes, checkRedirect }, signal) => {
      let url = first;
      let secrets = given;
      for (let redirects = 0; redirects <= mostRedirects; redirects += 1) {
        if (!mayAsk(url)) throw refuseAddress(url.host, 'it is not on the list');
        if (!secrets?.origins.includes(url.origin)) secrets = null;
        const response = await ask(url, secrets?.headers ?? {}, signal);
        const location = response.headers.get('location');
        if (location === null) return read(url, response, maxBytes);
        url = new URL(location, url);
        checkRedirect?.(url);
      }
      throw new Failure('fetch-too-many-redirects', `${describeAddress(url)} sends the bot on and on.`);
    };

  return createSlackDownloads({
    fromSlack: guard(({ origin }) => origin === files || origin === edge),
    fromAnywhere: guard(
      ({ origin, protocol }) => protocol === 'https:' && ![new URL(api).origin, hooks].includes(origin),
    ),
    filesOrigins: [files],
  });
}
