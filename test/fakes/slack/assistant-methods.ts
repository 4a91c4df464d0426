import { type JsonObject, toObjects, toText } from '../discord/json.ts';
import { type ApiCall, type ApiMethod, channelOfCall } from './api-method.ts';
import type { Backend } from './backend.ts';
import type { ChannelRecord } from './records.ts';
import { SlackError } from './slack-error.ts';
import { keyOfChannel } from './world.ts';

/** One thread of the app as an agent: what people see of it beside its messages. */
export type AgentThread = {
  title: string | null;
  prompts: readonly { readonly title: string; readonly message: string }[];
  status: string | null;
};

/** What the app has set for its threads, by workspace, channel and thread. */
export type AgentThreads = {
  of(channel: ChannelRecord, threadTs: string | null): AgentThread;
  readonly methods: readonly ApiMethod[];
};

const mostPrompts = 4;
const mostTitleChars = 200;
const sessionStates = ['active', 'processing', 'suspended', 'closed'];

/** `assistant.threads.*` and `agents.sessions.*`. */
export function createAgentThreads(backend: Backend): AgentThreads {
  const { settings, screen } = backend;
  const threads = new Map<string, AgentThread>();

  const of = (channel: ChannelRecord, threadTs: string | null): AgentThread => {
    const key = `${keyOfChannel(channel)}/${threadTs ?? ''}`;
    const thread = threads.get(key) ?? { title: null, prompts: [], status: null };
    threads.set(key, thread);
    return thread;
  };

  const threadOfCall = (call: ApiCall, needed: boolean) => {
    const channel = channelOfCall(backend, call, 'channel_id');
    const threadTs = call.args.text('thread_ts');
    if (threadTs === null && needed) throw new SlackError('invalid_thread_ts');
    if (threadTs !== null && !channel.messages.has(threadTs)) throw new SlackError('thread_not_found');
    return { channel, threadTs };
  };

  const setStatus = (call: ApiCall): JsonObject => {
    const { channel, threadTs } = threadOfCall(call, true);
    if (!channel.memberIds.has(call.installation.bot.id)) throw new SlackError('not_in_channel');
    const loading = call.args.json('loading_messages');
    const messages = Array.isArray(loading) ? loading.map(String) : [];
    if (messages.length > 10) throw new SlackError('invalid_arguments');
    screen.setStatus(channel, threadTs ?? '', call.args.text('status') ?? '', messages);
    return {};
  };

  const setPrompts = (call: ApiCall): JsonObject => {
    if (!settings.isAgent) throw new SlackError('not_agent_app');
    const { channel, threadTs } = threadOfCall(call, false);
    const prompts = toObjects(call.args.json('prompts')).map((prompt) => ({
      title: toText(prompt['title']) ?? '',
      message: toText(prompt['message']) ?? '',
    }));
    const isFine = prompts.length > 0 && prompts.length <= mostPrompts;
    if (!isFine || prompts.some(({ title, message }) => title === '' || message === '')) {
      throw new SlackError('invalid_arguments');
    }
    of(channel, threadTs).prompts = prompts;
    return {};
  };

  const setTitle = (call: ApiCall): JsonObject => {
    const { channel, threadTs } = threadOfCall(call, true);
    const title = call.args.text('title');
    if (title === null) throw new SlackError('invalid_arguments');
    of(channel, threadTs).title = title;
    return {};
  };

  const setSessionStatus = (call: ApiCall): JsonObject => {
    if (!settings.isAgent) throw new SlackError('not_agent_app');
    const { channel, threadTs } = threadOfCall(call, true);
    const status = call.args.text('status') ?? '';
    const title = call.args.text('title');
    if (!sessionStates.includes(status)) throw new SlackError('invalid_status');
    if ((title ?? '').length > mostTitleChars) throw new SlackError('title_too_long');
    const thread = of(channel, threadTs);
    if (thread.status === null && title !== null) thread.title = title;
    thread.status = status;
    const hearsStop = settings.subscriptions.has('agent_session_stopped');
    return {
      status,
      agent_status: status,
      ...(thread.title === null ? {} : { title: thread.title }),
      ...(hearsStop ? {} : { warning: 'missing_agent_session_stopped_event_subscription' }),
    };
  };

  const rename = (call: ApiCall): JsonObject => {
    const { channel, threadTs } = threadOfCall(call, true);
    const title = call.args.text('title') ?? '';
    if (title === '' || title.length > mostTitleChars) throw new SlackError('invalid_arguments');
    const thread = of(channel, threadTs);
    if (thread.status === null) throw new SlackError('session_not_found');
    thread.title = title;
    return { title };
  };

  return {
    of,
    methods: [
      { name: 'assistant.threads.setStatus', access: 'bot', scope: 'chat:write', tier: 4, handle: setStatus },
      {
        name: 'assistant.threads.setSuggestedPrompts',
        access: 'bot',
        scope: 'assistant:write',
        tier: 4,
        handle: setPrompts,
      },
      { name: 'assistant.threads.setTitle', access: 'bot', scope: 'assistant:write', tier: 4, handle: setTitle },
      { name: 'agents.sessions.setStatus', access: 'bot', scope: 'chat:write', tier: 3, handle: setSessionStatus },
      { name: 'agents.sessions.rename', access: 'bot', scope: 'chat:write', tier: 3, handle: rename },
    ],
  };
}
