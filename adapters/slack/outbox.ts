import type { Outbox } from '../../src/delivery/outbox.ts';

/** Slack's side of the outbox. */
export type SlackOutbox = Outbox & {
  /** The question that the message answers, as long as it is being streamed; null when that is not known. */
  subjectOfStream(via: string, channel: string, ts: string): string | null;
};
