import { MessageFlags } from 'discord-api-types/v10';
import type { OutboxLimits, Part } from '../../src/delivery/outbox.ts';
import type { PlatformFailureCode } from '../../src/delivery/platform-failure.ts';
import { Failure } from '../../src/lib/errors.ts';
import type { MessageRow } from './answers/components.ts';

/** What Discord takes of a bot: https://docs.discord.com/developers/resources/message. The limit of edits is known from its replies. */
export const discordLimits = {
  text: { max: 2_000, unit: 'utf16' },
  edits: { count: 5, windowMs: 5_000 },
  growth: { type: 'replaced' },
} as const satisfies OutboxLimits;

/** A message as it is to stand. */
export type MessageDraft = { readonly content: string; readonly components: readonly MessageRow[] };

/**
 * The text of a part as Discord shows it. It is sanitised already; here it is checked against the limits, since Discord would
 * refuse it as an invalid form: `platform-text-too-long`, or `platform-rejected` when nothing would be seen.
 */
export function renderContent(part: Part): string {
  const { max } = discordLimits.text;
  if (part.text.length > max) {
    throw new Failure<PlatformFailureCode>('platform-text-too-long', 'The text is longer than a message can be.', {
      facts: { length: part.text.length, max },
    });
  }
  if (!/[^\p{Z}\p{Cc}\p{Cf}]/u.test(part.text)) {
    throw new Failure<PlatformFailureCode>('platform-rejected', 'A message cannot be empty.');
  }
  // Half a surrogate pair is no JSON that Discord takes.
  return part.text.toWellFormed();
}

/**
 * The members that every create and every edit has: what one leaves out, Discord fills in anew, with mentions and previews. Nobody
 * is called by it, the person that is replied to neither. `flags`: further ones.
 */
export function toMessageBody(draft: MessageDraft, flags = 0) {
  return {
    content: draft.content,
    components: draft.components,
    allowed_mentions: { parse: [], replied_user: false },
    flags: MessageFlags.SuppressEmbeds | flags,
  };
}
