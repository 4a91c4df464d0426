import type { OutboxLimits, Part } from '../../src/delivery/outbox.ts';
import { Failure } from '../../src/lib/errors.ts';
import { maxTextLength } from './wire.ts';

/** What the playground takes: 20 edits a second in a channel are more than an eye can follow. */
export const webLimits = {
  text: { max: maxTextLength, unit: 'utf16' },
  edits: { count: 20, windowMs: 1_000 },
  growth: { type: 'replaced' },
} as const satisfies OutboxLimits;

/** Characters that show nothing and can only confuse: controls, and marks that turn the reading direction around. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what has to go
const invisible = /[\u0000-\u0008\u000b-\u001f\u007f\u202a-\u202e\u2066-\u2069]/g;

/** What is kept of a part: the page knows by itself what can be done about an answer. */
export type ShownPart = Pick<Part, 'text' | 'state'>;

/**
 * The part as it is stored and shown. The page makes Markdown of it and lets nothing active through; here it is only checked
 * against the limits: `platform-text-too-long`, or `platform-rejected` when nothing would be seen.
 */
export function renderPart(part: Part): ShownPart {
  if (part.text.length > webLimits.text.max) {
    throw new Failure('platform-text-too-long', 'The text is longer than a message can be.', {
      facts: { length: part.text.length, max: webLimits.text.max },
    });
  }
  const text = part.text.replaceAll('\r\n', '\n').replace(invisible, '');
  if (text.trim() === '') throw new Failure('platform-rejected', 'A message cannot be empty.');
  return { text, state: part.state };
}
