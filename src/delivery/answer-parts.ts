import type { Clock } from '../lib/clock.ts';
import type { AnswerMessages } from './answer-messages.ts';
import { capParts } from './cap-parts.ts';
import type { Patience } from './find-end.ts';
import type { OutboxLimits } from './outbox.ts';
import { createSanitiser, sanitise } from './sanitise.ts';
import { createSplitter, type TextPart } from './split.ts';

/** An answer's text as its messages show it, safe and within the place's limits. */
export type AnswerParts = {
  /** While more is to come; `text` is what there is of the answer. */
  growing(text: string): readonly TextPart[];
  /** The whole text that stays. */
  final(text: string): readonly TextPart[];
  /** At these ages of the newest message its parts may have changed although nothing came, in milliseconds. */
  readonly changesAtMs: readonly number[];
};

/** How long a message that has to end may wait for the end of a sentence, and then for the end of a word. */
const patienceMs = { word: 8_000, any: 25_000 } as const;

/** The parts of one answer. `messages`: how old they are, where messages may only grow for a time. */
export function createAnswerParts(
  limits: OutboxLimits,
  mostMessages: number | null,
  messages: Pick<AnswerMessages, 'begunMs'>,
  clock: Clock,
): AnswerParts {
  const sanitiseWhole = createSanitiser();
  const splitter = createSplitter(limits.text);
  const cap = (parts: readonly TextPart[]) => capParts(parts, mostMessages, limits.text);
  const final = (text: string) => cap(splitter.finish(sanitise(text)));

  if (limits.growth.type === 'replaced') {
    const growing = (text: string) => {
      const safe = sanitiseWhole(text);
      return cap(splitter.parts(safe.text, safe.settled));
    };
    return { growing, final, changesAtMs: [] };
  }

  const { forMs } = limits.growth;
  let newest = 0;
  const patience = (): Patience | null => {
    const begunMs = messages.begunMs(newest);
    return begunMs === null ? null : patienceAt(clock.now() - begunMs - forMs);
  };
  return {
    growing(text) {
      const safe = sanitiseWhole(text);
      const parts = cap(splitter.additions(safe.text.slice(0, safe.settled), patience()));
      newest = parts.filter((part) => part.sealed && part.text !== '').length;
      return parts;
    },
    final,
    changesAtMs: [forMs, forMs + patienceMs.word, forMs + patienceMs.any],
  };
}

function patienceAt(overdueMs: number): Patience | null {
  if (overdueMs < 0) return null;
  return overdueMs < patienceMs.word ? 'sentence' : overdueMs < patienceMs.any ? 'word' : 'none';
}
