import { errorMessage } from '../../../src/lib/errors.ts';
import type { Logger } from '../../../src/lib/logger.ts';
import type { SlackDelivery } from './delivery.ts';
import type { Frame } from './events-wire.ts';
import { toInteractionKind } from './interaction-kind.ts';
import type { Taking } from './taking.ts';

/** Takes what is in an envelope and then acknowledges it; without that Slack sends it again. Never rejects. */
export async function answerEnvelope(
  envelope: Frame,
  reply: (text: string) => boolean,
  taking: Taking,
  logger: Logger,
  signal: AbortSignal,
): Promise<void> {
  const kind = toKind(envelope);
  if (kind === null) {
    logger.warn({ type: envelope.type }, 'Slack sent an envelope of a kind that is not known; it is left alone.');
    return;
  }
  const taken = await taking({ kind, payload: envelope.payload, retry: toRetry(envelope) }, signal);
  if (taken.type === 'left') return;
  try {
    // Another connection brings it again, and who takes it knows its id.
    if (!reply(toAcknowledgement(envelope, taken.answer)))
      logger.debug({ kind }, 'A connection ended before its delivery was acknowledged.');
  } catch (error) {
    logger.error({ kind, reason: errorMessage(error) }, 'An acknowledgement to Slack could not be written.');
  }
}

function toKind({ type, payload }: Frame): SlackDelivery['kind'] | null {
  switch (type) {
    case 'events_api':
      return 'event';
    case 'slash_commands':
      return 'command';
    case 'interactive':
      return toInteractionKind(payload);
    default:
      return null;
  }
}

function toRetry({ retry_attempt: attempt, retry_reason: reason }: Frame): SlackDelivery['retry'] {
  if (attempt === undefined || attempt === null || attempt < 1) return null;
  return { attempt, reason: reason === undefined || reason === null || reason === '' ? 'unknown_error' : reason };
}

function toAcknowledgement({ envelope_id, accepts_response_payload }: Frame, answer: unknown): string {
  const hasAnswer = accepts_response_payload === true && answer !== undefined && answer !== null;
  if (!hasAnswer) return JSON.stringify({ envelope_id });
  return JSON.stringify({ envelope_id, payload: typeof answer === 'string' ? { text: answer } : answer });
}
