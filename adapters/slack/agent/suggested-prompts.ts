import type { Clock } from '../../../src/lib/clock.ts';
import { errorMessage, Failure } from '../../../src/lib/errors.ts';
import { keepNewest } from '../../../src/lib/keep-newest.ts';
import type { Logger } from '../../../src/lib/logger.ts';
import { tupleKey } from '../../../src/lib/tuple-key.ts';
import type { SlackApi } from '../api/slack-call.ts';
import { createRefusedMethods } from './refused-methods.ts';

/** Where prompts are shown: in a thread with the agent, or, with null, in the whole conversation. */
export type PromptsPlace = { readonly via: string; readonly channel: string; readonly threadTs: string | null };

/** What people who open the app may ask. */
export type SuggestedPrompts = {
  /** Whether there is anything to be sent: not where it was done some hours ago, nor where Slack refuses it. */
  isWanted(where: PromptsPlace): boolean;
  /** Sends them where they are wanted. Best effort: rejects for nothing. */
  show(where: PromptsPlace, signal: AbortSignal): Promise<void>;
};

/** What prompts take. */
export type SuggestedPromptsParts = { readonly api: SlackApi; readonly clock: Clock; readonly logger: Logger };

const title = 'Send me a picture and ask about it:';
/**
 * Each is sent as it stands as soon as it is pressed, without a picture: the bot then asks for one. The last one is a command, with
 * `!` since Slack takes no slash commands in threads.
 */
const prompts = [
  { title: 'Describe a picture', message: 'Describe this picture: what does it show?' },
  { title: 'Read the text in a picture', message: 'What is written in this picture?' },
  { title: 'Compare two pictures', message: 'How do these two pictures differ?' },
  { title: 'Which models are there?', message: '!model' },
] as const;
const againAfterMs = 21_600_000;
const mostKept = 5_000;

/** Nothing was shown yet. */
export function createSuggestedPrompts({ api, clock, logger }: SuggestedPromptsParts): SuggestedPrompts {
  const shownAtMs = new Map<string, number>();
  const refused = createRefusedMethods(clock);
  const keyOf = ({ via, channel, threadTs }: PromptsPlace) => tupleKey(via, channel, threadTs ?? '');
  const toCall = ({ via, channel, threadTs }: PromptsPlace) => ({
    team: via,
    method: 'assistant.threads.setSuggestedPrompts',
    arguments: { channel_id: channel, ...(threadTs === null ? {} : { thread_ts: threadTs }), title, prompts },
  });
  const isFresh = (where: PromptsPlace) => {
    const atMs = shownAtMs.get(keyOf(where));
    return atMs !== undefined && clock.now() - atMs < againAfterMs;
  };

  const isWanted = (where: PromptsPlace) => !isFresh(where) && !refused.isRefused(toCall(where));

  return {
    isWanted,
    async show(where, signal) {
      // The same opening may have come twice.
      if (!isWanted(where)) return;
      const call = toCall(where);
      keepNewest(shownAtMs, keyOf(where), clock.now(), mostKept);
      try {
        await api(call, signal);
      } catch (error) {
        refused.note(call, error);
        // What fails for the moment is tried when the app is opened the next time.
        if (!(error instanceof Failure) || error.retryable) shownAtMs.delete(keyOf(where));
        logger.debug({ method: call.method, reason: errorMessage(error) }, 'No questions were suggested.');
      }
    },
  };
}
