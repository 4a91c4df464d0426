import type { Clock } from '../../../src/lib/clock.ts';
import { Failure } from '../../../src/lib/errors.ts';
import { slackWordOf } from '../api/slack-word.ts';
import { renderStop } from './controls.ts';
import type { LiveStream, LiveStreams } from './live-streams.ts';
import type { MessageDraft } from './message-looks.ts';
import type { NativeRefusals } from './native-refusals.ts';
import type { MessagesSpot } from './place.ts';
import { bareEnding, isClosed, type StreamMethods } from './stream-methods.ts';

/** What became of a text that was to be shown by a stream. `changeable`: only changing the message can show it. */
export type StreamOutcome = 'shown' | 'left-out' | 'changeable';

/** Messages that Slack streams, as long as it takes that; then they have to be changed like any other. */
export type StreamedMessages = {
  /** Starts one and gives its timestamp; null where Slack takes no stream and an ordinary message may be posted instead. */
  start(spot: MessagesSpot, text: string, subject: string, marker: string, signal: AbortSignal): Promise<string | null>;
  /** Shows the text where it continues what stands there; ends the stream where it does not. */
  grow(spot: MessagesSpot, ts: string, text: string, signal: AbortSignal): Promise<StreamOutcome>;
  /** Ends the stream with the draft, as far as a stream can show it. */
  finish(spot: MessagesSpot, ts: string, draft: MessageDraft, signal: AbortSignal): Promise<StreamOutcome>;
  /** Ends the stream as it stands. What is none any more is no failure. */
  end(spot: MessagesSpot, ts: string, signal: AbortSignal): Promise<void>;
};

const blockWords: readonly (string | null)[] = [
  'invalid_blocks',
  'invalid_blocks_format',
  'invalid_chunks',
  'invalid_arguments',
];

/** Whether the call was certainly not done and may be made again. */
function isLimit(error: unknown): boolean {
  return error instanceof Failure && error.code === 'platform-rate-limited';
}

/** Whether there is nothing to be changed any more, or nobody who may change it. */
function isBeyondChange(error: unknown): boolean {
  if (!(error instanceof Failure)) return false;
  return ['platform-message-gone', 'platform-place-gone', 'platform-forbidden'].includes(error.code);
}

/** Whether Slack answered at all. */
function isAnswered(error: unknown): boolean {
  return error instanceof Failure && error.code !== 'platform-unreachable';
}

/** `streams`: what is known of those under way. */
export function createStreamedMessages(
  methods: StreamMethods,
  streams: LiveStreams,
  refusals: NativeRefusals,
  clock: Clock,
): StreamedMessages {
  const find = ({ via, channel }: MessagesSpot, ts: string) => streams.find(via, channel, ts);

  /** With the button that stops it; without, where Slack takes no blocks there. Gives whether it stands. */
  async function startBest(spot: MessagesSpot, text: string, subject: string, marker: string, signal: AbortSignal) {
    const blocks = refusals.refusesBlocks(spot.via) ? [] : renderStop(subject, marker);
    try {
      return { ts: await methods.start(spot, text, blocks, signal), hasStop: blocks.length > 0 };
    } catch (error) {
      if (blocks.length === 0 || !blockWords.includes(slackWordOf(error))) throw error;
      const ts = await methods.start(spot, text, [], signal);
      refusals.noteBlocks(spot.via);
      return { ts, hasStop: false };
    }
  }

  /** From now on it is only changed; of a text without a reply nobody knows whether it arrived. */
  function close(stream: LiveStream, error: unknown): void {
    if (isLimit(error)) return;
    stream.state = slackWordOf(error) === 'stopped_by_user' ? 'stopped' : 'closed';
  }

  async function end(spot: MessagesSpot, ts: string, signal: AbortSignal): Promise<void> {
    const stream = find(spot, ts);
    try {
      await methods.stop(spot, ts, bareEnding, signal);
    } catch (error) {
      if (!isAnswered(error) || isLimit(error)) throw error;
    }
    if (stream?.state === 'open') stream.state = 'closed';
  }

  return {
    async start(spot, text, subject, marker, signal) {
      try {
        const { ts, hasStop } = await startBest(spot, text, subject, marker, signal);
        streams.add(spot.channel, ts, {
          via: spot.via,
          startedAtMs: clock.now(),
          subject,
          marker,
          hasStop,
          text,
          state: 'open',
        });
        return ts;
      } catch (error) {
        if (refusals.note(spot.via, spot.channel, error)) return null;
        throw error;
      }
    },
    async grow(spot, ts, text, signal) {
      const stream = find(spot, ts);
      if (stream === null || stream.state === 'closed') return 'changeable';
      if (stream.state === 'stopped') return 'left-out';
      if (text === stream.text) return 'shown';
      if (!text.startsWith(stream.text)) {
        // The question was asked anew: nothing that is streamed goes away again.
        await end(spot, ts, signal);
        return 'changeable';
      }
      try {
        await methods.append(spot, ts, text.slice(stream.text.length), signal);
        stream.text = text;
        return 'shown';
      } catch (error) {
        close(stream, error);
        if (!isAnswered(error) || isLimit(error) || isBeyondChange(error)) throw error;
        return slackWordOf(error) === 'stopped_by_user' ? 'left-out' : 'changeable';
      }
    },
    async finish(spot, ts, draft, signal) {
      const stream = find(spot, ts);
      if (stream === null || stream.state !== 'open') return 'changeable';
      const isContinued = draft.text.startsWith(stream.text);
      const text = isContinued ? draft.text.slice(stream.text.length) : '';
      try {
        await methods.stop(spot, ts, { text, marker: stream.marker }, signal);
      } catch (error) {
        close(stream, error);
        if (!isAnswered(error) || isLimit(error) || isBeyondChange(error)) throw error;
        // What Slack did not like may be the text: the stream ends without it.
        if (!isClosed(error)) await end(spot, ts, signal);
        return 'changeable';
      }
      stream.state = 'closed';
      return isContinued && !stream.hasStop && draft.controls === null ? 'shown' : 'changeable';
    },
    end,
  };
}
