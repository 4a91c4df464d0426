import type { AnswerEvent } from './answer/answer-event.ts';
import { say } from './answer/say.ts';
import type { AskAboutPictures } from './ask-about-pictures.ts';
import type { BotParts } from './bot.ts';
import { Failure } from './lib/errors.ts';
import type { Collection } from './memory/collection.ts';
import type { Conversation } from './memory/conversation.ts';
import { type CommandTools, runCommand } from './run-command.ts';
import { parseRequest } from './turn/commands.ts';
import { conversationKey } from './turn/turn.ts';
import { mostAttempts } from './turn/turn-queue.ts';

/** What replies are made of. */
export type ReplyTools = {
  readonly conversations: Collection<Conversation>;
  readonly commands: CommandTools;
  readonly askAboutPictures: AskAboutPictures;
};

/** Replies to turns: a command with a sentence, a question with a model's answer. */
export function createReplyComposer(tools: ReplyTools): BotParts['compose'] {
  return async function* composeReply(running, platform, signal): AsyncIterable<AnswerEvent> {
    if (running.attempt > mostAttempts) {
      throw new Failure('turn-given-up', `the turn was begun ${running.attempt - 1} times and never finished`);
    }
    const key = conversationKey(running.turn);
    const fresh = tools.commands.freshConversation(running.turn);
    const conversation = (await tools.conversations.get(key)) ?? fresh;
    const request = parseRequest(running.turn.text);
    if (request.type === 'question') {
      yield* tools.askAboutPictures(running, request, conversation, platform, signal);
      return;
    }
    if (request.command.name === 'help' && platform.help !== undefined) {
      yield* say(platform.help);
      return;
    }
    const { text, change } = await runCommand(request.command, running.turn, conversation, tools.commands, signal);
    if (change !== null) await tools.conversations.update(key, (current) => change(current ?? fresh));
    yield* say(text);
  };
}
