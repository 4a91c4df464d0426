import { GatewayIntentBits } from 'discord-api-types/v10';

/** Servers, threads and rights come with the first; mentions, changes and deletions with the messages. Nothing about members. */
const always = GatewayIntentBits.Guilds | GatewayIntentBits.GuildMessages | GatewayIntentBits.DirectMessages;

/** What the bot asks Discord to be told. Without the content of messages it reads those that mention it and direct ones alone. */
export function toIntents(messageContent: boolean): number {
  return messageContent ? always | GatewayIntentBits.MessageContent : always;
}

/** For the operator: which intents the bot has, and what that means for people. */
export function describeIntents(messageContent: boolean): string {
  return messageContent
    ? 'Intents: servers, their messages, direct messages, and MESSAGE_CONTENT: replies in a thread need no mention.'
    : 'Intents: servers, their messages and direct messages, none of them privileged: people mention the bot or reply to its messages in threads.';
}
