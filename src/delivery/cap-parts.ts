import type { OutboxLimits } from './outbox.ts';
import { createSplitter, type TextPart } from './split.ts';
import { textLength } from './text-length.ts';

const rest = 'The answer goes on, but no more messages fit here. Ask for a shorter one.';

/** As many messages as the place takes, where it has a limit: the last one then says that there would be more. */
export function capParts(
  parts: readonly TextPart[],
  most: number | null,
  { max, unit }: OutboxLimits['text'],
): readonly TextPart[] {
  const last = most === null ? undefined : parts[most - 1];
  if (most === null || last === undefined || parts.length <= most) return parts;
  const room = max - textLength(`\n\n${rest}`, unit);
  const [first] = createSplitter({ max: room, unit }).finish(last.text);
  return [...parts.slice(0, most - 1), { ...last, text: `${first?.text ?? ''}\n\n${rest}` }];
}
