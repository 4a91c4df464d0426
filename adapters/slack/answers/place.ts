import { z } from 'zod';
import type { OutboxLimits, Place } from '../../../src/delivery/outbox.ts';
import type { PlatformFailureCode } from '../../../src/delivery/platform-failure.ts';
import { Failure } from '../../../src/lib/errors.ts';
import { parseJson } from '../../../src/lib/parse-json.ts';
import { tupleKey } from '../../../src/lib/tuple-key.ts';
import { streamLimits, updateLimits } from '../render.ts';

const messagesSpotSchema = z.strictObject({
  /** `native`: streamed by Slack's own methods as long as it takes that; `update`: posted and changed. */
  type: z.enum(['native', 'update']),
  /** The workspace whose token is used. */
  via: z.string(),
  /** The workspace that owns the channel. */
  tenant: z.string(),
  channel: z.string(),
  /** The root of the thread; null in direct messages that are none. */
  thread: z.string().nullable(),
  /** The question that the answer is to. */
  subject: z.string(),
  /** What was posted for it is newer than this timestamp. */
  after: z.string(),
  /** When it was asked, by our clock. */
  askedAtMs: z.number(),
  /** Who sees it being streamed; null where Slack need not be told. */
  recipient: z.strictObject({ team: z.string(), user: z.string() }).nullable(),
});

const privateSpotSchema = z.strictObject({
  type: z.literal('private'),
  via: z.string(),
  subject: z.string(),
  responseUrl: z.string(),
});

const spotSchema = z.discriminatedUnion('type', [messagesSpotSchema, privateSpotSchema]);

/** Messages in a conversation, which everybody in it sees. */
export type MessagesSpot = z.infer<typeof messagesSpotSchema>;
/** What only one person sees, through the address that came with their command. */
export type PrivateSpot = z.infer<typeof privateSpotSchema>;
/** Where an answer's messages stand, and how they get there. */
export type Spot = z.infer<typeof spotSchema>;

/** Of the five answers that an address takes, one is left for what else there may be to say. */
const mostPrivateMessages = 4;

/** The place that answers are told of. */
export function renderPlace(spot: Spot): Place {
  const id = JSON.stringify(spot);
  const common = { id, hint: null } as const;
  switch (spot.type) {
    case 'native':
      return { ...common, scope: `append:${spot.via}`, mostMessages: null, limits: streamLimits, commandSign: '!' };
    case 'update':
      return {
        ...common,
        scope: `update:${spot.via}`,
        mostMessages: null,
        limits: null,
        commandSign: spot.thread === null ? '/' : '!',
      };
    case 'private':
      return {
        ...common,
        scope: `private:${spot.subject}`,
        mostMessages: mostPrivateMessages,
        limits: null,
        commandSign: '/',
      };
    default:
      return spot satisfies never;
  }
}

/** Reads a place that was made here; `platform-place-gone` for any other. */
export function readPlace(place: Place): Spot {
  const parsed = parseJson(place.id, spotSchema);
  if (parsed.ok) return parsed.value;
  throw new Failure<PlatformFailureCode>('platform-place-gone', 'No place in Slack is known by that id.');
}

/** What one message may hold there. */
export function limitsOf({ type }: Spot): OutboxLimits {
  return type === 'native' ? streamLimits : updateLimits;
}

/** One key for each message: the same however it is sent, different for every other place. */
export function messageKey(spot: Spot, key: string): string {
  if (spot.type === 'private') return tupleKey('private', spot.responseUrl, key);
  const { via, tenant, channel, thread, subject } = spot;
  return tupleKey(via, tenant, channel, thread ?? '', subject, key);
}
