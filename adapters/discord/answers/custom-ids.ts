/** What a button, a menu or a form stands for. */
export type CustomId =
  /** Under an answer; `part` says under which of its messages, counted from 0. */
  | { readonly type: 'stop' | 'again' | 'model'; readonly subject: string; readonly part: number }
  /** The private answer that came through that interaction, to everyone. */
  | { readonly type: 'show'; readonly interactionId: string }
  /** The form that the interaction opened. */
  | { readonly type: 'ask'; readonly interactionId: string };

/** The id of the text field in the form that asks for the question. */
export const questionInputId = 'question';

/** Discord takes no longer ones: a question that was asked again and again may have a longer subject. */
export const longestCustomId = 100;

/** Components and forms carry it, and it comes back when they are used. */
export function renderCustomId(id: CustomId): string {
  return 'subject' in id ? `${id.type}|${id.subject}|${id.part}` : `${id.type}|${id.interactionId}`;
}

/** Null when it is none of the bot's. */
export function parseCustomId(text: string): CustomId | null {
  const [, control, subject, part] = /^(stop|again|model)\|(.+)\|(\d{1,4})$/s.exec(text) ?? [];
  if ((control === 'stop' || control === 'again' || control === 'model') && subject !== undefined) {
    return { type: control, subject, part: Number(part) };
  }
  const [, type, interactionId] = /^(show|ask)\|(\d{1,20})$/.exec(text) ?? [];
  return (type === 'show' || type === 'ask') && interactionId !== undefined ? { type, interactionId } : null;
}
