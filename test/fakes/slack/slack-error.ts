import type { JsonObject } from '../discord/json.ts';

/** A refusal of the Web API: `ok: false` with a code, and what some codes bring along. */
export class SlackError extends Error {
  readonly code: string;
  readonly more: JsonObject;

  constructor(code: string, more: JsonObject = {}) {
    super(code);
    this.name = 'SlackError';
    this.code = code;
    this.more = more;
  }
}

/** The refusal of a form, with the places that are wrong as Slack words them. */
export function refusedForm(code: string, problems: readonly string[]): SlackError {
  return new SlackError(code, {
    errors: problems,
    response_metadata: { messages: problems.map((problem) => `[ERROR] ${problem}`) },
  });
}
