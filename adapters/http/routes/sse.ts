import type { AiRecord } from '../../../src/api/ai-record.ts';
import type { StreamEvents } from '../../../src/api/stream-events.ts';
import type { FinishedRecord } from '../../../src/engine/answer-source.ts';
import type { AnswerFrames } from './answer-stream.ts';

/** An answer as server-sent events: `content`*, then `result` and `done`, or `error` (docs.1min.ai, "Chat with AI API"). */
export function createSseFrames(toAiRecord: (record: FinishedRecord) => AiRecord): AnswerFrames {
  return {
    text: (piece) => event('content', { content: piece }),
    end(record) {
      const { outcome } = record;
      if (outcome.type === 'failed') return event('error', { error: outcome.sentence, errorCode: outcome.code });
      const result = event('result', { aiRecord: toAiRecord(record) });
      return `${result}${event('done', { message: 'Stream completed' })}`;
    },
    ping: ':ping\n\n',
  };
}

/** JSON has no line breaks of its own, so that one `data:` line holds it all. */
function event<Name extends keyof StreamEvents>(name: Name, value: StreamEvents[Name]): string {
  return `event: ${name}\ndata: ${JSON.stringify(value)}\n\n`;
}
