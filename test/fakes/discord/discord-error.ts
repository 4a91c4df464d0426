/** A refusal as Discord words it: HTTP status, its own code, and for bad forms the tree of errors. */
export class DiscordError extends Error {
  readonly status: number;
  readonly code: number;
  readonly errors: unknown;
  readonly retryAfterMs: number | null;

  constructor(status: number, code: number, message: string, errors?: unknown, retryAfterMs: number | null = null) {
    super(message);
    this.name = 'DiscordError';
    this.status = status;
    this.code = code;
    this.errors = errors;
    this.retryAfterMs = retryAfterMs;
  }
}

const known = {
  'unknown-account': [404, 10001, 'Unknown Account'],
  'unknown-application': [404, 10002, 'Unknown Application'],
  'unknown-channel': [404, 10003, 'Unknown Channel'],
  'unknown-guild': [404, 10004, 'Unknown Guild'],
  'unknown-member': [404, 10007, 'Unknown Member'],
  'unknown-message': [404, 10008, 'Unknown Message'],
  'unknown-user': [404, 10013, 'Unknown User'],
  'unknown-webhook': [404, 10015, 'Unknown Webhook'],
  'unknown-interaction': [404, 10062, 'Unknown interaction'],
  'unknown-command': [404, 10063, 'Unknown application command'],
  'not-found': [404, 0, '404: Not Found'],
  'method-not-allowed': [405, 0, '405: Method Not Allowed'],
  unauthorized: [401, 0, '401: Unauthorized'],
  'already-acknowledged': [400, 40060, 'Interaction has already been acknowledged.'],
  'too-many-follow-ups': [400, 40094, 'Maximum number of follow-up messages for this interaction has been reached'],
  'missing-access': [403, 50001, 'Missing Access'],
  'other-author': [403, 50005, 'Cannot edit a message authored by another user'],
  'empty-message': [400, 50006, 'Cannot send an empty message'],
  'no-direct-messages': [403, 50007, 'Cannot send messages to this user'],
  'not-a-text-channel': [400, 50008, 'Cannot send messages in a non-text channel'],
  'missing-permissions': [403, 50013, 'Missing Permissions'],
  'wrong-channel-type': [403, 50024, 'Cannot execute action on this channel type'],
  'invalid-webhook-token': [401, 50027, 'Invalid Webhook Token'],
  'system-message': [403, 50021, 'Cannot execute action on a system message'],
  'archived-thread': [400, 50083, 'Tried to perform an operation on an archived thread, such as editing a message'],
  'no-history-permission': [400, 160002, 'Cannot reply without permission to read message history'],
  'thread-exists': [400, 160004, 'A thread has already been created for this message'],
  'locked-thread': [400, 160005, 'Thread is locked'],
  'too-many-threads': [400, 160006, 'Maximum number of active threads reached'],
} as const satisfies { [name: string]: readonly [number, number, string] };

/** The refusals that are always worded the same. */
export type RefusalName = keyof typeof known;

/** One of Discord's standing refusals, ready to throw. */
export function refusal(name: RefusalName): DiscordError {
  const [status, code, message] = known[name];
  return new DiscordError(status, code, message);
}

/** What is wrong with one field of a form: its path, a code in capitals and a sentence. */
export type FormProblem = {
  readonly path: readonly (string | number)[];
  readonly code: string;
  readonly message: string;
};

type ErrorTree = { [key: string]: ErrorTree | { code: string; message: string }[] };

function isTree(value: ErrorTree | { code: string; message: string }[] | undefined): value is ErrorTree {
  return value !== undefined && !Array.isArray(value);
}

/** 50035 with the tree that names every bad field. */
export function invalidForm(problems: readonly FormProblem[]): DiscordError {
  const errors: ErrorTree = {};
  for (const { path, code, message } of problems) {
    let node = errors;
    for (const step of path) {
      const known = node[String(step)];
      const next: ErrorTree = isTree(known) ? known : {};
      node[String(step)] = next;
      node = next;
    }
    const listed = node['_errors'];
    node['_errors'] = [...(Array.isArray(listed) ? listed : []), { code, message }];
  }
  return new DiscordError(400, 50035, 'Invalid Form Body', errors);
}
