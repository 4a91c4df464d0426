import { defaultLimits, type Limits } from './limits.ts';
import type { ProjectRules } from './project-rules.ts';

/** What can be set while the fake runs. */
export type Settings = {
  limits: Limits;
  /** Which of the project's own rules are checked. */
  projectRules: ProjectRules;
  /** Whether the app has Socket Mode switched on; else everything goes to the request URL. */
  socketMode: boolean;
  /** Bot events that the app is subscribed to, as `app_mention` or `message.im`. */
  subscriptions: ReadonlySet<string>;
  /** Whether the app is declared an agent. */
  isAgent: boolean;
  /** How long Slack waits for an answer of the app: 3 s. */
  answerMs: number;
  /** How often every event is sent: 1. */
  deliverTimes: number;
  /** Hourly attempts for a day after the usual three. */
  delayedEvents: boolean;
  /** When Slack stops sending events. */
  disableRule: { readonly leastEvents: number; readonly failedShare: number };
  /** What a mention with files sends as `app_mention`: with them, without them, or nothing; and which twin comes first. */
  mentions: { files: 'with' | 'without'; sends: 'both' | 'message' | 'mention'; first: 'message' | 'mention' };
  /** How long after being posted a message shows up in history and replies. */
  historyLagMs: number;
  /** How long a native stream lives: about 5 minutes. */
  streamLifeMs: number;
  /** How many UTF-8 bytes a native stream holds in all. */
  streamBytes: number;
  /** How long messages may be edited; null for ever. */
  editWindowMs: number | null;
  /** Whether long posts are split into several messages of which only one is told of. */
  splitsLongPosts: boolean;
  /** What `client_msg_id` does: accounts differ. */
  clientMessageId: 'ignored' | 'recognised';
  /** Whether a token lasts 12 hours and has to be refreshed. */
  tokenRotation: boolean;
  /** How a download without the right to it is answered. */
  loginBy: 'page' | 'redirect';
  /** How long a trigger can be exchanged for a view: 3 s. */
  triggerMs: number;
  /** Socket Mode: how long a connection lasts, and how long before its end it is told. */
  socketLifeMs: number;
  socketWarningMs: number;
  socketPingMs: number;
  mostSockets: number;
};

/** Bot scopes of an app like this one. */
export const usualScopes = [
  'app_mentions:read',
  'chat:write',
  'files:read',
  'commands',
  'im:history',
  'channels:history',
  'groups:history',
  'mpim:history',
  'channels:read',
  'groups:read',
  'im:read',
  'mpim:read',
  'reactions:write',
  'users:read',
  'assistant:write',
  'im:write',
  'team:read',
] as const;

/** Bot events that an app like this one is subscribed to. */
const usualSubscriptions = [
  'app_mention',
  'message.im',
  'message.channels',
  'message.groups',
  'message.mpim',
  'app_home_opened',
  'app_context_changed',
  'assistant_thread_started',
  'assistant_thread_context_changed',
  'agent_session_stopped',
  'member_joined_channel',
  'app_uninstalled',
  'tokens_revoked',
] as const;

/** What Slack is like unless told otherwise. */
export function defaultSettings(): Settings {
  return {
    limits: defaultLimits,
    projectRules: {
      unfurlsNothing: true,
      callsNobody: true,
      masksNoLinks: true,
      escapesText: true,
      guardsBearer: true,
    },
    socketMode: true,
    subscriptions: new Set(usualSubscriptions),
    isAgent: true,
    answerMs: 3_000,
    deliverTimes: 1,
    delayedEvents: false,
    disableRule: { leastEvents: 1_000, failedShare: 0.95 },
    mentions: { files: 'with', sends: 'both', first: 'message' },
    historyLagMs: 0,
    streamLifeMs: 300_000,
    streamBytes: 11_000,
    editWindowMs: null,
    splitsLongPosts: true,
    clientMessageId: 'ignored',
    tokenRotation: false,
    loginBy: 'page',
    triggerMs: 3_000,
    socketLifeMs: 3_600_000,
    socketWarningMs: 10_000,
    socketPingMs: 30_000,
    mostSockets: 10,
  };
}
