import { z } from 'zod';
import type { Place } from '../../../src/delivery/outbox.ts';
import type { PlatformFailureCode } from '../../../src/delivery/platform-failure.ts';
import { Failure } from '../../../src/lib/errors.ts';
import { parseJson } from '../../../src/lib/parse-json.ts';
import { type InteractionRoute, readRoute, renderRoute } from './answer-route.ts';

const common = {
  /** The channel or thread that the messages stand in. */
  channel: z.string(),
  /** The question that the answer is to. */
  subject: z.string(),
  /** The conversation that people go on with by replying to the messages; null where the channel itself is the conversation. */
  conversation: z.string().nullable(),
};

const spotSchema = z.union([
  z.strictObject({
    ...common,
    type: z.literal('channel'),
    /** The message with the question: what was posted for it is newer. */
    question: z.string(),
    /** Whether the first message is a reply to it. */
    isReply: z.boolean(),
  }),
  /** `route`: as in `Turn.route`. */
  z.strictObject({ ...common, type: z.literal('interaction'), route: z.string() }),
]);

type StoredSpot = z.infer<typeof spotSchema>;

/** A spot that is reached through the channel. */
export type ChannelSpot = Extract<StoredSpot, { type: 'channel' }>;
/** A spot that is reached through the token of an interaction. */
export type InteractionSpot = Omit<Extract<StoredSpot, { type: 'interaction' }>, 'route'> & {
  readonly route: InteractionRoute;
};
/** Where an answer's messages stand, and how they get there. */
export type Spot = ChannelSpot | InteractionSpot;

/** `Place.id` for it. */
export function renderPlaceId(spot: Spot): string {
  return JSON.stringify(spot.type === 'channel' ? spot : { ...spot, route: renderRoute(spot.route) });
}

/** Reads a place that was made here; `platform-place-gone` for any other. */
export function readPlace(place: Place): Spot {
  const parsed = parseJson(place.id, spotSchema);
  if (parsed.ok) {
    if (parsed.value.type === 'channel') return parsed.value;
    const route = readRoute(parsed.value.route);
    if (route?.type === 'interaction') return { ...parsed.value, route };
  }
  throw new Failure<PlatformFailureCode>('platform-place-gone', 'No place on Discord is known by that id.');
}

/** The edits of everything in a channel share a limit. */
export function channelScope(channel: string): string {
  return `channel:${channel}`;
}

/** The edits through a token have a limit of their own. */
export function interactionScope(interaction: string): string {
  return `interaction:${interaction}`;
}
