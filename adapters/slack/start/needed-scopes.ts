/** The scopes that the bot's token needs, each with what does not work without it. The manifest asks for exactly these. */
export const neededScopes: ReadonlyMap<string, string> = new Map([
  ['app_mentions:read', 'mentions are not seen'],
  ['assistant:write', 'conversations with the agent have neither suggestions nor titles'],
  ['channels:history', 'messages in public channels are not seen'],
  ['chat:write', 'nothing can be answered'],
  ['commands', 'slash commands and shortcuts do not come'],
  ['files:read', 'pictures cannot be downloaded'],
  ['groups:history', 'messages in private channels are not seen'],
  ['im:history', 'direct messages are not seen'],
  ['mpim:history', 'messages in group conversations are not seen'],
  ['users:read', 'people have no names'],
]);
