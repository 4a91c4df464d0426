import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { slackWordOf } from '../../../../adapters/slack/api/slack-word.ts';
import type { SlackFetch } from '../../../../adapters/slack/api/web-api.ts';
import type { Fault } from '../../../fakes/slack/faults.ts';
import { createApiRig, failureOf, live, reasonOf } from './api-rig.ts';

/** A reply with this body, whatever is asked. */
const replying = (body: string, init: ResponseInit = {}): SlackFetch => {
  return async () => new Response(body, init);
};

describe('a call', () => {
  it('gives the body of what was done, with the scopes of the token', async () => {
    const { send, team, bot } = createApiRig();

    expect(await send('auth.test')).toMatchObject({
      ok: true,
      team_id: team.id,
      user_id: bot.id,
      response_metadata: { scopes: expect.arrayContaining(['chat:write', 'files:read']) },
    });
  });

  it('sends objects as JSON, leaves out what is undefined, and the token stays in the header', async () => {
    const { api, callOf, channel, slack } = createApiRig();
    const blocks = [{ type: 'section', text: { type: 'mrkdwn', text: 'hi' } }];
    const args = { channel: channel.id, text: 'hi', blocks, thread_ts: undefined, unfurl_links: false };

    await api(callOf('chat.postMessage', { ...args, unfurl_media: false }), live);

    const [request] = slack.requests({ method: 'chat.postMessage' });
    expect(request?.args).toEqual({
      channel: channel.id,
      text: 'hi',
      blocks,
      unfurl_links: 'false',
      unfurl_media: 'false',
    });
    slack.expectNoViolations();
  });

  it('goes to the address that was given, without following others', async () => {
    const asked: string[] = [];
    const { send, slack } = createApiRig({
      async fetch(url, init) {
        asked.push(`${init.method} ${url} ${init.redirect}`);
        return Response.json({ ok: true });
      },
    });

    await send('auth.test');

    expect(asked).toEqual([`POST ${slack.world.origins.api}/auth.test error`]);
  });

  it('is not sent for a workspace that the app is not in', async () => {
    const { api, slack } = createApiRig();

    const failure = await failureOf(api({ team: 'T404', method: 'auth.test', arguments: {} }, live));

    expect(failure).toMatchObject({ code: 'platform-forbidden', retryable: false });
    expect(failure.message).toBe('auth.test was not sent: the app is not installed in the Slack workspace T404.');
    expect(slack.requests()).toEqual([]);
  });

  it('leaves no timer behind', async () => {
    const { send, clock } = createApiRig();

    await send('auth.test');
    await reasonOf(send('chat.update', { channel: 'C0', ts: '1.1', text: 'x' }));

    expect(clock.pending()).toBe(0);
  });
});

