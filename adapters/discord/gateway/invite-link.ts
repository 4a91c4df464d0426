import { PermissionFlagsBits } from 'discord-api-types/v10';

/**
 * Exactly what is used. ViewChannel: to hear of messages and read them. SendMessages: to answer where there is no thread.
 * CreatePublicThreads and SendMessagesInThreads: to open a thread on a question and answer in it. ReadMessageHistory: to post as a
 * reply, to read the message that a question quotes, and to catch up on what was written while the bot was away.
 */
const permissions =
  PermissionFlagsBits.ViewChannel |
  PermissionFlagsBits.SendMessages |
  PermissionFlagsBits.CreatePublicThreads |
  PermissionFlagsBits.SendMessagesInThreads |
  PermissionFlagsBits.ReadMessageHistory;

const authorizeUrl = 'https://discord.com/oauth2/authorize';

/** The page on which somebody who manages a server adds the bot to it, with the rights it needs and no others. */
export function toInviteLink(applicationId: string): string {
  const query = new URLSearchParams({
    client_id: applicationId,
    integration_type: '0',
    scope: 'bot applications.commands',
    permissions: permissions.toString(),
  });
  return `${authorizeUrl}?${query}`;
}

/** The page on which somebody adds the bot's commands to their own account, to be used everywhere. */
export function toUserInstallLink(applicationId: string): string {
  const query = new URLSearchParams({
    client_id: applicationId,
    integration_type: '1',
    scope: 'applications.commands',
  });
  return `${authorizeUrl}?${query}`;
}
