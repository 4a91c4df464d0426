import { createMethodWindows } from '../../../../adapters/slack/api/method-windows.ts';
import type { SlackCall } from '../../../../adapters/slack/api/slack-call.ts';
import { createWebApi, type SlackFetch } from '../../../../adapters/slack/api/web-api.ts';
import { Failure } from '../../../../src/lib/errors.ts';
import type { FakeSlackOptions } from '../../../fakes/slack/fake-slack.ts';
import { createSlackRig } from '../../../fakes/slack/slack-rig.ts';

/** Never aborts. */
export const live = new AbortController().signal;

/** Calls through the adapter to a fake Slack with one workspace, on a clock that stands still. */
export function createApiRig(options: Omit<FakeSlackOptions, 'clock'> & { readonly fetch?: SlackFetch } = {}) {
  const rig = createSlackRig(options);
  const windows = createMethodWindows(rig.clock);
  const api = createWebApi({
    tokenFor: async (team) => (team === rig.team.id ? rig.installation.token : null),
    apiUrl: rig.slack.world.origins.api,
    clock: rig.clock,
    windows,
    fetch: options.fetch ?? rig.slack.fetch,
  });
  const callOf = (method: string, args: SlackCall['arguments'] = {}): SlackCall => ({
    team: rig.team.id,
    method,
    arguments: args,
  });
  return {
    ...rig,
    api,
    windows,
    callOf,
    send: (method: string, args: SlackCall['arguments'] = {}, signal = live) => api(callOf(method, args), signal),
    post: (text: string) =>
      api(
        callOf('chat.postMessage', { channel: rig.channel.id, text, unfurl_links: false, unfurl_media: false }),
        live,
      ),
  };
}

/** What a promise is rejected with; fails when it is not. */
export async function reasonOf(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => {
      throw new Error('it was not refused');
    },
    (reason: unknown) => reason,
  );
}

/** The failure that a call ends in. */
export async function failureOf(promise: Promise<unknown>): Promise<Failure> {
  const reason = await reasonOf(promise);
  if (!(reason instanceof Failure)) throw new Error('the call did not end in a failure', { cause: reason });
  return reason;
}
