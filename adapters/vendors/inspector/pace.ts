import type { Clock } from '../../../src/lib/clock.ts';
import type { Piece } from './piece.ts';

function tokensOf(text: string): readonly string[] {
  return text.match(/\s*\S+/g) ?? [];
}

/** The pieces as one text, token by token, with `tokenDelayMs` after each; joined as Markdown wants it. */
export async function* pace(
  pieces: AsyncIterable<Piece>,
  tokenDelayMs: number,
  clock: Clock,
  signal: AbortSignal,
): AsyncGenerator<string> {
  let isFirst = true;
  for await (const { type, text } of pieces) {
    const separator = isFirst ? '' : type === 'line' ? '\n' : '\n\n';
    isFirst = false;
    for (const token of tokensOf(separator + text)) {
      signal.throwIfAborted();
      yield token;
      if (tokenDelayMs > 0) await clock.sleep(tokenDelayMs, signal);
    }
  }
  signal.throwIfAborted();
}
