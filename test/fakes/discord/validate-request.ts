import {
  ApplicationCommandAutocompleteCallbackRequestSchema,
  ApplicationCommandCreateRequestSchema,
  ApplicationCommandUpdateRequestSchema,
  CreateForumThreadRequestSchema,
  CreateMessageInteractionCallbackRequestSchema,
  CreatePrivateChannelRequestSchema,
  CreateTextThreadWithMessageRequestSchema,
  CreateTextThreadWithoutMessageRequestSchema,
  IncomingWebhookInteractionRequestSchema,
  IncomingWebhookUpdateForInteractionCallbackRequestPartialSchema,
  MessageCreateRequestSchema,
  MessageEditRequestPartialSchema,
  ModalInteractionCallbackRequestSchema,
  UpdateMessageInteractionCallbackRequestSchema,
  UpdateThreadRequestPartialSchema,
} from 'discord-api-spec/zod';
import { MessageFlags } from 'discord-api-types/v10';
import { commandListProblems, commandProblems } from './command-rules.ts';
import type { FormProblem } from './discord-error.ts';
import { isObject, type JsonObject, toNumber, toObject, toObjects, toText } from './json.ts';
import { componentProblems, messageProblems } from './message-rules.ts';

/** The kinds of bodies that are checked. */
export type BodyKind =
  | 'message'
  | 'message-edit'
  | 'callback'
  | 'follow-up'
  | 'follow-up-edit'
  | 'thread-on-message'
  | 'thread'
  | 'post-in-forum'
  | 'thread-edit'
  | 'direct-channel'
  | 'command'
  | 'commands';

/** Something in a request that Discord or this project forbids. */
export type Violation = {
  readonly rule: 'schema' | 'discord' | 'unknown-key' | 'project';
  readonly route: string;
  readonly message: string;
  readonly body: unknown;
};

/** The rules that this project sets for itself, beyond Discord's. */
export type ProjectRules = {
  /** Every message forbids all mentions. */
  mentionsNobody: boolean;
  /** Every message and edit suppresses previews. */
  suppressesEmbeds: boolean;
  /** Every new message in a channel can be repeated without doubling. */
  enforcesNonce: boolean;
};

type Verdict =
  | { readonly success: true; readonly data: unknown }
  | { readonly success: false; readonly error: { readonly issues: readonly Issue[] } };
type Issue = { readonly path: readonly PropertyKey[]; readonly code?: string; readonly message: string };
type Schema = { safeParse(value: unknown): Verdict };

const schemas = {
  message: MessageCreateRequestSchema,
  'message-edit': MessageEditRequestPartialSchema,
  'follow-up': IncomingWebhookInteractionRequestSchema,
  'follow-up-edit': IncomingWebhookUpdateForInteractionCallbackRequestPartialSchema,
  'thread-on-message': CreateTextThreadWithMessageRequestSchema,
  thread: CreateTextThreadWithoutMessageRequestSchema,
  'post-in-forum': CreateForumThreadRequestSchema,
  'thread-edit': UpdateThreadRequestPartialSchema,
  'direct-channel': CreatePrivateChannelRequestSchema,
  command: ApplicationCommandCreateRequestSchema,
} as const satisfies { [kind: string]: Schema };

// What discord.js sends although the schema does not name it, and Discord ignores.
const toleratedKeys: { readonly [kind: string]: readonly string[] } = {
  'message-edit': ['tts', 'enforce_nonce', 'nonce', 'message_reference'],
  'follow-up': ['enforce_nonce', 'nonce', 'applied_tags', 'thread_name', 'username', 'avatar_url'],
  'follow-up-edit': ['tts', 'enforce_nonce', 'nonce', 'poll', 'thread_name', 'username', 'avatar_url', 'applied_tags'],
  'thread-on-message': ['type'],
  callback: ['tts', 'enforce_nonce', 'nonce', 'poll', 'thread_name', 'username', 'avatar_url', 'applied_tags'],
  command: ['nsfw', 'permissions', 'default_permission'],
  commands: ['nsfw', 'permissions', 'default_permission'],
};

