/** What somebody wants of an answer by a button or a menu under it. */
export type AnswerAction =
  | { readonly type: 'stop' | 'again'; readonly subject: string }
  | { readonly type: 'model'; readonly subject: string; readonly model: string }
  | { readonly type: 'feedback'; readonly subject: string; readonly verdict: Verdict };

/** What somebody thinks of an answer. */
export type Verdict = 'good' | 'bad';

/** One of the `actions` of a press, as far as it is looked at. */
export type PressedAction = {
  readonly action_id: string;
  readonly value?: string | null | undefined;
  readonly selected_option?: { readonly value: string } | null | undefined;
};

/** Slack takes no longer ones (https://docs.slack.dev/reference/block-kit/block-elements/button-element). */
export const longestActionId = 255;

/** What an element under an answer is for. Each verdict has one of its own where it is an ordinary button. */
export type ActionName = 'stop' | 'again' | 'model' | 'feedback' | 'feedback-good' | 'feedback-bad';

/** The element carries it, and it comes back when the element is used. */
export function renderActionId(name: ActionName, subject: string): string {
  return `${name}|${subject}`;
}

/** Null when it is none of the bot's own under an answer. */
export function readAnswerAction(action: PressedAction): AnswerAction | null {
  const [, name, subject] = /^(stop|again|model|feedback(?:-good|-bad)?)\|(.+)$/s.exec(action.action_id) ?? [];
  if (name === undefined || subject === undefined) return null;
  if (name === 'stop' || name === 'again') return { type: name, subject };
  if (name === 'model') {
    const model = action.selected_option?.value ?? '';
    return model === '' ? null : { type: 'model', subject, model };
  }
  const { value } = action;
  return value === 'good' || value === 'bad' ? { type: 'feedback', subject, verdict: value } : null;
}

/** The question whose menu of models asks for its choices; null when it is none of the bot's own menus. */
export function modelMenuSubject(actionId: string): string | null {
  return /^model\|(.+)$/s.exec(actionId)?.[1] ?? null;
}
