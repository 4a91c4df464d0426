import { z } from 'zod';
import { parseValue } from '../../../src/lib/parse-json.ts';
import type { SlackDelivery } from './delivery.ts';

/** An event in its envelope (https://docs.slack.dev/apis/events-api#the-events-api__receiving-events__callback-field-overview). */
const eventCallbackSchema = z.object({
  type: z.literal('event_callback'),
  /** The workspace that the app hears it through. */
  team_id: z.string().nullish(),
  enterprise_id: z.string().nullish(),
  event_id: z.string().nullish(),
  /** Seconds. */
  event_time: z.number().nullish(),
  is_ext_shared_channel: z.boolean().nullish(),
  authorizations: z
    .array(
      z.object({
        team_id: z.string().nullish(),
        enterprise_id: z.string().nullish(),
        is_enterprise_install: z.boolean().nullish(),
      }),
    )
    .nullish(),
  event: z.looseObject({ type: z.string() }),
});

/** An event, and through which workspace it came. */
export type EventCallback = {
  /** The workspace whose token sees what the event is about. */
  readonly via: string;
  readonly enterprise: string | null;
  /** Whether the channel is shared with other organisations. */
  readonly isShared: boolean;
  readonly type: string;
  /** Unchecked but for its type. */
  readonly event: Readonly<Record<string, unknown>>;
};

/** Null for every other delivery, and for an event that names no workspace. */
export function readEventCallback({ kind, payload }: SlackDelivery): EventCallback | null {
  if (kind !== 'event') return null;
  const parsed = parseValue(payload, eventCallbackSchema);
  if (!parsed.ok) return null;
  const { team_id, enterprise_id, authorizations, is_ext_shared_channel, event } = parsed.value;
  const [authorization] = authorizations ?? [];
  const via = team_id ?? authorization?.team_id;
  if (via == null) return null;
  return {
    via,
    enterprise: enterprise_id ?? authorization?.enterprise_id ?? null,
    isShared: is_ext_shared_channel === true,
    type: event.type,
    event,
  };
}
