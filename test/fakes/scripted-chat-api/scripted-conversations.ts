import type { ServerResponse } from 'node:http';
import { z } from 'zod';
import type { ScriptedRules } from './scripted-rules.ts';
import { sendError, sendJson } from './send-answer.ts';

const bodySchema = z.object({ type: z.string(), title: z.string().min(1), model: z.string() });

/** A conversation that was created. */
export type ScriptedConversation = z.infer<typeof bodySchema> & {
  readonly uuid: string;
  /** What earlier questions and answers add to the next one. */
  historyTokens: number;
};

/** Creates and deletes conversations as the hosted service does (docs.1min.ai, "Conversation API"). */
export function createScriptedConversations(models: readonly string[]) {
  const all = new Map<string, ScriptedConversation>();
  const deleted: string[] = [];
  let created = 0;

  const create = (body: string, rules: ScriptedRules, response: ServerResponse) => {
    const { conversations: rule } = rules;
    if (rule !== 'kept') return sendJson(response, rule.status, rule.body ?? { message: 'Cannot POST' });
    const parsed = bodySchema.safeParse(JSON.parse(body));
    // The docs say 91; counted in UTF-16 here, as the strictest server would.
    if (!parsed.success || parsed.data.title.length > 91)
      return sendError(response, 400, 'REQUEST_BODY_VALIDATION_FAILED', 'The request body is not valid.');
    const { type, model } = parsed.data;
    if (type !== 'UNIFY_CHAT_WITH_AI' && !(rules.legacyConversations && type === 'CHAT_WITH_IMAGE'))
      return sendError(response, 400, 'UNKNOWN_ERROR', `Unsupported conversation type: ${type}`);
    if (!models.includes(model))
      return sendError(response, 400, 'UNSUPPORTED_MODEL', `Model ${model} is not supported`);
    created += 1;
    const uuid = `20ad0277-0000-4000-8000-${String(created).padStart(12, '0')}`;
    all.set(uuid, { ...parsed.data, uuid, historyTokens: 0 });
    return sendJson(response, 200, { conversation: { ...parsed.data, uuid, status: 'ACTIVE', createdAt: 'now' } });
  };

  const remove = (uuid: string, response: ServerResponse) => {
    deleted.push(uuid);
    if (!all.delete(uuid)) return sendError(response, 404, 'NOT_FOUND', 'Conversation not found');
    return sendJson(response, 200, { success: true });
  };

  return { all, deleted, create, remove };
}
