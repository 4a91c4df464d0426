import { createHash } from 'node:crypto';
import type { SessionInfo } from '@discordjs/ws';
import { z } from 'zod';
import type { Clock } from '../../../src/lib/clock.ts';
import { errorMessage } from '../../../src/lib/errors.ts';
import type { Logger } from '../../../src/lib/logger.ts';
import { repeat } from '../../../src/lib/repeat.ts';
import { type Collection, createCollection } from '../../../src/memory/collection.ts';
import type { Store } from '../../../src/memory/store.ts';
import { gatewayUrlSchema } from './gateway-wire.ts';

/** A shard's session with Discord, as long as there is one. Kept in memory; the store follows a few seconds behind. */
export type ShardSession = {
  current(): SessionInfo | null;
  /** A new session, or the same with a higher sequence number. */
  set(session: SessionInfo): void;
  /** It cannot be resumed any more. */
  drop(): void;
  /** The connection showed a sign of life. */
  seen(): void;
};

/** Sessions that outlive the process, so that the next start gets what it missed. */
export type SessionStore = {
  /** The shard's session, with what the last start left where that can still be resumed. */
  open(shardId: number, shardCount: number): Promise<ShardSession>;
  /** Writes what has changed every few seconds until the signal aborts, and then once more. */
  keep(signal: AbortSignal): Promise<void>;
};

/** What keeping sessions needs. */
export type SessionStoreParts = {
  readonly store: Store;
  /** A session belongs to its token and its intents: with others it is not resumed. */
  readonly token: string;
  readonly intents: number;
  readonly clock: Clock;
  readonly logger: Logger;
};

/** Sequence numbers change with every event: the disk hears of them this often. */
const writeEveryMs = 3_000;
/**
 * The stored number is the one of so long ago, so that an event counts as received only when there was time to accept it. What
 * Discord sends a second time is known by its id.
 */
const settleMs = 3_000;
/** Numbers are remembered this far apart until they have settled. */
const markEveryMs = 500;
/** A quiet session is written again this long after it was, to say that it was alive. */
const aliveEveryMs = 30_000;
/** Discord keeps a session for a few minutes after its connection was lost. A refused attempt costs a second. */
const resumableForMs = 300_000;
/** Nobody reads it any more by then. */
const forgetAfterMs = 3_600_000;

const keptSessionSchema = z.strictObject({
  fingerprint: z.string(),
  shardCount: z.number().int(),
  sessionId: z.string(),
  /** Empty where Discord named none: the gateway's own does as well. */
  resumeUrl: gatewayUrlSchema.or(z.literal('')),
  sequence: z.number().int(),
  aliveAtMs: z.number(),
});
type KeptSession = z.infer<typeof keptSessionSchema>;

type TrackedSession = ShardSession & { write(): Promise<void> };

/** Keeps one record for each shard. */
export function createSessionStore(parts: SessionStoreParts): SessionStore {
  const { store, clock, logger } = parts;
  const kept = createCollection(store, 'discord-sessions', keptSessionSchema, logger, forgetAfterMs);
  const fingerprint = createHash('sha256').update(`${parts.intents} ${parts.token}`).digest('base64url');
  const opened = new Map<number, TrackedSession>();

  const readKept = async (shardId: number, shardCount: number): Promise<KeptSession | null> => {
    const found = await kept.get(String(shardId)).catch((error: unknown) => {
      logger.warn(
        { reason: errorMessage(error) },
        'The last session with Discord cannot be read; a new one is started.',
      );
      return undefined;
    });
    if (found === undefined || found.fingerprint !== fingerprint || found.shardCount !== shardCount) return null;
    return Math.abs(clock.now() - found.aliveAtMs) < resumableForMs ? found : null;
  };

  const write = async () => {
    for (const session of opened.values()) await session.write();
  };

  return {
    async open(shardId, shardCount) {
      const found = await readKept(shardId, shardCount);
      const session = trackSession(shardId, shardCount, found, { kept, fingerprint, clock });
      opened.set(shardId, session);
      return session;
    },
    async keep(signal) {
      await repeat({ name: 'keep Discord sessions', everyMs: writeEveryMs, run: write }, clock, logger, signal);
      try {
        await write();
      } catch (error) {
        logger.warn(
          { reason: errorMessage(error) },
          'The sessions with Discord were not stored; the next start begins new ones.',
        );
      }
    },
  };
}

type Tracking = { readonly kept: Collection<KeptSession>; readonly fingerprint: string; readonly clock: Clock };

function trackSession(shardId: number, shardCount: number, found: KeptSession | null, parts: Tracking): TrackedSession {
  const { kept, fingerprint, clock } = parts;
  let current: SessionInfo | null =
    found === null
      ? null
      : { shardId, shardCount, sessionId: found.sessionId, resumeURL: found.resumeUrl, sequence: found.sequence };
  let aliveAtMs = found?.aliveAtMs ?? 0;
  let changedAtMs = aliveAtMs;
  let written: KeptSession | null = found;
  // Oldest first; the first one is settled as soon as there is a second.
  let marks: { readonly sequence: number; readonly atMs: number }[] = [];

  const isSettled = (atMs: number) => atMs + settleMs <= clock.now();
  const settledSequence = (session: SessionInfo): number => {
    if (isSettled(changedAtMs)) return session.sequence;
    return marks.findLast((mark) => isSettled(mark.atMs))?.sequence ?? marks[0]?.sequence ?? session.sequence;
  };
  const mark = (sequence: number) => {
    const nowMs = clock.now();
    const last = marks.at(-1);
    if (last !== undefined && nowMs - last.atMs < markEveryMs) return;
    const settled = marks.findLastIndex((each) => isSettled(each.atMs));
    marks = [...marks.slice(Math.max(settled, 0)), { sequence, atMs: nowMs }];
  };

  return {
    current: () => current,
    set(session) {
      if (session.sessionId !== current?.sessionId) marks = [];
      else if (marks.length === 0) mark(current.sequence);
      mark(session.sequence);
      current = session;
      changedAtMs = clock.now();
      aliveAtMs = changedAtMs;
    },
    drop() {
      current = null;
      marks = [];
    },
    seen() {
      aliveAtMs = clock.now();
    },
    async write() {
      if (current === null) {
        if (written !== null) await kept.delete(String(shardId));
        written = null;
        return;
      }
      const next: KeptSession = {
        fingerprint,
        shardCount,
        sessionId: current.sessionId,
        resumeUrl: gatewayUrlSchema.safeParse(current.resumeURL).data ?? '',
        sequence: settledSequence(current),
        aliveAtMs,
      };
      const isSame = written?.sessionId === next.sessionId && written.sequence === next.sequence;
      if (isSame && written !== null && next.aliveAtMs - written.aliveAtMs < aliveEveryMs) return;
      await kept.set(String(shardId), next);
      written = next;
    },
  };
}
