import type { OutboxLimits, Part } from '../../src/delivery/outbox.ts';
import type { PlatformFailureCode } from '../../src/delivery/platform-failure.ts';
import { textLength } from '../../src/delivery/text-length.ts';
import { Failure } from '../../src/lib/errors.ts';

/** Calls are counted in sliding minutes, in ours with a second for the way they take. */
const windowMs = 61_000;

/**
 * Of messages that are changed: `chat.update` takes 50 calls a minute in a workspace
 * (https://docs.slack.dev/reference/methods/chat.update) and 4,000 bytes of text.
 */
export const updateLimits = {
  text: { max: 3_900, unit: 'utf8-bytes' },
  edits: { count: 50, windowMs },
  growth: { type: 'replaced' },
} as const satisfies OutboxLimits;

/**
 * Of messages that are streamed: `chat.appendStream` takes 100 calls a minute in a workspace
 * (https://docs.slack.dev/reference/methods/chat.appendStream). Slack closes a stream after about five minutes, and at something
 * between 10,600 and 11,300 bytes; both are measured, neither is documented.
 */
export const streamLimits = {
  text: { max: 9_000, unit: 'utf8-bytes' },
  edits: { count: 100, windowMs },
  growth: { type: 'continued', forMs: 210_000 },
} as const satisfies OutboxLimits;

/**
 * The text of a part as it is sent. It is sanitised already; here it is checked against the limits, since Slack would cut, split or
 * refuse it: `platform-text-too-long`, or `platform-rejected` when nothing would be seen.
 */
export function renderText(part: Part, { text: { max, unit } }: OutboxLimits): string {
  const length = textLength(part.text, unit);
  if (length > max) {
    throw new Failure<PlatformFailureCode>('platform-text-too-long', 'The text is longer than a message can be.', {
      facts: { length, max },
    });
  }
  if (!/[^\p{Z}\p{Cc}\p{Cf}]/u.test(part.text)) {
    throw new Failure<PlatformFailureCode>('platform-rejected', 'A message cannot be empty.');
  }
  return part.text.toWellFormed();
}
