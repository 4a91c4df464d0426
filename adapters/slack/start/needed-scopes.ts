/** The scopes that the bot's token needs, each with what does not work without it. The manifest asks for exactly these. */
export const neededScopes: ReadonlyMap<string, string> = new Map([
  ['app_mentions:read', 'mentions are not seen'],
  ['assistant:write', 'conversations with the agent have neither suggestions nor titles'],
  ['channels:history', 'messages in public channels are not seen'],
  ['channels:read', 'public channels are all taken for the workspace’s own, and nobody manages the one they made'],
  ['chat:write', 'nothing can be answered'],
  ['commands', 'slash commands and shortcuts do not come'],
  ['files:read', 'pictures cannot be downloaded'],
  ['groups:history', 'messages in private channels are not seen'],
  ['groups:read', 'private channels are all taken for the workspace’s own, and nobody manages the one they made'],
  ['im:history', 'direct messages are not seen'],
  ['im:write', 'answers for one person alone cannot go to direct messages, so /ask does not work'],
  ['mpim:history', 'messages in group conversations are not seen'],
  ['users:read', 'people have no names'],
]);
