import { describe, expect, it } from 'vitest';
import type { DiscordCall } from '../../../../adapters/discord/rest/discord-call.ts';
import { createRestBuckets } from '../../../../adapters/discord/rest/rest-buckets.ts';
import { type RestReply, readReply } from '../../../../adapters/discord/rest/rest-reply.ts';
import { toBucketKey, toRouteTemplate } from '../../../../adapters/discord/rest/rest-route.ts';
import { createFakeClock } from '../../../fakes/fake-clock.ts';
import { bucketHeaders, jsonReply } from './scripted-rest.ts';

const edit = (channel: string, message = '2'): DiscordCall => ({
  method: 'PATCH',
  route: `/channels/${channel}/messages/${message}`,
});
const callback: DiscordCall = { method: 'POST', route: '/interactions/1/token/callback', auth: false };
const followUp: DiscordCall = { method: 'POST', route: '/webhooks/1/token', auth: false };
const typing: DiscordCall = { method: 'POST', route: '/channels/1/typing' };

function createRig() {
  const clock = createFakeClock();
  const buckets = createRestBuckets(clock);
  const reply = async (call: DiscordCall, response: Response) => {
    const read: RestReply = await readReply(response);
    buckets.observe(call, read, clock.now());
  };
  return { clock, buckets, reply };
}

describe('a bucket', () => {
  it('is that of the kind of call and its channel', async () => {
    const { buckets, reply } = createRig();
    await reply(edit('1'), jsonReply(200, {}, bucketHeaders(0, 3)));

    expect(buckets.waitMs(edit('1', '99'))).toBe(3_000);
    expect(buckets.waitMs(edit('2'))).toBe(0);
    expect(buckets.waitMs({ method: 'POST', route: '/channels/1/messages' })).toBe(0);
  });

  it('is that of the token for webhooks, and callbacks have none', () => {
    expect(toBucketKey({ method: 'PATCH', route: '/webhooks/1/one/messages/@original' })).not.toBe(
      toBucketKey({ method: 'PATCH', route: '/webhooks/1/two/messages/@original' }),
    );
    expect(toBucketKey(callback)).toBeNull();
  });

  it('is open as soon as a call could arrive after the reset: the way there and back is taken off', async () => {
    const { clock, buckets } = createRig();
    const sentAtMs = clock.now();
    await clock.advance(400);
    buckets.observe(edit('1'), await readReply(jsonReply(200, {}, bucketHeaders(0, 1))), sentAtMs);

    expect(buckets.waitMs(edit('1'))).toBe(600);
  });

  it('stays open while something remains', async () => {
    const { buckets, reply } = createRig();
    await reply(edit('1'), jsonReply(200, {}, bucketHeaders(1, 3)));

    expect(buckets.waitMs(edit('1'))).toBe(0);
  });

  it('is tried again after an hour, whatever was named', async () => {
    const { buckets, reply } = createRig();
    await reply(edit('1'), jsonReply(429, { retry_after: 999_999 }));

    expect(buckets.waitMs(edit('1'))).toBe(3_600_000);
  });

  it('is taken for five seconds when a refusal names no time', async () => {
    const { buckets, reply } = createRig();
    await reply(edit('1'), jsonReply(429, {}));

    expect(buckets.waitMs(edit('1'))).toBe(5_000);
  });

  it('is forgotten when two thousand others came after it', async () => {
    const { buckets, reply } = createRig();
    for (let channel = 0; channel <= 2_000; channel += 1) {
      await reply(edit(`${channel}`), jsonReply(200, {}, bucketHeaders(0, 3)));
    }

    expect(buckets.waitMs(edit('0'))).toBe(0);
    expect(buckets.waitMs(edit('1'))).toBe(3_000);
  });
});

describe('the limit of the bot', () => {
  it.each([
    ['in the body', { retry_after: 2, global: true }, {}],
    ['as a header', { retry_after: 2 }, { 'x-ratelimit-global': 'true' }],
    ['as a scope', { retry_after: 2 }, { 'x-ratelimit-scope': 'global' }],
  ])('holds everything but interactions when it is told %s', async (_where, body, headers) => {
    const { clock, buckets, reply } = createRig();
    await reply(edit('1'), jsonReply(429, body, headers));

    expect(buckets.waitMs(edit('2'))).toBe(2_000);
    expect(buckets.waitMs(typing)).toBe(2_000);
    expect(buckets.waitMs(callback)).toBe(0);
    expect(buckets.waitMs(followUp)).toBe(0);
    await clock.advance(2_000);
    expect(buckets.waitMs(edit('2'))).toBe(0);
  });

  it('holds everything when a page says that the address is shut out', async () => {
    const { buckets, reply } = createRig();
    await reply(
      edit('1'),
      new Response('<html>error code: 1015</html>', { status: 429, headers: { 'retry-after': '90' } }),
    );

    expect(buckets.waitMs(edit('2'))).toBe(90_000);
    expect(buckets.waitMs(callback)).toBe(90_000);
  });

  it('has room for somewhat less than fifty calls in any second, cosmetic ones up to the half of them', async () => {
    const { clock, buckets } = createRig();
    for (let index = 0; index < 25; index += 1) buckets.sent(edit(`${index}`));
    expect(buckets.waitMs(typing)).toBe(1_000);
    expect(buckets.roomMs(edit('1'))).toBe(0);
    await clock.advance(300);
    for (let index = 0; index < 22; index += 1) buckets.sent(edit(`${index}`));

    expect(buckets.roomMs(edit('1'))).toBe(700);
    expect(buckets.roomMs(followUp)).toBe(0);
    await clock.advance(700);
    expect(buckets.roomMs(edit('1'))).toBe(0);
  });

  it('does not count interactions', () => {
    const { buckets } = createRig();
    for (let index = 0; index < 200; index += 1) buckets.sent(index % 2 === 0 ? callback : followUp);

    expect(buckets.roomMs(edit('1'))).toBe(0);
  });
});

describe('a route that is shown', () => {
  it.each([
    ['/channels/123/messages/456', '/channels/:id/messages/:id'],
    ['/webhooks/123/secret/messages/@original', '/webhooks/:id/:token/messages/@original'],
    ['/interactions/123/secret/callback?with_response=true', '/interactions/:id/:token/callback'],
    ['/channels/1/messages/2/reactions/%F0%9F%91%8D/@me', '/channels/:id/messages/:id/reactions/:emoji/@me'],
    ['/gateway/bot', '/gateway/bot'],
  ])('says %s as %s', (route, shown) => {
    expect(toRouteTemplate(route)).toBe(shown);
  });
});
