import type { types } from '@slack/bolt';
import type { Clock } from '../../../src/lib/clock.ts';
import { Failure } from '../../../src/lib/errors.ts';
import { keepNewest } from '../../../src/lib/keep-newest.ts';
import type { SlackApi, SlackCall } from '../api/slack-call.ts';
import { slackWordOf } from '../api/slack-word.ts';
import { renderMetadata } from './markers.ts';
import { toPostedTs } from './outbox-wire.ts';
import type { MessagesSpot } from './place.ts';

/** What the last call of a stream brings. */
export type StreamEnding = {
  readonly text: string;
  /** Null where it is not known (any more). */
  readonly marker: string | null;
};

/** Slack's three methods for messages that grow. All text goes as chunks: a stream keeps the mode it was opened in. */
export type StreamMethods = {
  /** Gives the timestamp. `blocks` stand with the first words. */
  start(spot: MessagesSpot, text: string, blocks: readonly types.ActionsBlock[], signal: AbortSignal): Promise<string>;
  append(spot: MessagesSpot, ts: string, text: string, signal: AbortSignal): Promise<void>;
  stop(spot: MessagesSpot, ts: string, ending: StreamEnding, signal: AbortSignal): Promise<void>;
};

/** Nothing is added by the end of a stream. */
export const bareEnding: StreamEnding = { text: '', marker: null };

/** In a thread with the agent a session is under way, which waits for the next question from then on. */
const sessionStatus = 'active';
const believedMs = 6 * 3_600_000;
const mostKept = 5_000;
const closedWords: readonly (string | null)[] = ['message_not_in_streaming_state', 'stopped_by_user'];

/** Whether Slack says that the stream is over. */
export function isClosed(error: unknown): boolean {
  return closedWords.includes(slackWordOf(error));
}

/** Whether it was the call that Slack did not like, and not the state of things. */
function isAboutCall(error: unknown): boolean {
  return error instanceof Failure && error.code === 'platform-rejected' && !isClosed(error);
}

function renderChunks(text: string, blocks: readonly types.ActionsBlock[]) {
  return [
    // In front of the words: nobody says whether what comes later stands above or below it.
    ...(blocks.length === 0 ? [] : [{ type: 'blocks', blocks }]),
    ...(text === '' ? [] : [{ type: 'markdown_text', text }]),
  ];
}

/** Calls them as they are. */
export function createStreamMethods(parts: { readonly api: SlackApi; readonly clock: Clock }): StreamMethods {
  const { api, clock } = parts;
  /** Until when a workspace is asked to end streams without a word on sessions, which are not to be had everywhere. */
  const withoutSessionsMs = new Map<string, number>();

  const stopCall = (spot: MessagesSpot, ts: string, { text, marker }: StreamEnding, hasSession: boolean) =>
    ({
      team: spot.via,
      method: 'chat.stopStream',
      arguments: {
        channel: spot.channel,
        ts,
        ...(text === '' ? {} : { chunks: renderChunks(text, []) }),
        ...(marker === null ? {} : { metadata: renderMetadata(marker) }),
        ...(hasSession ? { session_status: sessionStatus } : {}),
      },
    }) satisfies SlackCall;

  const mayHaveSession = ({ via, channel }: MessagesSpot) =>
    channel.startsWith('D') && (withoutSessionsMs.get(via) ?? 0) <= clock.now();

  return {
    async start(spot, text, blocks, signal) {
      const { via: team, channel, thread, recipient } = spot;
      const call = {
        team,
        method: 'chat.startStream',
        arguments: {
          channel,
          ...(thread === null ? {} : { thread_ts: thread }),
          ...(recipient === null ? {} : { recipient_team_id: recipient.team, recipient_user_id: recipient.user }),
          chunks: renderChunks(text, blocks),
        },
      };
      return toPostedTs(await api(call, signal));
    },
    async append(spot, ts, text, signal) {
      const args = { channel: spot.channel, ts, chunks: renderChunks(text, []) };
      await api({ team: spot.via, method: 'chat.appendStream', arguments: args }, signal);
    },
    async stop(spot, ts, ending, signal) {
      const hasSession = mayHaveSession(spot);
      try {
        await api(stopCall(spot, ts, ending, hasSession), signal);
      } catch (error) {
        if (!hasSession || !isAboutCall(error)) throw error;
        await api(stopCall(spot, ts, ending, false), signal);
        keepNewest(withoutSessionsMs, spot.via, clock.now() + believedMs, mostKept);
      }
    },
  };
}
