import type { Clock } from '../../../src/lib/clock.ts';
import { isWorthALine } from '../../../src/lib/growing-pause.ts';
import type { Logger } from '../../../src/lib/logger.ts';
import type { SlackDelivery, TakeDelivery } from './delivery.ts';
import { jsonReply, readRequest, type SlackReply, type SlackRequest, textReply } from './read-request.ts';
import { type SignatureFault, signatureWindowMs } from './signature.ts';
import { createTaking } from './taking.ts';

/** Answers Slack's requests: with success only when the delivery was taken. Resolves within three seconds, never rejects. */
export type HttpEvents = (request: SlackRequest, signal: AbortSignal) => Promise<SlackReply>;

/** What answering needs. */
export type HttpEventsParts = {
  readonly signingSecret: string;
  readonly take: TakeDelivery;
  readonly clock: Clock;
  readonly logger: Logger;
};

/** Slack waits three seconds; the way there and back is part of them. */
const takeLimitMs = 2_500;
/** The same bytes with the same signature are taken once as long as the signature is good; a flood may push them out. */
const mostRemembered = 5_000;

type Answered = { readonly atMs: number; readonly reply: Promise<SlackReply> };

/** Nothing was asked yet. */
export function createHttpEvents({ signingSecret, take, clock, logger }: HttpEventsParts): HttpEvents {
  const taking = createTaking({ take, limitMs: takeLimitMs, clock, logger });
  const answered = new Map<string, Answered>();
  const faults = { unsigned: 0, 'out-of-time': 0, 'wrong-signature': 0 };

  const tellOf = (fault: SignatureFault) => {
    faults[fault] += 1;
    if (isWorthALine(faults[fault])) logger.warn({ fault, times: faults[fault] }, describeFault(fault));
  };

  const forgetOld = (nowMs: number) => {
    for (const [signature, { atMs }] of answered) {
      // One that was signed for later than now is good for twice the window.
      if (nowMs - atMs <= 2 * signatureWindowMs && answered.size < mostRemembered) return;
      answered.delete(signature);
    }
  };

  const takeAndReply = async (delivery: SlackDelivery, signal: AbortSignal): Promise<SlackReply> => {
    const taken = await taking(delivery, signal);
    return taken.type === 'taken'
      ? toAcknowledgement(taken.answer)
      : textReply(503, 'The delivery could not be taken; please repeat it.');
  };

  return async (request, signal) => {
    const nowMs = clock.now();
    const verdict = readRequest(request, signingSecret, nowMs);
    if (verdict.type === 'reply') {
      if (verdict.fault !== null) tellOf(verdict.fault);
      return verdict.reply;
    }
    const { signature, delivery } = verdict;
    const earlier = answered.get(signature);
    if (earlier !== undefined) return earlier.reply;
    forgetOld(nowMs);
    const answer: Answered = { atMs: nowMs, reply: takeAndReply(delivery, signal) };
    answered.set(signature, answer);
    const reply = await answer.reply;
    // What was not taken has to be taken when it comes again.
    if (reply.status !== 200 && answered.get(signature) === answer) answered.delete(signature);
    return reply;
  };
}

function toAcknowledgement(answer: unknown): SlackReply {
  if (answer === undefined || answer === null) return textReply(200, '');
  return typeof answer === 'string' ? textReply(200, answer) : jsonReply(answer);
}

function describeFault(fault: SignatureFault): string {
  switch (fault) {
    case 'unsigned':
      return 'A request to /slack/events carries no signature of Slack’s; it was refused.';
    case 'out-of-time':
      return 'A request to /slack/events was signed more than five minutes ago or ahead; if it is Slack’s, set the clock of this machine.';
    case 'wrong-signature':
      return 'A request to /slack/events has a wrong signature; if it is Slack’s, copy the Signing Secret from “Basic Information” at https://api.slack.com/apps to SLACK_SIGNING_SECRET.';
    default:
      return fault satisfies never;
  }
}
