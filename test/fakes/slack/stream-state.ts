import type { MessageRecord } from './records.ts';
import type { Settings } from './settings.ts';

/** Whether Slack still takes text for a message's stream: it closes each some minutes after its start, come what may. */
export function isStreaming(message: MessageRecord, settings: Settings, nowMs: number): boolean {
  const { stream } = message;
  return stream?.state === 'streaming' && nowMs - stream.startedAtMs < settings.streamLifeMs;
}
