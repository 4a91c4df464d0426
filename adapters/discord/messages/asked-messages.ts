import { keepNewest } from '../../../src/lib/keep-newest.ts';
import type { WireMessage } from '../wire.ts';

/** What messages for the bot said when they were last asked: Discord reports pins and previews as edits, too. */
export type AskedMessages = {
  note(message: WireMessage): void;
  /** Whether a person changed what the message says since. */
  isEdited(message: WireMessage, nowMs: number): boolean;
};

/** Remembered at the most. */
const maxMessages = 5_000;
/** A message that is not remembered was edited if that is said to have happened just now. */
const justNowMs = 600_000;

type Asked = { readonly edit: string | null; readonly content: string; readonly attachments: string };

// Previews do not count: they change when the words do, and otherwise only by themselves.
function toAsked({ edited_timestamp, content, attachments }: WireMessage): Asked {
  return { edit: edited_timestamp ?? null, content, attachments: attachments.map(({ id }) => id).join(' ') };
}

/** Remembers nothing yet. */
export function createAskedMessages(): AskedMessages {
  const asked = new Map<string, Asked>();

  return {
    note(message) {
      keepNewest(asked, message.id, toAsked(message), maxMessages);
    },
    isEdited(message, nowMs) {
      const { edit, content, attachments } = toAsked(message);
      if (edit === null) return false;
      const before = asked.get(message.id);
      if (before === undefined) return nowMs - Date.parse(edit) < justNowMs;
      return before.edit !== edit && (before.content !== content || before.attachments !== attachments);
    },
  };
}
