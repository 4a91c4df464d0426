import { InteractionResponseType } from 'discord-api-types/v10';
import { describe, expect, it } from 'vitest';
import { createAcknowledge } from '../../../../adapters/discord/interactions/acknowledge.ts';
import type { DiscordCall } from '../../../../adapters/discord/rest/discord-call.ts';
import { Failure } from '../../../../src/lib/errors.ts';
import { createFakeClock } from '../../../fakes/fake-clock.ts';
import { createSilentLogger } from '../../../fakes/silent-logger.ts';

type Outcome = 'done' | 'hangs' | Failure;

const deferral = { type: InteractionResponseType.DeferredMessageUpdate };
const unreachable = new Failure('platform-unreachable', 'Discord could not be reached: ECONNRESET', {
  retryable: true,
});
const refused = (discordCode: number) =>
  new Failure('platform-rejected', `refused with ${discordCode}`, { facts: { status: 400, discordCode } });

/** Acknowledges with calls that end as given, one after the other; how long it took, and what came of it. */
async function acknowledgeWith(outcomes: readonly Outcome[], lateMs = 0) {
  const clock = createFakeClock();
  const logger = createSilentLogger();
  const calls: { readonly atMs: number; readonly call: DiscordCall }[] = [];
  const startMs = clock.now();
  const acknowledge = createAcknowledge({
    clock,
    logger,
    async rest(call, signal) {
      const outcome = outcomes[calls.length];
      calls.push({ atMs: clock.now() - startMs, call });
      if (outcome instanceof Failure) throw outcome;
      if (outcome === 'hangs') await clock.sleep(1_000_000, signal);
      return { body: null, bucket: null };
    },
  });
  const interaction = { id: '1', token: 'token', receivedAtMs: startMs - lateMs };
  const result = await clock.runUntil(acknowledge(interaction, deferral));
  const levels = logger.lines.map(({ level }) => level);
  return { result, calls, levels, tookMs: clock.now() - startMs, pending: clock.pending() };
}

describe('an acknowledgement', () => {
  it('is one call without the bot’s token', async () => {
    const { result, calls, levels, pending } = await acknowledgeWith(['done']);
    const body = deferral;
    expect(result).toBe('done');
    expect(calls).toEqual([
      { atMs: 0, call: { method: 'POST', route: '/interactions/1/token/callback', body, auth: false } },
    ]);
    expect([levels, pending]).toEqual([[], 0]);
  });

  it('is tried once more at once when the network failed', async () => {
    const { result, calls } = await acknowledgeWith([unreachable, 'done']);
    expect(result).toBe('done');
    expect(calls.map(({ atMs }) => atMs)).toEqual([0, 0]);
  });

  it('is tried no more than twice', async () => {
    const { result, calls, levels } = await acknowledgeWith([unreachable, unreachable, 'done']);
    expect([result, calls.length, levels]).toEqual(['lost', 2, ['warn']]);
  });

  it('is tried again when there is no reply, and ends within the three seconds', async () => {
    const { result, calls, tookMs, pending } = await acknowledgeWith(['hangs', 'hangs']);
    expect(calls.map(({ atMs }) => atMs)).toEqual([0, 1_200]);
    expect([result, tookMs, pending]).toEqual(['lost', 2_500, 0]);
  });

  it('counts the time since the interaction came', async () => {
    const { result, calls, tookMs } = await acknowledgeWith(['hangs', 'done'], 2_000);
    expect([result, calls.length, tookMs]).toEqual(['lost', 1, 500]);
  });

  it('counts as done when only the reply of the first attempt was lost', async () => {
    const { result, calls } = await acknowledgeWith(['hangs', refused(40_060)]);
    expect([result, calls.length]).toEqual(['done', 2]);
  });

  it('tells that an earlier delivery was acknowledged', async () => {
    const { result, levels } = await acknowledgeWith([refused(40_060)]);
    expect([result, levels]).toEqual(['before', ['debug']]);
  });

  it('is given up when Discord does not know the interaction any more', async () => {
    const { result, calls, levels } = await acknowledgeWith([refused(10_062)]);
    expect([result, calls.length, levels]).toEqual(['lost', 1, ['warn']]);
  });
});
