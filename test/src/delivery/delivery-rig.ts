import type { AnswerEvent } from '../../../src/answer/answer-event.ts';
import { noUsage } from '../../../src/answer/say.ts';
import { createDeliverer } from '../../../src/delivery/deliver.ts';
import { createBudgetsByOutbox } from '../../../src/delivery/edit-budgets.ts';
import { createFailureText } from '../../../src/delivery/failure-text.ts';
import type { Place } from '../../../src/delivery/outbox.ts';
import type { Clock } from '../../../src/lib/clock.ts';
import { noMetrics } from '../../../src/lib/metrics.ts';
import { createFakeClock } from '../../fakes/fake-clock.ts';
import { createFakeIds } from '../../fakes/fake-ids.ts';
import { createFakePlatform, type FakePlatformOptions } from '../../fakes/fake-platform.ts';
import { createMemoryProgress } from '../../fakes/memory-progress.ts';
import { createSilentLogger } from '../../fakes/silent-logger.ts';

/** `[milliseconds to wait, text]` for every delta. */
export type Script = readonly (readonly [number, string])[];

/** So many numbered words, one every `everyMs`. */
export function wordScript(count: number, everyMs: number): Script {
  return Array.from({ length: count }, (_, index) => [everyMs, `w${index} `] as const);
}

/** An answer that comes as scripted and ends with all its words. */
export async function* play(clock: Clock, script: Script, signal: AbortSignal): AsyncIterable<AnswerEvent> {
  let text = '';
  for (const [delayMs, delta] of script) {
    if (delayMs > 0) await clock.sleep(delayMs, signal);
    text += delta;
    yield { type: 'text-delta', text: delta };
  }
  yield { type: 'answer-end', finish: 'stop', text, usage: noUsage };
}

/** Delivery to a fake platform on a simulated clock. */
export function createDeliveryRig(options: Partial<FakePlatformOptions> = {}) {
  const clock = createFakeClock();
  const logger = createSilentLogger();
  const platform = createFakePlatform({ clock, ...options });
  const budgets = createBudgetsByOutbox(clock);
  const failureText = createFailureText({ ids: createFakeIds(), logger });
  const deliver = createDeliverer({ clock, logger, metrics: noMetrics, budgets, failureText });
  const stop = new AbortController();

  /** Starts to deliver; nothing happens before the clock moves. */
  const begin = (
    events: AsyncIterable<AnswerEvent>,
    change: {
      id?: string;
      place?: Place;
      attempt?: number;
      question?: string;
      progress?: ReturnType<typeof createMemoryProgress>;
      signal?: AbortSignal;
    } = {},
  ) => {
    const id = change.id ?? 'turn';
    const progress = change.progress ?? createMemoryProgress();
    const place = change.place ?? {
      id: `place-of-${id}`,
      scope: 'scope',
      hint: null,
      mostMessages: null,
      limits: null,
      commandSign: '/',
    };
    const answered = { turn: { id }, attempt: change.attempt ?? 1, progress, question: change.question ?? null };
    const outcome = deliver(answered, place, platform.outbox, events, change.signal ?? stop.signal);
    return { outcome, progress };
  };

  return {
    clock,
    logger,
    platform,
    budgets,
    stop,
    begin,
    play: (script: Script, signal: AbortSignal = stop.signal) => play(clock, script, signal),
    /** Delivers to the end. */
    run: (events: AsyncIterable<AnswerEvent>, change: Parameters<typeof begin>[1] = {}) =>
      clock.runUntil(begin(events, change).outcome),
    texts: () => platform.screen.messages().map((message) => message.text),
  };
}
