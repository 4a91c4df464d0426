import { parseValue } from '../../../src/lib/parse-json.ts';
import { type AnswerAction, modelMenuSubject, readAnswerAction } from '../answers/custom-ids.ts';
import { type CommandRequest, toCommandRequest } from '../commands/command-request.ts';
import type { SlackDelivery } from '../events/delivery.ts';
import { readFormMemo } from './form-memo.ts';
import {
  commandSchema,
  interactionSchema,
  pressSchema,
  type ShownMessage,
  shownMessageSchema,
  viewSchema,
} from './interaction-wire.ts';
import { formIds } from './question-form.ts';
import { type FilledForm, readForm } from './read-form.ts';

/** The one shortcut, as the manifest has it. */
export const shortcutId = 'ask-about-image';

/** What a person did. */
export type InteractionRequest =
  | CommandRequest
  /** “Ask about this image” on a message. */
  | { readonly type: 'point'; readonly ts: string; readonly message: ShownMessage }
  /** The form with a question came back; null: it is none of ours. */
  | { readonly type: 'form'; readonly form: FilledForm | null }
  /** A button under an answer, or a choice in its menu of models; null: it is none of ours. `id` tells it from every other press. */
  | { readonly type: 'press'; readonly id: string; readonly action: AnswerAction | null }
  /** A model’s name is being written: into the menu under an answer, or into that of a form. */
  | { readonly type: 'suggest'; readonly typed: string; readonly menu: 'answer' | 'form' | 'unknown' }
  /** A shortcut that this version does not have. */
  | { readonly type: 'unknown-shortcut' }
  /** Nothing that wants anything, such as a form that was closed. */
  | { readonly type: 'nothing' };

/** A workspace through which it may have come. */
export type PossibleTeam = { readonly team: string; readonly enterprise: string | null };

/** Something that a person did, in the bot's words. */
export type Interaction = {
  /** The same for every delivery of it; null where Slack gives none. */
  readonly key: string | null;
  /** The likeliest first. */
  readonly teams: readonly PossibleTeam[];
  readonly user: string;
  /** Null where it is not said; of an organisation Slack names that instead, which does not count. */
  readonly userTeam: string | null;
  /** Empty where it is not said. */
  readonly channel: string;
  /** The root of the thread of a message whose button was pressed; null elsewhere. */
  readonly thread: string | null;
  /** Opens one form, for three seconds. */
  readonly trigger: string | null;
  readonly responseUrl: string | null;
  readonly receivedAtMs: number;
  readonly request: InteractionRequest;
};

type Payload = ReturnType<typeof interactionSchema.parse>;

function toTeam(team: string | null | undefined, enterprise: string | null | undefined): readonly PossibleTeam[] {
  return team ? [{ team, enterprise: enterprise || null }] : [];
}

/** The bot's own message names the workspace of the bot: whoever presses a button may be of another one. */
function toTeams({ team, enterprise, user }: Payload, message: ShownMessage | null): readonly PossibleTeam[] {
  const organisation = enterprise?.id ?? team?.enterprise_id;
  return [
    ...toTeam(message?.bot_profile?.team_id ?? message?.team, null),
    ...toTeam(team?.id, organisation),
    ...toTeam(user.team_id, organisation),
    ...toTeam(organisation, organisation),
  ];
}

function toUserTeam(team: string | null | undefined): string | null {
  return team?.startsWith('T') === true ? team : null;
}

function decodeCommand(payload: unknown, receivedAtMs: number): Interaction | null {
  const parsed = parseValue(payload, commandSchema);
  if (!parsed.ok) return null;
  const { command, text, team_id, enterprise_id, channel_id, user_id, trigger_id, response_url } = parsed.value;
  return {
    key: `command ${trigger_id}`,
    teams: [...toTeam(team_id, enterprise_id), ...toTeam(enterprise_id, enterprise_id)],
    user: user_id,
    userTeam: toUserTeam(team_id),
    channel: channel_id,
    thread: null,
    trigger: trigger_id,
    responseUrl: response_url || null,
    receivedAtMs,
    request: toCommandRequest(command, text ?? ''),
  };
}

function toPress({ actions, trigger_id }: Payload): InteractionRequest {
  const press = parseValue(actions?.[0], pressSchema);
  if (!press.ok) return { type: 'press', id: trigger_id ?? '', action: null };
  return { type: 'press', id: trigger_id || press.value.action_ts || '', action: readAnswerAction(press.value) };
}

function toPoint({ callback_id }: Payload, message: ShownMessage | null): InteractionRequest {
  const ts = message?.ts;
  if (callback_id !== shortcutId || message === null || !ts) return { type: 'unknown-shortcut' };
  return { type: 'point', ts, message };
}

function toForm(given: unknown): InteractionRequest {
  const view = parseValue(given, viewSchema);
  return { type: 'form', form: view.ok ? readForm(view.value) : null };
}

function toSuggest({ action_id, value, view }: Payload): InteractionRequest {
  const isForm = action_id === formIds.model && parseValue(view, viewSchema).ok;
  const isAnswer = modelMenuSubject(action_id ?? '') !== null;
  return { type: 'suggest', typed: value ?? '', menu: isForm ? 'form' : isAnswer ? 'answer' : 'unknown' };
}

function toRequest(payload: Payload, message: ShownMessage | null): InteractionRequest {
  switch (payload.type) {
    case 'block_actions':
      return toPress(payload);
    case 'message_action':
      return toPoint(payload, message);
    case 'view_submission':
      return toForm(payload.view);
    case 'block_suggestion':
      return toSuggest(payload);
    case 'shortcut':
      return { type: 'unknown-shortcut' };
    default:
      return { type: 'nothing' };
  }
}

/** A form says by itself where it was opened. */
function memoOf(given: unknown) {
  const view = parseValue(given, viewSchema);
  return view.ok ? readFormMemo(view.value.private_metadata ?? '') : null;
}

function decodeOther(given: unknown, receivedAtMs: number): Interaction | null {
  const parsed = parseValue(given, interactionSchema);
  if (!parsed.ok) return null;
  const payload = parsed.value;
  const shown = parseValue(payload.message, shownMessageSchema);
  const message = shown.ok ? shown.value : null;
  const memo = memoOf(payload.view);
  // Whoever pointed at a message did so through their own workspace, whoever wrote the message.
  const isPress = payload.type === 'block_actions' || payload.type === 'block_suggestion';
  return {
    key: payload.trigger_id ? `${payload.type} ${payload.trigger_id}` : null,
    teams: [...toTeam(memo?.via, null), ...toTeams(payload, isPress ? message : null)],
    user: payload.user.id,
    userTeam: toUserTeam(payload.user.team_id),
    channel: memo?.channel ?? payload.channel?.id ?? payload.container?.channel_id ?? '',
    thread: payload.container?.thread_ts || null,
    trigger: payload.trigger_id || null,
    responseUrl: payload.response_url || null,
    receivedAtMs,
    request: toRequest(payload, message),
  };
}

/** Reads commands, interactions and questions for options; null when it cannot even be told who did it. Never throws. */
export function decodeInteraction({ kind, payload }: SlackDelivery, receivedAtMs: number): Interaction | null {
  return kind === 'command' ? decodeCommand(payload, receivedAtMs) : decodeOther(payload, receivedAtMs);
}
