import type { Clock } from '../lib/clock.ts';
import type { Outbox, Place } from './outbox.ts';

/** Some platforms show it for no more than ten seconds; it must not go out in between. */
const everyMs = 8_000;
/** An answer that comes at once needs no announcement. */
const firstAfterMs = 150;

/** Shows that an answer is on its way until the signal aborts. Never rejects. */
export async function showTyping(outbox: Outbox, place: Place, clock: Clock, signal: AbortSignal): Promise<void> {
  try {
    await clock.sleep(firstAfterMs, signal);
    while (!signal.aborted) {
      await outbox.typing(place, false, signal);
      await clock.sleep(everyMs, signal);
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}
