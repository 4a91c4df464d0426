import { z } from 'zod';

/** Somebody opened the app: its home or its messages (https://docs.slack.dev/reference/events/app_home_opened). */
export const homeOpenedSchema = z.object({
  user: z.string(),
  /** The direct messages of the person and the bot. */
  channel: z.string(),
  tab: z.string().nullish().catch(null),
});

/** Somebody opened a thread with the app, as apps of before `agent_view` have it (https://docs.slack.dev/reference/events/assistant_thread_started). */
export const threadStartedSchema = z.object({
  assistant_thread: z.object({ user_id: z.string(), channel_id: z.string(), thread_ts: z.string() }),
});

/** Somebody pressed Slack's own stop button (https://docs.slack.dev/reference/events/agent_session_stopped). */
export const sessionStoppedSchema = z.object({
  user: z.string(),
  channel: z.string(),
  /** The thread in which all work is to end. */
  thread_ts: z.string().nullish().catch(null),
  /** The messages that were being streamed: none where the answer has no word yet, or is no stream. */
  streaming_message_ts: z.array(z.string()).nullish().catch(null),
});
