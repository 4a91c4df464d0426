import { parseRequest } from '../../../src/turn/commands.ts';
import { interactionSentences as sentences } from '../interactions/interaction-sentences.ts';

/**
 * What has to be said of a command for Slack's own reasons, before anybody else looks at it: there are no slash commands in threads,
 * and that for searching has another name. Null where the command can go on.
 */
export function slackCommandSentence(text: string, isDirect: boolean): string | null {
  const request = parseRequest(text);
  if (request.type !== 'command') return null;
  switch (request.command.name) {
    case 'new':
      return isDirect ? null : sentences.newInChannel;
    case 'search':
      return isDirect ? null : sentences.searchInChannel;
    case 'model-set':
      return request.command.scope === 'thread' && !isDirect ? sentences.modelInThread : null;
    case 'not-understood':
      return text.startsWith('/search') ? sentences.searchUsage : null;
    default:
      return null;
  }
}
