import { afterEach, describe, expect, it } from 'vitest';
import type { AnswerEvent } from '../../src/answer/answer-event.ts';
import type { VisionModel, VisionRequest } from '../../src/engine/vision-model.ts';
import { Failure } from '../../src/lib/errors.ts';
import { namedSkip } from './named-skip.ts';

/** A model under test, with what the suite has to know about it. */
export type VisionModelHarness = {
  readonly model: VisionModel;
  /** A question the model answers with at least two pieces of text; its picture is real. */
  readonly request: VisionRequest;
  /** A model that fails after its first piece of text, or null where it never can. */
  readonly failing: VisionModel | null;
  /** Runs a promise that waits on the harness's clock; `(promise) => promise` on the machine's. */
  run<Value>(promise: Promise<Value>): Promise<Value>;
  /** Calls, connections or jobs that are still open. */
  open(): number;
  close(): Promise<void>;
};

type Skips = { readonly failing?: { readonly reason: string } };

/** What every VisionModel promises. */
export function visionModelContract(
  name: string,
  make: () => Promise<VisionModelHarness>,
  options: { readonly skip?: Skips } = {},
): void {
  describe(`${name} keeps the contract of a vision model`, () => {
    const harnesses: VisionModelHarness[] = [];
    const start = async () => {
      const harness = await make();
      harnesses.push(harness);
      return harness;
    };
    afterEach(async () => {
      for (const harness of harnesses.splice(0)) await harness.close();
    });

    it('gives text deltas and then exactly one end', async () => {
      const harness = await start();
      const events = await harness.run(collect(harness.model, harness.request, live()));
      const types = events.map((event) => event.type);
      expect(types.at(-1)).toBe('answer-end');
      expect(types.slice(0, -1).length).toBeGreaterThan(1);
      expect(new Set(types.slice(0, -1))).toEqual(new Set(['text-delta']));
    });

    it('ends with the text of its deltas', async () => {
      const harness = await start();
      const events = await harness.run(collect(harness.model, harness.request, live()));
      const text = events.map((event) => (event.type === 'text-delta' ? event.text : '')).join('');
      expect(text).not.toBe('');
      expect(events.at(-1)).toMatchObject({ type: 'answer-end', text });
    });

    it('gives no empty delta', async () => {
      const harness = await start();
      const events = await harness.run(collect(harness.model, harness.request, live()));
      expect(events.filter((event) => event.type === 'text-delta' && event.text === '')).toEqual([]);
    });

    it('gives nothing when it is aborted before it starts', async () => {
      const harness = await start();
      const gone = new Error('nobody waits any more');
      const events: AnswerEvent[] = [];
      const asked = collect(harness.model, harness.request, AbortSignal.abort(gone), events);
      await expect(harness.run(asked)).rejects.toBe(gone);
      expect(events).toEqual([]);
    });

    it('rejects with the reason when it is aborted half-way, and lets go', async () => {
      const harness = await start();
      const stop = new AbortController();
      const gone = new Error('stopped by the asker');
      const asked = (async () => {
        for await (const event of harness.model.answer(harness.request, stop.signal)) {
          if (event.type === 'answer-end') throw new Error('the answer ended before it was aborted');
          stop.abort(gone);
        }
      })();
      await expect(harness.run(asked)).rejects.toBe(gone);
      await expect.poll(() => harness.open()).toBe(0);
    });

    it('lets go when the reader leaves early', async () => {
      const harness = await start();
      const asked = (async () => {
        for await (const _event of harness.model.answer(harness.request, live())) break;
      })();
      await harness.run(asked);
      await expect.poll(() => harness.open()).toBe(0);
    });

    it('does not answer about a picture it could not read', async () => {
      const harness = await start();
      const unreadable = new Failure('chat-image-unknown', 'The picture is gone.');
      const pictures = harness.request.pictures.map((picture) => ({
        ...picture,
        read: () => Promise.reject(unreadable),
      }));
      expect(pictures.length).toBeGreaterThan(0);
      const events: AnswerEvent[] = [];
      const asked = collect(harness.model, { ...harness.request, pictures }, live(), events);
      await expect(harness.run(asked)).rejects.toMatchObject({ code: 'chat-image-unknown' });
      expect(events).toEqual([]);
    });

    const failing = options.skip?.failing;
    it.skipIf(failing !== undefined)(
      namedSkip('rejects with a chat failure when it breaks half-way', failing?.reason),
      async () => {
        const harness = await start();
        if (harness.failing === null) throw new Error('give a failing model, or skip with a reason');
        const events: AnswerEvent[] = [];
        const asked = collect(harness.failing, harness.request, live(), events);
        await expect(harness.run(asked)).rejects.toSatisfy(
          (error) => error instanceof Failure && error.code.startsWith('chat-'),
        );
        expect(events.map((event) => event.type)).toContain('text-delta');
        expect(events.map((event) => event.type)).not.toContain('answer-end');
      },
    );
  });
}

function live(): AbortSignal {
  return new AbortController().signal;
}

async function collect(
  model: VisionModel,
  request: VisionRequest,
  signal: AbortSignal,
  events: AnswerEvent[] = [],
): Promise<AnswerEvent[]> {
  for await (const event of model.answer(request, signal)) events.push(event);
  return events;
}
