import { setImmediate as nextLoopTurn } from 'node:timers/promises';
import type { AnswerEvent } from '../../src/answer/answer-event.ts';
import { noUsage } from '../../src/answer/say.ts';
import { createDeliverer } from '../../src/delivery/deliver.ts';
import { createBudgetsByOutbox } from '../../src/delivery/edit-budgets.ts';
import type { Outbox } from '../../src/delivery/outbox.ts';
import { createSystemClock } from '../../src/lib/clock.ts';
import { noMetrics } from '../../src/lib/metrics.ts';
import { createMemoryProgress } from '../fakes/memory-progress.ts';
import { createSilentLogger } from '../fakes/silent-logger.ts';

/** Markdown as models write it, in pieces as they come. */
const sample = [
  '## What it shows\n\nA **red bicycle** leans against a wall; the sign above it reads `OPEN 9–17` ([source](https://a.example/x)).\n\n',
  '1. The frame is steel, the saddle is leather.\n2. The wheels are [two](https://b.example) sizes.\n\n',
  '```js\nconst wheels = bicycle.parts.filter((part) => part.kind === "wheel");\nconsole.log(wheels[0](event));\n```\n\n',
  '| part | colour |\n|------|--------|\n| frame | red |\n| saddle | brown |\n\n',
].join('');

function tokensOf(count: number): string[] {
  const pieces = sample.match(/[\s\S]{1,4}/g) ?? [];
  return Array.from({ length: count }, (_, index) => pieces[index % pieces.length] ?? '');
}

type Load = { readonly answers: number; readonly tokens: number; readonly tokensPerLoopTurn: number };

/** Where the answers go; nowhere unless told otherwise. */
type Target = { readonly outbox: Outbox; readonly placeId: string | null; readonly question: string | null };

function createNowhere(): Outbox {
  let posts = 0;
  return {
    limits: {
      text: { max: 2_000, unit: 'utf16' },
      edits: { count: 1_000_000, windowMs: 1_000 },
      growth: { type: 'replaced' },
    },
    open: () => Promise.reject(new Error('not used')),
    async post() {
      posts += 1;
      return `message-${posts}`;
    },
    edit: async () => null,
    remove: async () => {},
    typing: async () => {},
  };
}

/** CPU of everything between a token and the platform’s client, for all answers side by side: microseconds, and edits made. */
export async function measureDeliveryCpu(
  load: Load,
  target: Target = { outbox: createNowhere(), placeId: null, question: null },
): Promise<{ microseconds: number; edits: number; tokens: number }> {
  let edits = 0;
  const outbox: Outbox = {
    ...target.outbox,
    async edit(...call) {
      edits += 1;
      await target.outbox.edit(...call);
      // What a platform says of its limit would slow the answers down.
      return null;
    },
  };
  const clock = createSystemClock();
  const deliver = createDeliverer({
    clock,
    logger: createSilentLogger(),
    metrics: noMetrics,
    budgets: createBudgetsByOutbox(clock),
    failureText: () => 'failed',
  });
  const tokens = tokensOf(load.tokens);
  async function* stream(): AsyncIterable<AnswerEvent> {
    for (const [index, text] of tokens.entries()) {
      if (index % load.tokensPerLoopTurn === 0) await nextLoopTurn();
      yield { type: 'text-delta', text };
    }
    yield { type: 'answer-end', finish: 'stop', text: tokens.join(''), usage: noUsage };
  }
  const signal = new AbortController().signal;
  const started = process.cpuUsage();
  await Promise.all(
    Array.from({ length: load.answers }, (_, index) =>
      deliver(
        { turn: { id: `${index}` }, attempt: 1, progress: createMemoryProgress(), question: target.question },
        {
          id: target.placeId ?? `${index}`,
          scope: `${index}`,
          hint: null,
          mostMessages: null,
          limits: null,
          commandSign: '/',
        },
        outbox,
        stream(),
        signal,
      ),
    ),
  );
  const used = process.cpuUsage(started);
  return { microseconds: used.user + used.system, edits, tokens: load.answers * load.tokens };
}
