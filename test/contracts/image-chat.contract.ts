import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AnswerEvent } from '../../src/answer/answer-event.ts';
import type { ImageChat, ImageQuestion, ImageUpload } from '../../src/answer/image-chat.ts';
import { StopRequest } from '../../src/answer/stop-request.ts';
import { Failure } from '../../src/lib/errors.ts';
import { namedSkip } from './named-skip.ts';

/** An API with a client of it, and what has to be told to it and seen of it from behind. */
export type ImageChatRig = {
  readonly chat: ImageChat;
  /** A model that can be asked. */
  readonly model: string;
  /** The bytes of a small picture. */
  readonly picture: Omit<ImageUpload, 'conversationKey'>;
  /** What the model answers the next question with: words, then an end, a failure, or silence. */
  script(words: readonly string[], then: 'end' | 'fail' | 'hang'): void;
  /** Questions that the server has taken so far. */
  questionCount(): number;
  /** Requests that the server is answering now. */
  openReplies(): number;
  /** Answers whose model was told to stop. */
  stoppedCount(): number;
  close(): Promise<void>;
};

/** What a form of answering cannot do, with the reason. */
export type ImageChatSkips = {
  /** The record is not named before the answer: nothing to resume or to stop. */
  readonly records?: string;
  /** Words do not come before the end. */
  readonly words?: string;
  /** Nothing shows that a picture is missing. */
  readonly pictures?: string;
};

const never = new AbortController().signal;
const ignore = async () => {};

/** Waits for real sockets: looks again until it is so, for two seconds at the most. */
async function until(isSo: () => boolean): Promise<void> {
  for (let tries = 0; tries < 400 && !isSo(); tries += 1) await new Promise((resolve) => setTimeout(resolve, 5));
  expect(isSo()).toBe(true);
}

async function collect(events: AsyncIterable<AnswerEvent>): Promise<AnswerEvent[]> {
  const all: AnswerEvent[] = [];
  for await (const event of events) all.push(event);
  return all;
}

function textOf(events: readonly AnswerEvent[]): string {
  return events.map((event) => (event.type === 'text-delta' ? event.text : '')).join('');
}

