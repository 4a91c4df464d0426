/** How the bot is used in Slack: its slash commands go everywhere but into threads, where the same is written after a mention. */
export const slackHelp = [
  'Mention me with a picture and a question, and I answer in a thread. Write on in the thread to ask more about the same pictures. In direct messages no mention is needed.',
  '',
  '- “Ask about this image”, in the menu of a message, asks about its pictures; `/ask` about pictures that you upload.',
  '- `/model` lists the models; `/model NAME` switches. Add `me`, `channel` or `server` (the whole workspace) to say for whom.',
  '- `/new` starts afresh in our direct messages; `/websearch on` and `/websearch off`: whether models may search the web there.',
  '- Slack has no slash commands in threads. Mention me there with `model NAME`, `new`, `search on` or `search off`.',
  '- `!m MODEL question` asks another model once.',
  '',
  'I take JPEG, PNG, WebP and GIF pictures of up to 20 MB and 50 megapixels, ten at a time.',
].join('\n');
