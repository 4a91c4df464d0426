/** What a platform knows of a message before it becomes a turn. */
export type MessageFacts = {
  /** Written by a bot, a webhook or by us. */
  readonly fromBot: boolean;
  /** Names the bot itself; a role or everybody does not count. */
  readonly mentionsBot: boolean;
  /** In a conversation with nobody but the bot. */
  readonly direct: boolean;
  /** In a thread that the bot answers in, on a platform that lets it read there. */
  readonly inBotThread: boolean;
  /** One of the bot's commands, however the platform carries it. */
  readonly isCommand: boolean;
};

/** Whether the bot has to answer. */
export function isForBot(facts: MessageFacts): boolean {
  return !facts.fromBot && (facts.mentionsBot || facts.direct || facts.inBotThread || facts.isCommand);
}