describe('a refusal', () => {
  it('keeps Slack’s own word', async () => {
    const { send } = createApiRig();

    const failure = await failureOf(send('chat.update', { channel: 'C0', ts: '1.1', text: 'x' }));

    expect(failure).toMatchObject({
      code: 'platform-place-gone',
      message: 'Slack refused chat.update: channel_not_found',
      facts: { status: 200, slackError: 'channel_not_found' },
    });
    expect(slackWordOf(failure)).toBe('channel_not_found');
  });

  it('names the scope that is missing', async () => {
    const { send, installation } = createApiRig();
    installation.scopes.delete('users:read');

    expect(await failureOf(send('users.info', { user: 'U1' }))).toMatchObject({
      code: 'platform-forbidden',
      message: 'Slack refused users.info: missing_scope; the token lacks the scope users:read',
      facts: { slackError: 'missing_scope', needed: 'users:read' },
    });
  });

  it.each<[Fault, string, boolean]>([
    [{ type: 'status', status: 500 }, 'platform-unreachable', true],
    [{ type: 'html', status: 503 }, 'platform-unreachable', true],
    [{ type: 'html', status: 200 }, 'platform-unreachable', true],
    [{ type: 'status', status: 404 }, 'platform-rejected', false],
    [{ type: 'error', error: 'fatal_error' }, 'platform-unreachable', true],
    [{ type: 'error', error: 'invalid_blocks' }, 'platform-rejected', false],
    [{ type: 'refused' }, 'platform-unreachable', true],
    [{ type: 'lost-reply' }, 'platform-unreachable', true],
  ])('of the kind %o is %s, and nothing is sent again', async (fault, code, retryable) => {
    const { send, slack } = createApiRig();
    slack.faults.next({ method: 'auth.test' }, fault);

    expect(await failureOf(send('auth.test'))).toMatchObject({ code, retryable });
    expect(slack.requests()).toHaveLength(1);
  });

  it('comes back at once when it is for the rate, with the wait that Slack asks for', async () => {
    const { send, slack } = createApiRig();
    slack.faults.next({ method: 'auth.test' }, { type: 'rate-limited', retryAfterSeconds: 12 });

    const failure = await failureOf(send('auth.test'));

    expect(failure).toMatchObject({ code: 'platform-rate-limited', retryable: true, retryAfterMs: 12_000 });
    expect(failure.facts).toMatchObject({ status: 429, slackError: 'ratelimited' });
  });

  it('holds back its method alone, for as long as Slack said', async () => {
    const { send, slack, clock } = createApiRig();
    slack.faults.next({ method: 'auth.test' }, { type: 'rate-limited', retryAfterSeconds: 12 });
    await failureOf(send('auth.test'));
    await clock.advance(2_000);

    expect(await failureOf(send('auth.test'))).toMatchObject({
      code: 'platform-rate-limited',
      retryAfterMs: 10_000,
      message: 'auth.test was not sent: Slack’s limit is used up.',
    });
    expect(await send('team.info')).toMatchObject({ ok: true });
    await clock.advance(10_000);
    expect(await send('auth.test')).toMatchObject({ ok: true });
    expect(slack.requests({ method: 'auth.test' })).toHaveLength(2);
  });

  it.each([
    ['no JSON', 'yes'],
    ['null', 'null'],
    ['a list', '[]'],
    ['nothing', ''],
    ['done without saying so', '{}'],
    ['warned of in a form of its own', '{"ok":true,"response_metadata":{"warnings":"all"}}'],
  ])('is what a reply comes to that is %s', async (_what, body) => {
    const { send } = createApiRig({ fetch: replying(body) });

    expect(await failureOf(send('auth.test'))).toMatchObject({ code: 'platform-unreachable', retryable: true });
  });

  it('without a time is one for the rate all the same', async () => {
    const { send } = createApiRig({ fetch: replying('{"ok":false,"error":"ratelimited"}', { status: 429 }) });

    const failure = await failureOf(send('auth.test'));

    expect(failure.code).toBe('platform-rate-limited');
    expect(failure.retryAfterMs).toBeUndefined();
  });

  it('ends a reply that is endless', async () => {
    const piece = new Uint8Array(1_000_000);
    const { send } = createApiRig({
      fetch: async () => new Response(new ReadableStream({ pull: (controller) => controller.enqueue(piece) })),
    });

    expect(await failureOf(send('auth.test'))).toMatchObject({
      code: 'platform-rejected',
      message: 'Slack sent more than 16000000 bytes.',
    });
  });
});

describe('a call that takes long', () => {
  it('is given up after ten seconds', async () => {
    const { send, slack, clock } = createApiRig();
    slack.faults.next({ method: 'auth.test' }, { type: 'silent' });
    const startMs = clock.now();

    const failure = await clock.runUntil(failureOf(send('auth.test')));

    expect(failure).toMatchObject({
      code: 'platform-unreachable',
      retryable: true,
      message: 'Slack did not answer auth.test within 10000 ms.',
    });
    expect(clock.now() - startMs).toBe(10_000);
  });

  it('ends with the reason of the signal', async () => {
    const { send, slack, clock } = createApiRig();
    slack.faults.next({ method: 'auth.test' }, { type: 'silent' });
    const stop = new AbortController();
    const ended = reasonOf(send('auth.test', {}, stop.signal));
    await clock.advance(1_000);
    const reason = new Error('shutting down');

    stop.abort(reason);

    expect(await ended).toBe(reason);
    expect(clock.pending()).toBe(0);
  });

  it('is not sent when the signal has ended before', async () => {
    const { send, slack } = createApiRig();
    const reason = new Error('shutting down');

    expect(await reasonOf(send('auth.test', {}, AbortSignal.abort(reason)))).toBe(reason);
    expect(slack.requests()).toEqual([]);
  });
});

describe('a failure', () => {
  it('holds neither the token nor what was said', async () => {
    const rig = createApiRig();
    rig.slack.faults.next({ method: 'chat.postMessage' }, { type: 'lost-reply' });
    const lost = await failureOf(rig.post('very private words'));
    rig.slack.faults.next({ method: 'chat.postMessage' }, { type: 'error', error: 'very private words' });
    const refused = await failureOf(rig.post('very private words'));

    for (const failure of [lost, refused]) {
      const shown = inspect(failure, { depth: 10 });
      expect(shown).not.toContain('private');
      expect(shown).not.toContain(rig.installation.token);
    }
  });

  it('says that a call could not be made when its arguments are to blame', async () => {
    const { send, slack } = createApiRig();

    expect(await failureOf(send('chat.postMessage', { blocks: [1n] }))).toMatchObject({
      code: 'platform-rejected',
      retryable: false,
      message: 'A call to Slack could not be made: TypeError',
    });
    expect(slack.requests()).toEqual([]);
  });
});
