import { createHash } from 'node:crypto';
import type { Context } from 'hono';
import { z } from 'zod';
import type { AnswerSource } from '../../src/engine/answer-source.ts';
import type { ApiCaller } from '../../src/engine/api-caller.ts';
import { ApiFailure } from '../../src/engine/api-failure.ts';
import type { Engine } from '../../src/engine/engine.ts';
import type { Question } from '../../src/engine/question.ts';
import { tupleKey } from '../../src/lib/tuple-key.ts';
import type { Store } from '../../src/memory/store.ts';
import type { AppEnv } from './app-env.ts';

/** Questions whose senders may not know whether they arrived: sent again with the same key, they are asked once. */
export type Repeats = {
  /**
   * Asks, or finds the answer to the first request with the same `Idempotency-Key`. Without that header it always asks. Throws
   * `IDEMPOTENCY_KEY_REUSED` when the key came with another question, and whatever asking throws: a refused question takes no key.
   */
  ask(context: Context<AppEnv>, question: Question): Promise<AnswerSource>;
};

const headerName = 'Idempotency-Key';
const replayedHeader = 'Idempotent-Replayed';
/** How long a key stands for its question: as long as clients may reasonably go on trying. */
const keepMs = 86_400_000;

const storedSchema = z.strictObject({ fingerprint: z.string(), recordId: z.string() });

/** Visible ASCII, so that it is the same text on every way; up to 255 characters, as elsewhere on the web. */
function readKey(context: Context<AppEnv>): string | null {
  const key = context.req.header(headerName);
  if (key === undefined) return null;
  if (/^[\x21-\x7e]{1,255}$/.test(key)) return key;
  throw new ApiFailure(
    'INVALID_REQUEST',
    `${headerName} must have 1 to 255 visible ASCII characters, without spaces.`,
    {
      field: headerName,
    },
  );
}

const fingerprintOf = (question: Question) => createHash('sha256').update(JSON.stringify(question)).digest('base64url');

function reused(): ApiFailure {
  return new ApiFailure(
    'IDEMPOTENCY_KEY_REUSED',
    `This ${headerName} came with another question before: send a new one with every new question.`,
    { field: headerName },
  );
}

/** The answer of an earlier request; null when it is gone or failed, and the question may be asked anew. */
async function findAnswer(engine: Engine, caller: ApiCaller, recordId: string): Promise<AnswerSource | null> {
  try {
    const source = await engine.answer(caller, recordId);
    return source.read().finished()?.outcome.type === 'failed' ? null : source;
  } catch (error) {
    if (error instanceof ApiFailure && error.code === 'NOT_FOUND') return null;
    throw error;
  }
}

/** Keeps the keys for a day, across restarts. */
export function createRepeats(engine: Engine, store: Store): Repeats {
  /** Requests that are being accepted, by their key: as many as there are connections at the most. */
  const accepting = new Map<string, Promise<unknown>>();

  async function askOnce(caller: ApiCaller, place: string, question: Question) {
    const fingerprint = fingerprintOf(question);
    const stored = storedSchema.safeParse(await store.get(place));
    if (stored.success) {
      if (stored.data.fingerprint !== fingerprint) throw reused();
      const earlier = await findAnswer(engine, caller, stored.data.recordId);
      if (earlier !== null) return { source: earlier, isRepeat: true };
    }
    const source = await engine.ask(caller, question);
    await store.setFor(place, { fingerprint, recordId: source.recordId }, keepMs);
    return { source, isRepeat: false };
  }

  return {
    async ask(context, question) {
      const caller = context.get('caller');
      const key = readKey(context);
      if (key === null) return engine.ask(caller, question);
      const place = tupleKey('idempotency', caller.ownerId, key);
      for (let other = accepting.get(place); other !== undefined; other = accepting.get(place)) await other;
      const work = askOnce(caller, place, question);
      const settled = work.then(
        () => {},
        () => {},
      );
      accepting.set(place, settled);
      try {
        const { source, isRepeat } = await work;
        if (isRepeat) context.header(replayedHeader, 'true');
        return source;
      } finally {
        accepting.delete(place);
      }
    },
  };
}
