import { tupleKey } from '../lib/tuple-key.ts';
import type { Answers } from './answers.ts';
import type { Collection } from './collection.ts';
import type { Conversation } from './conversation.ts';
import type { Feedback } from './feedback.ts';
import type { Preferences } from './preferences.ts';

/** Everything that is kept of servers and workspaces. */
export type TenantMemory = {
  readonly conversations: Collection<Conversation>;
  readonly answers: Answers;
  readonly feedback: Feedback;
  readonly preferences: Preferences;
};

/**
 * Forgets all of a server or workspace, and gives the ids of its conversations as the Chat with Image API knows them. `rest` is
 * awaited now and then, so that others get their turn. May be called again after it failed half-way.
 */
export async function forgetTenant(
  { conversations, answers, feedback, preferences }: TenantMemory,
  platform: string,
  tenant: string,
  rest: () => Promise<void>,
): Promise<readonly string[]> {
  const start = tupleKey(platform, tenant);
  const conversationIds: string[] = [];
  await feedback.forgetTenant(platform, tenant, rest);
  await preferences.forgetTenant(platform, tenant, rest);
  await answers.deleteWhere(
    (_subject, answer) => answer?.turn.platform === platform && answer.turn.tenant === tenant,
    rest,
  );
  await conversations.deleteWhere((key, conversation) => {
    const isMeant = key.startsWith(start);
    if (isMeant && conversation !== undefined) conversationIds.push(conversation.conversationId);
    return isMeant;
  }, rest);
  return conversationIds;
}
