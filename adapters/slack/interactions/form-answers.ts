import { renderNotice } from './question-form.ts';

/** Leaves the form as it was filled in, with a sentence at one of its inputs: it can be sent again. */
export function errorAt(input: string, sentence: string): unknown {
  return { response_action: 'errors', errors: { [input]: sentence } };
}

/** Puts a sentence in the place of the form: sending it again would change nothing. */
export function noticeInstead(sentence: string): unknown {
  return { response_action: 'update', view: renderNotice(sentence) };
}

/** Closes the form. */
export const closeForm = undefined;
