/** What a slash command asks for. */
export type CommandRequest =
  /** The form for a question and its pictures. */
  | { readonly type: 'ask'; readonly question: string }
  /** Any other command, as it would be written in a message. */
  | { readonly type: 'command'; readonly text: string }
  /** A command that this version does not have. */
  | { readonly type: 'unknown' };

/** `/search` is one of Slack's own in most places, so that the manifest has another name for it. */
const searchNames: readonly string[] = ['/search', '/websearch'];
const sameNames: readonly string[] = ['/model', '/new', '/help'];

/** Reads a command as Slack sends it: its name with the slash, and what stands behind it. */
export function toCommandRequest(command: string, text: string): CommandRequest {
  const name = command.trim().toLowerCase();
  const words = text.trim();
  if (name === '/ask') return { type: 'ask', question: words };
  if (searchNames.includes(name)) return { type: 'command', text: `/search ${words}`.trim() };
  return sameNames.includes(name) ? { type: 'command', text: `${name} ${words}`.trim() } : { type: 'unknown' };
}