/** Runs the contract of `ImageChat`. One rig serves all tests. */
export function imageChatContract(name: string, make: () => Promise<ImageChatRig>, skips: ImageChatSkips = {}): void {
  describe(`${name} as ImageChat`, () => {
    let rig: ImageChatRig;
    let key = '';
    let count = 0;
    beforeAll(async () => {
      rig = await make();
      key = await rig.chat.upload({ conversationKey: 'k', ...rig.picture }, never);
    });
    afterAll(() => rig.close());

    const question = (change: Partial<ImageQuestion> = {}): ImageQuestion => {
      count += 1;
      return {
        conversationKey: 'k',
        conversationId: `conversation-${count}`,
        model: rig.model,
        prompt: 'What is this?',
        imageKeys: [key],
        isMixed: false,
        webSearch: null,
        ...change,
      };
    };
    const ask = (
      change: Partial<ImageQuestion> = {},
      signal = never,
      onRecord: (id: string) => Promise<void> = ignore,
    ) => rig.chat.ask(question(change), onRecord, signal);

    it('gives deltas that add up to the text, and exactly one end, last', async () => {
      rig.script(['A ', 'red ', 'bicycle ', 'by the sea.'], 'end');
      const events = await collect(ask());
      expect(events.map((event) => event.type).filter((type) => type === 'answer-end')).toHaveLength(1);
      expect(events.at(-1)).toMatchObject({
        type: 'answer-end',
        finish: 'stop',
        text: 'A red bicycle by the sea.',
      });
      expect(textOf(events)).toBe('A red bicycle by the sea.');
    });

    it('keeps every character whole', async () => {
      const words = ['設定檔', ' 🚲🏖️', ' naïve — ', '👩‍👩‍👧'];
      rig.script(words, 'end');
      const events = await collect(ask());
      expect(textOf(events)).toBe(words.join(''));
      expect(events.at(-1)).toMatchObject({ text: words.join('') });
    });

    it('rejects with a failure of ours when the answer fails midway', async () => {
      rig.script(['Half of '], 'fail');
      const seen: AnswerEvent[] = [];
      const failing = (async () => {
        for await (const event of ask()) seen.push(event);
      })();
      const failure = await failing.catch((error: unknown) => error);
      expect(failure).toBeInstanceOf(Failure);
      expect(failure).toMatchObject({ code: expect.stringMatching(/^chat-/) });
      expect(seen.filter((event) => event.type === 'answer-end')).toEqual([]);
    });

    it.skipIf(skips.words !== undefined)(
      namedSkip('gives the words that came before a failure', skips.words),
      async () => {
        rig.script(['Half of '], 'fail');
        const seen: AnswerEvent[] = [];
        await expect(
          (async () => {
            for await (const event of ask()) seen.push(event);
          })(),
        ).rejects.toBeInstanceOf(Failure);
        expect(textOf(seen)).toBe('Half of ');
      },
    );

    it('ends with the signal’s reason and closes the connection when it is aborted', async () => {
      rig.script(['Half of '], 'hang');
      const stop = new AbortController();
      const countBefore = rig.questionCount();
      const asking = collect(ask({}, stop.signal));
      asking.catch(() => {});
      await until(() => rig.questionCount() > countBefore);
      stop.abort(new Error('shutting down'));
      await expect(asking).rejects.toThrow('shutting down');
      await until(() => rig.openReplies() === 0);
      expect(rig.stoppedCount()).toBe(0);
    });

    it.skipIf(skips.words !== undefined)(
      namedSkip('closes the connection when nobody reads on', skips.words),
      async () => {
        rig.script(['Half of '], 'hang');
        for await (const event of ask()) {
          expect(event).toMatchObject({ type: 'text-delta' });
          break;
        }
        await until(() => rig.openReplies() === 0);
      },
    );

    it.skipIf(skips.records !== undefined)(
      namedSkip('names the record before the first event', skips.records),
      async () => {
        rig.script(['Yes.'], 'end');
        const timeline: string[] = [];
        const note = async (id: string) => void timeline.push(id === '' ? 'no record' : 'record');
        for await (const event of ask({}, never, note)) timeline.push(event.type);
        expect(timeline).toEqual(['record', 'text-delta', 'answer-end']);
      },
    );

    it.skipIf(skips.records !== undefined)(
      namedSkip('closes the connection when the record cannot be kept', skips.records),
      async () => {
        rig.script(['Half of '], 'hang');
        const failing = collect(ask({}, never, () => Promise.reject(new Error('the disk is full'))));
        await expect(failing).rejects.toThrow('the disk is full');
        await until(() => rig.openReplies() === 0);
      },
    );

    it.skipIf(skips.records !== undefined)(
      namedSkip('gives an earlier answer again, from its start', skips.records),
      async () => {
        rig.script(['The ', 'same ', 'again.'], 'end');
        let recordId = '';
        const first = await collect(
          ask({}, never, async (id) => {
            recordId = id;
          }),
        );
        const second = await collect(rig.chat.resume(recordId, never));
        expect(second.at(-1)).toEqual(first.at(-1));
        expect(textOf(second)).toBe('The same again.');
      },
    );

    it('says so when it does not have a record', async () => {
      const gone = collect(rig.chat.resume('00000000-0000-4000-8000-00000000dead', never));
      await expect(gone).rejects.toMatchObject({ code: 'chat-record-gone' });
    });

    it.skipIf(skips.pictures !== undefined)(
      namedSkip('gives no answer about an asset key that it did not give', skips.pictures),
      async () => {
        // Where the server ignores what it does not know, the client finds out by the usage.
        const refused = collect(ask({ imageKeys: ['images/2026_01_01_00_00_00_000_somebody-else.png'] }));
        await expect(refused).rejects.toMatchObject({
          code: expect.stringMatching(/^chat-image-(unknown|unread)$/),
        });
      },
    );

    it('answers several questions of one conversation that are asked at once', async () => {
      for (const words of [['One.'], ['One.'], ['One.']]) rig.script(words, 'end');
      const change = { conversationId: 'asked-at-once' };
      const all = await Promise.all([1, 2, 3].map(() => collect(ask(change))));
      expect(all.map(textOf)).toEqual(['One.', 'One.', 'One.']);
    });

    it('forgets a conversation, known or not, and answers under its id again', async () => {
      const conversationId = 'to-be-forgotten';
      for (let rounds = 0; rounds < 2; rounds += 1) {
        rig.script(['Yes.'], 'end');
        expect(textOf(await collect(ask({ conversationId })))).toBe('Yes.');
        await rig.chat.forget(conversationId, never);
      }
      await rig.chat.forget('never-heard-of', never);
    });

    it('refuses a model that it does not have, and names it', async () => {
      const refused = collect(ask({ model: 'gpt-nothing' }));
      await expect(refused).rejects.toMatchObject({ code: 'chat-model-unknown', facts: { model: 'gpt-nothing' } });
    });

    it('refuses to store what is no picture', async () => {
      const text = { ...rig.picture, bytes: Buffer.from('no picture') };
      const refused = rig.chat.upload({ conversationKey: 'k', ...text }, never);
      await expect(refused).rejects.toMatchObject({ code: 'chat-image-refused' });
    });

    it('lists the model as one that sees pictures', async () => {
      const models = await rig.chat.models(never);
      expect(models.find((model) => model.id === rig.model)).toMatchObject({
        seesPictures: true,
        unavailableBecause: null,
      });
    });

    // Last, since the earlier tests expect that nothing was stopped.
    it.skipIf(skips.records !== undefined)(
      namedSkip('has the model stopped when a person stops the answer', skips.records),
      async () => {
        rig.script(['Half of '], 'hang');
        const stop = new AbortController();
        let isNamed = false;
        const note = async () => {
          isNamed = true;
        };
        const asking = collect(ask({}, stop.signal, note));
        asking.catch(() => {});
        await until(() => isNamed && rig.openReplies() > 0);
        stop.abort(new StopRequest());
        await expect(asking).rejects.toBeInstanceOf(StopRequest);
        expect(rig.stoppedCount()).toBe(1);
        await until(() => rig.openReplies() === 0);
      },
    );
  });
}