function callbackSchema(type: number): Schema | null {
  if (type === 4 || type === 5) return CreateMessageInteractionCallbackRequestSchema;
  if (type === 6 || type === 7) return UpdateMessageInteractionCallbackRequestSchema;
  if (type === 8) return ApplicationCommandAutocompleteCallbackRequestSchema;
  if (type === 9) return ModalInteractionCallbackRequestSchema;
  return null;
}

function toProblem(issue: Issue): FormProblem {
  return {
    path: issue.path.map((step) => (typeof step === 'number' ? step : String(step))),
    code:
      issue.code === 'too_big'
        ? 'BASE_TYPE_MAX_LENGTH'
        : issue.code === 'too_small'
          ? 'BASE_TYPE_BAD_LENGTH'
          : 'BASE_TYPE_BAD_TYPE',
    message: issue.message,
  };
}

/** The keys that a schema dropped: those that it does not know. */
function droppedKeys(sent: unknown, kept: unknown, path: string): readonly string[] {
  if (Array.isArray(sent) && Array.isArray(kept)) {
    return sent.flatMap((each, index) => droppedKeys(each, kept[index], `${path}[${index}]`));
  }
  if (!isObject(sent) || !isObject(kept)) return [];
  return Object.keys(sent).flatMap((key) => {
    const at = path === '' ? key : `${path}.${key}`;
    return key in kept ? droppedKeys(sent[key], kept[key], at) : [at];
  });
}

/** Permissions go as decimal texts; the published schema wants numbers. */
function withNumericPermissions(definition: JsonObject): JsonObject {
  const permissions = definition['default_member_permissions'];
  return typeof permissions === 'string' && /^\d+$/.test(permissions)
    ? { ...definition, default_member_permissions: Number(permissions) }
    : definition;
}

function checkSchema(schema: Schema, body: unknown, tolerated: readonly string[]) {
  const verdict = schema.safeParse(body);
  if (!verdict.success) return { problems: verdict.error.issues.map(toProblem), unknown: [] };
  const unknown = droppedKeys(body, verdict.data, '').filter(
    (key) => !tolerated.includes(key.replace(/^(?:data\.|\[\d+\]\.)/, '')),
  );
  return { problems: [], unknown };
}

function checkCommands(body: unknown) {
  if (!Array.isArray(body)) {
    return { problems: [{ path: [], code: 'BASE_TYPE_LIST', message: 'Must be a list' }], unknown: [] };
  }
  const results = body.map((definition, index) => {
    const result = checkSchema(
      ApplicationCommandUpdateRequestSchema,
      withNumericPermissions(toObject(definition)),
      toleratedKeys['commands'] ?? [],
    );
    return { ...result, problems: result.problems.map((each) => ({ ...each, path: [index, ...each.path] })) };
  });
  return { problems: results.flatMap((each) => each.problems), unknown: results.flatMap((each) => each.unknown) };
}

function checkCallback(body: JsonObject) {
  const type = toNumber(body['type'], -1);
  if (type === 1) return { problems: [], unknown: [] };
  const schema = callbackSchema(type);
  if (schema === null) {
    return {
      problems: [{ path: ['type'], code: 'BASE_TYPE_CHOICES', message: 'Value must be one of {1, 4, 5, 6, 7, 8, 9}.' }],
      unknown: [],
    };
  }
  return checkSchema(schema, body, toleratedKeys['callback'] ?? []);
}

/** The message in a body, with the path to it; null where a body carries none. */
function messageIn(
  kind: BodyKind,
  body: JsonObject,
): { readonly message: JsonObject; readonly path: readonly string[] } | null {
  if (kind === 'message' || kind === 'message-edit' || kind === 'follow-up' || kind === 'follow-up-edit') {
    return { message: body, path: [] };
  }
  if (kind === 'post-in-forum') return { message: toObject(body['message']), path: ['message'] };
  const type = body['type'];
  return kind === 'callback' && (type === 4 || type === 7) ? { message: toObject(body['data']), path: ['data'] } : null;
}

const settableFlags: { readonly [kind: string]: number } = {
  message: MessageFlags.SuppressEmbeds | MessageFlags.SuppressNotifications | MessageFlags.IsComponentsV2,
  'message-edit': MessageFlags.SuppressEmbeds | MessageFlags.IsComponentsV2,
  'follow-up-edit': MessageFlags.SuppressEmbeds | MessageFlags.IsComponentsV2,
};
const settableInAnswers =
  MessageFlags.SuppressEmbeds |
  MessageFlags.SuppressNotifications |
  MessageFlags.Ephemeral |
  MessageFlags.IsComponentsV2;

