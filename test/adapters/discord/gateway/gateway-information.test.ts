import { describe, expect, it } from 'vitest';
import { createGatewayInformation } from '../../../../adapters/discord/gateway/gateway-information.ts';
import { Failure } from '../../../../src/lib/errors.ts';
import { createFakeClock } from '../../../fakes/fake-clock.ts';
import { createSilentLogger } from '../../../fakes/silent-logger.ts';

const never = new AbortController().signal;
const said = {
  url: 'wss://gateway.discord.test',
  shards: 1,
  session_start_limit: { total: 1_000, remaining: 999, reset_after: 14_400_000, max_concurrency: 1 },
};

/** Each call meets the next of these; the last one stays. */
function createRig(...replies: readonly unknown[]) {
  const clock = createFakeClock();
  const logger = createSilentLogger();
  const atMs: number[] = [];
  const startedAtMs = clock.now();
  const information = createGatewayInformation({
    async rest() {
      const reply = replies[Math.min(atMs.length, replies.length - 1)];
      atMs.push(clock.now() - startedAtMs);
      if (reply instanceof Error) throw reply;
      return { body: reply, bucket: null };
    },
    token: 'made-bot-token',
    clock,
    logger,
  });
  return { information, clock, logger, atMs };
}

const unreachable = new Failure('platform-unreachable', 'Discord could not be reached: ENOTFOUND', { retryable: true });
const refused = new Failure('platform-forbidden', 'Discord refused', { facts: { status: 401 } });

describe('what Discord says of the gateway', () => {
  it('is asked for once by shards that start together', async () => {
    const { information, atMs } = createRig(said);
    const all = await Promise.all([1, 2, 3].map(() => information.fresh(never)));
    expect(all).toEqual([said, said, said]);
    expect(atMs).toEqual([0]);
  });

  it('is asked for again when it is old and has to be fresh', async () => {
    const { information, clock, atMs } = createRig(said);
    await information.fresh(never);
    await clock.advance(60_000);
    await information.latest(never);
    expect(atMs).toEqual([0]);
    await information.fresh(never);
    expect(atMs).toEqual([0, 60_000]);
  });

  it('is asked for with growing pauses while Discord is not there, for ever', async () => {
    const { information, clock, logger, atMs } = createRig(...Array<Failure>(12).fill(unreachable), said);
    await expect(clock.runUntil(information.fresh(never))).resolves.toEqual(said);
    expect(atMs.slice(1).map((at, index) => at - (atMs[index] ?? 0))).toEqual([
      500, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000, 30_000, 30_000, 30_000,
    ]);
    // Told at first, and then more and more rarely.
    expect(logger.lines).toHaveLength(4);
  });

  it('is asked for as late as Discord wishes', async () => {
    const limited = new Failure('platform-rate-limited', 'too often', { retryable: true, retryAfterMs: 7_000 });
    const { information, clock, atMs } = createRig(limited, said);
    await clock.runUntil(information.fresh(never));
    expect(atMs).toEqual([0, 7_000]);
  });

  it.each([
    ['nothing', null],
    ['the address of something else', { ...said, url: 'https://discord.test' }],
    ['no allowance', { ...said, session_start_limit: undefined }],
  ])('is asked for again when it is %s', async (_name, reply) => {
    const { information, clock, atMs } = createRig(reply, said);
    await expect(clock.runUntil(information.fresh(never))).resolves.toEqual(said);
    expect(atMs).toEqual([0, 500]);
  });

  it('may be no more than the address and how many sessions are left', async () => {
    const { information } = createRig({ url: said.url, session_start_limit: { remaining: 3 } });
    const usual = { total: 1_000, remaining: 3, reset_after: 0, max_concurrency: 1 };
    expect(await information.fresh(never)).toEqual({ url: said.url, shards: 1, session_start_limit: usual });
  });

  it('is refused for good by three refusals of the token in a row', async () => {
    const { information, clock, atMs } = createRig(refused, refused, unreachable, refused, refused, refused);
    await expect(clock.runUntil(information.fresh(never))).rejects.toMatchObject({ code: 'login-token' });
    expect(atMs).toHaveLength(6);
  });

  it('is waited for no longer than the signal allows', async () => {
    const { information, clock } = createRig(unreachable);
    const stopping = new AbortController();
    const asked = information.fresh(stopping.signal);
    await clock.advance(10_000);
    stopping.abort(new Error('stop'));
    await expect(asked).rejects.toThrow('stop');
    expect(clock.pending()).toBe(0);
  });
});