function flagRemarks(kind: BodyKind, body: JsonObject): readonly string[] {
  const type = body['type'];
  const carrier = kind === 'callback' ? toObject(body['data']) : body;
  const flags = toNumber(carrier['flags'], 0);
  if (kind === 'callback' && type === 5) {
    const others = Object.keys(carrier).filter((key) => key !== 'flags');
    return (flags & ~MessageFlags.Ephemeral) !== 0 || others.length > 0
      ? ['a deferral may carry the flag EPHEMERAL and nothing else']
      : [];
  }
  const settable = settableFlags[kind] ?? settableInAnswers;
  return (flags & ~settable) === 0 ? [] : [`flags ${flags} holds bits that cannot be set here`];
}

function projectRemarks(kind: BodyKind, message: JsonObject, rules: ProjectRules): readonly string[] {
  const allowed = message['allowed_mentions'];
  const named = isObject(allowed) ? [allowed['parse'], allowed['users'], allowed['roles']] : [];
  const silent =
    isObject(allowed) &&
    Array.isArray(allowed['parse']) &&
    named.every((list) => list === undefined || (Array.isArray(list) && list.length === 0)) &&
    allowed['replied_user'] !== true;
  const suppresses = (toNumber(message['flags'], 0) & MessageFlags.SuppressEmbeds) !== 0;
  const repeatable = message['enforce_nonce'] === true && (toText(message['nonce']) ?? '') !== '';
  return [
    ...(rules.mentionsNobody && !silent ? ['allowed_mentions must be there, with parse: [] and nothing allowed'] : []),
    ...(rules.suppressesEmbeds && !suppresses ? ['flags must hold SUPPRESS_EMBEDS (4)'] : []),
    ...(rules.enforcesNonce && kind === 'message' && !repeatable
      ? ['a nonce and enforce_nonce: true must be there']
      : []),
  ];
}

function checkByKind(kind: BodyKind, body: unknown) {
  if (kind === 'commands') return checkCommands(body);
  if (kind === 'callback') return checkCallback(toObject(body));
  const sent = kind === 'command' ? withNumericPermissions(toObject(body)) : body;
  return checkSchema(schemas[kind], sent, toleratedKeys[kind] ?? []);
}

/** What is forbidden in a body: `problems` make Discord refuse it, `violations` are for the test to know. `flagsBefore` are those of an edited message. */
export function validateBody(
  kind: BodyKind,
  body: unknown,
  options: { readonly route: string; readonly rules: ProjectRules; readonly flagsBefore?: number },
): { readonly problems: readonly FormProblem[]; readonly violations: readonly Violation[] } {
  const { route, rules } = options;
  const form = toObject(body);
  const checked = checkByKind(kind, body);
  const carried = messageIn(kind, form);
  const modal = kind === 'callback' && form['type'] === 9 ? toObject(form['data']) : null;
  const byHand: readonly FormProblem[] = [
    ...(carried === null ? [] : messageProblems(carried.message, carried.path, options.flagsBefore)),
    ...(modal === null ? [] : componentProblems(toObjects(modal['components']), ['data', 'components'])),
    ...(kind === 'commands' && Array.isArray(body) ? commandListProblems(toObjects(body)) : []),
    ...(kind === 'command' ? commandProblems(form, []) : []),
  ];
  const violation = (rule: Violation['rule'], message: string): Violation => ({ rule, route, message, body });
  const say = (problem: FormProblem) => `${problem.path.join('.')}: ${problem.message}`;
  return {
    problems: [...checked.problems, ...byHand],
    violations: [
      ...checked.problems.map((problem) => violation('schema', say(problem))),
      ...byHand.map((problem) => violation('discord', say(problem))),
      ...checked.unknown.map((key) => violation('unknown-key', key)),
      ...flagRemarks(kind, form).map((remark) => violation('discord', remark)),
      ...(carried === null
        ? []
        : projectRemarks(kind, carried.message, rules).map((remark) => violation('project', remark))),
    ],
  };
}
